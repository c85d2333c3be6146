// Kernel IR as one file of readable C++20 that g++ and clang++ turn into the same bits as the LLVM road.
#pragma once

#include "codegen/ModelInfo.h"
#include "compiler/Target/TargetInfo.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"
#include <string>

namespace nnc {

struct CppOptions {
  TargetInfo target;
  std::string fileName{}; // of the .nn source, for comments
  bool asLibrary = false; // plain extern "C" functions and OpenMP, instead of what the runtime reads and calls
  std::string space{};    // not empty: everything inside `namespace SPACE`, the descriptor is `SPACE_model`
  std::string plant{};    // a bug to plant (compiler/Pipelines/Plant.h), for tests
};

/// One self-contained C++20 file from a module in phase `kernel`. `model` null: the kernels alone (tests), each
/// extern "C". An op that the printer does not know is an error that names it and its place.
llvm::Expected<std::string> emitCpp(mlir::ModuleOp kernelModule, const ModelInfo *model, const CppOptions &options);

} // namespace nnc
