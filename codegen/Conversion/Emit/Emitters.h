// The emitters. Each takes a specification that it knows and fills the function with kernel IR that equals the plain
// form in every bit; where it does not know it, it says why and leaves a function that is thrown away.
#pragma once

#include "codegen/Conversion/Emit/SpecKernel.h"
#include "codegen/Conversion/Emit/Tiles.h"

#include <string>

namespace nnc::emit {

// Empty: the function is complete. Otherwise the reason for declining, for the remark.
using Declined = std::string;

struct EmitTarget {
  RegisterFile registers;
};

// nn.contract with an elementwise epilogue: a register tile over rows and lanes.
Declined emitContraction(SpecKernel &kernel, nn::ContractOp anchor, const EmitTarget &target);

// nn.conv and its transposes with an elementwise epilogue.
Declined emitConvolution(SpecKernel &kernel, mlir::Operation *anchor);

// softmax, cross entropy and reductions over trailing axes: one row at a time.
Declined emitRows(SpecKernel &kernel, mlir::Operation *anchor);

// nn.reduce over leading axes: lanes are columns.
Declined emitColumns(SpecKernel &kernel, nn::ReduceOp anchor);

// Chains of elementwise ops and updates of parameters, with packed copies written in the same sweep.
Declined emitElementwise(SpecKernel &kernel);

} // namespace nnc::emit
