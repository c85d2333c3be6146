// The nn dialect: attributes, ops, and the questions that passes ask about them. SPEC.md gives the meaning.
#pragma once
#include "compiler/Dialect/Dims.h"
#include "compiler/Dialect/Mask.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/IR/TensorEncoding.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace nnc::nn {

/// The letters of a contraction, one per dimension, and those that are summed in the order of their first appearance.
struct ContractSpec {
  std::string lhs, rhs, result, summed;
  /// Parses "bi,oi->bo"; nothing if the text is not of that form.
  static std::optional<ContractSpec> parse(llvm::StringRef text);
  std::string str() const { return lhs + "," + rhs + "->" + result; }
};

/// Results of the op replace operands: see tiedOperand.
template <typename ConcreteOp> class TiedUpdate : public mlir::OpTrait::TraitBase<ConcreteOp, TiedUpdate> {};

/// Each element of the result depends on the same element of the operands alone: see isElementwise.
template <typename ConcreteOp> class ElementwiseOp : public mlir::OpTrait::TraitBase<ConcreteOp, ElementwiseOp> {};

/// The operand whose storage `result` of a TiedUpdate op replaces, or nothing.
mlir::OpOperand *tiedOperand(mlir::OpResult result);

} // namespace nnc::nn

#include "compiler/Dialect/NnDialect.h.inc"
#include "compiler/Dialect/NnEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "compiler/Dialect/NnAttrs.h.inc"
#define GET_OP_CLASSES
#include "compiler/Dialect/NnOps.h.inc"

namespace nnc::nn {

/// Whether `op` is elementwise: operands and result have one shape, nothing moves.
inline bool isElementwise(mlir::Operation *op) { return op->hasTrait<ElementwiseOp>(); }

/// Types that an op's operands and attributes determine; the verifiers compare with these. The operands must be valid.
mlir::RankedTensorType inferTranspose(mlir::RankedTensorType x, llvm::ArrayRef<int64_t> perm);
mlir::RankedTensorType inferReduce(mlir::RankedTensorType x, llvm::ArrayRef<int64_t> dims);
mlir::RankedTensorType inferContract(const ContractSpec &spec, mlir::RankedTensorType lhs, mlir::RankedTensorType rhs);

mlir::RankedTensorType inferGather(mlir::RankedTensorType table, mlir::RankedTensorType index, int64_t axis,
                                   int64_t batch);

/// Taps and places of a window that moves along the spatial axes of a convolution or pooling.
struct Window {
  llvm::SmallVector<int64_t, 3> taps;
  llvm::ArrayRef<int64_t> stride, dilation, padLow, padHigh;
  /// How far one window reaches along an axis.
  int64_t reach(unsigned axis) const { return dilation[axis] * (taps[axis] - 1) + 1; }
  /// How often it fits along an axis of this extent; with `ceil` also where it only begins inside.
  SizeExpr places(unsigned axis, const SizeExpr &extent, bool ceil = false) const;
};

/// The type of one step of a stack with time at `axis`, and back.
mlir::RankedTensorType sliceOfStack(mlir::RankedTensorType stack, int64_t axis);
mlir::RankedTensorType stackOfSlice(mlir::RankedTensorType slice, int64_t axis, const SizeExpr &steps);

/// Ranges of the free sizes of an entry: what its #nn.size attributes say.
SizeRanges rangesOf(EntryOp entry);
/// How its free sizes are written, where that is not their name.
SizeForms formsOf(EntryOp entry);

/// The op that `symbol` names (param, state or derived) seen from `from`, its type, and whether it is one at all.
mlir::RankedTensorType typeOfSymbol(mlir::Operation *from, llvm::StringRef symbol);

} // namespace nnc::nn
