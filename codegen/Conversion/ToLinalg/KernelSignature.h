// How a kernel is called: buffers of its inputs, buffers of its results, the offset of each of them that is a part of a
// larger one, free sizes, the number of the task.
#pragma once

#include "compiler/Dialect/Nn.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include <optional>

namespace nnc {

/// Attribute of a kernel's function: the names of its size arguments, in order.
constexpr llvm::StringLiteral kSizesAttr = "nnc.sizes";
/// Attribute of a kernel's function: the numbers of those buffers that are parts of larger ones; absent if none is.
constexpr llvm::StringLiteral kViewsAttr = "nnc.views";
/// Attribute of an input or result of nn.kernel: it is a part of a larger buffer, with these strides in elements.
constexpr llvm::StringLiteral kStridesAttr = "nn.strides";
/// Attributes for readers of generated code, on functions, arguments, loops and tiles: a name in the words of the
/// program, and lines of comment. They may get lost, and change nothing.
constexpr llvm::StringLiteral kNameAttr = "nnc.name";
constexpr llvm::StringLiteral kDocAttr = "nnc.doc";
/// Attribute of an entry's argument: it is the "state" block or the "work" space.
constexpr llvm::StringLiteral kRegionAttr = "nnc.region";
/// The specification of function @k is the nn.kernel @k.spec, until kernel-emit-plain erases it.
constexpr llvm::StringLiteral kSpecSuffix = ".spec";

/// The buffer of an input or result as the kernel's body sees it: physical shape, or a part of a larger buffer.
struct KernelBuffer {
  mlir::RankedTensorType type;
  std::optional<llvm::SmallVector<int64_t>> strides; // of a part

  bool isView() const { return strides.has_value(); }
  /// What the function gets: a whole buffer with one row where the outermost size is free, rank 0 as one element; of a
  /// part the first element of the larger buffer, and the first element where a size further in is free.
  mlir::MemRefType argument() const;
  /// What the body works on.
  mlir::MemRefType full() const;
};

/// Elements of a buffer: truth values are bytes.
mlir::Type bufferElement(mlir::Type element);
/// The whole buffer of a tensor as an argument.
inline mlir::MemRefType argumentBuffer(mlir::RankedTensorType type) { return KernelBuffer{type, {}}.argument(); }

/// Inputs, then results.
llvm::SmallVector<KernelBuffer> buffersOf(nn::KernelOp kernel);
/// The numbers of those that are parts.
llvm::SmallVector<int64_t> viewsOf(llvm::ArrayRef<KernelBuffer> buffers);

/// The buffer behind an argument. `valueOf` gives the values of sizes; `offset` counts elements from the argument to a
/// part.
mlir::Value openBuffer(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value argument, const KernelBuffer &buffer,
                       mlir::Value offset, llvm::function_ref<mlir::Value(const nn::SizeExpr &)> valueOf);

/// Names of the free sizes that a kernel needs, in alphabetical order.
llvm::SmallVector<std::string> sizesOfKernel(nn::KernelOp kernel);

/// The type of the kernel's function.
mlir::FunctionType kernelFunctionType(nn::KernelOp kernel);

} // namespace nnc
