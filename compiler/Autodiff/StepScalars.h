// @step.scalars: the numbers that change from step to step, as a host function of settings and step number.
#pragma once

#include "compiler/Dialect/Nn.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace nnc::autodiff {

/// What the scalar arguments of a step are made of.
struct ScalarPlan {
  mlir::DictionaryAttr settings; // of #nn.optimizer
  bool corrections = false;      // Adam's bias corrections
  bool decay = false;            // some parameter decays
  nn::ClipAttr clip;             // or null

  /// Names of the scalars, in the order of arguments and results.
  std::vector<std::string> names() const;
};

/// Settings of the optimizer by name, or a default.
double numberIn(mlir::DictionaryAttr settings, llvm::StringRef name, double otherwise);
bool flagIn(mlir::DictionaryAttr settings, llvm::StringRef name);

/// Adds the function after `entry`. An unknown schedule is an error at the entry.
mlir::LogicalResult buildStepScalars(nn::EntryOp entry, const ScalarPlan &plan);

} // namespace nnc::autodiff
