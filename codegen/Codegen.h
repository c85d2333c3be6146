// From a module in phase `llvm` to files: what the driver calls after the pipelines of Pipelines.h.
#pragma once

#include "codegen/ModelInfo.h"
#include "codegen/Pipelines.h"
#include "codegen/Target/Link/Link.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace nnc {

enum class Artifact { llvmIR, assembly, object };

/// What a stage took, for -ftime-report.
struct StageTime {
  std::string stage;
  double seconds = 0;
};

/// Translates, adds the descriptor of `model`, optimises, emits. `times` may be null.
llvm::Expected<std::string> emitArtifact(mlir::ModuleOp module, const ModelInfo &model, const CodegenOptions &options,
                                         Artifact artifact, std::vector<StageTime> *times = nullptr);

/// The same without a descriptor: for tests of hand-written kernels.
llvm::Expected<std::string> emitKernels(mlir::ModuleOp module, llvm::StringRef name, const CodegenOptions &options,
                                        Artifact artifact);

} // namespace nnc
