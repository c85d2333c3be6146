#include "dsl/Sizes.h"

#include <algorithm>
#include <numeric>

namespace nnc::dsl {

using Atoms = std::vector<std::shared_ptr<const SizeAtom>>;
using Sum = std::map<std::string, Size::Term>;

namespace {

std::string keyOf(const Atoms &atoms) {
  std::string key;
  for (const auto &atom : atoms)
    key += atom->key + "*";
  return key;
}

std::string keyOf(const Size &size) {
  std::string key;
  for (const Size::Term &term : size.terms())
    key += std::to_string(term.factor) + "*" + keyOf(term.atoms) + "+";
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

/// The quotient `kind(a / b)` if `size` is nothing else, and b is a number.
const SizeAtom *onlyQuotient(const Size &size, SizeAtom::Kind kind) {
  if (size.terms().size() != 1 || size.terms()[0].factor != 1 || size.terms()[0].atoms.size() != 1)
    return nullptr;
  const SizeAtom &atom = *size.terms()[0].atoms[0];
  auto divisor = atom.denominator.constant();
  return atom.kind == kind && divisor && *divisor > 0 && *divisor < (int64_t(1) << 31) ? &atom : nullptr;
}

bool isSmall(const Size &size) {
  auto number = size.constant();
  return number && *number > 0 && *number < (int64_t(1) << 31);
}

int64_t floorOf(int64_t a, int64_t b) {
  int64_t quotient = a / b;
  return (a % b != 0 && (a < 0) != (b < 0)) ? quotient - 1 : quotient;
}

} // namespace

/// Builds sizes term by term and checks every step of the arithmetic.
class SizeArithmetic {
public:
  bool add(int64_t factor, const Atoms &atoms) {
    Size::Term &term = sum[keyOf(atoms)];
    term.atoms = atoms;
    return !__builtin_add_overflow(term.factor, factor, &term.factor);
  }

  Size finish() {
    Size size;
    for (auto &[key, term] : sum)
      if (term.factor != 0 && !key.empty())
        size.terms_.push_back(term);
    auto constant = sum.find("");
    if (constant != sum.end() && constant->second.factor != 0)
      size.terms_.push_back(constant->second);
    return size;
  }

  static Size single(int64_t factor, const Atoms &atoms) {
    Size size;
    if (factor != 0)
      size.terms_.push_back({factor, atoms});
    return size;
  }

  static Size overflow() {
    Size size;
    size.overflowed_ = true;
    return size;
  }

  /// a / b if b is one product that divides the product a.
  static std::optional<Size::Term> divideTerm(const Size::Term &a, const Size::Term &b) {
    if (b.factor == 0 || a.factor % b.factor != 0 || (b.factor == -1 && a.factor == INT64_MIN))
      return std::nullopt;
    Size::Term result{a.factor / b.factor, a.atoms};
    for (const auto &atom : b.atoms) {
      auto found = std::find_if(result.atoms.begin(), result.atoms.end(),
                                [&](const auto &other) { return other->key == atom->key; });
      if (found == result.atoms.end())
        return std::nullopt;
      result.atoms.erase(found);
    }
    return result;
  }

  /// k * (H / k) is H, 2 * (H / 4) is H / 2: replaces exact quotients whose denominator divides the rest of the
  /// product, or has a factor in common with it.
  static Size simplifyProduct(const Size::Term &term) {
    for (size_t i = 0; i < term.atoms.size(); ++i) {
      const SizeAtom &atom = *term.atoms[i];
      if (atom.kind != SizeAtom::Quotient || atom.denominator.terms().size() != 1)
        continue;
      Size::Term rest = term;
      rest.atoms.erase(rest.atoms.begin() + i);
      if (auto divided = divideTerm(rest, atom.denominator.terms()[0]))
        return simplifyProduct(*divided) * atom.numerator;
      auto divisor = atom.denominator.constant();
      int64_t common = divisor && rest.factor != INT64_MIN ? std::gcd(*divisor, rest.factor) : 1;
      if (common > 1) {
        rest.factor /= common;
        return simplifyProduct(rest) * Size::quotient(atom.numerator, Size(*divisor / common));
      }
    }
    return single(term.factor, term.atoms);
  }

