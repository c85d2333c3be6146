// Bugs on purpose. `--plant=NAME` breaks the program that is being compiled as a bug of one pass would: the machines
// that look for errors (nnc-random) must find each.
#pragma once
#include "mlir/Pass/Pass.h"

namespace nnc {

/// Where in the pipelines bugs can be planted. Those of `Printed` are no passes: the C++ back end knows them by name.
enum class PlantStage { BeforeGrad, AfterGrad, Planned, Outlined, Printed };

/// All names, in alphabetical order.
llvm::ArrayRef<llvm::StringRef> plantNames();

/// The pass `nn-plant` of this bug, or null if it does not belong to the stage. Where a module has no place for the bug
/// the pass does nothing.
std::unique_ptr<mlir::Pass> createPlant(llvm::StringRef name, PlantStage stage);

} // namespace nnc
