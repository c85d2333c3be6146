// Size expressions: one canonical form, arithmetic, evaluation, bounds.
#include "compiler/Dialect/Dims.h"
#include "compiler/Dialect/DimsPrint.h"
#include "compiler/Dialect/Nn.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;

namespace nnc::nn {
namespace {

/// A product of atoms, sorted by their text; atoms are symbols and divisions.
using Monomial = std::vector<std::pair<std::string, AffineExpr>>;

struct MonomialLess {
  bool operator()(const Monomial &a, const Monomial &b) const {
    // Longer products first, then by text, the constant last: "B * T + B + 1".
    if (a.size() != b.size())
      return a.size() > b.size();
    for (auto [x, y] : llvm::zip(a, b))
      if (x.first != y.first)
        return x.first < y.first;
    return false;
  }
};
using Polynomial = std::map<Monomial, int64_t, MonomialLess>;

/// Brings expressions over alphabetically numbered symbols into canonical form.
class Canonicalizer {
public:
  Canonicalizer(MLIRContext *context, ArrayRef<StringAttr> symbols) : context(context), symbols(symbols) {}

  AffineExpr run(AffineExpr expr) { return rebuild(polynomial(expr)); }

private:
  Polynomial polynomial(AffineExpr expr);
  Polynomial division(AffineBinaryOpExpr expr);
  Polynomial simplified(AffineBinaryOpExpr expr, AffineExpr lhs, AffineExpr rhs);
  AffineExpr rebuild(const Polynomial &polynomial);
  Polynomial atom(AffineExpr expr) { return {{Monomial{{sizeText(expr, symbols), expr}}, 1}}; }

