// The passes on the nn dialect, in the order of the pipeline. A description is a contract: what the pass needs, does,
// guarantees, and what it gives up. Its example is the test of the same name in test/Transforms.
#ifndef NNC_TRANSFORMS_PASSES
#define NNC_TRANSFORMS_PASSES
include "mlir/Pass/PassBase.td"

def Raise : Pass<"nn-raise", "::mlir::ModuleOp"> {
  let summary = "Index notation that is a named op becomes that op";
  let description = [{
    Needs: phase `nn` as imported.
    Does: a generic that multiplies two operands and adds up becomes `nn.contract`, or `nn.conv` where one of them is
    read through windows (`stride * i + dilation * u - pad`, 0 outside); one whose accesses only permute or repeat
    dimensions becomes elementwise ops, broadcasts and a `nn.reduce`, where a read of a box (indices shifted by
    constants, constant indices) becomes `nn.slice`; transposes beside a contraction are folded into its letters. A
    remark says what was raised, and why a generic was not.
    Guarantees: the value as SPEC.md defines it for the named op; runs at every `-O`, so all levels compute the same.
    Gives up: other accesses with strides, bodies that read their indices, other values outside a box; a convolution whose
    operands or result would have to be transposed or sliced first.
  }];
}

def CheckSupport : Pass<"nn-check-support", "::mlir::ModuleOp"> {
  let summary = "Refuses what the language has and code generation does not yet";
  let description = [{
    Needs: phase `nn`; runs only where the module is to be compiled.
    Does: names in one error every op for which there is no kernel, each with the first place that has it.
    Guarantees: every op of the module can be planned and has a plain form.
    Gives up: nothing.
  }];
}

