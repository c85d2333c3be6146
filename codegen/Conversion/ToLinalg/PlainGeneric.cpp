// Index notation of the plain form: SPEC.md section 8.
#include "codegen/Conversion/ToLinalg/PlainEmitter.h"
#include "mlir/Dialect/Affine/Utils.h"

using namespace mlir;

namespace nnc {
namespace {

/// Dimensions of the domain that the result's map does not name, in order.
SmallVector<unsigned> reducedDims(AffineMap result) {
  SmallVector<unsigned> dims;
  for (unsigned d = 0; d < result.getNumDims(); ++d)
    if (!result.isFunctionOfDim(d))
      dims.push_back(d);
  return dims;
}

} // namespace

Value PlainEmitter::generic(nn::GenericOp op, const Indices &at) {
  SmallVector<nn::SizeExpr> domain = nn::sizesOf(op.getDomain()), reduced;
  SmallVector<AffineMap> maps(op.getMaps().getAsValueRange<AffineMapAttr>());
  SmallVector<unsigned> dims = reducedDims(maps.back());
  for (unsigned dim : dims)
    reduced.push_back(domain[dim]);

  // One element of input i at a point; beyond the box what `outside` says, and nothing is read there.
  auto access = [&](unsigned i, const Indices &point) {
    Value input = op.getInputs()[i];
    auto type = ::mlir::cast<RankedTensorType>(input.getType());
    Attribute beyond = op.getOutside() ? (*op.getOutside())[i] : Attribute();
    Indices source;
    Value inside;
    for (auto [d, expr] : llvm::enumerate(maps[i].getResults())) {
      Value position =
          make(point, [&](OpBuilder &b) -> Value { return affine::expandAffineExpr(b, loc, expr, point, {}); });
      if (isa_and_nonnull<TypedAttr>(beyond)) {
        Value extent = size(nn::sizeOf(type, d));
        Value low = compare(arith::CmpIPredicate::sge, position, index(0));
        Value both = this->op<arith::AndIOp>({low, compare(arith::CmpIPredicate::slt, position, extent)});
        inside = inside ? this->op<arith::AndIOp>({inside, both}) : both;
        position = select(both, position, index(0));
      }
      source.push_back(position);
    }
    Value value = element(input, source);
    if (!inside)
      return value;
    Type scalarType = type.getElementType();
    double constant = 0;
    if (auto number = dyn_cast<FloatAttr>(beyond))
      constant = number.getValueAsDouble();
    else if (auto number = dyn_cast<IntegerAttr>(beyond))
      constant = scalarType.isInteger(1) ? number.getValue().getZExtValue() : number.getInt();
    return select(inside, value, number(scalarType, constant));
  };

  auto body = [&](const Indices &point) {
    DenseMap<Value, Value> values;
    Block &block = op.getBody().front();
    unsigned inputs = op.getInputs().size();
    for (unsigned i = 0; i < inputs; ++i)
      values[block.getArgument(i)] = access(i, point);
    for (unsigned i = inputs; i < block.getNumArguments(); ++i)
      values[block.getArgument(i)] = this->op<arith::IndexCastOp>(builder.getI64Type(), {point[i - inputs]});
    for (Operation &inner : block.without_terminator()) {
      SmallVector<Value> operands;
      for (Value operand : inner.getOperands())
        operands.push_back(values.lookup(operand));
      Value value = inner.getNumOperands() == 0 ? compute(&inner, 0, {}) : scalar(&inner, operands);
      if (!value) {
        failed = failed ? failed : &inner;
        value = number(::mlir::cast<RankedTensorType>(inner.getResult(0).getType()).getElementType(), 0);
      }
      values[inner.getResult(0)] = value;
    }
    return values.lookup(block.getTerminator()->getOperand(0));
  };

  auto term = [&](Value position) {
    Indices point(domain.size()), inner = split(position, reduced);
    for (auto [i, dim] : llvm::enumerate(dims))
      point[dim] = inner[i];
    for (auto [i, expr] : llvm::enumerate(maps.back().getResults()))
      point[::mlir::cast<AffineDimExpr>(expr).getPosition()] = at[i];
    return body(point);
  };
  if (dims.empty())
    return term(index(0));
  return blocks(op.getReduce(), op.getType().getElementType(), product(reduced), depthOf(at), term);
}

} // namespace nnc
