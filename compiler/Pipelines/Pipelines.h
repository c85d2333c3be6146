// The passes of each phase on the nn dialect, in order (Phases.def lists the phases).
#pragma once
#include "compiler/Autodiff/Passes.h"
#include "mlir/Pass/PassManager.h"
#include <string>

namespace nnc {

struct CompilerOptions {
  std::string targetFeatures = "native"; // as parseTarget takes it
  autodiff::ScanPolicy scan = autodiff::ScanPolicy::All;
};

/// The dialects that a module holds up to phase planned.
void registerCompilerDialects(mlir::DialectRegistry &registry);

/// Imported module -> phase nn -> phase grad -> phase planned.
void buildNn(mlir::OpPassManager &pm, const CompilerOptions &options);
void buildGrad(mlir::OpPassManager &pm, const CompilerOptions &options);
void buildPlanned(mlir::OpPassManager &pm, const CompilerOptions &options);

/// `--phase-nn`, `--phase-grad` and `--phase-planned`, for nnc-opt.
void registerCompilerPipelines();

} // namespace nnc
