// From a planned module to machine code in this process, by both back ends.
#pragma once

#include "codegen/ModelInfo.h"
#include "codegen/Pipelines.h"
#include "tools/nnc-random/Machine.h"

#include "mlir/IR/BuiltinOps.h"

namespace nnc::random {

/// A module in phase `kernel`, with what its descriptor says.
struct Kernels {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  ModelInfo info;
  CodegenOptions options;
};

/// Nothing, after filling `why`, if a pass fails.
std::optional<Kernels> lowerToKernels(mlir::ModuleOp planned, const CodegenOptions &options, std::string &why);

/// Through LLVM; the module goes on to phase `llvm`. Null, after filling `why`, if that fails.
std::unique_ptr<Machine> buildWithLLVM(Kernels &kernels, std::string &why);

/// The C++ of it, whose descriptor is `SPACE_model`; "", after filling `why`, if that fails.
std::string printCpp(const Kernels &kernels, const std::string &space, std::string &why);

/// A shared library that holds several programs; null, after filling `why`, if it cannot be loaded.
std::shared_ptr<void> loadLibrary(const std::string &bytes, std::string &why);
/// The program of a library whose descriptor has this name; null if there is none.
std::unique_ptr<Machine> findMachine(const std::shared_ptr<void> &library, const std::string &descriptor);

} // namespace nnc::random
