// What people call a group: its layers by their paths and its values by where they come from. For readers of the
// generated code only; nothing is decided by it.
#pragma once

#include "compiler/Dialect/Nn.h"
#include <string>
#include <vector>

namespace nnc {

struct GroupText {
  std::string path; // "fc1"; "" where the group belongs to no one layer
  std::string ops;  // its ops as the kernel's symbol has them: "linear_relu"
  bool backward = false;
  std::string doc;                  // "fc1: relu(Linear(64)), digits.nn:12, float[B, 64] -> float[B, 64]"
  std::vector<std::string> paths;   // of all groups that the kernel is used for
  std::vector<std::string> buffers; // of inputs, then of results: "fc1.weight"; "" where nothing is known

  /// Of the kernel: "fc1_linear_relu".
  std::string name() const;
  /// The lines for readers, with the other layers that use the kernel.
  std::vector<std::string> lines() const;
};

/// All but `ops`.
GroupText describe(nn::GroupOp group);

/// The same kernel is used for another group: what both have in common stays.
void merge(GroupText &text, const GroupText &other);

} // namespace nnc
