// Passes of the evaluator.
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace nnc::reference {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/Reference/Passes.h.inc"
} // namespace nnc::reference
