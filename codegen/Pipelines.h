// The phases from linalg on, as pipelines. Each leaves what `ir.md` promises for it; the driver names no pass.
#pragma once

#include "compiler/Target/TargetInfo.h"
#include "mlir/Pass/PassManager.h"

namespace nnc {

struct CodegenOptions {
  TargetInfo target;
  unsigned optLevel = 2; // 0: plain kernels only, and no effort of LLVM's
  bool twins = false;    // keep the plain form of each kernel beside its fast one, as @NAME.plain
  std::string plant{};   // a bug to plant (compiler/Pipelines/Plant.h), for tests
};

/// planned → linalg: one plain kernel for each distinct group, launched from the entries.
void buildLinalgPipeline(mlir::OpPassManager &pm, const CodegenOptions &options);

/// linalg → kernel: fast kernels where an emitter takes the group, entries as functions; checked against the contract.
void buildKernelPipeline(mlir::OpPassManager &pm, const CodegenOptions &options);

/// kernel → llvm: the LLVM dialect, checked by `llvm-check`.
void buildLLVMPipeline(mlir::OpPassManager &pm, const CodegenOptions &options);

/// Registers the passes of this folder and its pipelines for nnc-opt: planned-to-linalg, linalg-to-kernel,
/// kernel-to-llvm. `plant` is read when a pipeline is built.
void registerCodegenPipelines(const std::string &plant);

} // namespace nnc
