// Small words for writing kernel IR: constants, loops, masks, register tiles. Everything it emits is in the kernel
// contract.
#pragma once

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace nnc::emit {

class KernelBuilder : public mlir::ImplicitLocOpBuilder {
public:
  KernelBuilder(mlir::func::FuncOp function, int64_t lanes);

  int64_t lanes() const { return laneCount; }
  mlir::VectorType vectorOf(mlir::Type element) { return mlir::VectorType::get({laneCount}, element); }
  mlir::VectorType floats() { return vectorOf(getF32Type()); }

  // Constants live in the entry block, once each.
  mlir::Value index(int64_t value);
  mlir::Value constant(mlir::TypedAttr value);
  mlir::Value zero(mlir::Type type) { return constant(getZeroAttr(type)); }
  // `value` as a scalar or in every lane of a vector type.
  mlir::Value number(mlir::Type type, double value);
  mlir::Value splat(mlir::Value scalar);

  // Index arithmetic that folds constants. None of it may overflow or be negative.
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value add(mlir::Value a, int64_t b) { return add(a, index(b)); }
  mlir::Value sub(mlir::Value a, mlir::Value b);
  mlir::Value mul(mlir::Value a, int64_t b);
  mlir::Value mul(mlir::Value a, mlir::Value b);
  mlir::Value div(mlir::Value a, mlir::Value b);
  mlir::Value div(mlir::Value a, int64_t b) { return div(a, index(b)); }
  mlir::Value rem(mlir::Value a, mlir::Value b);
  mlir::Value rem(mlir::Value a, int64_t b) { return rem(a, index(b)); }
  mlir::Value smaller(mlir::Value a, mlir::Value b);

  using Body = llvm::function_ref<void(mlir::Value)>;
  using CarriedBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value, mlir::ValueRange)>;
  void loop(mlir::Value from, mlir::Value to, int64_t step, Body body);
  // The same, but a single iteration is written without a loop.
  void loopOrOnce(mlir::Value from, mlir::Value to, int64_t step, Body body);
  llvm::SmallVector<mlir::Value> carry(mlir::Value from, mlir::Value to, int64_t step, mlir::ValueRange init,
                                       CarriedBody body);
  // A loop over 0 … count that both backends unroll completely.
  void unrolled(int64_t count, Body body);
  void when(mlir::Value condition, llvm::function_ref<void()> then);
  void choose(mlir::Value condition, llvm::function_ref<void()> then, llvm::function_ref<void()> otherwise);
  mlir::Value valueIf(mlir::Value condition, llvm::function_ref<mlir::Value()> then, mlir::Value otherwise);
  // `count` neighbouring blocks of `extent` from an index on; a single one without a loop.
  void repeat(mlir::Value from, int64_t extent, int64_t count, Body body);

  // Registers that loops index by constants: memref<rows x vectors x vector<lanes x f32>>.
  mlir::Value tile(llvm::ArrayRef<int64_t> shape);

  // Lanes at `column` … that lie below `extent`.
  mlir::Value maskBelow(mlir::Value column, mlir::Value extent);

  // 0, 1, 2 … as i32.
  mlir::Value laneNumbers();

  // A label (scalar or vector) moved into 0 … classes - 1.
  mlir::Value clampLabel(mlir::Value label, int64_t classes);

  // Lane halves are combined until one element is left: the tree that SPEC.md prescribes.
  using Combine = llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)>;
  mlir::Value foldHalves(mlir::Value vector, Combine combine);
  mlir::Value lane(mlir::Value vector, int64_t position);

  // As many vectors as lanes: afterwards vector i holds lane i of each.
  void transpose(llvm::SmallVectorImpl<mlir::Value> &vectors);

private:
  mlir::func::FuncOp function;
  int64_t laneCount;
  llvm::SmallVector<std::pair<mlir::TypedAttr, mlir::Value>> constants;
  llvm::SmallVector<std::pair<mlir::MemRefType, mlir::Value>> tiles;
};

} // namespace nnc::emit
