// Passes of phase grad.
#pragma once
#include "compiler/Dialect/Nn.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace nnc::autodiff {

/// What of the steps of a loop is saved for backward: what it reads, or the carries alone.
enum class ScanPolicy : uint8_t { All, Carry };

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/Autodiff/Passes.h.inc"

/// Phase nn to phase grad.
void buildGradPipeline(mlir::OpPassManager &manager, ScanPolicy scan = ScanPolicy::All);
} // namespace nnc::autodiff
