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
    Does: moves the ops of a group, in the body of a loop too, into an `nn.kernel` and puts an `nn.launch` in its place.
    Groups that differ in nothing but names and locations share a kernel: same ops, types, layouts, tasks, tied results
    and strides. An input or result that is part of a larger buffer gets the attribute `nn.strides`.
    Guarantees: no nn.group is left; kernels stand before the entries in the order of their first use and are named by
    their number and ops, `k0_linear_relu`.
    Gives up: never.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

//===- ToLinalg ------------------------------------------------------------------------------------------===//

def ToLinalg : Pass<"nn-to-linalg", "mlir::ModuleOp"> {
  let summary = "Write the plain form of every kernel";
  let description = [{
    Needs: `nn-outline`.
    Does: for each `nn.kernel @k` writes `func.func private @k` on buffers: inputs, results, offsets of those that are
    parts, free sizes by name, task.
    One loop nest computes all results of one shape, element by element, in the order of SPEC.md; no temporary holds a
    tensor. The specification stays as `@k.spec`.
    Guarantees: no allocation, no copy; arithmetic exactly as SPEC.md orders it.
    Gives up: an op without a plain form is an error.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::func::FuncDialect", "mlir::LLVM::LLVMDialect",
                           "mlir::math::MathDialect", "mlir::memref::MemRefDialect", "mlir::scf::SCFDialect"];
}

//===- Emit ----------------------------------------------------------------------------------------------===//

def EmitFast : Pass<"kernel-emit-fast", "mlir::ModuleOp"> {
  let summary = "Write the kernels that an emitter knows as explicit vector code";
  let description = [{
    Needs: each kernel as a `func.func @NAME` (its plain form) and as `nn.kernel @NAME.spec` (its specification).
    Does: picks an emitter by the anchor of the specification (contraction, rows, columns, elementwise chain, update) and
    replaces the function's body: register tiles, vectors of the target's width, masks only at memory that the user owns.
    Guarantees: every bit of an `order: exact` result equals the plain form's; the function's arguments are unchanged.
    Gives up: a kernel that no emitter knows keeps its plain form; a missed remark names the kernel and the reason.
  }];
  let options = [
    Option<"lanes", "lanes", "int64_t", "16", "f32 elements in a vector register">,
    Option<"registers", "registers", "int64_t", "32", "vector registers">,
    Option<"twins", "twins", "bool", "false", "keep the plain form of each emitted kernel as @NAME.plain">,
  ];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::math::MathDialect", "mlir::memref::MemRefDialect",
                           "mlir::scf::SCFDialect", "mlir::vector::VectorDialect"];
}

def EmitPlain : Pass<"kernel-emit-plain", "mlir::ModuleOp"> {
  let summary = "Leave plain kernels as they are and drop the specifications";
  let description = [{
    Needs: `nn-to-linalg`; `kernel-emit-fast` has taken what it can.
    Does: erases each specification `@k.spec`. The plain form is in scalar loops already, as the kernel contract wants.
    Guarantees: no `nn.kernel` is left; every kernel is a function.
    Gives up: never.
  }];
}

//===- Kernel --------------------------------------------------------------------------------------------===//

def ExpandMath : Pass<"kernel-expand-math", "mlir::ModuleOp"> {
  let summary = "Replace f32 functions by arithmetic";
  let description = [{
    Needs: kernels in plain or fast form.
    Does: makes exp, expm1, log, log1p, tanh, erf, sin and cos on f32 and vectors of f32 calls of private functions, one
    for each function and type (`@exp_f32x16`, marked `nnc.inline`), whose bodies are polynomials; square roots, rounding
    and fused multiply-adds stay.
    Guarantees: no f32 function is left that would call the C library; a scalar and a lane of a vector get the same bits.
    Gives up: f64 keeps its calls.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::func::FuncDialect", "mlir::math::MathDialect",
                           "mlir::vector::VectorDialect"];
}

def LegalizeForTarget : Pass<"kernel-legalize-for-target", "mlir::ModuleOp"> {
  let summary = "Write what the target has no instruction for with what it has";
  let description = [{
    Needs: `kernel-expand-math`.
    Does: without fused multiply-add, `math.fma` becomes a product and a sum; without rounding instructions, `floor`,
    `ceil` and `roundeven` go through integers.
    Guarantees: no kernel calls the C library for them; plain and fast kernels keep equal bits.
    Gives up: the bits of a target with fused multiply-add: these are the target's own.
  }];
  let options = [
    Option<"fma", "fma", "bool", "true", "the target has fused multiply-add">,
    Option<"rounding", "rounding", "bool", "true", "the target has rounding instructions">,
  ];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::math::MathDialect"];
}

def LowerEntries : Pass<"kernel-lower-entries", "mlir::ModuleOp"> {
  let summary = "Turn entries into functions that every thread runs";
  let description = [{
    Needs: kernels as functions; a place for every value (`nn-plan-memory`).
    Does: `nn.entry @e` becomes `func.func @e(call, inputs, scalars, outputs, state, work, sizes, tid, threads)`; each
    launch a loop `for t = tid to tasks step threads` around a call with pointers at constant offsets, followed by
    `@nnc_barrier` where the plan says so. `nn.scan` becomes a loop over its steps around its launches; views become
    offsets. Where a result takes an input's place, both lose `llvm.noalias`, also in the functions that the kernel hands
    them on to.
    Guarantees: no nn op is left but the declarations of state; the same tasks whatever the number of threads.
    Gives up: a free number of steps, an op outside of kernels, or a plan that does not say where a value lies, is an
    error.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::func::FuncDialect", "mlir::LLVM::LLVMDialect",
                           "mlir::memref::MemRefDialect", "mlir::scf::SCFDialect"];
}

def Tidy : Pass<"kernel-tidy", "mlir::ModuleOp"> {
  let summary = "Canonicalize, but keep loops over register tiles";
  let description = [{
    Needs: `kernel-expand-math`: constants are folded from here on.
    Does: all canonicalization patterns but those of `scf.for`; loops of one iteration or none disappear unless they are
    tagged `nnc.unroll`.
    Guarantees: functions of one family (`nnc.family`) stay equal op by op, so that a backend can print one for all.
    Gives up: never.
  }];
  let dependentDialects = ["mlir::scf::SCFDialect"];
}

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
  let summary = "Unroll loops tagged `nnc.unroll` completely, `nnc.unroll_by` in part";
  let description = [{
    Needs: kernel IR.
    Does: replaces each `scf.for {nnc.unroll}` by its iterations, inner loops first; makes several iterations of
    `scf.for {nnc.unroll_by = N}` one, and a loop for those that are left.
    Guarantees: no tagged loop is left, so register tiles are indexed by constants and LLVM keeps them in registers.
    Gives up: a tagged loop whose bounds are not constants is an error.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::scf::SCFDialect"];
}

def Prepare : Pass<"llvm-prepare", "mlir::ModuleOp"> {
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

def Convert : Pass<"llvm-convert", "mlir::ModuleOp"> {
  let summary = "Convert kernel IR to the LLVM dialect";
  let description = [{
    Needs: `llvm-unroll-tagged`, `convert-scf-to-cf`.
    Does: converts arith, cf, func, math, memref and vector in one conversion. Buffers among arguments become bare
    pointers; f64 functions become intrinsics, or calls of the C library where there is none.
    Guarantees: only the LLVM dialect is left.
    Gives up: an op without a pattern is an error at its location.
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
