// One row at a time: softmax and its relatives, cross entropy, reductions over trailing axes. Lanes are elements of the
// row (Rows.cpp), or rows where these are short (RowsInLanes.cpp).
#pragma once

#include "codegen/Conversion/Emit/Emitters.h"
#include "codegen/Conversion/Emit/Evaluate.h"
#include "codegen/Conversion/Emit/Reduction.h"

namespace nnc::emit {

class RowEmitter {
public:
  RowEmitter(SpecKernel &kernel, mlir::Operation *op, mlir::Value x, unsigned rowDims)
      : kernel(kernel), b(kernel.builder()), op(op), x(x), type(mlir::cast<mlir::RankedTensorType>(x.getType())),
        rowDims(rowDims) {}

  Declined run();

private:
  using Term = llvm::function_ref<mlir::Value(Evaluator &, const Point &)>;
  bool prepare();
  void rowLoops(unsigned dim);
  void row();
  bool fitsInLanes();
  void rowsInLanes();
  void crossEntropyInLanes(mlir::Value elements, const Point &rows);
  llvm::SmallVector<mlir::Value> lossInLanes(mlir::Value elements, mlir::Value label);
  mlir::Value maximumInLanes(mlir::Value elements);
  mlir::Value elementOfLabel(mlir::Value elements, mlir::Value label);
  Point pointAt(mlir::Value position, mlir::Value mask);
  mlir::Value element(Evaluator &evaluator, const Point &point);
  mlir::Value reduceRow(const Reduction &reduction, Evaluator &shared, Term term);
  void wholeBlocks(mlir::Value whole, llvm::function_ref<void(mlir::Value)> body);
  mlir::Value reduceShortRow(const Reduction &reduction, Evaluator &shared, Term term);
  mlir::Value accumulate(const Reduction &reduction, mlir::Value sum, mlir::Value value, mlir::Value mask);
  void sweep(Evaluator &shared, llvm::function_ref<void(Evaluator &, const Point &)> body);
  void finishRow(Evaluator &evaluator);
  void finishElements(Evaluator &shared, mlir::Value anchorResult,
                      llvm::function_ref<mlir::Value(Evaluator &, const Point &)> value);
  void reduce(nn::ReduceOp reduce, Evaluator &shared);
  void softmax(Evaluator &shared);
  mlir::Value crossEntropy(nn::SoftmaxCrossEntropyOp loss, Evaluator &shared, mlir::Value shift, mlir::Value log);
  void fail(llvm::StringRef why) {
    if (reason.empty())
      reason = why.str();
  }

  SpecKernel &kernel;
  KernelBuilder &b;
  mlir::Operation *op;
  mlir::Value x;
  mlir::RankedTensorType type;
  unsigned rowDims;                  // the leading dimensions; the others are the row
  bool flat = false, nested = false; // a row of several dimensions: as one, or the last in a loop of its own
  std::optional<int64_t> length;     // of the row, if it is fixed
  std::optional<int64_t> largest;    // that it can have, if that is known
  mlir::Value lengthValue;
  Point rowPoint;
  llvm::SmallVector<mlir::Value> outer; // of a nested row: the indices around the last dimension
  std::string reason;
};

} // namespace nnc::emit
