// The passes of each phase on the nn dialect, in order (Phases.def lists the phases).
#pragma once
#include "compiler/Autodiff/Passes.h"
#include "mlir/Pass/PassManager.h"
#include <string>

namespace nnc {

struct CompilerOptions {
  std::string targetFeatures = "native"; // as parseTarget takes it
  autodiff::ScanPolicy scan = autodiff::ScanPolicy::All;
  std::string plant{}; // a bug to plant (Plant.h), for tests
  /// Whether code will be made of it: ops without a kernel are then an error before all else.
  bool compiles = true;
  int64_t taskCost = 0; // work worth a task of its own; 0: as nn-partition finds best
};

/// The dialects that a module holds up to phase planned.
void registerCompilerDialects(mlir::DialectRegistry &registry);

/// Imported module -> phase nn -> phase grad -> phase planned.
void buildNn(mlir::OpPassManager &pm, const CompilerOptions &options);
void buildGrad(mlir::OpPassManager &pm, const CompilerOptions &options);
void buildPlanned(mlir::OpPassManager &pm, const CompilerOptions &options);

/// `--phase-nn`, `--phase-grad` and `--phase-planned`, for nnc-opt. `plant` is read when a pipeline is built.
void registerCompilerPipelines(const std::string &plant);

} // namespace nnc
