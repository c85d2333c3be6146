#include "compiler/Autodiff/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

namespace nnc::autodiff {

void buildGradPipeline(mlir::OpPassManager &manager, ScanPolicy scan) {
  manager.addPass(createCheckDerivatives());
  manager.addPass(createDifferentiate());
  manager.addPass(createAttachOptimizer());
  manager.addPass(mlir::createCanonicalizerPass());
  manager.addPass(mlir::createCSEPass());
  // Last: a cse after it would merge what is computed again with what was saved.
  manager.addPass(createSelectSaved({scan}));
}

} // namespace nnc::autodiff
