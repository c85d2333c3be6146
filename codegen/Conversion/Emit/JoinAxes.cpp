#include "codegen/Conversion/Emit/JoinAxes.h"
#include "codegen/Conversion/Emit/KernelBuilder.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace nnc::emit {
namespace {

/// The number that two indices are quotient and rest of; null if they are not those of the division by `extent`.
Value dividend(Value quotient, Value rest, int64_t extent) {
  auto division = quotient.getDefiningOp<arith::DivUIOp>();
  auto remainder = rest.getDefiningOp<arith::RemUIOp>();
  bool fits = division && remainder && division.getLhs() == remainder.getLhs() &&
              KernelBuilder::constantOf(division.getRhs()) == extent &&
              KernelBuilder::constantOf(remainder.getRhs()) == extent;
  return fits ? division.getLhs() : Value();
}

class AxisJoiner {
public:
  explicit AxisJoiner(func::FuncOp function) : function(function) {}

  void run() {
    function.walk([&](Operation *op) {
      if (isa<memref::LoadOp, memref::StoreOp, vector::LoadOp, vector::StoreOp, vector::MaskedLoadOp,
              vector::MaskedStoreOp>(op))
        joinIndices(op);
    });
    for (Operation *op : llvm::to_vector(llvm::reverse(left)))
      if (isOpTriviallyDead(op))
        op->erase();
  }

private:
  void joinIndices(Operation *op) {
    unsigned place = llvm::find_if(op->getOpOperands(), [](OpOperand &operand) {
                       return isa<MemRefType>(operand.get().getType());
                     })->getOperandNumber();
    for (unsigned dim = 0;;) {
      Value memory = op->getOperand(place);
      auto type = cast<MemRefType>(memory.getType());
      if (dim + 1 >= type.getRank())
        return;
      Value quotient = op->getOperand(place + 1 + dim), rest = op->getOperand(place + 2 + dim);
      Value one = dividend(quotient, rest, type.getDimSize(dim + 1));
      Value joined = one ? viewOf(memory, dim) : Value();
      if (!joined) {
        ++dim;
        continue;
      }
      op->setOperand(place, joined);
      op->setOperand(place + 1 + dim, one);
      op->eraseOperand(place + 2 + dim);
      for (Value value : {memory, quotient, rest})
        if (Operation *maker = value.getDefiningOp())
          left.insert(maker);
    }
  }

  /// `memory` with `dim` and the axis behind it as one; null if there are gaps between them.
  Value viewOf(Value memory, unsigned dim) {
    Value &known = views[{memory, dim}];
    auto type = cast<MemRefType>(memory.getType());
    auto view = memory.getDefiningOp<memref::ReinterpretCastOp>();
    SmallVector<int64_t> strides, shape(type.getShape());
    int64_t offset = 0, inner = shape[dim + 1];
    if (known || (!view && !isa<BlockArgument>(memory)) || failed(type.getStridesAndOffset(strides, offset)) ||
        ShapedType::isDynamic(strides[dim + 1]) || strides[dim] != inner * strides[dim + 1] ||
        (dim > 0 && type.isDynamicDim(dim)))
      return known;
    OpBuilder b(function.getContext());
    view ? b.setInsertionPointAfter(view) : b.setInsertionPointToStart(&function.getBody().front());
    Location loc = memory.getLoc();
    SmallVector<OpFoldResult> sizes, steps;
    if (view) {
      sizes = view.getMixedSizes();
      steps = view.getMixedStrides();
    } else {
      sizes = getAsIndexOpFoldResult(b.getContext(), shape);
      steps = getAsIndexOpFoldResult(b.getContext(), strides);
    }
    if (auto rows = dyn_cast<Value>(sizes[dim])) {
      Value factor = arith::ConstantIndexOp::create(b, loc, inner);
      sizes[dim] = arith::MulIOp::create(b, loc, rows, factor).getResult();
    } else {
      shape[dim] *= inner;
      sizes[dim] = b.getIndexAttr(shape[dim]);
    }
    sizes.erase(sizes.begin() + dim + 1);
    steps.erase(steps.begin() + dim);
    shape.erase(shape.begin() + dim + 1);
    strides.erase(strides.begin() + dim);
    MemRefLayoutAttrInterface layout;
    if (!type.getLayout().isIdentity())
      layout = StridedLayoutAttr::get(b.getContext(), offset, strides);
    auto joined = MemRefType::get(shape, type.getElementType(), layout);
    known = memref::ReinterpretCastOp::create(b, loc, joined, view ? view.getSource() : memory,
                                              view ? view.getMixedOffsets().front() : OpFoldResult(b.getIndexAttr(0)),
                                              sizes, steps);
    return known;
  }

  func::FuncOp function;
  llvm::DenseMap<std::pair<Value, unsigned>, Value> views;
  llvm::SetVector<Operation *> left; // what the joined indices and buffers may have been made for
};

} // namespace

void joinAxes(func::FuncOp function) { AxisJoiner(function).run(); }

} // namespace nnc::emit
