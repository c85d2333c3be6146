// Division of indices of which enough is known: `(column + n * 16) / 64` is `column / 64`, and the rest is `n * 16`,
// where columns are multiples of 64 and n stays below 4.
#include "codegen/Conversion/Emit/KernelBuilder.h"

#include <numeric>

using namespace mlir;

namespace nnc::emit {

Value KernelBuilder::multiple(Value value, int64_t factor) {
  factors[value] = factor;
  return value;
}

KernelBuilder::Facts KernelBuilder::factsOf(Value value) {
  if (std::optional<int64_t> constant = constantOf(value))
    return {*constant, *constant};
  if (auto known = factors.find(value); known != factors.end())
    return {known->second, std::nullopt};
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
    if (!loop || argument != loop.getInductionVar())
      return {};
    std::optional<int64_t> from = constantOf(loop.getLowerBound()), to = constantOf(loop.getUpperBound()),
                           step = constantOf(loop.getStep());
    if (!step)
      return {};
    Facts facts{std::gcd(factsOf(loop.getLowerBound()).factor, *step), std::nullopt};
    if (from && to && *to > *from)
      facts.largest = *from + (*to - 1 - *from) / *step * *step;
    return facts;
  }
  auto combine = [&](Operation *op, auto factor, auto largest) {
    Facts a = factsOf(op->getOperand(0)), b = factsOf(op->getOperand(1));
    Facts facts{factor(a.factor, b.factor), std::nullopt};
    if (a.largest && b.largest)
      facts.largest = largest(*a.largest, *b.largest);
    return facts;
  };
  if (auto sum = value.getDefiningOp<arith::AddIOp>())
    return combine(sum, std::gcd<int64_t, int64_t>, std::plus<int64_t>());
  if (auto product = value.getDefiningOp<arith::MulIOp>())
    return combine(product, std::multiplies<int64_t>(), std::multiplies<int64_t>());
  return {};
}

// Quotient and rest, if the terms of the sum are multiples of `by`, or together smaller.
std::optional<std::pair<Value, Value>> KernelBuilder::divide(Value value, int64_t by) {
  SmallVector<Value> terms{value}, whole, rest;
  int64_t largestRest = 0;
  while (!terms.empty()) {
    Value term = terms.pop_back_val();
    Facts facts = factsOf(term);
    if (facts.factor % by == 0) {
      whole.push_back(term);
    } else if (auto sum = term.getDefiningOp<arith::AddIOp>()) {
      terms.append({sum.getRhs(), sum.getLhs()});
    } else if (facts.largest) {
      rest.push_back(term);
      largestRest += *facts.largest;
    } else {
      return std::nullopt;
    }
  }
  if (largestRest >= by)
    return std::nullopt;
  Value quotient = index(0), left = index(0);
  for (Value term : whole) {
    auto product = term.getDefiningOp<arith::MulIOp>();
    std::optional<int64_t> factor = product ? constantOf(product.getRhs()) : std::nullopt;
    Value part = constantOf(term)              ? index(*constantOf(term) / by)
                 : factor && *factor % by == 0 ? mul(product.getLhs(), index(*factor / by))
                                               : arith::DivUIOp::create(*this, term, index(by)).getResult();
    quotient = add(quotient, part);
  }
  for (Value term : rest)
    left = add(left, term);
  return std::make_pair(quotient, left);
}

} // namespace nnc::emit
