// Loops in nn-select-saved.
#pragma once

#include "compiler/Dialect/Nn.h"

namespace nnc::autodiff {

/// Policy `all`: what a backward scan computes again of the forward step and reads becomes stacks of the forward scan.
void saveSteps(nn::EntryOp entry);
/// One remark for each forward scan that backward reads.
void reportScans(nn::EntryOp entry, llvm::StringRef policy);

} // namespace nnc::autodiff
