// llvm-unroll-tagged: loops over register tiles disappear here. Left to LLVM, the tiles stay in memory.
#include "codegen/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Utils/Utils.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_UNROLLTAGGED
#include "codegen/Passes.h.inc"

namespace {

struct UnrollTaggedPass : impl::UnrollTaggedBase<UnrollTaggedPass> {
  void runOnOperation() override {
    SmallVector<scf::ForOp> tagged; // post-order: inner loops come first
    getOperation().walk([&](scf::ForOp loop) {
      if (loop->hasAttr("nnc.unroll"))
        tagged.push_back(loop);
    });
    for (scf::ForOp loop : tagged) {
      if (!loop.getStaticTripCount()) {
        loop.emitOpError("is tagged nnc.unroll but its bounds are not constants");
        return signalPassFailure();
      }
      loop->removeAttr("nnc.unroll"); // of no trip at all: stays, and folds away later
      (void)loopUnrollFull(loop);
    }
    SmallVector<scf::ForOp> partly;
    getOperation().walk([&](scf::ForOp loop) {
      if (loop->hasAttr("nnc.unroll_by"))
        partly.push_back(loop);
    });
    for (scf::ForOp loop : partly) {
      int64_t factor = cast<IntegerAttr>(loop->removeAttr("nnc.unroll_by")).getInt();
      (void)loopUnrollByFactor(loop, factor); // left as it is where that is not possible
    }
  }
};

} // namespace
} // namespace nnc
