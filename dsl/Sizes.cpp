#include "dsl/SizeArithmetic.h"

#include <algorithm>

namespace nnc::dsl {

using Products = SizeArithmetic::Products;

namespace {

std::string keyOf(const Size &size) {
  std::string key;
  for (const Size::Term &term : SizeArithmetic::termsOf(size)) {
    key += std::to_string(term.factor) + "*";
    for (const auto &atom : term.atoms)
      key += atom->key + "*";
    key += "+";
  }
  return key;
}

std::shared_ptr<const SizeAtom> makeQuotient(SizeAtom::Kind kind, const Size &a, const Size &b) {
  auto atom = std::make_shared<SizeAtom>();
  atom->kind = kind;
  atom->numerator = a;
  atom->denominator = b;
  // Quotients sort behind names.
  atom->key = (kind == SizeAtom::Floor ? "~f(" : "~q(") + keyOf(a) + "/" + keyOf(b) + ")";
  return atom;
}

int64_t floorOf(int64_t a, int64_t b) {
  int64_t quotient = a / b;
  return (a % b != 0 && (a < 0) != (b < 0)) ? quotient - 1 : quotient;
}

} // namespace

Size Size::symbol(const std::string &name) {
  auto atom = std::make_shared<SizeAtom>();
  atom->kind = SizeAtom::Symbol;
  atom->name = atom->key = name;
  return SizeArithmetic::single(1, {atom});
}

Size Size::overflow() { return SizeArithmetic::overflow(); }

const Products &Size::none() {
  static const Products products;
  return products;
}

/// The symbol, if `size` is nothing else.
static const SizeAtom *onlySymbol(const Size &size) {
  const Products &products = size.products();
  if (size.overflowed() || size.number() != 0 || products.size() != 1 || products[0].factor != 1 ||
      products[0].atoms.size() != 1 || products[0].atoms[0]->kind != SizeAtom::Symbol)
    return nullptr;
  return products[0].atoms[0].get();
}

std::optional<std::string> Size::symbolName() const {
  const SizeAtom *atom = onlySymbol(*this);
  return atom ? std::optional(atom->name) : std::nullopt;
}

static void collectSymbols(const Size &size, std::vector<std::string> &names) {
  for (const Size::Term &term : size.products())
    for (const auto &atom : term.atoms) {
      if (atom->kind == SizeAtom::Symbol) {
        names.push_back(atom->name);
        continue;
      }
      collectSymbols(atom->numerator, names);
      collectSymbols(atom->denominator, names);
    }
}

/// Whether a symbol for which `wanted` is true occurs, also inside quotients.
template <typename Wanted> static bool holdsSymbol(const Size &size, const Wanted &wanted) {
  for (const Size::Term &term : size.products())
    for (const auto &atom : term.atoms)
      if (atom->kind == SizeAtom::Symbol
              ? wanted(atom->name)
              : holdsSymbol(atom->numerator, wanted) || holdsSymbol(atom->denominator, wanted))
        return true;
  return false;
}

std::vector<std::string> Size::symbols() const {
  std::vector<std::string> names;
  collectSymbols(*this, names);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool Size::mentions(const std::string &name) const {
  return holdsSymbol(*this, [&](const std::string &other) { return other == name; });
}

Size operator+(const Size &a, const Size &b) {
  // More products than this come from a program that builds them in a loop of definitions, not from a shape.
  if (a.overflowed() || b.overflowed() || a.products().size() + b.products().size() > 2000)
    return Size::overflow();
  if (!b.named())
    return SizeArithmetic::plusNumber(a, b.number());
  if (!a.named())
    return SizeArithmetic::plusNumber(b, a.number());
  return SizeArithmetic::plus(a, b);
}

Size operator-(const Size &a) { return a * Size(-1); }
Size operator-(const Size &a, const Size &b) { return a + (-b); }

Size operator*(const Size &a, const Size &b) {
  // Shapes are short polynomials: what grows beyond this is built to grow.
  if (a.overflowed() || b.overflowed() || a.products().size() * b.products().size() > 10'000)
    return Size::overflow();
  if (a.constant() == 1)
    return b;
  if (b.constant() == 1)
    return a;
  int64_t number;
  if (!a.named() && !b.named())
    return __builtin_mul_overflow(a.number(), b.number(), &number) ? Size::overflow() : Size(number);
  Products products;
  for (const Size::Term &left : SizeArithmetic::termsOf(a))
    for (const Size::Term &right : SizeArithmetic::termsOf(b)) {
      std::optional<Size::Term> product = SizeArithmetic::multiplyTerms(left, right);
      Size simplified = product ? SizeArithmetic::simplifyProduct(*product) : Size::overflow();
      if (simplified.overflowed())
        return simplified;
      for (Size::Term &term : SizeArithmetic::termsOf(simplified))
        products.push_back(std::move(term));
    }
  return SizeArithmetic::sumOf(std::move(products));
}

bool operator==(const Size &a, const Size &b) {
  if (a.overflowed_ || b.overflowed_ || a.number_ != b.number_)
    return false;
  return a.products_ == b.products_ ||
         std::equal(a.products().begin(), a.products().end(), b.products().begin(), b.products().end(),
                    [](const Size::Term &x, const Size::Term &y) {
                      return x.factor == y.factor && SizeArithmetic::order(x.atoms, y.atoms) == 0;
                    });
}

Size Size::floorDiv(const Size &a, const Size &b) {
  if (a.overflowed() || b.overflowed() || b == Size(0))
    return overflow();
  if (a.constant() && b.constant()) {
    if (*b.constant() == -1)
      return -a;
    return Size(floorOf(*a.constant(), *b.constant()));
  }
  if (a == b)
    return Size(1);
  std::optional<int64_t> divisor = b.constant();
  if (divisor && *divisor < 0) // so that quotients have positive numbers below
    return *divisor == INT64_MIN ? overflow() : floorDiv(-a, Size(-*divisor));
  Size rest;
  Size whole = SizeArithmetic::split(a, b, rest);
  if (divisor && *divisor > 0 && rest.number() != 0) {
    int64_t quotient = floorOf(rest.number(), *divisor);
    whole = whole + Size(quotient);
    rest = rest - Size(quotient) * b;
  }
  if (rest.overflowed() || whole.overflowed())
    return overflow();
  if (rest.constant() == 0)
    return whole;
  if (int64_t common = SizeArithmetic::isSmall(b) && rest.named() ? SizeArithmetic::commonFactor(rest, *divisor) : 1;
      common > 1) // floor((2 * H + 1) / 4) is floor(H / 2)
    return whole + floorDiv(SizeArithmetic::shrunk(rest, common), Size(*divisor / common));
  if (rest.constant() && b.constant())
    return whole + floorDiv(rest, b);
  // floor((floor(a / b) + k) / c) is floor((a + k * b) / (b * c)), for an exact quotient likewise.
  if (SizeArithmetic::isSmall(b)) {
    int64_t k = rest.number();
    Size alone = rest - Size(k);
    const SizeAtom *inner = SizeArithmetic::onlyQuotient(alone, SizeAtom::Floor);
    inner = inner ? inner : SizeArithmetic::onlyQuotient(alone, SizeAtom::Quotient);
    if (inner)
      return whole + floorDiv(inner->numerator + Size(k) * inner->denominator, inner->denominator * b);
  }
  if (keyOf(rest).size() + keyOf(b).size() > 4000)
    return overflow();
  return whole + SizeArithmetic::single(1, {makeQuotient(SizeAtom::Floor, rest, b)});
}

Size Size::ceilDiv(const Size &a, const Size &b) { return floorDiv(a - Size(1), b) + Size(1); }

Size Size::quotient(const Size &a, const Size &b) {
  if (a.overflowed() || b.overflowed() || b == Size(0))
    return overflow();
  if (a == b)
    return Size(1);
  Size rest;
  Size whole = SizeArithmetic::split(a, b, rest);
  if (rest.constant() == 0)
    return whole;
  if (const SizeAtom *inner =
          SizeArithmetic::isSmall(b) ? SizeArithmetic::onlyQuotient(a, SizeAtom::Quotient) : nullptr)
    return quotient(inner->numerator, inner->denominator * b);
  if (keyOf(a).size() + keyOf(b).size() > 4000)
    return overflow();
  return SizeArithmetic::single(1, {makeQuotient(SizeAtom::Quotient, a, b)});
}

Size substitute(const Size &size, const SizeMap &values) {
  if (size.overflowed() || values.empty())
    return size;
  if (const SizeAtom *symbol = onlySymbol(size)) {
    auto found = values.find(symbol->name);
    return found == values.end() ? size : found->second;
  }
  if (!holdsSymbol(size, [&](const std::string &name) { return values.count(name) != 0; }))
    return size;
  Size result(size.number());
  for (const Size::Term &term : size.products()) {
    Size product(term.factor);
    for (const auto &atom : term.atoms) {
      if (atom->kind == SizeAtom::Symbol) {
        auto found = values.find(atom->name);
        product = product * (found == values.end() ? SizeArithmetic::single(1, {atom}) : found->second);
        continue;
      }
      Size a = substitute(atom->numerator, values), b = substitute(atom->denominator, values);
      product = product * (atom->kind == SizeAtom::Floor ? Size::floorDiv(a, b) : Size::quotient(a, b));
    }
    result = result + product;
  }
  return result;
}

} // namespace nnc::dsl
