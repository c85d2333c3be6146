// The plain form of a kernel: one loop nest for all results of one shape, element by element, in the order of SPEC.md.
// An element is computed where it is needed, each part of it in the outermost loop that knows its indices; so no
// temporary ever holds a tensor, and the text of a family is its formula.
#pragma once

#include "compiler/Dialect/Nn.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include <functional>
#include <map>

namespace nnc {

/// The indices of an element, one value of type index per logical dimension.
using Indices = llvm::SmallVector<mlir::Value, 4>;

class PlainEmitter {
public:
  PlainEmitter(nn::KernelOp kernel, mlir::func::FuncOp func, mlir::SymbolTable &symbols);

  /// Fills the function's body; an op without a plain form is an error at its location.
  mlir::LogicalResult emit();

private:
  // Loops. A value lives at the depth of the deepest loop that it depends on; depth 0 is the function's body.
  struct Frame {
    mlir::Block *block;
    mlir::Operation *before; // the open loop of the next depth, or the end
  };
  using Body = llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value, mlir::ValueRange)>;
  using Build = llvm::function_ref<mlir::Value(mlir::OpBuilder &)>;
  unsigned depthOf(mlir::ValueRange values) const;
  unsigned currentDepth() const { return frames.size() - 1; }
  void insertAt(unsigned depth);
  /// A pure computation of `operands`, as far out as they allow.
  mlir::Value make(mlir::ValueRange operands, Build build);
  /// The same with an effect or a place of its own: in the innermost open loop.
  mlir::Value makeHere(Build build);
  mlir::Value makeAt(unsigned depth, Build build);
  /// for i in [lo, hi) with carried values, at depth `at`; returns their last values.
  llvm::SmallVector<mlir::Value> loop(unsigned at, mlir::Value lo, mlir::Value hi, int64_t step,
                                      mlir::ValueRange carried, Body body);
  template <typename Op> mlir::Value op(mlir::ValueRange operands) {
    return make(operands, [&](mlir::OpBuilder &b) -> mlir::Value { return Op::create(b, loc, operands); });
  }
  template <typename Op> mlir::Value op(mlir::Type type, mlir::ValueRange operands) {
    return make(operands,
                [&](mlir::OpBuilder &b) -> mlir::Value { return Op::create(b, loc, mlir::TypeRange{type}, operands); });
  }

  // Numbers. Scalars have the tensor's element type; truth values are i1.
  mlir::Value index(int64_t value);
  mlir::Value number(mlir::Type type, double value);
  mlir::Value integer(mlir::Type type, int64_t value);
  mlir::Value size(const nn::SizeExpr &size);
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value sub(mlir::Value a, mlir::Value b);
  mlir::Value mul(mlir::Value a, mlir::Value b);
  mlir::Value div(mlir::Value a, mlir::Value b) { return op<mlir::arith::DivFOp>({a, b}); }
  mlir::Value neg(mlir::Value a) { return op<mlir::arith::NegFOp>({a}); }
  mlir::Value fma(mlir::Value a, mlir::Value b, mlir::Value c) { return op<mlir::math::FmaOp>({a, b, c}); }
  mlir::Value exp(mlir::Value a) { return op<mlir::math::ExpOp>({a}); }
  mlir::Value log(mlir::Value a) { return op<mlir::math::LogOp>({a}); }
  mlir::Value abs(mlir::Value a) { return op<mlir::math::AbsFOp>({a}); }
  mlir::Value compare(mlir::arith::CmpFPredicate predicate, mlir::Value a, mlir::Value b);
  mlir::Value compare(mlir::arith::CmpIPredicate predicate, mlir::Value a, mlir::Value b);
  /// a > b and a < b of either kind of number; false with a NaN.
  mlir::Value greater(mlir::Value a, mlir::Value b);
  mlir::Value select(mlir::Value condition, mlir::Value a, mlir::Value b);
  mlir::Value min(mlir::Value a, mlir::Value b); // of indices
  mlir::Value toIndex(mlir::Value value);

  // Elements.
  mlir::Value element(mlir::Value tensor, const Indices &at);
  mlir::Value compute(mlir::Operation *op, unsigned result, const Indices &at);
  mlir::Value load(mlir::BlockArgument argument, const Indices &at);
  Indices physical(mlir::RankedTensorType type, const Indices &at);
  /// The value of an op whose result depends on its operands' elements alone; null if it is no such op.
  mlir::Value scalar(mlir::Operation *op, llvm::ArrayRef<mlir::Value> operands);
  mlir::Value unary(mlir::Operation *op, mlir::Value x);
  mlir::Value binary(mlir::Operation *op, mlir::Value a, mlir::Value b);
  mlir::Value power(mlir::Value a, mlir::Value b);
  mlir::Value compareOp(nn::CompareOp op, mlir::Value a, mlir::Value b);
  mlir::Value cast(mlir::Value x, mlir::Type to);
  mlir::Value saturate(mlir::Value x, mlir::Type to);
  mlir::Value constant(nn::ConstantOp op, const Indices &at);
  mlir::Value reshape(nn::ReshapeOp op, const Indices &at);
  Indices moved(const Indices &at, llvm::ArrayRef<int64_t> by);
  mlir::Value split(nn::SplitOp op, unsigned part, const Indices &at);
  mlir::Value pad(nn::PadOp op, const Indices &at);
  mlir::Value concat(nn::ConcatOp op, const Indices &at);
  mlir::Value reduce(nn::ReduceOp op, const Indices &at);
  mlir::Value argReduce(mlir::Value x, int64_t axis, bool largest, mlir::Type type, const Indices &at);
  mlir::Value contract(nn::ContractOp op, const Indices &at);
  mlir::Value generic(nn::GenericOp op, const Indices &at);
  mlir::Value conv(nn::ConvOp op, const Indices &at);
  mlir::Value convInputGrad(nn::ConvInputGradOp op, const Indices &at);
  mlir::Value convFilterGrad(nn::ConvFilterGradOp op, const Indices &at);
  mlir::Value maxPool(nn::MaxPoolOp op, const Indices &at);
  mlir::Value avgPool(nn::AvgPoolOp op, const Indices &at);
  mlir::Value norm(mlir::Operation *op, mlir::Value x, int64_t axis, const Indices &at);
  mlir::Value crossEntropy(nn::SoftmaxCrossEntropyOp op, unsigned result, const Indices &at);
  mlir::Value crossEntropyGrad(nn::SoftmaxCrossEntropyGradOp op, const Indices &at);
  mlir::Value sgd(nn::SgdOp op, unsigned result, const Indices &at);
  mlir::Value adam(nn::AdamOp op, unsigned result, const Indices &at);

