#include "compiler/Pipelines/Pipelines.h"
#include "compiler/Dialect/Nn.h"
#include "compiler/Pipelines/FailOnPurpose.h"
#include "compiler/Pipelines/Plant.h"
#include "compiler/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace nnc {

void registerCompilerDialects(DialectRegistry &registry) {
  registry.insert<nn::NNDialect, func::FuncDialect, arith::ArithDialect, math::MathDialect>();
}

static void plantBug(OpPassManager &pm, const CompilerOptions &options, PlantStage stage) {
  if (auto plant = createPlant(options.plant, stage))
    pm.addPass(std::move(plant));
}

void buildNn(OpPassManager &pm, const CompilerOptions &) {
  pm.addPass(createRaise());
  pm.addPass(createExpandLengths());
  pm.addPass(createStabilize());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createSimplifyScan());
}

void buildGrad(OpPassManager &pm, const CompilerOptions &options) {
  if (options.compiles)
    pm.addPass(createCheckSupport());
  plantBug(pm, options, PlantStage::BeforeGrad);
  autodiff::buildGradPipeline(pm, options.scan);
  plantBug(pm, options, PlantStage::AfterGrad);
}

void buildPlanned(OpPassManager &pm, const CompilerOptions &options) {
  pm.addPass(createInlineCustom());
  pm.addPass(createCheckSupport());
  pm.addPass(createHoistScan());
  pm.addPass(createFuse());
  pm.addPass(createChooseLayouts({options.targetFeatures}));
  pm.addPass(createPackWeights());
  pm.addPass(createSchedule());
  PartitionOptions partition;
  if (options.taskCost)
    partition.taskCost = options.taskCost;
  pm.addPass(createPartition(partition));
  pm.addPass(createPlanMemory());
  pm.addPass(createVerifyPlan());
  plantBug(pm, options, PlantStage::Planned);
}

namespace {
struct PipelineFlags : PassPipelineOptions<PipelineFlags> {
  Option<std::string> targetFeatures{*this, "target-features", llvm::cl::desc("target of the plan"),
                                     llvm::cl::init("native")};
  Option<autodiff::ScanPolicy> scan{*this, "scan", llvm::cl::desc("what of a loop's steps is saved"),
                                    llvm::cl::init(autodiff::ScanPolicy::All),
                                    llvm::cl::values(clEnumValN(autodiff::ScanPolicy::All, "all", ""),
                                                     clEnumValN(autodiff::ScanPolicy::Carry, "carry", ""))};
  CompilerOptions get(const std::string &plant) const { return {targetFeatures, scan, plant}; }
};
} // namespace

void registerCompilerPipelines(const std::string &plant) {
  registerFailOnPurpose();
  static PassPipelineRegistration<PipelineFlags> nn(
      "phase-nn", "the passes of phase nn",
      [&plant](OpPassManager &pm, const PipelineFlags &flags) { buildNn(pm, flags.get(plant)); });
  static PassPipelineRegistration<PipelineFlags> grad(
      "phase-grad", "the passes of phase grad",
      [&plant](OpPassManager &pm, const PipelineFlags &flags) { buildGrad(pm, flags.get(plant)); });
  static PassPipelineRegistration<PipelineFlags> planned(
      "phase-planned", "the passes of phase planned",
      [&plant](OpPassManager &pm, const PipelineFlags &flags) { buildPlanned(pm, flags.get(plant)); });
}

} // namespace nnc
