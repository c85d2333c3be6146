// What may be computed a second time instead of being kept.
#pragma once

#include "compiler/Autodiff/DerivativeTable.h"

namespace nnc::autodiff {

/// Moves or compares elements: no arithmetic worth saving.
inline bool isFree(mlir::Operation *op) {
  return mlir::isa<nn::BroadcastOp, nn::CastOp, nn::CompareOp, nn::AndOp, nn::OrOp, nn::NotOp, nn::ReshapeOp>(op);
}

/// Arithmetic on each element alone.
inline bool isCheap(mlir::Operation *op) {
  const Record *record = DerivativeTable::get().lookup(op);
  return mlir::isa<nn::SelectOp>(op) || (record && record->kind == Record::Elementwise);
}

/// Needs no storage of its own: a parameter, a constant, a size.
inline bool isAtHand(mlir::Operation *op) { return mlir::isa<nn::GetOp, nn::ConstantOp, nn::SizeOp>(op); }

} // namespace nnc::autodiff
