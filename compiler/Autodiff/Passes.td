// Passes of phase grad, in the order in which they run.
#ifndef NNC_AUTODIFF_PASSES
#define NNC_AUTODIFF_PASSES
include "mlir/Pass/PassBase.td"

def CheckDerivatives : Pass<"nn-check-derivatives", "::mlir::ModuleOp"> {
  let summary = "Report every op between a parameter and the loss that has no derivative";
  let description = [{
    Needs: phase nn.
    Does: finds, in the entries `grad` and `step`, the ops that depend on a trained parameter (in `grad` also on a float
    input of the model) and on which the loss depends, and looks each up in the derivative table.
    Guarantees: after success nn-differentiate finds a rule for every op. All missing rules are reported in one run, each
    at its place in the source. The IR is unchanged.
    Gives up: with those errors. A trained parameter that does not reach the loss is a warning.
    Example: test/Autodiff/check-derivatives.mlir.
  }];
}

def Differentiate : Pass<"nn-differentiate", "::mlir::ModuleOp"> {
  let summary = "Complete grad and step with the derivative of their loss";
  let description = [{
    Needs: phase nn, and that nn-check-derivatives succeeded.
    Does: reverse mode over the output `loss` of each entry of kind grad or step. `grad` gets the outputs `grad.PARAM` of
    all trained parameters in order of declaration (zero where nothing reaches them) and `grad.INPUT` of the float
    inputs that the entry `forward` has too; `step` gets `grad.PARAM` of those that the loss reaches, which
    nn-attach-optimizer consumes.
    Guarantees: cotangents of several uses are added in reverse program order. A zero never becomes an op. What is added
    is located at FusedLoc<"grad">[op]. The pass knows no op by name.
    Gives up: with the errors of nn-check-derivatives, or where an entry has no output `loss`.
    Example: test/Autodiff/differentiate.mlir.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

def AttachOptimizer : Pass<"nn-attach-optimizer", "::mlir::ModuleOp"> {
  let summary = "Complete step with clipping and the update of every parameter";
  let description = [{
    Needs: nn-differentiate, and `optimizer` on the entry of kind step.
    Does: replaces the outputs `grad.PARAM` by the outputs `grad_norm` and `finite`, scales or limits gradients as `clip`
    says, updates each parameter by the optimizer's op, creates its slots (`optimizer.PATH.momentum`, `.m`, `.v`) and the
    host function `@step.scalars`, which computes the scalar arguments that the entry gains (learning rate by its
    schedule, bias corrections, decay, limit) from settings and step number.
    Guarantees: updates follow all gradients and their norm; if that is not finite they keep the old values. Decay
    reaches matrices only, unless the optimizer says all. Slots exist exactly for parameters with a gradient.
    Gives up: with an error on an optimizer or schedule that it does not know. Without `optimizer` it does nothing.
    Example: test/Autodiff/attach-optimizer.mlir.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect", "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::func::FuncDialect"];
}

def SelectSaved : Pass<"nn-select-saved", "::mlir::ModuleOp"> {
  let summary = "Decide which forward values backward finds saved and which it computes again";
  let description = [{
    Needs: nn-differentiate; nothing may merge equal ops afterwards.
    Does: a forward value that backward reads is computed again where that costs nothing but arithmetic on values that
    exist anyway: broadcasts, casts and comparisons, and elementwise ops whose operands are inputs, parameters or saved
    for another reader, unless a contraction reads them. The copy stands before its first reader. Loops: the carries
    that come into each step are saved. With `scan=all` so is what else of a step backward reads, as stacks of the
    forward scan, but for what the rule above computes again from those; with `scan=carry` backward computes the step
    again.
    Guarantees: a recomputed value has the bits of the first. One remark per decision: value, bytes, saved or recomputed,
    reason; per loop the bytes of a step, the number of steps and the policy.
    Gives up: never; what it cannot recompute stays saved.
    Example: test/Autodiff/select-saved.mlir, test/Autodiff/select-saved-scan.mlir.
  }];
  let options = [Option<"scan", "scan", "::nnc::autodiff::ScanPolicy", "::nnc::autodiff::ScanPolicy::All",
                        "what of a loop's steps is saved", [{::llvm::cl::values(
      clEnumValN(::nnc::autodiff::ScanPolicy::All, "all", "what backward reads"),
      clEnumValN(::nnc::autodiff::ScanPolicy::Carry, "carry", "the carries; backward computes the steps again"))}]>];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}
#endif
