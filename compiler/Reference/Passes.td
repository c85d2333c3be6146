// Passes of the evaluator.
#ifndef NNC_REFERENCE_PASSES
#define NNC_REFERENCE_PASSES
include "mlir/Pass/PassBase.td"

def Evaluate : Pass<"nn-evaluate", "::mlir::ModuleOp"> {
  let summary = "Evaluate one entry with the slow reference and print what it returns";
  let description = [{
    Needs: a module from phase nn to planned.
    Does: evaluates the entry `entry`. Parameters and states have their initial values, inputs are random, both from
    `seed`; an entry without inputs computes from constants. Prints to standard output one line per output, then one
    per update: `loss = 1.0986123`, `update fc1.bias = [0.5, -0.25]`.
    Guarantees: the module is unchanged. Equal text for equal bits: floats print with as many digits as tell them apart.
    Gives up: with an error at the op or entry that cannot be evaluated.
  }];
  let options = [
    Option<"entry", "entry", "std::string", "\"forward\"", "entry to evaluate">,
    Option<"seed", "seed", "uint64_t", "0", "seed of the inputs and of initial values">,
    Option<"step", "step", "int64_t", "0", "step of what is drawn">,
    Option<"firstSample", "first-sample", "int64_t", "0", "number of the first example of the batch">,
    Option<"precision", "precision", "std::string", "\"f32\"", "f32 (the bits of exact ops) or f64 (the truth)">,
    ListOption<"sizes", "sizes", "std::string", "values of free sizes: B=2,T=3">,
    ListOption<"scalars", "scalars", "std::string", "values of scalar arguments: lr=0.1">
  ];
}
#endif
