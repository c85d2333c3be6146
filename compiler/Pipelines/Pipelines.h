// The passes of each phase on the nn dialect, in order (Phases.def lists the phases).
#pragma once
#include "mlir/Pass/PassManager.h"
#include <string>

namespace nnc {

struct CompilerOptions {
  std::string targetFeatures = "native"; // as parseTarget takes it
};

void buildPlanned(mlir::OpPassManager &pm, const CompilerOptions &options);

/// `--phase-planned` … for nnc-opt.
void registerCompilerPipelines();

} // namespace nnc
