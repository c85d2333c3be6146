// Text of size expressions, shared by the canonical form (which sorts by it) and by the printer of #nn.dims.
#pragma once
#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/BuiltinAttributes.h"
#include <string>

namespace nnc::nn {
/// "(T + 1) floordiv 2", with symbol i printed as symbols[i].
std::string sizeText(mlir::AffineExpr expr, llvm::ArrayRef<mlir::StringAttr> symbols);
} // namespace nnc::nn
