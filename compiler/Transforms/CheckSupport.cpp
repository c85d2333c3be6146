// nn-check-support: all ops without a kernel at once.
#include "compiler/Analysis/Support.h"
#include "compiler/Transforms/Passes.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_CHECKSUPPORT
#include "compiler/Transforms/Passes.h.inc"

namespace {

struct CheckSupport : impl::CheckSupportBase<CheckSupport> {
  void runOnOperation() override {
    if (reportWithoutKernel(getOperation(), DiagnosticSeverity::Error))
      signalPassFailure();
    markAllAnalysesPreserved();
  }
};

} // namespace
} // namespace nnc