  MLIRContext *context;
  ArrayRef<StringAttr> symbols;
};

void addTerm(Polynomial &sum, const Monomial &monomial, int64_t factor) {
  int64_t &at = sum[monomial];
  at = int64_t(uint64_t(at) + uint64_t(factor)); // sizes are far below overflow; a wrapped one fails the limits
  if (at == 0)
    sum.erase(monomial);
}

Polynomial Canonicalizer::polynomial(AffineExpr expr) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue() ? Polynomial{{Monomial{}, constant.getValue()}} : Polynomial{};
  if (isa<AffineSymbolExpr>(expr) || isa<AffineDimExpr>(expr))
    return atom(expr);
  auto binary = cast<AffineBinaryOpExpr>(expr);
  if (expr.getKind() != AffineExprKind::Add && expr.getKind() != AffineExprKind::Mul)
    return division(binary);
  Polynomial lhs = polynomial(binary.getLHS()), rhs = polynomial(binary.getRHS());
  if (expr.getKind() == AffineExprKind::Add) {
    for (auto &[monomial, factor] : rhs)
      addTerm(lhs, monomial, factor);
    return lhs;
  }
  Polynomial product;
  for (auto &[a, fa] : lhs)
    for (auto &[b, fb] : rhs) {
      Monomial both = a;
      both.insert(both.end(), b.begin(), b.end());
      llvm::sort(both, [](auto &x, auto &y) { return x.first < y.first; });
      addTerm(product, both, int64_t(uint64_t(fa) * uint64_t(fb)));
    }
  return product;
}

/// floordiv, ceildiv and mod of canonical operands.
Polynomial Canonicalizer::division(AffineBinaryOpExpr expr) {
  AffineExpr lhs = run(expr.getLHS()), rhs = run(expr.getRHS());
  auto divisor = dyn_cast<AffineConstantExpr>(rhs);
  if (expr.getKind() == AffineExprKind::FloorDiv && divisor && divisor.getValue() > 0) {
    // What is a multiple of the divisor leaves: (4 * T + B - 1) floordiv 2 = 2 * T - 1 + (B + 1) floordiv 2.
    Polynomial whole, rest;
    for (auto &[monomial, factor] : polynomial(lhs)) {
      addTerm(whole, monomial, llvm::divideFloorSigned(factor, divisor.getValue()));
      addTerm(rest, monomial, llvm::mod(factor, divisor.getValue()));
    }
    // floor((2 * T + 1) / 4) is floor(T / 2).
    int64_t common = divisor.getValue();
    for (auto &[monomial, factor] : rest)
      common = monomial.empty() ? common : std::gcd(common, factor);
    if (common > 1 && common < divisor.getValue() && !rest.empty()) {
      Polynomial smaller;
      for (auto &[monomial, factor] : rest)
        addTerm(smaller, monomial, llvm::divideFloorSigned(factor, common));
      for (auto &[monomial, factor] : polynomial(rebuild(smaller).floorDiv(divisor.getValue() / common)))
        addTerm(whole, monomial, factor);
      return whole;
    }
    if (whole.empty()) {
      // (T floordiv 2 + 1) floordiv 2 = (T + 2) floordiv 4.
      auto sum = dyn_cast<AffineBinaryOpExpr>(lhs);
      auto added = sum && sum.getKind() == AffineExprKind::Add ? dyn_cast<AffineConstantExpr>(sum.getRHS())
                                                               : AffineConstantExpr();
      auto inner = added ? dyn_cast<AffineBinaryOpExpr>(sum.getLHS()) : sum;
      auto first = inner ? dyn_cast<AffineConstantExpr>(inner.getRHS()) : AffineConstantExpr();
      int64_t both = 0, more = 0;
      if (first && inner.getKind() == AffineExprKind::FloorDiv && first.getValue() > 0 &&
          !llvm::MulOverflow(first.getValue(), divisor.getValue(), both) &&
          !llvm::MulOverflow(first.getValue(), added ? added.getValue() : 0, more))
        return polynomial((inner.getLHS() + more).floorDiv(both));
      return simplified(expr, lhs, rhs);
    }
    for (auto &[monomial, factor] : polynomial(rebuild(rest).floorDiv(rhs)))
      addTerm(whole, monomial, factor);
    return whole;
  }
  return simplified(expr, lhs, rhs);
}

/// As MLIR's own simplification leaves it; that may remove the division.
Polynomial Canonicalizer::simplified(AffineBinaryOpExpr expr, AffineExpr lhs, AffineExpr rhs) {
  AffineExpr result = expr.getKind() == AffineExprKind::FloorDiv  ? lhs.floorDiv(rhs)
                      : expr.getKind() == AffineExprKind::CeilDiv ? lhs.ceilDiv(rhs)
                                                                  : lhs % rhs;
  if (result == expr)
    return atom(expr);
  auto binary = dyn_cast<AffineBinaryOpExpr>(result);
  if (binary && binary.getKind() == expr.getKind() && binary.getLHS() == lhs && binary.getRHS() == rhs)
    return atom(result);
  return polynomial(result);
}

AffineExpr Canonicalizer::rebuild(const Polynomial &polynomial) {
  AffineExpr sum = getAffineConstantExpr(0, context);
  for (auto &[monomial, factor] : polynomial) {
    AffineExpr product = getAffineConstantExpr(1, context);
    for (auto &[text, atom] : monomial)
      product = product * atom;
    sum = sum + product * factor;
  }
  return sum;
}

/// Interval with optional ends.
struct Interval {
  std::optional<int64_t> low, high;
};

std::optional<int64_t> add(std::optional<int64_t> a, std::optional<int64_t> b) {
  return a && b ? llvm::checkedAdd(*a, *b) : std::nullopt;
}

Interval multiply(Interval a, Interval b) {
  if (a.low && b.low && *a.low >= 0 && *b.low >= 0) // the usual case keeps its lower end even if unbounded above
    return {llvm::checkedMul(*a.low, *b.low), a.high && b.high ? llvm::checkedMul(*a.high, *b.high) : std::nullopt};
  if (!a.low || !a.high || !b.low || !b.high)
    return {};
  Interval result;
  for (int64_t x : {*a.low, *a.high})
    for (int64_t y : {*b.low, *b.high}) {
      std::optional<int64_t> p = llvm::checkedMul(x, y);
      if (!p)
        return {};
      result.low = result.low ? std::min(*result.low, *p) : *p;
      result.high = result.high ? std::max(*result.high, *p) : *p;
    }
  return result;
}

Interval intervalOf(AffineExpr expr, ArrayRef<StringAttr> symbols, const SizeRanges &ranges) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return {constant.getValue(), constant.getValue()};
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr)) {
    auto found = ranges.find(symbols[symbol.getPosition()].getValue());
    return found == ranges.end() ? Interval{} : Interval{found->second.min, found->second.max};
  }
  auto binary = cast<AffineBinaryOpExpr>(expr);
  Interval a = intervalOf(binary.getLHS(), symbols, ranges), b = intervalOf(binary.getRHS(), symbols, ranges);
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return {add(a.low, b.low), add(a.high, b.high)};
  case AffineExprKind::Mul:
    return multiply(a, b);
  case AffineExprKind::Mod:
    return {0, b.high ? std::optional(*b.high - 1) : std::nullopt};
  default: { // divisions by something positive; of something not negative: the least divisor gives the greatest value
    if (!b.low || *b.low <= 0 || !a.low || *a.low < 0)
      return {};
    bool up = expr.getKind() == AffineExprKind::CeilDiv;
    auto divide = [&](int64_t x, int64_t y) {
      return up ? llvm::divideCeilSigned(x, y) : llvm::divideFloorSigned(x, y);
    };
    return {b.high ? divide(*a.low, *b.high) : 0, a.high ? std::optional(divide(*a.high, *b.low)) : std::nullopt};
  }
  }
}

