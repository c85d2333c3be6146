// Loops over time, for the tests of their derivative.
#pragma once

#include "test/unit/autodiff/Programs.h"

#include <vector>

namespace nnc::test {

/// An entry `grad` that reads f64 parameters; `body` computes %y of shape `result`, the loss is the sum of y · w.
struct ScanProgram {
  std::string name;
  std::vector<std::pair<std::string, std::string>> parameters; // names and shapes
  std::string result, body;
  int64_t steps = 5; // for TTT in the body and in the shapes
};

std::vector<ScanProgram> scanPrograms();
/// The text of its module.
std::string moduleOf(const ScanProgram &program);

} // namespace nnc::test
