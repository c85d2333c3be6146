#include "compiler/Pipelines/FailOnPurpose.h"
#include "compiler/Dialect/Nn.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace nnc {
namespace {
struct FailOnPurpose : PassWrapper<FailOnPurpose, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FailOnPurpose)
  StringRef getArgument() const override { return "nn-fail-on-purpose"; }
  StringRef getDescription() const override { return "fails, to test how failures are reported"; }
  void runOnOperation() override {
    getOperation().emitError("failed on purpose");
    signalPassFailure();
  }
};
} // namespace

std::unique_ptr<Pass> createFailOnPurpose() { return std::make_unique<FailOnPurpose>(); }
void registerFailOnPurpose() { PassRegistration<FailOnPurpose>(); }

} // namespace nnc
