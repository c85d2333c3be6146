// Cutting a group into tasks along the outermost dimension of its first result: which part of each input a task reads.
#pragma once
#include "compiler/Dialect/Nn.h"

namespace nnc {

struct TaskCut {
  static constexpr int whole = -1;
  /// For each input the dimension of which a task reads only its own part, or `whole`.
  llvm::SmallVector<int> inputs;
};

/// Nothing if the group cannot be cut: a scalar result, results with different outermost sizes, or an op inside that
/// would need another task's part.
std::optional<TaskCut> cutIntoTasks(nn::GroupOp group);

} // namespace nnc
