// How a kernel is called: buffers of its inputs, buffers of its results, free sizes, the number of the task.
#pragma once

#include "compiler/Dialect/Nn.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nnc {

/// Attribute of a kernel's function: the names of its size arguments, in order.
constexpr llvm::StringLiteral kSizesAttr = "nnc.sizes";
/// The specification of function @k is the nn.kernel @k.spec, until kernel-emit-plain erases it.
constexpr llvm::StringLiteral kSpecSuffix = ".spec";

/// The buffer of a tensor: its physical shape; one row of it where the outermost size is free; rank 0 as one element.
/// Fails (null) where a size further in is free.
mlir::MemRefType argumentBuffer(mlir::RankedTensorType type);
/// The same with the free outermost size: what memref.reinterpret_cast makes of the argument.
mlir::MemRefType fullBuffer(mlir::RankedTensorType type);
/// Elements of a buffer: truth values are bytes.
mlir::Type bufferElement(mlir::Type element);

/// Names of the free sizes that a kernel needs, in alphabetical order.
llvm::SmallVector<std::string> sizesOfKernel(nn::KernelOp kernel);

/// The type of the kernel's function; null if a buffer has none.
mlir::FunctionType kernelFunctionType(nn::KernelOp kernel);

} // namespace nnc
