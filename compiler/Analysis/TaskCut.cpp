#include "compiler/Analysis/TaskCut.h"
#include "compiler/Analysis/OpClass.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nnc {
namespace {

constexpr int whole = TaskCut::whole;
using Cuts = SmallVector<int, 4>; // one an operand

int indexOf(StringRef letters, char letter) {
  size_t at = letters.find(letter);
  return at == StringRef::npos ? whole : int(at);
}

Cuts sameForAll(Operation *op, int dim) {
  Cuts cuts;
  for (Value operand : op->getOperands())
    cuts.push_back(isScalar(operand) ? whole : dim);
  return cuts;
}

Cuts cutContract(nn::ContractOp op, int dim) {
  nn::ContractSpec letters = op.getLetters();
  char letter = letters.result[dim];
  Cuts cuts = {indexOf(letters.lhs, letter), indexOf(letters.rhs, letter)};
  if (op.getInit())
    cuts.push_back(dim);
  return cuts;
}

// Of a convolution: batch and outputs (or channels) can be cut, windows overlap.
Cuts cutConv(Operation *op, int dim) {
  Cuts cuts(op->getNumOperands(), whole);
  if (isa<nn::ConvFilterGradOp>(op))
    cuts[1] = dim == 0 ? 1 : whole;
  else if (dim == 0)
    cuts[0] = 0;
  else if (isa<nn::ConvOp>(op) && dim == 1)
    cuts[1] = 0;
  if (cuts.size() > 2)
    cuts[2] = dim;
  return cuts;
}

// Dimension `dim` of the result counts only the dimensions that are not in `removed`.
int skipRemoved(ArrayRef<int64_t> removed, int dim) {
  for (int64_t axis : removed)
    if (axis <= dim)
      ++dim;
  return dim;
}

int dimOrWhole(ArrayRef<int64_t> dims, int dim) {
  auto *it = llvm::find(dims, dim);
  return it == dims.end() ? whole : int(it - dims.begin());
}

Cuts cutReshape(nn::ReshapeOp op, int dim) {
  auto from = cast<RankedTensorType>(op.getX().getType()), to = cast<RankedTensorType>(op.getY().getType());
  bool rowsStay = dim == 0 && from.getRank() > 0 && nn::sizeOf(from, 0) == nn::sizeOf(to, 0);
  return {rowsStay ? 0 : whole};
}

Cuts cutGeneric(nn::GenericOp op, int dim) {
  SmallVector<AffineMap> maps(op.getMaps().getAsValueRange<AffineMapAttr>());
  AffineExpr index = maps.back().getResult(dim);
  Cuts cuts;
  for (AffineMap map : ArrayRef(maps).drop_back()) {
    int cut = whole;
    for (auto [at, expr] : llvm::enumerate(map.getResults()))
      if (isa<AffineDimExpr>(index) && expr == index)
        cut = int(at);
    cuts.push_back(cut);
  }
  return cuts;
}

// What a task that computes its part of every result along `dim` reads of each operand.
Cuts cutOperands(Operation *op, int dim) {
  return llvm::TypeSwitch<Operation *, Cuts>(op)
      .Case([&](nn::ContractOp op) { return cutContract(op, dim); })
      .Case<nn::ConvOp, nn::ConvInputGradOp, nn::ConvFilterGradOp>([&](auto op) { return cutConv(op, dim); })
      .Case<nn::MaxPoolOp, nn::AvgPoolOp>([&](auto) { return Cuts{dim < 2 ? dim : whole}; })
      .Case([&](nn::BroadcastOp op) { return Cuts{dimOrWhole(op.getDims(), dim)}; })
      .Case([&](nn::TransposeOp op) { return Cuts{int(op.getPerm()[dim])}; })
      .Case([&](nn::ReshapeOp op) { return cutReshape(op, dim); })
      .Case([&](nn::ReduceOp op) { return Cuts{skipRemoved(op.getDims(), dim)}; })
      .Case<nn::ArgMaxOp, nn::ArgMinOp, nn::LogSumExpOp>(
          [&](auto op) { return Cuts{skipRemoved({int64_t(op.getAxis())}, dim)}; })
      .Case<nn::SoftmaxOp, nn::LogSoftmaxOp>([&](auto op) { return Cuts{int64_t(op.getAxis()) == dim ? whole : dim}; })
      .Case([&](nn::SoftmaxCrossEntropyGradOp op) {
        bool classes = dim + 1 == cast<RankedTensorType>(op.getDx().getType()).getRank();
        return Cuts(4, classes ? whole : dim);
      })
      .Case([&](nn::SoftmaxCrossEntropyOp op) { return sameForAll(op, dim); })
      .Case([&](nn::GenericOp op) { return cutGeneric(op, dim); })
      .Case<nn::SgdOp, nn::AdamOp, nn::RelayoutOp>([&](auto op) { return sameForAll(op, dim); })
      .Default([&](Operation *op) {
        bool elementwise = classify(op) == OpClass::Elementwise;
        return elementwise ? sameForAll(op, dim) : Cuts(op->getNumOperands(), whole);
      });
}

// Walks from the results to the inputs; a value has at most one cut.
struct Walk {
  llvm::DenseMap<Value, int> cuts;
  bool failed = false;

  // Scalars and sizes are computed by every task; anything else belongs to one task alone.
  void need(Value value, int dim) {
    if (isScalar(value))
      dim = whole;
    auto [it, fresh] = cuts.try_emplace(value, dim);
    if (fresh || it->second == dim)
      return;
    failed |= !isa<BlockArgument>(value) && !isCheap(value);
    it->second = whole;
  }
  static bool isCheap(Value value) {
    Operation *op = value.getDefiningOp();
    return isa<nn::ConstantOp, nn::SizeOp>(op) || (isScalar(value) && classify(op) == OpClass::Elementwise);
  }
  void visit(Operation &op) {
    std::optional<int> dim;
    for (Value result : op.getResults())
      if (auto it = cuts.find(result); it != cuts.end())
        dim = it->second;
    if (!dim || op.getNumOperands() == 0)
      return;
    // A value that every task needs whole would be computed by every task.
    if (*dim == whole && !isCheap(op.getResult(0)))
      failed |= !isa<nn::BroadcastOp>(op);
    Cuts operands = *dim == whole ? Cuts(op.getNumOperands(), whole) : cutOperands(&op, *dim);
    for (auto [operand, cut] : llvm::zip_equal(op.getOperands(), operands))
      need(operand, cut);
  }
};

} // namespace

std::optional<TaskCut> cutIntoTasks(nn::GroupOp group) {
  Block &body = group.getBody().front();
  auto yielded = body.getTerminator()->getOperands();
  if (yielded.empty() || isScalar(yielded.front()))
    return std::nullopt;
  auto first = cast<RankedTensorType>(yielded.front().getType());
  Walk walk;
  for (Value value : yielded) {
    auto type = cast<RankedTensorType>(value.getType());
    if (type.getRank() == 0 || nn::sizeOf(type, 0) != nn::sizeOf(first, 0))
      return std::nullopt;
    walk.need(value, 0);
  }
  for (Operation &op : llvm::reverse(body.without_terminator()))
    walk.visit(op);
  if (walk.failed)
    return std::nullopt;
  TaskCut cut;
  for (BlockArgument arg : body.getArguments()) {
    auto it = walk.cuts.find(arg);
    cut.inputs.push_back(it == walk.cuts.end() ? whole : it->second);
  }
  return cut;
}

} // namespace nnc
