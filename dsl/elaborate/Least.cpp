// What a size is never below.
#include "dsl/elaborate/Elaborator.h"

#include <numeric>

namespace nnc::dsl {

namespace {

/// numerator / divisor, a number that a size is never below.
struct Bound {
  Size numerator;
  int64_t divisor = 1;

  void add(const Size &other, int64_t by) {
    int64_t common = std::lcm(divisor, by);
    numerator = numerator * Size(common / divisor) + other * Size(common / by);
    divisor = common;
  }
};

/// Of a product with one quotient by a number: floor(a / b) lies between (a - b + 1) / b and a / b.
std::optional<Bound> boundOf(const Size::Term &term) {
  Size product(term.factor);
  const SizeAtom *quotient = nullptr;
  for (const auto &atom : term.atoms) {
    if (atom->kind == SizeAtom::Symbol)
      product = product * Size::symbol(atom->name);
    else if (std::exchange(quotient, atom.get()))
      return std::nullopt;
  }
  if (!quotient)
    return Bound{product, 1};
  auto divisor = quotient->denominator.constant();
  if (!divisor || *divisor < 1 || *divisor >= (int64_t(1) << 20))
    return std::nullopt;
  bool isLower = quotient->kind == SizeAtom::Floor && term.factor > 0;
  return Bound{product * (quotient->numerator - Size(isLower ? *divisor - 1 : 0)), *divisor};
}

} // namespace

std::optional<int64_t> least(const Size &size) {
  if (size.overflowed())
    return std::nullopt;
  Bound bound{Size(size.number()), 1};
  for (const Size::Term &term : size.products()) {
    std::optional<Bound> one = boundOf(term);
    if (!one || bound.divisor >= (int64_t(1) << 20))
      return std::nullopt;
    bound.add(one->numerator, one->divisor);
  }
  if (bound.numerator.overflowed())
    return std::nullopt;
  int64_t sum = bound.numerator.number();
  for (const Size::Term &term : bound.numerator.products()) {
    bool isSum = term.factor >= 0;
    for (const auto &atom : term.atoms)
      isSum = isSum && atom->kind == SizeAtom::Symbol;
    if (!isSum || __builtin_add_overflow(sum, term.factor, &sum))
      return std::nullopt;
  }
  // The size is whole: above sum / divisor it is at least that, rounded up.
  return *Size::ceilDiv(Size(sum), Size(bound.divisor)).constant();
}

} // namespace nnc::dsl
