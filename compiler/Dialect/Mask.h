// #nn.mask: building the tree, and the questions that verifiers and evaluators ask. Included by Nn.h.
#pragma once
#include "compiler/Dialect/Dims.h"
#include "mlir/IR/OpImplementation.h"

namespace nnc::nn {
class MaskAttr;
class MaskNodeAttr;
enum class ComparePred : uint32_t;
enum class MaskKind : uint32_t;

/// Everything; a comparison of two sides; and, or, not of parts.
MaskNodeAttr maskAlways(mlir::MLIRContext *context);
MaskNodeAttr maskCompare(ComparePred pred, mlir::AffineExpr left, mlir::AffineExpr right);
MaskNodeAttr maskOf(MaskKind kind, mlir::ArrayRef<MaskNodeAttr> parts, mlir::MLIRContext *context);

/// The mask over `rank` indices whose tree names `values` as s0, s1, ...; null, and an error, if it is not well formed.
MaskAttr makeMask(llvm::function_ref<mlir::InFlightDiagnostic()> error, int64_t rank,
                  llvm::ArrayRef<mlir::Attribute> values, MaskNodeAttr tree);

/// Whether the mask fits an op: its indices run over `extents`, its reads find operands of the right shape. `number` is
/// the constraint's, "C3".
mlir::LogicalResult verifyMask(mlir::Operation *op, llvm::StringRef number, MaskAttr mask, mlir::ValueRange args,
                               llvm::ArrayRef<SizeExpr> extents);

/// Text form of an optional mask and its operands: `mask #nn.mask<...>(%n : tensor<2xi64>)`.
mlir::ParseResult parseMask(mlir::OpAsmParser &parser, MaskAttr &mask,
                            llvm::SmallVectorImpl<mlir::OpAsmParser::UnresolvedOperand> &args,
                            llvm::SmallVectorImpl<mlir::Type> &types);
void printMask(mlir::OpAsmPrinter &printer, mlir::Operation *op, MaskAttr mask, mlir::OperandRange args,
               mlir::TypeRange types);

} // namespace nnc::nn
