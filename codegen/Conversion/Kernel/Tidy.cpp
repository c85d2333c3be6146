// kernel-tidy: canonicalization that keeps the loops over register tiles, also those of one iteration: functions of one
// family stay equal op by op.
#include "codegen/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_TIDY
#include "codegen/Passes.h.inc"

namespace {

/// Loops of one iteration or none, unless they are tagged.
struct DropTrivialLoop : OpRewritePattern<scf::ForOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(scf::ForOp loop, PatternRewriter &rewriter) const override {
    auto trips = loop.getStaticTripCount();
    if (loop->hasAttr("nnc.unroll") || !trips)
      return failure();
    if (*trips == 1)
      return loop.promoteIfSingleIteration(rewriter);
    if (*trips != 0)
      return failure();
    rewriter.replaceOp(loop, loop.getInitArgs());
    return success();
  }
};

struct TidyPass : impl::TidyBase<TidyPass> {
  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet all(context);
    for (Dialect *dialect : context->getLoadedDialects())
      dialect->getCanonicalizationPatterns(all);
    for (RegisteredOperationName op : context->getRegisteredOperations())
      if (op.getStringRef() != scf::ForOp::getOperationName())
        op.getCanonicalizationPatterns(all, context);
    all.add<DropTrivialLoop>(context);
    patterns = FrozenRewritePatternSet(std::move(all));
    return success();
  }

  void runOnOperation() override { (void)applyPatternsGreedily(getOperation(), patterns); }

  FrozenRewritePatternSet patterns;
};

} // namespace
} // namespace nnc
