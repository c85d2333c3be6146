// Evaluates values of a specification at one point: the elementwise ops, broadcasts and shape changes between the
// buffers and an anchor become index maps and arithmetic in registers.
#pragma once

#include "codegen/Conversion/Emit/SpecKernel.h"

namespace nnc::emit {

// One index per dimension. If `lanes` is set, the index of that dimension is the first of a vector of neighbours.
struct Point {
  Point() = default;
  explicit Point(size_t rank) : at(rank) {}

  llvm::SmallVector<mlir::Value> at;
  std::optional<unsigned> lanes;
  mlir::Value mask;   // the lanes that exist; none: all
  bool flat = false;  // `at` is one position in the row of all elements
  bool exact = false; // the vector begins anywhere: its mask counts in padded buffers, too

  bool operator==(const Point &other) const = default;
};

// Valid at one place of the function: it remembers what it has computed there.
class Evaluator {
public:
  explicit Evaluator(SpecKernel &kernel) : kernel(kernel), b(kernel.builder()) {}

  // From now on `value` is read from result `i`, where it has been stored as a whole.
  void readBack(mlir::Value value, unsigned i) { stored.push_back({value, i}); }

  // The value of an anchor at a point, computed by the caller.
  void bind(mlir::Value value, const Point &point, mlir::Value computed) { done.push_back({value, point, computed}); }

  // A scalar, or a vector if the point has lanes; null if the value cannot be had here (`why` tells).
  mlir::Value evaluate(mlir::Value value, const Point &point);
  llvm::StringRef why() const { return reason; }

  // The element(s) of a buffer at a point.
  mlir::Value load(const Buffer &buffer, const Point &point);

  // Writes element(s) to result `i` of the kernel; false if its layout does not allow it.
  bool store(unsigned i, const Point &point, mlir::Value value);

private:
  mlir::Value compute(mlir::Value value, const Point &point);
  mlir::Value formula(mlir::OpResult result, const Point &point);
  llvm::SmallVector<mlir::Value> update(nn::AdamOp op, mlir::ValueRange operands);
  mlir::Value constant(nn::ConstantOp op, const Point &point);
  mlir::Value size(nn::SizeOp op, const Point &point);
  mlir::Value broadcast(nn::BroadcastOp op, const Point &point);
  mlir::Value transpose(nn::TransposeOp op, const Point &point);
  mlir::Value reshape(nn::ReshapeOp op, const Point &point);
  mlir::Value pad(nn::PadOp op, const Point &point);
  mlir::Value crossEntropyGrad(nn::SoftmaxCrossEntropyGradOp op, const Point &point);
  mlir::Value decline(llvm::StringRef text);
  mlir::Value spread(mlir::Value scalar, const Point &point);

  struct Entry {
    mlir::Value value;
    Point point;
    mlir::Value computed;
  };
  SpecKernel &kernel;
  KernelBuilder &b;
  llvm::SmallVector<Entry> done;
  llvm::SmallVector<std::pair<mlir::Value, unsigned>> stored;
  llvm::StringRef reason;
};

} // namespace nnc::emit
