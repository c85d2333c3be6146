#include "compiler/Transforms/RaiseConvolution.h"
#include "mlir/Analysis/FlatLinearValueConstraints.h"

using namespace mlir;
using namespace nnc::nn;

namespace nnc {
namespace {

constexpr int64_t largest = int64_t(1) << 24; // what nn.conv takes

/// The body is the product of its two elements, and nothing else.
bool isSumOfProducts(GenericOp op) {
  Block &body = op.getBody().front();
  if (op.getReduce() != ReduceKind::add || op.getInputs().size() != 2 || body.getNumArguments() != 2 ||
      !isa<FloatType>(op.getType().getElementType()))
    return false;
  auto product = body.getTerminator()->getOperand(0).getDefiningOp<MulOp>();
  if (!product || &body.front() != product.getOperation() || product->getNextNode() != body.getTerminator())
    return false;
  Value a = product.getA(), b = product.getB(), first = body.getArgument(0), second = body.getArgument(1);
  return (a == first && b == second) || (a == second && b == first);
}

/// The index that runs over all of dimension `dim`, if the map reads it so.
std::optional<unsigned> wholeIndex(AffineMap map, unsigned dim, Value tensor, ArrayRef<SizeExpr> domain) {
  auto index = dyn_cast<AffineDimExpr>(map.getResult(dim));
  if (!index || sizeOf(cast<RankedTensorType>(tensor.getType()), dim) != domain[index.getPosition()])
    return std::nullopt;
  return index.getPosition();
}

/// All dimensions of a tensor, each by an index of its own; else empty.
SmallVector<unsigned> wholeIndices(AffineMap map, Value tensor, ArrayRef<SizeExpr> domain) {
  SmallVector<unsigned> indices;
  for (unsigned dim = 0; dim < map.getNumResults(); ++dim) {
    std::optional<unsigned> index = wholeIndex(map, dim, tensor, domain);
    if (!index || llvm::is_contained(indices, *index))
      return {};
    indices.push_back(*index);
  }
  return indices;
}

class Matcher {
public:
  Matcher(GenericOp op, unsigned x, unsigned filter)
      : op(op), domain(sizesOf(op.getDomain())), maps(op.getMaps().getAsValueRange<AffineMapAttr>()), found{x, filter} {
  }

  std::optional<RaisedConvolution> match() {
    Value x = op.getInputs()[found.x], filter = op.getInputs()[found.filter];
    AffineMap read = maps[found.x];
    SmallVector<unsigned> y = wholeIndices(maps.back(), op.getY(), domain);
    SmallVector<unsigned> w = wholeIndices(maps[found.filter], filter, domain);
    unsigned rank = y.size();
    if (rank < 3 || rank > 5 || w.size() != rank || read.getNumResults() != rank || domain.size() != 2 * rank - 1)
      return std::nullopt;
    if (wholeIndex(read, 0, x, domain) != y[0] || wholeIndex(read, 1, x, domain) != w[1] || w[0] != y[1])
      return std::nullopt;
    // Each index has one part: none of those that are summed stands in the result.
    for (unsigned index : ArrayRef(w).drop_front())
      if (llvm::is_contained(y, index))
        return std::nullopt;
    for (unsigned axis = 2; axis < rank; ++axis)
      if (!addAxis(read.getResult(axis), sizeOf(cast<RankedTensorType>(x.getType()), axis), y[axis], w[axis]))
        return std::nullopt;
    if (staysInside() || isZeroOutside())
      return found;
    return std::nullopt;
  }

private:
  /// One axis: `expr` is place · stride + tap · dilation - low, and the places are those that nn.conv would have.
  bool addAxis(AffineExpr expr, const SizeExpr &extent, unsigned place, unsigned tap) {
    SmallVector<int64_t> factors;
    if (failed(getFlattenedAffineExpr(expr, domain.size(), 0, &factors)) || factors.size() != domain.size() + 1)
      return false;
    std::optional<int64_t> size = extent.asConstant(), places = domain[place].asConstant(),
                           taps = domain[tap].asConstant();
    if (!size || !places || !taps || *places < 1 || *taps < 1)
      return false;
    int64_t stride = factors[place], dilation = factors[tap], low = -factors.back();
    // Of a single place or tap the factor says nothing.
    stride = *places == 1 && stride == 0 ? 1 : stride;
    dilation = *taps == 1 && dilation == 0 ? 1 : dilation;
    factors[place] = factors[tap] = factors.back() = 0;
    auto inRange = [](int64_t number, int64_t least) { return number >= least && number <= largest; };
    if (llvm::any_of(factors, [](int64_t factor) { return factor != 0; }) || !inRange(stride, 1) ||
        !inRange(dilation, 1) || !inRange(low, 0) || *places > largest || *taps > largest)
      return false;
    // What lies behind the last place: filled up, or less than another place needs.
    int64_t high = (*places - 1) * stride + (*taps - 1) * dilation + 1 - *size - low;
    if (!inRange(std::max<int64_t>(high, 0), 0) || -high >= stride)
      return false;
    found.stride.push_back(stride);
    found.dilation.push_back(dilation);
    found.low.push_back(low);
    found.high.push_back(std::max<int64_t>(high, 0));
    return true;
  }

  bool staysInside() const {
    auto isNone = [](int64_t pad) { return pad == 0; };
    return llvm::all_of(found.low, isNone) && llvm::all_of(found.high, isNone);
  }
  bool isZeroOutside() {
    auto value = op.getOutside() ? dyn_cast<FloatAttr>((*op.getOutside())[found.x]) : FloatAttr();
    return value && value.getValue().isZero();
  }

  GenericOp op;
  SmallVector<SizeExpr> domain;
  SmallVector<AffineMap> maps;
  RaisedConvolution found;
};

} // namespace

std::optional<RaisedConvolution> convolutionOf(GenericOp op) {
  if (!isSumOfProducts(op))
    return std::nullopt;
  if (std::optional<RaisedConvolution> found = Matcher(op, 0, 1).match())
    return found;
  return Matcher(op, 1, 0).match();
}

} // namespace nnc
