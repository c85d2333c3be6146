// nn-inline-custom: functions with a derivative of their own become what they compute.
#include "compiler/Analysis/CloneBody.h"
#include "compiler/Dialect/Nn.h"
#include "compiler/Transforms/Passes.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_INLINECUSTOM
#include "compiler/Transforms/Passes.h.inc"

namespace {

struct InlineCustom : impl::InlineCustomBase<InlineCustom> {
  void runOnOperation() override {
    // Inner ones first: they are part of what the outer ones clone.
    SmallVector<nn::CustomOp> ops;
    getOperation().walk([&](nn::CustomOp op) { ops.push_back(op); });
    for (nn::CustomOp op : ops) {
      OpBuilder builder(op);
      SmallVector<Value> made =
          cloneBody(op.getForward().front(), op.getInputs(), builder, [](Location loc) { return loc; });
      op->replaceAllUsesWith(ArrayRef(made).take_front(op->getNumResults()));
      op->erase();
    }
  }
};

} // namespace
} // namespace nnc
