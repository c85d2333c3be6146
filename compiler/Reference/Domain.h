// Which indices of an op a mask admits.
#pragma once
#include "compiler/Reference/Evaluator.h"
#include "compiler/Reference/Holds.h"
#include "llvm/Support/MathExtras.h"

namespace nnc::reference {

template <class S> class Domain {
public:
  /// Of the mask of an op with the operands `args`; without mask everything is admitted.
  Domain(nn::MaskAttr mask, mlir::ValueRange args, const Frame<S> &frame) : mask(mask), sizes(frame.sizes) {
    for (mlir::Value arg : args)
      operands.push_back(&frame[arg]);
  }

  bool admits(llvm::ArrayRef<int64_t> index) const { return !mask || holds(mask.getTree(), index); }

private:
  bool holds(nn::MaskNodeAttr node, llvm::ArrayRef<int64_t> index) const {
    auto part = [&](mlir::Attribute one) { return holds(mlir::cast<nn::MaskNodeAttr>(one), index); };
    switch (node.getKind()) {
    case nn::MaskKind::always:
      return true;
    case nn::MaskKind::both:
      return llvm::all_of(node.getParts(), part);
    case nn::MaskKind::either:
      return llvm::any_of(node.getParts(), part);
    case nn::MaskKind::negation:
      return !part(node.getParts().front());
    case nn::MaskKind::comparison:
      return reference::holds(node.getPred(), number(node.getLeft(), index), number(node.getRight(), index));
    }
    llvm_unreachable("all kinds are listed");
  }

  int64_t value(mlir::Attribute value, llvm::ArrayRef<int64_t> index) const {
    if (auto size = mlir::dyn_cast<mlir::StringAttr>(value))
      return sizes.find(size.getValue())->second; // the verifier has seen that the entry has it
    auto read = mlir::cast<nn::MaskReadAttr>(value);
    llvm::SmallVector<int64_t> at;
    for (int64_t dim : read.getAt())
      at.push_back(index[dim]);
    const Tensor<S> &operand = *operands[read.getArg()];
    return operand.integers[positionOf(operand.shape, at)];
  }

  /// Whole numbers wrap.
  int64_t number(mlir::AffineExpr expr, llvm::ArrayRef<int64_t> index) const {
    if (auto constant = mlir::dyn_cast<mlir::AffineConstantExpr>(expr))
      return constant.getValue();
    if (auto dim = mlir::dyn_cast<mlir::AffineDimExpr>(expr))
      return index[dim.getPosition()];
    if (auto symbol = mlir::dyn_cast<mlir::AffineSymbolExpr>(expr))
      return value(mask.getValues()[symbol.getPosition()], index);
    auto binary = mlir::cast<mlir::AffineBinaryOpExpr>(expr);
    int64_t a = number(binary.getLHS(), index), b = number(binary.getRHS(), index);
    switch (expr.getKind()) {
    case mlir::AffineExprKind::Add:
      return int64_t(uint64_t(a) + uint64_t(b));
    case mlir::AffineExprKind::Mul:
      return int64_t(uint64_t(a) * uint64_t(b));
    case mlir::AffineExprKind::FloorDiv:
      return llvm::divideFloorSigned(a, b);
    case mlir::AffineExprKind::CeilDiv:
      return llvm::divideCeilSigned(a, b);
    default:
      return llvm::mod(a, b);
    }
  }

  nn::MaskAttr mask;
  const nn::SizeBindings &sizes;
  llvm::SmallVector<const Tensor<S> *> operands;
};

} // namespace nnc::reference
