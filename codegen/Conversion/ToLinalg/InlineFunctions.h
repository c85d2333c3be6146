// Functions that both backends inline wherever they are called: mathematics, reductions over lanes, register tiles.
// They are written once, so that kernels stay short enough to read.
#pragma once

#include "codegen/Conversion/ToLinalg/KernelSignature.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nnc {

/// Attribute of such a function.
constexpr llvm::StringLiteral kInlineAttr = "nnc.inline";
/// Attributes of an inline function that is one of several with the same body but for constants: the name of all, and
/// this one's constants, `{rows = 6}`.
constexpr llvm::StringLiteral kFamilyAttr = "nnc.family", kFamilyArgsAttr = "nnc.family_args";

/// "f32" or "f32x16": the end of a function's name that says on which type it works.
std::string suffixOf(mlir::Type type);

/// The private function, with an entry block without operations, outside of any module; `names` are those of its
/// arguments.
mlir::func::FuncOp makeInlineFunction(mlir::Location loc, const llvm::Twine &name, mlir::FunctionType type,
                                      llvm::ArrayRef<llvm::StringRef> names);

} // namespace nnc
