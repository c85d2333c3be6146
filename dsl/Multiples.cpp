// What is known of the divisors of a size, joined to one: divisor and rest.
#include "dsl/Multiples.h"

#include "dsl/Program.h"
#include "dsl/SizeArithmetic.h"

#include <numeric>

namespace nnc::dsl {

namespace {

/// A size leaves `rest` when divided by `divisor`, which is positive.
struct Residue {
  int64_t divisor = 1, rest = 0;
};

constexpr int64_t largestDivisor = 1 << 16; // so that products stay far below 64 bits

int64_t modulo(int64_t a, int64_t b) { return (a % b + b) % b; }

/// The least x in 0 … divisor - 1 with factor * x + number = 0 modulo divisor.
std::optional<Residue> solve(int64_t factor, int64_t number, int64_t divisor) {
  int64_t common = std::gcd(factor, divisor);
  if (number % common != 0)
    return std::nullopt;
  int64_t least = divisor / common;
  int64_t f = modulo(factor / common, least), n = modulo(number / common, least);
  for (int64_t x = 0; x < least; ++x)
    if (modulo(f * x + n, least) == 0)
      return Residue{least, x};
  return std::nullopt;
}

/// Both at once; nothing if no number does, or the divisor becomes too large.
std::optional<Residue> both(const Residue &a, const Residue &b) {
  int64_t divisor = std::lcm(a.divisor, b.divisor);
  if (divisor > largestDivisor)
    return std::nullopt;
  for (int64_t rest = a.rest; rest < divisor; rest += a.divisor)
    if (rest % b.divisor == b.rest)
      return Residue{divisor, rest};
  return std::nullopt;
}

/// Size and divisor without the quotient that the size is: 2 divides H / 2 if 4 divides H.
Divides withoutQuotient(Divides fact) {
  while (const SizeAtom *inner = SizeArithmetic::onlyQuotient(fact.size, SizeAtom::Quotient))
    fact = {inner->numerator, inner->denominator * fact.divisor};
  return fact;
}

/// divisor * multiple + rest
Size inMultiples(const Residue &residue, const Size &multiple) {
  return Size(residue.divisor) * multiple + residue.rest;
}

/// floor((name - rest) / divisor)
Size multipleOf(const std::string &name, const Residue &residue) {
  return Size::floorDiv(Size::symbol(name) - Size(residue.rest), residue.divisor);
}

/// What is known so far of the sizes of an entry.
class Known {
public:
  void add(const Divides &stated) {
    auto [size, divisor] = withoutQuotient({substitute(stated.size, values), stated.divisor});
    auto number = divisor.constant();
    const std::vector<Size::Term> &terms = size.products();
    if (terms.size() != 1 || terms[0].atoms.size() != 1 || !number || *number < 2 || *number > largestDivisor)
      return;
    Size atom = SizeArithmetic::single(1, terms[0].atoms);
    std::vector<std::string> names = atom.symbols();
    auto one = solve(modulo(terms[0].factor, *number), modulo(size.number(), *number), *number);
    if (names.size() != 1 || !one)
      return;
    Residue &all = residues[names[0]];
    std::optional<Residue> joined;
    if (atom.symbolName())
      joined = both(all, *one);
    else if (Size whole = multipleOf(names[0], all); whole - atom == Size(whole.number())) // its multiple: H / 2 of H
      joined = finer(all, *one, whole.number());
    if (!joined || joined->divisor < 2)
      return;
    all = *joined;
    values[names[0]] = inMultiples(all, multipleOf(names[0], all));
  }

  SizeMap values;

private:
  /// H = divisor * multiple + rest, where the multiple is `shift` more than what leaves `one`.
  static std::optional<Residue> finer(const Residue &all, const Residue &one, int64_t shift) {
    if (all.divisor > largestDivisor / one.divisor)
      return std::nullopt;
    int64_t divisor = all.divisor * one.divisor;
    return Residue{divisor, modulo((one.rest + shift) * all.divisor + all.rest, divisor)};
  }

  std::map<std::string, Residue> residues;
};

} // namespace

static std::optional<Divides> dividesBy(const Fact &fact) {
  if (fact.predicate == "divides")
    return Divides{fact.left, fact.right};
  if (fact.predicate != "eq" || fact.right.overflowed())
    return std::nullopt;
  for (const Size::Term &term : fact.left.products()) {
    const SizeAtom *atom = term.atoms.size() == 1 ? term.atoms[0].get() : nullptr;
    if (atom && atom->kind == SizeAtom::Floor &&
        fact.left + atom->denominator * Size::floorDiv(atom->numerator, atom->denominator) == atom->numerator)
      return Divides{atom->numerator - fact.right, atom->denominator};
  }
  return std::nullopt;
}

std::vector<Divides> dividesBy(const std::vector<Fact> &facts) {
  std::vector<Divides> all;
  for (const Fact &fact : facts)
    if (std::optional<Divides> one = dividesBy(fact))
      all.push_back(*one);
  return all;
}

SizeMap inMultiples(const std::vector<Divides> &facts) {
  Known known;
  for (const Divides &one : facts)
    known.add(one);
  return known.values;
}

} // namespace nnc::dsl
