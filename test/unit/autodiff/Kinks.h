// Gradients where the derivative does not exist, one case at a time: what SPEC.md and the table's kink texts promise.
#pragma once

#include "test/unit/autodiff/RuleInstances.h"

#include <map>

namespace nnc::test {

/// The loss is the plain sum of %y, so each gradient is the derivative itself.
struct Kink {
  Instance instance;
  std::map<std::string, std::vector<double>> values, gradients; // by parameter
};

const std::vector<Kink> &kinks();

} // namespace nnc::test
