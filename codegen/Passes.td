//===- Passes.td: the passes from planned groups to LLVM, in the order in which they run ---------------===//
// One record a pass: what it needs, does, guarantees, gives up. File, flag and test carry the pass's name.

#ifndef NNC_CODEGEN_PASSES
#define NNC_CODEGEN_PASSES

include "mlir/Pass/PassBase.td"

//===- Outline -------------------------------------------------------------------------------------------===//

def Outline : Pass<"nn-outline", "mlir::ModuleOp"> {
  let summary = "Makes one kernel of each distinct group";
  let description = [{
    Needs: a planned module (nn-verify-plan).
    Does: moves the ops of a group into an `nn.kernel` and puts an `nn.launch` in its place. Groups that differ in
    nothing but names and locations share a kernel: same ops, types, layouts, tasks and tied results.
    Guarantees: no nn.group is left; kernels stand before the entries in the order of their first use and are named by
    their number and ops, `k0_linear_relu`.
    Gives up: never.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

//===- ToLinalg ------------------------------------------------------------------------------------------===//

//===- Emit ----------------------------------------------------------------------------------------------===//

//===- Kernel --------------------------------------------------------------------------------------------===//

def VerifyKernelIR : Pass<"nnc-verify-kernel-ir", "mlir::ModuleOp"> {
  let summary = "Reject whatever the kernel contract does not name";
  let description = [{
    Needs: kernels and entries as `func.func`, after math was expanded.
    Does: compares each op, type and attribute in them with the contract's table; changes nothing.
    Guarantees: both backends have a row for everything that is left.
    Gives up: never; the first offence of each function is an error at the op's location.
  }];
}

//===- LowerToLLVM ---------------------------------------------------------------------------------------===//

def UnrollTagged : Pass<"llvm-unroll-tagged", "mlir::ModuleOp"> {
  let summary = "Unroll loops tagged `nnc.unroll` completely";
  let description = [{
    Needs: kernel IR.
    Does: replaces each `scf.for {nnc.unroll}` by its iterations, inner loops first.
    Guarantees: no tagged loop is left, so register tiles are indexed by constants and LLVM keeps them in registers.
    Gives up: a tagged loop whose bounds are not constants is an error.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::scf::SCFDialect"];
}

def PrepareForLLVM : Pass<"llvm-prepare", "mlir::ModuleOp"> {
  let summary = "Drop what only the graph needs and fix linkage";
  let description = [{
    Needs: kernel IR that passed `nnc-verify-kernel-ir`.
    Does: erases the declarations of the graph (parameters, states), gives every private function with a body internal
    linkage, and marks math and tile functions `alwaysinline`.
    Guarantees: only functions and globals are left in the module.
    Gives up: never.
  }];
  let dependentDialects = ["mlir::LLVM::LLVMDialect"];
}

def LLVMCheck : Pass<"llvm-check", "mlir::ModuleOp"> {
  let summary = "Reject whatever the conversions to the LLVM dialect left over";
  let description = [{
    Needs: the conversions to the LLVM dialect.
    Does: looks for ops of other dialects, unrealized casts, functions that stayed `func.func` because an argument could
    not become a bare pointer, fast-math flags, `fmuladd`, float reductions, and calls of functions that a step must
    not call; changes nothing.
    Guarantees: the module translates to LLVM IR with the arithmetic that was written.
    Gives up: never; every offence is an error at the op's location.
  }];
}

#endif // NNC_CODEGEN_PASSES
