// What a reduction starts from and how it combines, as SPEC.md says; shared by rows and columns.
#pragma once

#include "codegen/Conversion/Emit/SpecKernel.h"

namespace nnc::emit {

struct Reduction {
  nn::ReduceKind kind;
  double start;
  bool watchesNan; // max and min: the comparison loses a NaN, which the result must be

  // None for kinds of truth values.
  static std::optional<Reduction> of(nn::ReduceKind kind);
  mlir::Value combine(KernelBuilder &b, mlir::Value sum, mlir::Value term) const;
};

// Combines the 64 partial results of a list along trailing axes by the tree of SPEC.md into a scalar: vector i of the
// list went to accumulator i mod (64 / lanes). Those that nothing was added to are left out; they are the last ones.
mlir::Value combinePartials(KernelBuilder &b, const Reduction &reduction, mlir::ValueRange partials);

// The same of a tile that holds all of them, by a function that the kernels of a file share.
mlir::Value combineTile(KernelBuilder &b, const Reduction &reduction, mlir::Value partials);

} // namespace nnc::emit
