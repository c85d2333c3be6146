#include "compiler/Pipelines/Pipelines.h"
#include "compiler/Transforms/Passes.h"
#include "mlir/Pass/PassRegistry.h"

using namespace mlir;

namespace nnc {

void buildPlanned(OpPassManager &pm, const CompilerOptions &options) {
  pm.addPass(createFuse());
  pm.addPass(createChooseLayouts({options.targetFeatures}));
  pm.addPass(createPackWeights());
  pm.addPass(createSchedule());
  pm.addPass(createPartition());
  pm.addPass(createPlanMemory());
  pm.addPass(createVerifyPlan());
}

namespace {
struct PipelineFlags : PassPipelineOptions<PipelineFlags> {
  Option<std::string> targetFeatures{*this, "target-features", llvm::cl::desc("target of the plan"),
                                     llvm::cl::init("native")};
  CompilerOptions get() const { return {targetFeatures}; }
};
} // namespace

void registerCompilerPipelines() {
  PassPipelineRegistration<PipelineFlags>(
      "phase-planned", "the passes of phase planned",
      [](OpPassManager &pm, const PipelineFlags &flags) { buildPlanned(pm, flags.get()); });
}

} // namespace nnc
