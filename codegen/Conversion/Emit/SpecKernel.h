// One kernel in work: the specification (nn ops), the function that is filled, and access to its buffers and sizes.
#pragma once

#include "codegen/Conversion/Emit/KernelBuilder.h"
#include "codegen/Conversion/ToLinalg/KernelSignature.h"
#include "compiler/Dialect/Nn.h"

#include <map>
#include <optional>

namespace nnc::emit {

// A half-open range of indices.
struct Range {
  mlir::Value from, to;
};

// An input or result in memory: its type says how it lies there, unless it is a part of a larger buffer.
struct Buffer : KernelBuffer {
  mlir::Value memory;
};

// The largest values of free sizes, where the entries that launch a kernel promise any.
using Bounds = std::map<std::string, int64_t>;
void raiseBound(Bounds &bounds, nn::SizeAttr size);

class SpecKernel {
public:
  // `function` has the arguments of the kernel contract and an entry block without operations.
  SpecKernel(nn::KernelOp spec, mlir::func::FuncOp function, int64_t lanes, Bounds bounds);

  // Empty, or why the arguments are not what the emitters know.
  llvm::StringRef whyUnsupported() const { return unsupported; }

  nn::KernelOp spec() { return kernel; }
  mlir::Block &body() { return kernel.getBody().front(); }
  nn::YieldOp yield() { return mlir::cast<nn::YieldOp>(body().getTerminator()); }
  KernelBuilder &builder() { return b; }
  int64_t lanes() const { return b.lanes(); }

  const Buffer &input(mlir::BlockArgument argument) { return buffers[argument.getArgNumber()]; }
  const Buffer &result(unsigned i) { return buffers[kernel.getBody().getNumArguments() + i]; }
  // A whole buffer as one row of all its elements.
  mlir::Value flat(const Buffer &buffer);
  // The same elements with dimensions `dim` and `dim + 1` as one, if that is one run in memory.
  std::optional<Buffer> merged(const Buffer &buffer, unsigned dim);

  mlir::Value size(llvm::StringRef name) { return sizes[name.str()]; }
  mlir::Value size(const nn::SizeExpr &expr);
  // The largest value that a size can have, if that is known.
  std::optional<int64_t> largest(const nn::SizeExpr &expr);
  mlir::Value extent(mlir::RankedTensorType type, unsigned dim) { return size(nn::sizeOf(type, dim)); }

  // The dimension of the first result along which tasks are cut; none: one task does all.
  std::optional<unsigned> taskDim() const { return cut; }
  int64_t taskChunk() const { return chunk; }
  // This task's part of 0 … extent.
  Range taskRange(mlir::Value extent);

  // This task's part of a fixed extent in lanes, whose chunk is a multiple of the lanes: where it begins and how wide
  // it is. Called twice where the last task is narrower.
  void forTaskColumns(int64_t extent, bool isCut, llvm::function_ref<void(mlir::Value, int64_t)> body);

  // Indices in memory for logical indices, by the type's layout.
  llvm::SmallVector<mlir::Value> physical(mlir::RankedTensorType type, llvm::ArrayRef<mlir::Value> at);
  // True if a vector of neighbours along `dim` that starts at a multiple of the lanes is a vector in memory.
  bool isContiguous(mlir::RankedTensorType type, unsigned dim) const;
  bool isContiguous(const Buffer &buffer, unsigned dim) const;
  // True if the vector that holds the last element along `dim` belongs to the buffer as a whole.
  bool isPadded(mlir::RankedTensorType type, unsigned dim) const;

private:
  mlir::Value expand(mlir::AffineExpr expr, llvm::ArrayRef<mlir::Value> dims, llvm::ArrayRef<mlir::Value> symbols);
  void findCut();

  nn::KernelOp kernel;
  KernelBuilder b;
  llvm::StringRef unsupported;
  llvm::SmallVector<Buffer> buffers; // inputs, then results
  std::map<std::string, mlir::Value> sizes;
  Bounds bounds;
  mlir::Value task;
  std::optional<unsigned> cut;
  int64_t chunk = 0;
};

} // namespace nnc::emit
