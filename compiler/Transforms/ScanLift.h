// Takes ops of a loop's body out of it, for all steps at once: a value that differs from step to step gets an axis of
// time, at which it is a stack. Every element is computed by the same operations in the same order.
#pragma once
#include "compiler/Dialect/Nn.h"
#include "llvm/ADT/DenseMap.h"

namespace nnc {

/// What stands outside of the loop for a value of its body.
struct Lifted {
  static constexpr int64_t same = -1;
  mlir::Value value;
  int64_t axis = same; // of time; `same`: one value for all steps
};

class ScanLift {
public:
  ScanLift(nn::ScanOp scan, mlir::OpBuilder &builder);

  /// The value has a stand-in: a const, a slice, or what was lifted or given.
  bool has(mlir::Value value) const { return known.contains(value); }
  Lifted get(mlir::Value value) const { return known.lookup(value); }
  void give(mlir::Value value, Lifted lifted) { known[value] = lifted; }

  /// Ops that `lift` knows.
  static bool isLiftable(mlir::Operation *op);
  /// Where time will stand in the result, if `op` can be lifted now that all its operands have stand-ins; `wanted` is a
  /// wish that contractions fulfil.
  std::optional<int64_t> axisOf(mlir::Operation *op, std::optional<int64_t> wanted = {}) const;
  void lift(mlir::Operation *op, std::optional<int64_t> wanted = {});

private:
  int64_t axisOfContraction(nn::ContractOp op) const;
  std::optional<int64_t> axisOfBroadcast(nn::BroadcastOp op) const;
  void liftContraction(nn::ContractOp op, int64_t axis);
  mlir::Value at(mlir::Value value, int64_t axis, mlir::Location loc);
  mlir::Location locationOf(mlir::Operation *op) const;

  nn::ScanOp scan;
  mlir::OpBuilder &builder;
  llvm::DenseMap<mlir::Value, Lifted> known;
};

} // namespace nnc