std::optional<int64_t> evaluateExpr(AffineExpr expr, ArrayRef<StringAttr> symbols, const SizeBindings &bindings) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue();
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr)) {
    auto found = bindings.find(symbols[symbol.getPosition()].getValue());
    return found == bindings.end() ? std::nullopt : std::optional(found->second);
  }
  auto binary = cast<AffineBinaryOpExpr>(expr);
  auto a = evaluateExpr(binary.getLHS(), symbols, bindings), b = evaluateExpr(binary.getRHS(), symbols, bindings);
  if (!a || !b)
    return std::nullopt;
  if (expr.getKind() == AffineExprKind::Add)
    return llvm::checkedAdd(*a, *b);
  if (expr.getKind() == AffineExprKind::Mul)
    return llvm::checkedMul(*a, *b);
  if (*b <= 0)
    return std::nullopt;
  if (expr.getKind() == AffineExprKind::Mod)
    return llvm::mod(*a, *b);
  return expr.getKind() == AffineExprKind::CeilDiv ? llvm::divideCeilSigned(*a, *b) : llvm::divideFloorSigned(*a, *b);
}

/// The union of several name lists, alphabetical.
SmallVector<StringAttr> mergeNames(ArrayRef<ArrayRef<StringAttr>> lists) {
  SmallVector<StringAttr> names;
  for (ArrayRef<StringAttr> list : lists)
    names.append(list.begin(), list.end());
  llvm::sort(names, [](StringAttr a, StringAttr b) { return a.getValue() < b.getValue(); });
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

/// `expr` over `from`, renumbered for `to`, which holds all names that occur.
AffineExpr renumber(AffineExpr expr, ArrayRef<StringAttr> from, ArrayRef<StringAttr> to) {
  if (from == to || isa<AffineConstantExpr>(expr))
    return expr;
  SmallVector<AffineExpr> replacements;
  for (StringAttr name : from)
    replacements.push_back(getAffineSymbolExpr(llvm::find(to, name) - to.begin(), expr.getContext()));
  return expr.replaceSymbols(replacements);
}

} // namespace

SizeExpr SizeExpr::constant(MLIRContext *context, int64_t value) {
  SizeExpr result;
  result.expr = getAffineConstantExpr(value, context);
  return result;
}

SizeExpr SizeExpr::symbol(MLIRContext *context, StringRef name) {
  SizeExpr result;
  result.expr = getAffineSymbolExpr(0, context);
  result.symbols.push_back(StringAttr::get(context, name));
  return result;
}

SizeExpr SizeExpr::get(AffineExpr expr, ArrayRef<StringAttr> symbols) {
  if (isa<AffineConstantExpr, AffineSymbolExpr>(expr))
    return ofCanonical(expr, symbols);
  SmallVector<StringAttr> sorted = mergeNames({symbols});
  return ofCanonical(Canonicalizer(expr.getContext(), sorted).run(renumber(expr, symbols, sorted)), sorted);
}

