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
    if (!number || *number < 2 || *number > largestDivisor)
      return;
    if (size.products().size() == 1)
      addOne(size, *number);
    else
      addSum(size, *number);
  }

  SizeMap values;

private:
  /// `divisor` divides factor * H + number, or factor * floor(H / …) + number of what is known of H.
  void addOne(const Size &size, int64_t divisor) {
    const Size::Term &term = size.products().front();
    Size atom = SizeArithmetic::single(1, {term.atoms[0]});
    std::vector<std::string> names = atom.symbols();
    auto one = solve(modulo(term.factor, divisor), modulo(size.number(), divisor), divisor);
    if (term.atoms.size() != 1 || names.size() != 1 || !one)
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
    set(names[0], inMultiples(all, multipleOf(names[0], all)));
  }

  /// `divisor` divides T - S: T is divisor * floor((T - S) / divisor) + S, if nothing else is known of T.
  void addSum(const Size &size, int64_t divisor) {
    for (const Size::Term &term : size.products()) {
      bool isName = term.atoms.size() == 1 && term.atoms[0]->kind == SizeAtom::Symbol;
      if (!isName || (term.factor != 1 && term.factor != -1) || values.count(term.atoms[0]->name))
        continue;
      Size others = size - SizeArithmetic::single(term.factor, term.atoms);
      if (others.mentions(term.atoms[0]->name))
        continue;
      set(term.atoms[0]->name, Size(term.factor) * (Size(divisor) * Size::floorDiv(size, divisor) - others));
      return;
    }
  }

  void set(const std::string &name, const Size &value) {
    for (auto &[other, known] : values)
      known = other == name ? known : substitute(known, {{name, value}});
    values[name] = value;
  }

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

/// What size - divisor * floor(size / divisor) == rest says.
static std::optional<Divides> dividesBy(const Size &left, const Size &rest) {
  for (const Size::Term &term : left.products())
    for (size_t i = 0; i < term.atoms.size(); ++i) {
      if (term.atoms[i]->kind != SizeAtom::Floor)
        continue;
      SizeArithmetic::Atoms others = term.atoms;
      others.erase(others.begin() + i);
      Size floor = SizeArithmetic::single(1, {term.atoms[i]}), divisor = -SizeArithmetic::single(term.factor, others);
      Size size = left + divisor * floor;
      if (Size::floorDiv(size, divisor) == floor)
        return divisor.constant().value_or(1) < 0 ? Divides{rest - size, -divisor} : Divides{size - rest, divisor};
    }
  return std::nullopt;
}

static std::optional<Divides> dividesBy(const Fact &fact) {
  if (fact.predicate == "divides")
    return Divides{fact.left, fact.right};
  if (fact.predicate != "eq" || fact.left.overflowed() || fact.right.overflowed())
    return std::nullopt;
  if (auto plain = dividesBy(fact.left, fact.right))
    return plain;
  Size difference = fact.left - fact.right; // floors on either side
  auto divides = dividesBy(difference, Size());
  return divides ? divides : dividesBy(-difference, Size());
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