  /// Splits a into parts that b divides (result: their quotient) and the rest.
  static Size split(const Size &a, const Size &b, Size &rest) {
    Size whole;
    rest = Size();
    for (const Size::Term &term : a.terms()) {
      std::optional<Size::Term> divided;
      if (b.terms().size() == 1)
        divided = divideTerm(term, b.terms()[0]);
      if (divided)
        whole = whole + single(divided->factor, divided->atoms);
      else
        rest = rest + single(term.factor, term.atoms);
    }
    return whole;
  }

private:
  Sum sum;
};

Size::Size(int64_t value) {
  if (value != 0)
    terms_.push_back({value, {}});
}

Size Size::symbol(const std::string &name) {
  auto atom = std::make_shared<SizeAtom>();
  atom->kind = SizeAtom::Symbol;
  atom->name = atom->key = name;
  return SizeArithmetic::single(1, {atom});
}

Size Size::overflow() { return SizeArithmetic::overflow(); }

std::optional<int64_t> Size::constant() const {
  if (overflowed_ || terms_.size() > 1 || (terms_.size() == 1 && !terms_[0].atoms.empty()))
    return std::nullopt;
  return terms_.empty() ? 0 : terms_[0].factor;
}

std::optional<std::string> Size::symbolName() const {
  if (overflowed_ || terms_.size() != 1 || terms_[0].factor != 1 || terms_[0].atoms.size() != 1 ||
      terms_[0].atoms[0]->kind != SizeAtom::Symbol)
    return std::nullopt;
  return terms_[0].atoms[0]->name;
}

static void collectSymbols(const Size &size, std::vector<std::string> &names) {
  for (const Size::Term &term : size.terms())
    for (const auto &atom : term.atoms) {
      if (atom->kind == SizeAtom::Symbol) {
        names.push_back(atom->name);
        continue;
      }
      collectSymbols(atom->numerator, names);
      collectSymbols(atom->denominator, names);
    }
}

std::vector<std::string> Size::symbols() const {
  std::vector<std::string> names;
  collectSymbols(*this, names);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool Size::mentions(const std::string &name) const {
  std::vector<std::string> names = symbols();
  return std::binary_search(names.begin(), names.end(), name);
}

Size operator+(const Size &a, const Size &b) {
  // More terms than this come from a program that builds them in a loop of definitions, not from a shape.
  if (a.overflowed() || b.overflowed() || a.terms().size() + b.terms().size() > 2000)
    return Size::overflow();
  SizeArithmetic sum;
  for (const Size *side : {&a, &b})
    for (const Size::Term &term : side->terms())
      if (!sum.add(term.factor, term.atoms))
        return Size::overflow();
  return sum.finish();
}

Size operator-(const Size &a) { return a * Size(-1); }
Size operator-(const Size &a, const Size &b) { return a + (-b); }

Size operator*(const Size &a, const Size &b) {
  // Shapes are short polynomials: what grows beyond this is built to grow.
  if (a.overflowed() || b.overflowed() || a.terms().size() * b.terms().size() > 10'000)
    return Size::overflow();
  SizeArithmetic sum;
  for (const Size::Term &left : a.terms())
    for (const Size::Term &right : b.terms()) {
      Size::Term product;
      if (__builtin_mul_overflow(left.factor, right.factor, &product.factor) ||
          left.atoms.size() + right.atoms.size() > 64)
        return Size::overflow();
      product.atoms = left.atoms;
      product.atoms.insert(product.atoms.end(), right.atoms.begin(), right.atoms.end());
      std::sort(product.atoms.begin(), product.atoms.end(),
                [](const auto &x, const auto &y) { return x->key < y->key; });
      Size simplified = SizeArithmetic::simplifyProduct(product);
      if (simplified.overflowed())
        return simplified;
      for (const Size::Term &term : simplified.terms())
        if (!sum.add(term.factor, term.atoms))
          return Size::overflow();
    }
  return sum.finish();
}

bool operator==(const Size &a, const Size &b) {
  if (a.overflowed() || b.overflowed())
    return false;
  return keyOf(a) == keyOf(b);
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
  Size rest;
  Size whole = SizeArithmetic::split(a, b, rest);
  std::optional<int64_t> divisor = b.constant();
  if (divisor && *divisor > 0 && !rest.terms().empty() && rest.terms().back().atoms.empty()) {
    int64_t constant = rest.terms().back().factor, quotient = floorOf(constant, *divisor);
    whole = whole + Size(quotient);
    rest = rest - Size(quotient) * b;
  }
  if (rest.overflowed() || whole.overflowed())
    return overflow();
  if (rest.terms().empty())
    return whole;
  if (rest.constant() && b.constant())
    return whole + floorDiv(rest, b);
  // floor((floor(a / b) + k) / c) is floor((a + k * b) / (b * c)), for an exact quotient likewise.
  if (isSmall(b)) {
    int64_t k = 0;
    for (const Size::Term &term : rest.terms())
      k = term.atoms.empty() ? term.factor : k;
    Size alone = rest - Size(k);
    const SizeAtom *inner = onlyQuotient(alone, SizeAtom::Floor);
    inner = inner ? inner : onlyQuotient(alone, SizeAtom::Quotient);
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
  if (rest.terms().empty())
    return whole;
  if (const SizeAtom *inner = isSmall(b) ? onlyQuotient(a, SizeAtom::Quotient) : nullptr)
    return quotient(inner->numerator, inner->denominator * b);
  if (keyOf(a).size() + keyOf(b).size() > 4000)
    return overflow();
  return SizeArithmetic::single(1, {makeQuotient(SizeAtom::Quotient, a, b)});
}

Size substitute(const Size &size, const SizeMap &values) {
  if (size.overflowed() || values.empty())
    return size;
  Size result;
  for (const Size::Term &term : size.terms()) {
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

// ---------------------------------------------------------------------------------------------------------------------
// Facts and unification

void SizeFacts::addEqual(const Size &a, const Size &b) {
  Size left = normal(a), right = normal(b);
  if (left == right)
    return;
  for (const auto &[from, to] : {std::pair(left, right), std::pair(right, left)}) {
    std::optional<std::string> name = from.symbolName();
    if (!name || to.mentions(*name))
      continue;
    SizeMap one{{*name, to}};
    for (auto &[known, value] : equal_)
      value = substitute(value, one);
    equal_[*name] = to;
    return;
  }
}

void SizeFacts::addDivides(const Size &a, const Size &b) { divides_.emplace_back(a, b); }

bool SizeFacts::proveDivides(const Size &a, const Size &b) const {
  Size left = substitute(a, equal_), right = substitute(b, equal_);
  if (left.constant() && right.constant())
    return *right.constant() != 0 && *left.constant() % *right.constant() == 0;
  Size rest;
  SizeArithmetic::split(left, right, rest);
  if (!left.overflowed() && rest.terms().empty())
    return true;
  for (const auto &[whole, part] : divides_) {
    if (!(substitute(whole, equal_) == left))
      continue;
    // What 4 divides, 2 divides.
    SizeArithmetic::split(substitute(part, equal_), right, rest);
    if (rest.terms().empty())
      return true;
  }
  // 2 divides H / 2 if 4 divides H.
  if (const SizeAtom *inner = isSmall(right) ? onlyQuotient(left, SizeAtom::Quotient) : nullptr)
    return proveDivides(inner->numerator, inner->denominator * right);
  return false;
}

Size SizeFacts::normal(const Size &size) const {
  Size plain = substitute(size, equal_);
  if (divides_.empty() || plain.overflowed())
    return plain;
  // floor(a / b) is a / b where b is known to divide a.
  Size result;
  for (const Size::Term &term : plain.terms()) {
    Size product(term.factor);
    for (const auto &atom : term.atoms) {
      bool whole = atom->kind == SizeAtom::Floor && proveDivides(atom->numerator, atom->denominator);
      product =
          product * (whole ? Size::quotient(atom->numerator, atom->denominator) : SizeArithmetic::single(1, {atom}));
    }
    result = result + product;
  }
  return result;
}

namespace {

/// Occurrences of `name`: how often as a factor of its own, and whether also elsewhere (squared, in a quotient).
struct Linear {
  Size factor, rest;
  bool ok = true;
};

Linear linearIn(const Size &size, const std::string &name) {
  Linear result;
  for (const Size::Term &term : size.terms()) {
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

Unified unify(const Size &pattern, const Size &actual, const std::vector<std::string> &unknowns, SizeMap &bound,
              const SizeFacts &facts) {
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