SizeExpr SizeExpr::ofCanonical(AffineExpr expr, ArrayRef<StringAttr> symbols) {
  SizeExpr result;
  for (auto [i, name] : llvm::enumerate(symbols))
    if (expr.isFunctionOfSymbol(i))
      result.symbols.push_back(name);
  // Alphabetical order of the names is kept, so the form stays canonical under the new numbers.
  result.expr = renumber(expr, symbols, result.symbols);
  return result;
}

bool SizeExpr::isConstant() const { return isa<AffineConstantExpr>(expr); }
int64_t SizeExpr::value() const { return cast<AffineConstantExpr>(expr).getValue(); }
std::optional<int64_t> SizeExpr::asConstant() const { return isConstant() ? std::optional(value()) : std::nullopt; }
std::string SizeExpr::str() const { return sizeText(expr, symbols); }

static SizeExpr combine(const SizeExpr &a, const SizeExpr &b, AffineExprKind kind) {
  if (a.isConstant() && b.isConstant()) // MLIR folds numbers
    return SizeExpr::get(getAffineBinaryOpExpr(kind, a.getExpr(), b.getExpr()), {});
  SmallVector<StringAttr> names = mergeNames({a.getSymbols(), b.getSymbols()});
  return SizeExpr::get(getAffineBinaryOpExpr(kind, renumber(a.getExpr(), a.getSymbols(), names),
                                             renumber(b.getExpr(), b.getSymbols(), names)),
                       names);
}
SizeExpr SizeExpr::operator+(const SizeExpr &other) const { return combine(*this, other, AffineExprKind::Add); }
SizeExpr SizeExpr::operator-(const SizeExpr &other) const { return *this + constant(expr.getContext(), -1) * other; }
SizeExpr SizeExpr::operator*(const SizeExpr &other) const { return combine(*this, other, AffineExprKind::Mul); }
SizeExpr SizeExpr::floorDiv(const SizeExpr &other) const { return combine(*this, other, AffineExprKind::FloorDiv); }
SizeExpr SizeExpr::ceilDiv(const SizeExpr &other) const { return combine(*this, other, AffineExprKind::CeilDiv); }
SizeExpr SizeExpr::mod(const SizeExpr &other) const { return combine(*this, other, AffineExprKind::Mod); }

std::optional<int64_t> SizeExpr::evaluate(const SizeBindings &bindings) const {
  return evaluateExpr(expr, symbols, bindings);
}
std::optional<int64_t> SizeExpr::upperBound(const SizeRanges &ranges) const {
  return intervalOf(expr, symbols, ranges).high;
}
std::optional<int64_t> SizeExpr::lowerBound(const SizeRanges &ranges) const {
  return intervalOf(expr, symbols, ranges).low;
}

std::optional<StringAttr> freeSize(const SizeExpr &size, const SizeForms &forms) {
  if (isa<AffineSymbolExpr>(size.getExpr()))
    return size.getSymbols().front();
  for (const auto &[name, form] : forms)
    if (size == form)
      return StringAttr::get(size.getExpr().getContext(), name);
  return std::nullopt;
}

DimsAttr makeDims(MLIRContext *context, ArrayRef<SizeExpr> sizes, AffineMap layout) {
  SmallVector<ArrayRef<StringAttr>> lists;
  for (const SizeExpr &size : sizes)
    lists.push_back(size.getSymbols());
  SmallVector<StringAttr> names = mergeNames(lists);
  SmallVector<AffineExpr> dims;
  for (const SizeExpr &size : sizes)
    dims.push_back(renumber(size.getExpr(), size.getSymbols(), names));
  return DimsAttr::get(context, names, dims, layout);
}

SmallVector<SizeExpr> sizesOf(DimsAttr dims) {
  SmallVector<SizeExpr> sizes;
  for (AffineExpr dim : dims.getDims())
    sizes.push_back(SizeExpr::ofCanonical(dim, dims.getSymbols()));
  return sizes;
}

} // namespace nnc::nn
