// What an entry asks of its sizes and of the integers of its inputs.
#pragma once
#include "compiler/Dialect/Nn.h"

namespace nnc::reference {

/// What the integers of an input are below. Nothing: there is no bound.
std::optional<int64_t> indexBound(nn::EntryOp entry, unsigned argument, const nn::SizeBindings &sizes);

/// Adds the free sizes that axes of an input are, from their extents.
void bindSizes(llvm::ArrayRef<nn::SizeExpr> axes, llvm::ArrayRef<int64_t> extents, const nn::SizeForms &forms,
               nn::SizeBindings &sizes);
/// Adds those that stand in axes only computed, such as 2 * N: the one unknown of an axis, if it is linear in it.
/// Whether the division leaves nothing is seen when the shape is compared.
void solveSizes(llvm::ArrayRef<nn::SizeExpr> axes, llvm::ArrayRef<int64_t> extents, nn::SizeBindings &sizes);

/// The first condition of an entry that these sizes break, or are too few for.
std::optional<nn::FactAttr> failingFact(nn::EntryOp entry, const nn::SizeBindings &sizes);

} // namespace nnc::reference
