// Judges reverse mode on an instance: against dual numbers, by the adjoint identity, against central differences.
#pragma once

#include "test/unit/autodiff/Kinks.h"
#include "test/unit/autodiff/Programs.h"
#include "test/unit/autodiff/RuleInstances.h"

namespace nnc::test {

/// The module of an instance before differentiation, and after it as the rules left it: nothing is folded or merged.
struct Differentiated {
  mlir::OwningOpRef<mlir::ModuleOp> forward, backward;
};

/// Nothing, after a message on stderr, if the module is not valid or has no derivative.
std::optional<Differentiated> differentiate(const std::string &module);

/// Values of the parameters and of the weights w, and a direction.
struct Point {
  reference::TensorMap<double> values, direction;
};
Point pointOf(const Instance &instance, uint64_t seed);

/// What dual numbers say at a point: the derivative of loss along the direction, and ⟨Jv, w⟩ from that of y.
struct Truth {
  double loss = 0, adjoint = 0;
  double lossScale = 0, adjointScale = 0; // sums of the magnitudes of their terms
};
std::optional<Truth> truthOf(mlir::ModuleOp forward, const Point &point);

/// What is wrong with reverse mode at the point, or "": relative to the magnitude of the terms, 1e-12.
std::string disagreement(mlir::ModuleOp backward, const Point &point, const Truth &truth);
/// The same against central differences of the loss: 1e-6.
std::string disagreementWithDifferences(mlir::ModuleOp backward, mlir::ModuleOp forward, const Point &point);

/// Where the gradients at a kink are not those of its table, zeros, infinities and NaN exactly, others to 1e-12, or "".
std::string disagreementAtKink(mlir::ModuleOp backward, const Kink &kink);

} // namespace nnc::test
