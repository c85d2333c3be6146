// Scan family: the loop over time.
#include "compiler/Dialect/Nn.h"

using namespace mlir;

namespace nnc::nn {

RankedTensorType sliceOfStack(RankedTensorType stack, int64_t axis) {
  SmallVector<SizeExpr> sizes = sizesOf(stack);
  sizes.erase(sizes.begin() + axis);
  return makeType(stack.getElementType(), sizes);
}

RankedTensorType stackOfSlice(RankedTensorType slice, int64_t axis, const SizeExpr &steps) {
  SmallVector<SizeExpr> sizes = sizesOf(slice);
  sizes.insert(sizes.begin() + axis, steps);
  return makeType(slice.getElementType(), sizes);
}

SizeExpr ScanOp::stepCount() { return sizesOf(getSteps()).front(); }

static RankedTensorType tensorType(Type type) { return cast<RankedTensorType>(type); }

/// The stacks `types` have time at `axes`, with `steps` steps; returns the types of their slices.
static FailureOr<SmallVector<Type>> slicesOf(ScanOp op, TypeRange types, ArrayRef<int64_t> axes, const char *what) {
  if (types.size() != axes.size())
    return op.emitOpError("C2: '") << what << "_axes' has one axis for each of '" << what << "'";
  SmallVector<Type> slices;
  for (auto [i, type] : llvm::enumerate(types)) {
    if (axes[i] < 0 || axes[i] >= tensorType(type).getRank())
      return op.emitOpError("C3: ") << what << " #" << i << " has no axis " << axes[i];
    if (sizeOf(tensorType(type), axes[i]) != op.stepCount())
      return op.emitOpError("C3: ") << what << " #" << i << " has " << sizeOf(tensorType(type), axes[i]).str()
                                    << " steps, the scan " << op.stepCount().str();
    slices.push_back(sliceOfStack(tensorType(type), axes[i]));
  }
  return slices;
}

static LogicalResult verifyTypes(ScanOp op, TypeRange actual, ArrayRef<Type> expected, const char *what) {
  if (actual.size() != expected.size())
    return op.emitOpError("C4: the body has ") << actual.size() << " " << what << ", expected " << expected.size();
  for (auto [i, type] : llvm::enumerate(expected))
    if (actual[i] != type)
      return op.emitOpError("C4: the body's ") << what << " #" << i << " is " << actual[i] << ", expected " << type;
  return success();
}

/// C6: rows are the first axis of everything that changes with time.
static LogicalResult verifyLengths(ScanOp op, ArrayRef<Type> slices) {
  if (!op.getLengths())
    return success();
  auto lengths = tensorType(op.getLengths().getType());
  if (lengths.getRank() != 1)
    return op.emitOpError("C6: 'lengths' has rank 1, one length a row");
  for (Type type : slices)
    if (tensorType(type).getRank() == 0 || sizeOf(tensorType(type), 0) != sizeOf(lengths, 0))
      return op.emitOpError("C6: with 'lengths' the first axis of carries and slices has its ")
             << sizeOf(lengths, 0).str() << " rows, not " << type;
  return success();
}

LogicalResult ScanOp::verify() {
  if (sizesOf(getSteps()).size() != 1)
    return emitOpError("C1: 'steps' is one size");
  if (getNumResults() != numCarries() + numStacks())
    return emitOpError("C2: results are ") << numCarries() << " carries and " << numStacks() << " stacks";
  FailureOr<SmallVector<Type>> read = slicesOf(*this, getXs().getTypes(), getXsAxes(), "xs");
  FailureOr<SmallVector<Type>> written = slicesOf(*this, stacks().getTypes(), getYsAxes(), "ys");
  if (failed(read) || failed(written))
    return failure();
  if (TypeRange(finalCarries().getTypes()) != TypeRange(getInit().getTypes()))
    return emitOpError("C5: a final carry has the type of its start");
  SmallVector<Type> arguments = {scalarType(IntegerType::get(getContext(), 64))};
  llvm::append_range(arguments, getConsts().getTypes());
  llvm::append_range(arguments, getInit().getTypes());
  llvm::append_range(arguments, *read);
  if (failed(verifyTypes(*this, getBody().getArgumentTypes(), arguments, "arguments")))
    return failure();
  auto yield = dyn_cast<YieldOp>(getBody().front().back());
  if (!yield)
    return emitOpError("C4: the body ends with nn.yield");
  SmallVector<Type> yields(getInit().getTypes());
  llvm::append_range(yields, *written);
  if (failed(verifyTypes(*this, yield.getOperandTypes(), yields, "yields")))
    return failure();
  SmallVector<Type> moving(yields);
  llvm::append_range(moving, *read);
  return verifyLengths(*this, moving);
}

} // namespace nnc::nn
