// What is known of sizes, and the solution of an axis of a signature for its unknown.
#include "dsl/Multiples.h"
#include "dsl/SizeArithmetic.h"

#include <algorithm>

namespace nnc::dsl {

namespace {

/// Occurrences of `name`: how often as a factor of its own, and whether also elsewhere (squared, in a quotient).
struct Linear {
  Size factor, rest;
  bool ok = true;
};

Linear linearIn(const Size &size, const std::string &name) {
  Linear result;
  result.rest = Size(size.number());
  for (const Size::Term &term : size.products()) {
    size_t count = 0;
    Size other(term.factor);
    for (const auto &atom : term.atoms) {
      Size one = SizeArithmetic::single(1, {atom});
      if (atom->kind == SizeAtom::Symbol && atom->name == name) {
        ++count;
        continue;
      }
      result.ok &= !one.mentions(name);
      other = other * one;
    }
    result.ok &= count <= 1;
    (count ? result.factor : result.rest) = (count ? result.factor : result.rest) + other;
  }
  return result;
}

} // namespace

/// The same times the numbers and sizes that divide in it.
static Size withoutQuotients(Size size) {
  for (int i = 0; i < 4; ++i) {
    const Size *divisor = nullptr;
    for (const Size::Term &term : size.products())
      for (const auto &atom : term.atoms)
        divisor = atom->kind == SizeAtom::Quotient ? &atom->denominator : divisor;
    if (!divisor)
      break;
    size = size * Size(*divisor);
  }
  return size;
}

std::optional<Size> solveFor(const Size &difference, const std::string &name) {
  Size plain = withoutQuotients(difference);
  Linear form = linearIn(plain, name);
  if (plain.overflowed() || !form.ok || !form.factor.constant() || form.factor == Size(0))
    return std::nullopt;
  Size rest;
  Size value = SizeArithmetic::split(-form.rest, form.factor, rest);
  return rest.constant() == 0 ? std::optional(value) : std::nullopt;
}

void SizeFacts::addEqual(const Size &a, const Size &b) {
  Size left = normal(a), right = normal(b);
  if (left == right)
    return;
  for (const auto &[from, to] : {std::pair(left, right), std::pair(right, left)}) {
    std::optional<std::string> name = from.symbolName();
    if (!name || to.mentions(*name))
      continue;
    replace(*name, to);
    return;
  }
  for (const std::string &name : (left - right).symbols())
    if (auto value = solveFor(left - right, name)) {
      replace(name, *value);
      return;
    }
}

void SizeFacts::replace(const std::string &name, const Size &value) {
  SizeMap one{{name, value}};
  for (auto &[known, other] : equal_)
    other = substitute(other, one);
  equal_[name] = value;
}

void SizeFacts::addDivides(const Size &a, const Size &b) {
  bool isKnown = std::ranges::any_of(divides_, [&](const Divides &one) { return one.size == a && one.divisor == b; });
  if (!isKnown)
    divides_.push_back({a, b});
}

SizeMap SizeFacts::multiples() const {
  std::vector<Divides> known;
  for (const Divides &one : divides_)
    known.push_back({substitute(one.size, equal_), substitute(one.divisor, equal_)});
  return inMultiples(known);
}

bool SizeFacts::proveEqual(const Size &a, const Size &b) const {
  if (a.overflowed())
    return false;
  Size left = normal(a), right = normal(b);
  auto difference = (left - right).constant();
  if (left == right || divides_.empty() || difference)
    return left == right || difference == 0;
  SizeMap known = multiples();
  return substitute(left, known) == substitute(right, known);
}

bool SizeFacts::proveDivides(const Size &a, const Size &b) const {
  Size left = substitute(a, equal_), right = substitute(b, equal_);
  if (left.constant() && right.constant())
    return *right.constant() != 0 && *left.constant() % *right.constant() == 0;
  Size rest;
  SizeArithmetic::split(left, right, rest);
  if (!left.overflowed() && rest.constant() == 0)
    return true;
  for (const auto &[whole, part] : divides_) {
    if (!(substitute(whole, equal_) == left))
      continue;
    // What 4 divides, 2 divides.
    SizeArithmetic::split(substitute(part, equal_), right, rest);
    if (rest.constant() == 0)
      return true;
  }
  // 6 divides H if 2 and 3 do.
  Size multiple = divides_.empty() ? Size::overflow() : substitute(left, multiples());
  SizeArithmetic::split(multiple, right, rest);
  if (!multiple.overflowed() && rest.constant() == 0)
    return true;
  // 2 divides H / 2 if 4 divides H.
  if (const SizeAtom *inner =
          SizeArithmetic::isSmall(right) ? SizeArithmetic::onlyQuotient(left, SizeAtom::Quotient) : nullptr)
    return proveDivides(inner->numerator, inner->denominator * right);
  return false;
}

/// floor(a / b) is a / b where b divides a, floor((a + k) / b) as well with 0 <= k < b, and floor((a - 1) / b) is a / b
/// - 1.
static std::optional<Size> wholeOf(const SizeAtom &floor, const SizeFacts &facts) {
  if (facts.proveDivides(floor.numerator, floor.denominator))
    return Size::quotient(floor.numerator, floor.denominator);
  int64_t k = floor.numerator.number();
  Size alone = floor.numerator - Size(k);
  auto divisor = floor.denominator.constant();
  bool isRest = k == -1 || (divisor && k > 0 && k < *divisor);
  if (!isRest || !facts.proveDivides(alone, floor.denominator))
    return std::nullopt;
  return Size::quotient(alone, floor.denominator) - Size(k == -1);
}

Size SizeFacts::normal(const Size &size) const {
  Size plain = substitute(size, equal_);
  if (divides_.empty() || plain.overflowed())
    return plain;
  // floor(a / b) is a / b where b is known to divide a, and ceil(a / b) likewise.
  Size result(plain.number());
  for (const Size::Term &term : plain.products()) {
    Size product(term.factor);
    for (const auto &atom : term.atoms) {
      std::optional<Size> whole = atom->kind == SizeAtom::Floor ? wholeOf(*atom, *this) : std::nullopt;
      product = product * (whole ? *whole : SizeArithmetic::single(1, {atom}));
    }
    result = result + product;
  }
  return result;
}

Unified unify(const Size &pattern, const Size &actual, const std::vector<std::string> &unknowns, SizeMap &bound,
              const SizeFacts &facts) {
  if (!pattern.named() && !pattern.overflowed())
    return facts.proveEqual(pattern, actual) ? Unified::Yes : Unified::Differs;
  // Unknowns and the sizes of the argument may share names: the unknowns are renamed while they meet.
  SizeMap renamed;
  std::vector<std::string> open;
  for (const std::string &name : pattern.symbols()) {
    auto known = bound.find(name);
    if (known != bound.end()) {
      renamed[name] = known->second;
    } else if (std::find(unknowns.begin(), unknowns.end(), name) != unknowns.end()) {
      renamed[name] = Size::symbol("?" + name);
      open.push_back(name);
    }
  }
  Size left = substitute(pattern, renamed);
  if (open.empty())
    return facts.proveEqual(left, actual) ? Unified::Yes : Unified::Differs;
  if (open.size() > 1)
    return Unified::Undetermined;
  Linear form = linearIn(left, "?" + open[0]);
  if (!form.ok || form.factor == Size(0))
    return Unified::Undetermined;
  Size difference = actual - form.rest;
  if (difference.overflowed())
    return Unified::Differs;
  if (!(form.factor == Size(1)) && !facts.proveDivides(difference, form.factor))
    return Unified::NotWhole;
  bound[open[0]] = Size::quotient(difference, form.factor);
  return Unified::Yes;
}

} // namespace nnc::dsl
