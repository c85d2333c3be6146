// How sizes are made: sums and products of products, each step checked for overflow.
#pragma once

#include "dsl/Sizes.h"

namespace nnc::dsl {

class SizeArithmetic {
public:
  using Atoms = std::vector<std::shared_ptr<const SizeAtom>>;
  using Products = std::vector<Size::Term>;

  /// The sum of `products`, which are in order and have different atoms each, and `number`.
  static Size make(Products products, int64_t number);
  static Size single(int64_t factor, const Atoms &atoms);
  static Size overflow();
  static Size plusNumber(const Size &size, int64_t number);
  static Size plus(const Size &a, const Size &b);
  /// The sum of products in any order, some of which may have the same atoms, or none.
  static Size sumOf(Products products);
  /// The factors of both; nothing if that is too large.
  static std::optional<Size::Term> multiplyTerms(const Size::Term &a, const Size::Term &b);
  /// a / b if b is one product that divides the product a.
  static std::optional<Size::Term> divideTerm(const Size::Term &a, const Size::Term &b);
  /// The product or the number that `size` is, unless it is 0 or a sum.
  static std::optional<Size::Term> onlyTerm(const Size &size);
  /// k * (H / k) is H, 2 * (H / 4) is H / 2: replaces exact quotients whose denominator divides the rest of the
  /// product, or has a factor in common with it.
  static Size simplifyProduct(const Size::Term &term);
  /// The same size with its exact quotients joined with what they have in common with other products.
  static Size joinQuotients(const Size &size);
  /// Splits a into parts that b divides (result: their quotient) and the rest.
  static Size split(const Size &a, const Size &b, Size &rest);
  /// The products and, last, the number as a product of no atoms; nothing for 0.
  static Products termsOf(const Size &size);
  /// The order of products: by the keys of their atoms. 0 if they have the same atoms.
  static int order(const Atoms &a, const Atoms &b);
  /// The largest number that divides `divisor`, which is positive, and the factors of all products.
  static int64_t commonFactor(const Size &size, int64_t divisor);
  /// The products divided by `common`, which divides them, and the number rounded down.
  static Size shrunk(const Size &size, int64_t common);
  /// A number above 0 and below 2^31.
  static bool isSmall(const Size &size);
  /// The quotient `kind(a / b)` if `size` is nothing else, and b is such a number.
  static const SizeAtom *onlyQuotient(const Size &size, SizeAtom::Kind kind);
};

} // namespace nnc::dsl