def InlineCustom : Pass<"nn-inline-custom", "::mlir::ModuleOp"> {
  let summary = "Functions with a derivative of their own become what they compute";
  let description = [{
    Needs: phase `grad`: their derivatives are taken.
    Does: puts the ops of the forward region in the place of each nn.custom, also in loops.
    Guarantees: no nn.custom is left; values do not change.
    Gives up: nothing.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

def ExpandLengths : Pass<"nn-expand-lengths", "::mlir::ModuleOp"> {
  let summary = "Lengths of a scan's rows become selects in its body";
  let description = [{
    Needs: phase `nn` as imported.
    Does: a scan with `lengths` reads them as a const; its body yields, where t < lengths[row], what it yielded, elsewhere
    the carry as it came in, and 0 for a stack. What it computes with it reads, behind an end, as the first step: a NaN in
    the padding reaches no gradient. Lengths that are an input get the bound of the steps.
    Guarantees: no scan has lengths, so neither derivatives nor kernels know them; values do not change.
    Gives up: nothing.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

def Stabilize : Pass<"nn-stabilize", "::mlir::ModuleOp"> {
  let summary = "Forms that lose precision or work become the named forms that do not";
  let description = [{
    Needs: phase `nn`, after nn-raise.
    Does: log(softmax x) = log_softmax x; log(sum(exp x)) = logsumexp x; log(sigmoid x) = -softplus(-x);
    log(1 - sigmoid x) = -softplus x; log(1 + exp x) = log1p(exp x) = softplus x; exp x over its sum = softmax x, also
    with the maximum subtracted. An addend of a contraction becomes its `init`, so later phases have no sum left to
    reorder.
    Guarantees: equal values in exact arithmetic; runs at every `-O`.
    Gives up: contractions that are used elsewhere too.
  }];
}

def SimplifyScan : Pass<"nn-simplify-scan", "::mlir::ModuleOp"> {
  let summary = "A loop makes what is read of it";
  let description = [{
    Needs: phase `nn`, equal values merged.
    Does: the last step of a stack of states is read from the final carry; stacks and carries that no result needs go,
    with what computed them and the operands that only it read; what depends on consts alone moves in front of the loop,
    so the gradient of a const is made by one contraction also where a part or a form of it is used.
    Guarantees: values do not change.
    Gives up: ops with regions are not moved; broadcasts stay, they cost nothing inside. A loop whose results
    nobody reads is left to the canonicalizer.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

def HoistScan : Pass<"nn-hoist-scan", "::mlir::ModuleOp"> {
  let summary = "What does not wait for the step before leaves the loop";
  let description = [{
    Needs: phase `grad`; no scan has lengths.
    Does: a contraction in the body of nn.scan that depends on no carry, nor on the step, is computed in front of the loop
    for all steps at once, with all it needs: `x_t @ W + b` becomes one "bti,gi->btg". A contraction that nothing but
    stacks waits for is computed behind the loop, with what is made of it; values that it reads are stacked. The stack of a
    carry as it comes in becomes a slice of its start and the stack of the new carries, put one behind the other. A stack
    that nothing reads is dropped, and so is a loop of no steps: zeros and the starts of its carries take its place.
    Guarantees: the same bits, since every sum runs over the same terms in the same order. Time stands behind the letter
    behind which it stood in the operand, and never before a free size.
    Gives up: elementwise ops that no such contraction needs stay: they are cheaper beside the step that reads them.
    Ops that do not work element by element are not taken along, so a contraction that needs one stays.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

def Fuse : Pass<"nn-fuse", "::mlir::ModuleOp"> {
  let summary = "Puts every op of an entry into one nn.group";
  let description = [{
    Needs: entries of plain nn ops (phase grad).
    Does: an op that moves or sums data is an anchor and starts a group: contraction, softmax and its losses, reduction,
    update, and whatever is none of the elementwise ops. An elementwise op joins the group that computes its operand, if
    it has that group's shape and no cycle arises; or waits for the update, reduction or row op that alone reads it.
    Constants, sizes, broadcasts and arithmetic on constant scalars are copied into each group that reads them:
    `group(f) ; group(g)` = `group(f ; g)`, no arithmetic changes. Slices, splits and concatenations stay between groups:
    they are views, without a kernel. So does nn.scan; its body is fused as an entry is, and there elementwise ops of one
    shape that read parts of the same value, or meet, are one group, since a loop pays for a launch in every step.
    Guarantees: an entry is nn.get, nn.group, views, nn.scan and nn.return; a group has at most one anchor. Each output,
    update, carry, start of a carry, slice of a stack and part of a concatenation is a result of its own, so one use says
    where it lies: of a group, or of a concatenation; outputs also a stack. A group yields a value as often as that takes,
    or a copy is made (missed remark).
    Gives up: nothing; what does not fuse is a group of one op, with a missed remark.
  }];
}

def ChooseLayouts : Pass<"nn-choose-layouts", "::mlir::ModuleOp"> {
  let summary = "Decides which contractions read their weight in panels";
  let description = [{
    Needs: groups (nn-fuse).
    Does: the last letter of a contraction's result fills the lanes of registers. If the operand that has it is a
    parameter whose rows run along another letter, or is larger than half of the first cache, an nn.relayout to panels
    as wide as a register tile is put in front of the contraction. All other values stay row-major.
    Guarantees: the choice depends on shapes and target only, and is visible as nn.relayout; results do not change.
    Gives up: operands that are not parameters (missed remark).
  }];
  let options = [Option<"targetFeatures", "target-features", "std::string", "\"native\"",
                        "native, x86-64-v3, x86-64-v4, or a list such as +avx2,+fma">];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

def PackWeights : Pass<"nn-pack-weights", "::mlir::ModuleOp"> {
  let summary = "Keeps packed copies of parameters in the state";
  let description = [{
    Needs: groups with nn.relayout of parameters (nn-choose-layouts).
    Does: each layout of a parameter becomes one nn.derived; groups read it by nn.get; a group that computes a new value
    of the parameter packs it in the same sweep, and the entry commits it; entry `pack` rebuilds all copies.
    Guarantees: no entry but `pack` packs a parameter that it does not change; a copy always equals its parameter.
    Gives up: nothing.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

def Schedule : Pass<"nn-schedule", "::mlir::ModuleOp"> {
  let summary = "Fixes one order of the groups";
  let description = [{
    Needs: groups.
    Does: keeps program order (that of a loop's body as it is), but puts the gradient of a parameter behind the next group that reads the same gradient,
    and updates last. A new value of state that other groups still read the old one of is computed into scratch and
    copied at the end (missed remark).
    Guarantees: an update may be written over the old value.
    Gives up: nothing.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

def Partition : Pass<"nn-partition", "::mlir::ModuleOp"> {
  let summary = "Cuts groups into tasks and places barriers";
  let description = [{
    Needs: the final order (nn-schedule).
    Does: cuts a group along the outermost dimension of its first result if the work pays for it; all groups along one
    free size are cut alike. Sets `barrier` on the group before one that would read or write what another thread writes
    or reads. Task t runs on the same thread in every group, so a chain that keeps to its rows needs no barrier. A loop
    that shares memory with what is before it has the barrier before it, none of its own for that; one stands at the end
    of each step if the next step needs it; `nn.barrier` on nn.scan is behind the loop.
    Guarantees: tasks are a function of shapes, never of the number of threads; results do not depend on either.
    Gives up: two free sizes in one value, a size computed from free ones, a free size behind the outermost dimension of
    what a loop slices, or a free number of steps, is an error.
  }];
  let options = [Option<"taskCost", "task-cost", "int64_t", "512 * 1024",
                        "work that is worth waking another core for; tests lower it to cut small programs too">];
}

def PlanMemory : Pass<"nn-plan-memory", "::mlir::ModuleOp"> {
  let summary = "Gives every value its place in memory";
  let description = [{
    Needs: tasks and barriers (nn-partition); bounds for all free sizes.
    Does: the state block holds parameters and states as they stand, then packed copies; the workspace of an entry is
    planned by best fit over live ranges at the bounds of the free sizes. Outputs go to their port, updates over the old
    value, parts of a concatenation into the whole, slices of a stack into the stack. A live range ends where the last
    group ends that may run at the same time as the last reader. Of what stands outside of a loop and is used in it, all
    of the loop is the live range. A carry has two buffers: each step reads one and writes the other.
    Guarantees: `offset` on state, `nn.state_bytes`, `work_bytes`, an `into` for every result, `nn.into` on nn.concat,
    `nn.carries` and `nn.stacks` on nn.scan (compiler/Analysis/Places.h reads them); 64-byte alignment of all that is no
    part of something larger.
    Gives up: an unbounded free size is an error.
  }];
}

def VerifyPlan : Pass<"nn-verify-plan", "::mlir::ModuleOp"> {
  let summary = "Proves that a plan is safe";
  let description = [{
    Needs: a planned module.
    Does: compares live ranges and addresses of all values of an entry, and the accesses of groups without a barrier
    between them. Loops are followed through their first steps, as many as show every pair of neighbours and end in the
    right buffer, each of more than four loops in each other in its turn; what moves from step to step must also fit
    beside all else at every step. Shares no code with the
    planner.
    Guarantees: no value is read after something was written over it; no two threads touch the same bytes without a
    barrier unless both read; outputs and updates are where the caller expects them, what a loop carries or stacks is
    where the next step and the readers of the stack look for it, parts of a concatenation are in their place.
    Gives up: an unsafe plan is an error.
  }];
}
#endif
