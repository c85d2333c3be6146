#include "dsl/SizeArithmetic.h"

#include <algorithm>
#include <numeric>

namespace nnc::dsl {

Size SizeArithmetic::make(Products products, int64_t number) {
  Size size;
  size.number_ = number;
  if (!products.empty())
    size.products_ = std::make_shared<const Products>(std::move(products));
  return size;
}

Size SizeArithmetic::single(int64_t factor, const Atoms &atoms) {
  if (factor == 0 || atoms.empty())
    return Size(factor);
  return make({{factor, atoms}}, 0);
}

Size SizeArithmetic::overflow() {
  Size size;
  size.overflowed_ = true;
  return size;
}

/// Most sizes have no quotient.
static Size joined(const Size &size) {
  for (const Size::Term &term : size.products())
    if (term.atoms.back()->kind == SizeAtom::Quotient)
      return SizeArithmetic::joinQuotients(size);
  return size;
}

Size SizeArithmetic::plusNumber(const Size &size, int64_t number) {
  Size sum = size;
  if (number == 0)
    return size;
  return __builtin_add_overflow(size.number_, number, &sum.number_) ? overflow() : joined(sum);
}

Size SizeArithmetic::plus(const Size &a, const Size &b) {
  const Products &left = *a.products_, &right = *b.products_;
  Products sum;
  sum.reserve(left.size() + right.size());
  size_t i = 0, j = 0;
  while (i < left.size() && j < right.size()) {
    int before = order(left[i].atoms, right[j].atoms);
    if (before != 0) {
      sum.push_back(before < 0 ? left[i++] : right[j++]);
      continue;
    }
    int64_t factor;
    if (__builtin_add_overflow(left[i].factor, right[j++].factor, &factor))
      return overflow();
    if (factor != 0)
      sum.push_back({factor, left[i].atoms});
    ++i;
  }
  sum.insert(sum.end(), left.begin() + i, left.end());
  sum.insert(sum.end(), right.begin() + j, right.end());
  return joined(plusNumber(make(std::move(sum), a.number_), b.number_));
}

Size SizeArithmetic::sumOf(Products products) {
  std::sort(products.begin(), products.end(),
            [](const Size::Term &x, const Size::Term &y) { return order(x.atoms, y.atoms) < 0; });
  Products sum;
  for (Size::Term &term : products) {
    if (sum.empty() || order(sum.back().atoms, term.atoms) != 0)
      sum.push_back(std::move(term));
    else if (__builtin_add_overflow(sum.back().factor, term.factor, &sum.back().factor))
      return overflow();
  }
  std::erase_if(sum, [](const Size::Term &term) { return term.factor == 0; });
  int64_t number = 0;
  if (!sum.empty() && sum.front().atoms.empty()) {
    number = sum.front().factor;
    sum.erase(sum.begin());
  }
  return joined(make(std::move(sum), number));
}

std::optional<Size::Term> SizeArithmetic::multiplyTerms(const Size::Term &a, const Size::Term &b) {
  Size::Term product;
  if (__builtin_mul_overflow(a.factor, b.factor, &product.factor) || a.atoms.size() + b.atoms.size() > 64)
    return std::nullopt;
  product.atoms.reserve(a.atoms.size() + b.atoms.size());
  std::merge(a.atoms.begin(), a.atoms.end(), b.atoms.begin(), b.atoms.end(), std::back_inserter(product.atoms),
             [](const auto &x, const auto &y) { return x->key < y->key; });
  return product;
}

std::optional<Size::Term> SizeArithmetic::divideTerm(const Size::Term &a, const Size::Term &b) {
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

std::optional<Size::Term> SizeArithmetic::onlyTerm(const Size &size) {
  if (size.products().size() + (size.number() != 0) != 1)
    return std::nullopt;
  return size.products_ ? size.products().front() : Size::Term{size.number(), {}};
}

Size SizeArithmetic::simplifyProduct(const Size::Term &term) {
  for (size_t i = 0; i < term.atoms.size(); ++i) {
    const SizeAtom &atom = *term.atoms[i];
    std::optional<Size::Term> denominator = atom.kind == SizeAtom::Quotient ? onlyTerm(atom.denominator) : std::nullopt;
    if (!denominator)
      continue;
    Size::Term rest = term;
    rest.atoms.erase(rest.atoms.begin() + i);
    if (auto divided = divideTerm(rest, *denominator))
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

Size SizeArithmetic::split(const Size &a, const Size &b, Size &rest) {
  Size whole;
  rest = Size();
  std::optional<Size::Term> divisor = onlyTerm(b);
  for (const Size::Term &term : termsOf(a)) {
    if (auto divided = divisor ? divideTerm(term, *divisor) : std::nullopt)
      whole = whole + single(divided->factor, divided->atoms);
    else
      rest = rest + single(term.factor, term.atoms);
  }
  return whole;
}

int64_t SizeArithmetic::commonFactor(const Size &size, int64_t divisor) {
  for (const Size::Term &term : size.products())
    divisor = term.factor == INT64_MIN ? 1 : std::gcd(divisor, term.factor);
  return divisor;
}

Size SizeArithmetic::shrunk(const Size &size, int64_t common) {
  Products products = size.products();
  for (Size::Term &term : products)
    term.factor /= common;
  int64_t number = size.number() / common;
  return make(std::move(products), number - (size.number() % common < 0));
}

SizeArithmetic::Products SizeArithmetic::termsOf(const Size &size) {
  Products terms = size.products();
  if (size.number() != 0)
    terms.push_back({size.number(), {}});
  return terms;
}

int SizeArithmetic::order(const Atoms &a, const Atoms &b) {
  for (size_t i = 0; i < a.size() && i < b.size(); ++i)
    if (int differs = a[i] == b[i] ? 0 : a[i]->key.compare(b[i]->key))
      return differs;
  return a.size() < b.size() ? -1 : a.size() > b.size();
}

bool SizeArithmetic::isSmall(const Size &size) {
  auto number = size.constant();
  return number && *number > 0 && *number < (int64_t(1) << 31);
}

const SizeAtom *SizeArithmetic::onlyQuotient(const Size &size, SizeAtom::Kind kind) {
  const Products &products = size.products();
  if (size.number() != 0 || products.size() != 1 || products[0].factor != 1 || products[0].atoms.size() != 1)
    return nullptr;
  const SizeAtom &atom = *products[0].atoms[0];
  return atom.kind == kind && isSmall(atom.denominator) ? &atom : nullptr;
}

} // namespace nnc::dsl
