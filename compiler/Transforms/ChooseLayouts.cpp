// nn-choose-layouts: which contraction reads its weight in panels. The choice is an nn.relayout in front of it.
#include "compiler/Analysis/OpClass.h"
#include "compiler/Target/Panels.h"
#include "compiler/Target/TargetInfo.h"
#include "compiler/Transforms/GroupEdit.h"
#include "compiler/Transforms/Passes.h"
#include "compiler/Transforms/Remarks.h"
#include "compiler/Transforms/ScanEdit.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_CHOOSELAYOUTS
#include "compiler/Transforms/Passes.h.inc"

namespace {

// (.., n, ..) -> (n floordiv width, .., n mod width): one panel after the other, a row of it for each other index.
AffineMap panelLayout(MLIRContext *context, unsigned rank, unsigned columns, int64_t width) {
  AffineExpr n = getAffineDimExpr(columns, context);
  SmallVector<AffineExpr> results = {n.floorDiv(width)};
  for (unsigned dim = 0; dim < rank; ++dim)
    if (dim != columns)
      results.push_back(getAffineDimExpr(dim, context));
  results.push_back(n % width);
  return AffineMap::get(rank, 0, results, context);
}

struct ChooseLayouts : impl::ChooseLayoutsBase<ChooseLayouts> {
  using ChooseLayoutsBase::ChooseLayoutsBase;

  LogicalResult initialize(MLIRContext *context) override {
    std::string error;
    auto parsed = parseTarget(targetFeatures, error);
    if (!parsed)
      return emitError(UnknownLoc::get(context), error);
    target = *parsed;
    return success();
  }

  void runOnOperation() override {
    params.clear();
    for (auto param : getOperation().getOps<nn::ParamOp>())
      params.insert(param.getSymName());
    for (auto entry : getOperation().getOps<nn::EntryOp>())
      for (nn::GroupOp group : allGroupsOf(entry))
        for (auto contract : llvm::make_early_inc_range(bodyOf(group).getOps<nn::ContractOp>()))
          choose(group, contract);
  }

  // The lanes of a kernel are neighbours in the result, so its last letter decides which operand is read in rows.
  void choose(nn::GroupOp group, nn::ContractOp op) {
    nn::ContractSpec letters = op.getLetters();
    if (letters.result.empty())
      return;
    char lane = letters.result.back();
    bool left = StringRef(letters.lhs).contains(lane), right = StringRef(letters.rhs).contains(lane);
    if (left == right)
      return;
    OpOperand &operand = op->getOpOperand(left ? 0 : 1);
    StringRef own = left ? letters.lhs : letters.rhs;
    bool contiguous = own.back() == lane;
    if (!isParameter(inputFor(group, operand.get()))) {
      if (!contiguous)
        remarkMissed(op.getLoc(), "layouts",
                     "the operand whose rows would fill registers is not a parameter: no panels");
      return;
    }
    bool onlySummed =
        llvm::all_of(own, [&](char letter) { return letter == lane || StringRef(letters.summed).contains(letter); });
    auto type = cast<RankedTensorType>(operand.get().getType());
    int64_t columns = type.getDimSize(own.find(lane)), width = panelWidth(columns, target.lanes);
    if (!onlySummed) {
      remarkMissed(op.getLoc(), "layouts", "the parameter is not a matrix of this product: row-major");
    } else if (contiguous && !paysOff(type, columns, width)) {
      remarkPassed(op.getLoc(), "layouts", "rows of the parameter are read as they are");
    } else {
      relayout(op, operand, panelLayout(op.getContext(), type.getRank(), own.find(lane), width));
      remarkPassed(op.getLoc(), "layouts", "panels of " + Twine(width) + " columns");
    }
  }

  // Rows are contiguous already: panels only keep a matrix that does not fit the first cache from using few of its
  // sets.
  bool paysOff(RankedTensorType type, int64_t columns, int64_t width) const {
    int64_t bytes = type.getNumElements() * nn::elementBytes(type.getElementType());
    return columns > width && bytes > target.l1Bytes / 2;
  }

  bool isParameter(Value value) {
    auto get = value ? outermost(value).getDefiningOp<nn::GetOp>() : nn::GetOp();
    return get && params.contains(get.getSource());
  }

  static void relayout(nn::ContractOp op, OpOperand &operand, AffineMap layout) {
    OpBuilder builder(op);
    auto type = nn::withLayout(cast<RankedTensorType>(operand.get().getType()), layout);
    operand.set(nn::RelayoutOp::create(builder, op.getLoc(), type, operand.get()));
  }

  TargetInfo target;
  llvm::StringSet<> params;
};

} // namespace
} // namespace nnc
