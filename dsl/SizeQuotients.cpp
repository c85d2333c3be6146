// Sums of exact quotients: T - T / 2 is T / 2, and (T - 1) / 2 + 1 is (T + 1) / 2.
#include "dsl/SizeArithmetic.h"

#include <algorithm>
#include <numeric>

namespace nnc::dsl {

namespace {

using Products = SizeArithmetic::Products;

/// A product whose last atom is an exact quotient by a number: factor * rest * (numerator / divisor).
struct Fraction {
  Size numerator; // with the factor
  int64_t divisor = 1;
  SizeArithmetic::Atoms rest;
};

std::optional<Fraction> fractionOf(const Size::Term &term) {
  const SizeAtom &last = *term.atoms.back(); // quotients sort behind all else
  if (last.kind != SizeAtom::Quotient || !SizeArithmetic::isSmall(last.denominator))
    return std::nullopt;
  return Fraction{
      last.numerator * Size(term.factor), *last.denominator.constant(), {term.atoms.begin(), term.atoms.end() - 1}};
}

bool haveCommonProduct(const Size &a, const Size &b) {
  if (a.number() != 0 && b.number() != 0)
    return true;
  return std::ranges::any_of(a.products(), [&](const Size::Term &x) {
    return std::ranges::any_of(b.products(),
                               [&](const Size::Term &y) { return SizeArithmetic::order(x.atoms, y.atoms) == 0; });
  });
}

/// The same sizes as a product of `rest` and a fraction, if the term can be written so.
std::optional<Fraction> over(const Size::Term &term, const SizeArithmetic::Atoms &rest) {
  if (!term.atoms.empty())
    if (auto fraction = fractionOf(term))
      return SizeArithmetic::order(fraction->rest, rest) == 0 ? fraction : std::nullopt;
  auto divided = SizeArithmetic::divideTerm(term, {1, rest});
  return divided ? std::optional(Fraction{SizeArithmetic::single(divided->factor, divided->atoms), 1, rest})
                 : std::nullopt;
}

Fraction sum(const Fraction &a, const Fraction &b) {
  int64_t common = std::lcm(a.divisor, b.divisor);
  return {a.numerator * Size(common / a.divisor) + b.numerator * Size(common / b.divisor), common, a.rest};
}

/// The largest number that divides the numerator.
int64_t contentOf(const Fraction &fraction) {
  int64_t content = fraction.numerator.number();
  for (const Size::Term &term : fraction.numerator.products())
    content = std::gcd(content, term.factor);
  return content;
}

/// In lowest terms: what is left of a whole number is whole.
Size sizeOf(const Fraction &fraction) {
  int64_t content = contentOf(fraction);
  if (content == 0)
    return Size(0);
  Size lowest = Size::quotient(fraction.numerator, Size(content));
  int64_t common = std::gcd(content, fraction.divisor);
  return Size::quotient(lowest, Size(fraction.divisor / common)) * Size(content / common) *
         SizeArithmetic::single(1, fraction.rest);
}

} // namespace

Size SizeArithmetic::joinQuotients(const Size &size) {
  Products terms = termsOf(size);
  for (size_t i = 0; i < size.products().size(); ++i) {
    std::optional<Fraction> first = fractionOf(terms[i]);
    if (!first)
      continue;
    Fraction joined = *first;
    Size others;
    for (size_t j = 0; j < terms.size(); ++j) {
      std::optional<Fraction> other = j == i ? std::nullopt : over(terms[j], first->rest);
      if (other && haveCommonProduct(first->numerator, other->numerator))
        joined = sum(joined, *other);
      else if (j != i)
        others = others + single(terms[j].factor, terms[j].atoms);
    }
    bool isLarge = std::ranges::any_of(terms, [](const Size::Term &term) { return term.factor == INT64_MIN; });
    if (isLarge || joined.numerator.overflowed() || joined.divisor >= (int64_t(1) << 31))
      return size;
    bool isLowest = std::gcd(contentOf(joined), joined.divisor) == 1;
    if (!isLowest || !(joined.numerator == first->numerator) || joined.divisor != first->divisor)
      return others + sizeOf(joined);
  }
  return size;
}

} // namespace nnc::dsl
