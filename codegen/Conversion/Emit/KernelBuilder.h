// Small words for writing kernel IR: constants, loops, masks, register tiles. Everything it emits is in the kernel
// contract.
#pragma once

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/StringMap.h"

namespace nnc::emit {

// A part of a kernel that becomes an inline function. Parts of one family are the same but for the constants
// `arguments`.
struct Part {
  std::string name;
  std::string family; // none: the only one of its kind
  llvm::SmallVector<std::pair<llvm::StringRef, int64_t>> arguments;
};

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

  // Of an index or integer that is a constant.
  static std::optional<int64_t> constantOf(mlir::Value value);
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

  llvm::StringRef name() { return kernelName; }
  // In the kernel's own function, behind constants and tiles.
  void setInsertionPointToTop();
  // Says of what a value is a multiple; indices are then divided at once.
  mlir::Value multiple(mlir::Value value, int64_t factor);
  // What people call a value.
  mlir::Value named(mlir::Value value, llvm::StringRef name);

  using Body = llvm::function_ref<void(mlir::Value)>;
  using CarriedBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value, mlir::ValueRange)>;
  // Loops may have a name: that of their index. Of `unroll` iterations the backends make one.
  void loop(mlir::Value from, mlir::Value to, int64_t step, Body body, llvm::StringRef name = {}, int64_t unroll = 1);
  // The same, but a single iteration is written without a loop.
  void loopOrOnce(mlir::Value from, mlir::Value to, int64_t step, Body body, llvm::StringRef name = {});
  llvm::SmallVector<mlir::Value> carry(mlir::Value from, mlir::Value to, int64_t step, mlir::ValueRange init,
                                       CarriedBody body);
  // A loop over 0 … count that both backends unroll completely; of one iteration it is none, unless `always` says so.
  void unrolled(int64_t count, Body body, llvm::StringRef name = {}, bool always = false);
  void unrolledFrom(int64_t from, int64_t to, Body body, llvm::StringRef name);
  // The same with one value carried.
  using Step = llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)>;
  mlir::Value unrolledCarry(int64_t count, mlir::Value init, Step step, llvm::StringRef name, llvm::StringRef carried);
  void when(mlir::Value condition, llvm::function_ref<void()> then);
  void choose(mlir::Value condition, llvm::function_ref<void()> then, llvm::function_ref<void()> otherwise);
  mlir::Value valueIf(mlir::Value condition, llvm::function_ref<mlir::Value()> then, mlir::Value otherwise);
  // `count` neighbouring blocks of `extent` from an index on; a single one without a loop.
  void repeat(mlir::Value from, int64_t extent, int64_t count, Body body, llvm::StringRef name = {});

  // Registers that loops index by constants: memref<rows x vectors x vector<lanes x f32>>. Uses of one name and shape
  // share them in turn.
  mlir::Value tile(llvm::ArrayRef<int64_t> shape, llvm::StringRef name);

  // Writes `body` as an inline function of `places`, and of whatever else it takes from outside, and calls it. A part
  // that exists already is only called.
  void outlined(const Part &part, mlir::ValueRange places, llvm::ArrayRef<llvm::StringRef> names,
                llvm::function_ref<void(mlir::ValueRange)> body);
  // Calls the inline function of this name that all kernels share; `build` writes it and gives its results. `names` are
  // those of the operands, and behind them of the results.
  using Build = llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::ValueRange)>;
  mlir::ResultRange callShared(const llvm::Twine &name, mlir::ValueRange operands,
                               llvm::ArrayRef<llvm::StringRef> names, mlir::TypeRange results, Build build);
  // The functions that were made, each behind those that it calls.
  llvm::SmallVector<mlir::OwningOpRef<mlir::func::FuncOp>> takeFunctions() { return std::move(functions); }

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

  // A tile of as many vectors as lanes: afterwards vector i holds lane i of each.
  void transpose(mlir::Value tile);

private:
  // What is known of an index: a factor, and its largest value.
  struct Facts {
    int64_t factor = 1; // 0: of everything, the value is 0
    std::optional<int64_t> largest;
  };
  Facts factsOf(mlir::Value value);
  std::optional<std::pair<mlir::Value, mlir::Value>> divide(mlir::Value value, int64_t by);
  class Inside;
  struct Known {
    mlir::func::FuncOp function;
    llvm::SmallVector<mlir::Value> captured; // in front of the places
  };
  llvm::SmallVector<mlir::Value> capture();
  void describeArguments(mlir::func::FuncOp inner, mlir::ValueRange captured, llvm::ArrayRef<llvm::StringRef> names);
  mlir::Value broughtIn(mlir::Value value);
  bool isOutside(mlir::Value value);

  mlir::func::FuncOp kernel, function; // the kernel's, and the one that is written
  std::string kernelName;
  int64_t laneCount;
  llvm::SmallVector<mlir::OwningOpRef<mlir::func::FuncOp>> functions;
  llvm::StringMap<Known> calls;
  llvm::DenseMap<mlir::Value, std::string> valueNames;
  llvm::DenseMap<mlir::Value, int64_t> factors; // of arguments of parts
  llvm::SmallVector<std::pair<mlir::TypedAttr, mlir::Value>> constants;
  llvm::SmallVector<mlir::memref::AllocaOp> tiles;
};

} // namespace nnc::emit
