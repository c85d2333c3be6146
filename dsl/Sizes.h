// Symbolic integer sizes: what an axis of a shape is. A size is a polynomial with integer factors over atoms; an atom
// is a named symbol or a quotient of two sizes (floor or exact). Sizes are kept in normal form, so two sizes that
// are equal as polynomials are equal as values (rules size-4, size-5). Arithmetic is 64-bit and checked: what overflows
// becomes the size `overflowed`, which stays so and equals nothing. A size is never changed: copies share its products,
// and a number has none, so it takes no memory of its own.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nnc::dsl {

struct SizeAtom;

class Size {
public:
  /// One product: factor * atoms[0] * atoms[1] * … ; atoms are sorted by their key, a power stands repeated.
  struct Term {
    int64_t factor;
    std::vector<std::shared_ptr<const SizeAtom>> atoms;
  };

  Size() = default; // 0
  Size(int64_t value) : number_(value) {}
  static Size symbol(const std::string &name);
  static Size overflow();
  /// floor(a / b), ceil(a / b), and a / b where the program promises that it is whole. Division by the constant 0 gives
  /// `overflowed`. Only floor has an atom: ceil(a / b) is floor((a - 1) / b) + 1, and is printed as ceil again.
  static Size floorDiv(const Size &a, const Size &b);
  static Size ceilDiv(const Size &a, const Size &b);
  static Size quotient(const Size &a, const Size &b);

  bool overflowed() const { return overflowed_; }
  /// The number, if no atom occurs.
  std::optional<int64_t> constant() const {
    return overflowed_ || products_ ? std::nullopt : std::optional<int64_t>(number_);
  }
  /// The name, if the size is exactly one symbol.
  std::optional<std::string> symbolName() const;
  /// True if an atom occurs (rule size-8: such an axis is named).
  bool named() const { return !overflowed_ && products_; }
  /// The products with atoms, in the order of their keys. The size is their sum and number().
  const std::vector<Term> &products() const { return products_ ? *products_ : none(); }
  int64_t number() const { return number_; }
  /// Every symbol that occurs, also inside quotients, sorted.
  std::vector<std::string> symbols() const;
  bool mentions(const std::string &name) const;

  /// Readable, in the words of the language: `2 * hidden + 1`, `ceil(H / stride)`.
  std::string str() const;

  friend Size operator+(const Size &a, const Size &b);
  friend Size operator-(const Size &a, const Size &b);
  friend Size operator*(const Size &a, const Size &b);
  friend Size operator-(const Size &a);
  friend bool operator==(const Size &a, const Size &b);

private:
  friend class SizeArithmetic;
  static const std::vector<Term> &none();

  std::shared_ptr<const std::vector<Term>> products_; // null if there are none
  int64_t number_ = 0;
  bool overflowed_ = false;
};

struct SizeAtom {
  enum Kind { Symbol, Floor, Quotient };
  Kind kind;
  std::string name;            // Symbol
  Size numerator, denominator; // the quotients
  std::string key;             // order and identity
};

using SizeMap = std::map<std::string, Size>;

/// `size` with the symbols of `values` replaced. Quotients are simplified again.
Size substitute(const Size &size, const SizeMap &values);

/// `divisor` divides `size`.
struct Divides {
  Size size, divisor;
};

/// The sizes that are known to be equal to others, to divide, or to be bounded (rule size-5): from `where`, `assert`
/// and the enclosing `if`.
class SizeFacts {
public:
  /// a == b; used as a substitution of one symbol if it can be solved for one.
  void addEqual(const Size &a, const Size &b);
  /// a >= 0.
  void addNotNegative(const Size &a) { notNegative_.push_back(a); }
  const std::vector<Size> &notNegative() const { return notNegative_; }
  /// a % b == 0.
  void addDivides(const Size &a, const Size &b);
  /// Normal form under the facts.
  Size normal(const Size &size) const;
  /// Whether the normal forms are equal, or are so in multiples of what divides (`inMultiples`).
  bool proveEqual(const Size &a, const Size &b) const;
  bool proveDivides(const Size &a, const Size &b) const;

private:
  void replace(const std::string &name, const Size &value);
  /// `inMultiples` of what divides.
  SizeMap multiples() const;

  SizeMap equal_;
  std::vector<Divides> divides_;
  std::vector<Size> notNegative_;
};

/// What `name` is where `difference` is 0, if that is a size without division.
std::optional<Size> solveFor(const Size &difference, const std::string &name);

/// Result of matching an axis of a signature against the axis of an argument.
enum class Unified { Yes, Differs, Undetermined, NotWhole };

/// Solves `pattern == actual` for the one symbol of `unknowns` that `pattern` holds, if it stands in a linear form, and
/// records it in `bound`; symbols bound before are replaced first (rule size-3). `Differs`: no unknown is left and the
/// sides differ. `Undetermined`: more than one unknown, or not linear. `NotWhole`: the exact division leaves a rest.
Unified unify(const Size &pattern, const Size &actual, const std::vector<std::string> &unknowns, SizeMap &bound,
              const SizeFacts &facts);

} // namespace nnc::dsl
