// Ways to break what a rule of the derivative table built. Made from the ops that the rule builds, none by hand.
#pragma once

#include "mlir/IR/BuiltinOps.h"

#include <functional>
#include <string>
#include <vector>

namespace nnc::test {

/// The ops that the rule of `op` built, in program order: those at a "grad" location of such an op whose results reach
/// an output. A constant and the broadcast that gives it a shape are one.
std::vector<mlir::Operation *> builtBy(mlir::ModuleOp backward, const std::string &op);
/// "mul"; "constant" for a constant of any shape.
std::string nameOf(mlir::Operation *op);

struct Mutation {
  std::string name; // "negated", "without operand 1", "operands 0 and 2 swapped"
  std::function<void(mlir::Operation *)> apply;
};

/// The mutations that change what the op computes. Not made, because they are no change: negation of a zero, and swaps
/// of operands that are one value, equal constants or empty, of ops that are commutative by definition (the trait; max,
/// min, mse; eq and ne), and of contractions whose operands have the same letters or are one number each.
std::vector<Mutation> mutationsOf(mlir::Operation *op);

} // namespace nnc::test
