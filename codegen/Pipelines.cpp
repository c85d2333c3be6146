#include "codegen/Pipelines.h"
#include "codegen/Passes.h"
#include "compiler/Pipelines/Plant.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace nnc {

void buildLinalgPipeline(OpPassManager &pm, const CodegenOptions &options) {
  pm.addPass(createOutline());
  if (auto plant = createPlant(options.plant, PlantStage::Outlined))
    pm.addPass(std::move(plant));
  pm.addPass(createToLinalg());
  // Nothing is folded before kernel-expand-math: math.exp of a constant would get the bits of libm.
  GreedyRewriteConfig noFolding;
  noFolding.enableFolding(false);
  pm.addPass(createCanonicalizerPass(noFolding));
  pm.addPass(createCSEPass());
}

void buildKernelPipeline(OpPassManager &pm, const CodegenOptions &options) {
  if (options.optLevel > 0) {
    EmitFastOptions fast;
    fast.lanes = options.target.lanes;
    fast.registers = options.target.registers;
    fast.twins = options.twins;
    pm.addPass(createEmitFast(fast));
  }
  pm.addPass(createEmitPlain());
  pm.addPass(createCSEPass()); // while functions are still operations: calls are not merged
  pm.addPass(createExpandMath());
  LegalizeForTargetOptions legal;
  legal.fma = options.target.fma;
  legal.rounding = options.target.has("sse4.1");
  if (!legal.fma || !legal.rounding)
    pm.addPass(createLegalizeForTarget(legal));
  pm.addPass(createLowerEntries());
  pm.addPass(createTidy());
  pm.addPass(createCSEPass());
  pm.addPass(createTidy()); // what is equal to itself now: there is no rest of `n - n` elements
  pm.addPass(createVerifyKernelIR());
}

void buildLLVMPipeline(OpPassManager &pm, const CodegenOptions &options) {
  pm.addPass(createVerifyKernelIR());
  pm.addPass(createPrepare());
  // Tagged loops go before anything else: left to LLVM, register tiles stay in memory.
  pm.addPass(createUnrollTagged());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createConvert());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createCSEPass()); // the rest of the tidying is LLVM's
  pm.addPass(createLLVMCheck());
}

namespace {
struct KernelPipelineOptions : PassPipelineOptions<KernelPipelineOptions> {
  Option<unsigned> optLevel{*this, "opt", llvm::cl::desc("0: plain kernels only"), llvm::cl::init(2)};
  Option<std::string> target{*this, "target", llvm::cl::desc("as --target-features"), llvm::cl::init("x86-64-v3")};
  Option<bool> twins{*this, "twins", llvm::cl::desc("keep plain forms as @NAME.plain"), llvm::cl::init(false)};
};
} // namespace

void registerCodegenPipelines(const std::string &plant) {
  registerCodegenPasses();
  PassPipelineRegistration<>("planned-to-linalg", "Planned groups to plain kernels", [&plant](OpPassManager &pm) {
    CodegenOptions options;
    options.plant = plant;
    buildLinalgPipeline(pm, options);
  });
  PassPipelineRegistration<KernelPipelineOptions>(
      "linalg-to-kernel", "Plain kernels to kernel IR", [](OpPassManager &pm, const KernelPipelineOptions &chosen) {
        CodegenOptions options;
        std::string why;
        options.target = parseTarget(chosen.target, why).value_or(TargetInfo());
        options.optLevel = chosen.optLevel;
        options.twins = chosen.twins;
        buildKernelPipeline(pm, options);
      });
  PassPipelineRegistration<>("kernel-to-llvm", "Kernel IR to the LLVM dialect",
                             [](OpPassManager &pm) { buildLLVMPipeline(pm, CodegenOptions()); });
}

} // namespace nnc
