// The whole printed file: head, helpers, state, kernels, entries, descriptor.
#pragma once

#include "codegen/Target/Cpp/Cpp.h"

namespace nnc::cpp {

/// The file of a program. It says nothing that two runs of the compiler would say differently.
llvm::Expected<std::string> printFile(mlir::ModuleOp module, const ModelInfo &model, const CppOptions &options);

} // namespace nnc::cpp
