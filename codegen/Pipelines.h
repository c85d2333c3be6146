// The phases from linalg on, as pipelines. Each leaves what `ir.md` promises for it; the driver names no pass.
#pragma once

#include "compiler/Target/TargetInfo.h"
#include "mlir/Pass/PassManager.h"

namespace nnc {

struct CodegenOptions {
  TargetInfo target;
  unsigned optLevel = 2; // 0: plain kernels only, and no effort of LLVM's
  bool twins = false;    // keep the plain form of each kernel beside its fast one, as @NAME.plain
};

/// kernel → llvm: the LLVM dialect, checked by `llvm-check`.
void buildLLVMPipeline(mlir::OpPassManager &pm, const CodegenOptions &options);

/// Registers the passes and the pipelines `kernel-to-llvm` of this folder for nnc-opt.
void registerCodegenPipelines();

} // namespace nnc