  // Windows along spatial axes. `exists`: null if it always does.
  struct Sliding {
    llvm::ArrayRef<int64_t> stride, dilation, low;
    llvm::SmallVector<bool> leaves;       // whether a window can reach behind the end of an axis
    llvm::SmallVector<nn::SizeExpr> axes; // what it slides over
  };
  struct Place {
    mlir::Value exists;
    Indices at;
  };
  struct Convolution;
  mlir::Value both(mlir::Value a, mlir::Value b);
  Place placeRead(const Sliding &window, llvm::ArrayRef<mlir::Value> p, llvm::ArrayRef<mlir::Value> k);
  Place placeThatReads(const Convolution &conv, llvm::ArrayRef<mlir::Value> s, llvm::ArrayRef<mlir::Value> k);
  mlir::Value groupStart(const Convolution &conv, mlir::Value at, const nn::SizeExpr &from, const nn::SizeExpr &to);
  /// The two factors of a term of a step; of a step whether it exists, and its terms.
  using WindowTerm = std::function<std::pair<mlir::Value, mlir::Value>(mlir::Value)>;
  using WindowStep = llvm::function_ref<std::pair<mlir::Value, WindowTerm>(mlir::Value)>;
  mlir::Value windowChain(mlir::Value start, const nn::SizeExpr &steps, const nn::SizeExpr &width, unsigned depth,
                          WindowStep visit);
  template <typename Op> mlir::Value initOf(Op op, const Indices &at);
  /// The elements of one window of x, one after the other.
  using WindowCombine = llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)>;
  mlir::Value windowFold(mlir::Value x, llvm::ArrayRef<int64_t> taps, const Sliding &window, const Indices &at,
                         mlir::Value start, WindowCombine combine);

  // Lists, in the orders of SPEC.md section 2. `term` gives the term at a position of the list.
  using Term = llvm::function_ref<mlir::Value(mlir::Value)>;
  mlir::Value startOf(nn::ReduceKind kind, mlir::Type type);
  mlir::Value combine(nn::ReduceKind kind, mlir::Value accumulator, mlir::Value term);
  mlir::Value trailing(nn::ReduceKind kind, mlir::Type type, const nn::SizeExpr &count, unsigned depth, Term term);
  mlir::Value trailingShort(nn::ReduceKind kind, mlir::Type type, int64_t count, Term term);
  mlir::Value chain(nn::ReduceKind kind, mlir::Value start, unsigned depth, mlir::Value lo, mlir::Value hi, Term term);
  mlir::Value blocks(nn::ReduceKind kind, mlir::Type type, const nn::SizeExpr &count, unsigned depth, Term term);
  /// Sum of f(x[i]) along an axis, trailing or in blocks as the axis says.
  mlir::Value axisSum(mlir::Value x, int64_t axis, const Indices &row, llvm::function_ref<mlir::Value(mlir::Value)> f);
  mlir::Value axisMax(mlir::Operation *op, mlir::Value x, int64_t axis, const Indices &row);
  /// The indices of position `i` of a row-major list over `sizes`.
  Indices split(mlir::Value i, llvm::ArrayRef<nn::SizeExpr> sizes);
  nn::SizeExpr product(llvm::ArrayRef<nn::SizeExpr> sizes);

  /// A value computed once for an op, a part of it, and indices.
  mlir::Value once(mlir::Operation *op, int part, const Indices &at, llvm::function_ref<mlir::Value()> compute);

  // Nests.
  struct Nest {
    mlir::RankedTensorType shape;
    llvm::SmallVector<unsigned> results;
    bool updates = false;
  };
  llvm::SmallVector<Nest> nests();
  void emitNest(const Nest &nest);
  int taskDimension(const Nest &nest);
  void store(unsigned result, mlir::Value value, const Indices &at);

  nn::KernelOp kernel;
  mlir::func::FuncOp func;
  mlir::SymbolTable &symbols;
  mlir::OpBuilder builder;
  mlir::Location loc;
  mlir::Operation *failed = nullptr;
  llvm::SmallVector<Frame> frames;
  llvm::DenseMap<mlir::Value, unsigned> depths;
  std::map<std::tuple<mlir::Operation *, int, std::vector<void *>>, mlir::Value> known; // looked up, never iterated
  std::map<std::string, mlir::Value> sizeArguments;
  llvm::DenseMap<mlir::Value, mlir::Value> buffers; // of arguments of the specification
  llvm::SmallVector<mlir::Value> resultBuffers;
  mlir::Value task;
};

} // namespace nnc
