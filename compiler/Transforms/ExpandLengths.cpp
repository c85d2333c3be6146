// nn-expand-lengths: rows of a scan that end early keep their carries and yield zeros by selects in its body.
#include "compiler/Dialect/Nn.h"
#include "compiler/Transforms/Passes.h"
#include "compiler/Transforms/Remarks.h"

namespace nnc {
#define GEN_PASS_DEF_EXPANDLENGTHS
#include "compiler/Transforms/Passes.h.inc"
} // namespace nnc

using namespace mlir;
using namespace nnc::nn;

namespace {

RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

Value zeroOf(OpBuilder &builder, Location loc, RankedTensorType type) {
  RankedTensorType scalar = scalarType(type.getElementType());
  auto zero = DenseElementsAttr::get(scalar, builder.getZeroAttr(type.getElementType()));
  Value constant = ConstantOp::create(builder, loc, scalar, cast<ElementsAttr>(zero));
  return type == scalar ? constant : BroadcastOp::create(builder, loc, type, constant, ArrayRef<int64_t>()).getResult();
}

/// Writes the selects of one scan.
class Expander {
public:
  explicit Expander(ScanOp scan) : scan(scan), loc(scan.getLoc()), builder(scan) {}

  void run() {
    auto i64 = builder.getI64Type();
    Value lengths = scan.getLengths();
    if (!tensorType(lengths).getElementType().isInteger(64)) // no step is too large for i64
      lengths = CastOp::create(builder, loc, lengths, i64);
    Block &body = scan.getBody().front();
    Value inside = body.insertArgument(1 + scan.getConsts().size(), lengths.getType(), lengths.getLoc());
    scan.getConstsMutable().append(lengths);
    scan.getLengthsMutable().clear();

    Operation *yield = body.getTerminator();
    builder.setInsertionPoint(yield);
    Value t = BroadcastOp::create(builder, loc, tensorType(lengths), scan.stepArgument(), ArrayRef<int64_t>());
    running = CompareOp::create(builder, loc, ComparePred::lt, t, inside);
    for (auto [i, carry] : llvm::enumerate(scan.carryArguments()))
      yield->setOperand(i, select(yield->getOperand(i), carry));
    for (unsigned i = scan.numCarries(); i < yield->getNumOperands(); ++i) {
      Value y = yield->getOperand(i);
      yield->setOperand(i, select(y, zeroOf(builder, loc, tensorType(y))));
    }
  }

private:
  /// `going` in the rows that have not ended, else `ended`.
  Value select(Value going, Value ended) {
    if (going == ended)
      return going;
    RankedTensorType type = tensorType(going);
    Value &mask = masks[withElement(type, builder.getI1Type())];
    if (!mask && type.getRank() == 1)
      mask = running;
    if (!mask)
      mask = BroadcastOp::create(builder, loc, withElement(type, builder.getI1Type()), running, ArrayRef<int64_t>{0});
    return SelectOp::create(builder, loc, type, mask, going, ended);
  }

  ScanOp scan;
  Location loc;
  OpBuilder builder;
  Value running; // by row
  llvm::DenseMap<Type, Value> masks;
};

struct ExpandLengths : nnc::impl::ExpandLengthsBase<ExpandLengths> {
  void runOnOperation() override {
    getOperation().walk([](ScanOp scan) {
      if (!scan.getLengths())
        return;
      Expander(scan).run();
      nnc::remarkPassed(scan.getLoc(), "nn-expand-lengths", "lengths of rows became selects in the body");
    });
  }
};

} // namespace
