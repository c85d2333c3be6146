// How instances of ops are made: one generator for each op of the derivative table, by name.
#pragma once

#include "test/unit/autodiff/RuleInstances.h"

#include <functional>
#include <map>
#include <optional>

namespace nnc::test {

/// Makes an instance on a shape, or nothing if the op does not take it.
using Generator = std::function<std::optional<Instance>(Draw &, const Extents &shape)>;

const std::map<std::string, Generator> &generators();

void addElementwiseGenerators(std::map<std::string, Generator> &all);
void addShapeGenerators(std::map<std::string, Generator> &all); // broadcast, reshape, transpose, slice, ...
void addSumGenerators(std::map<std::string, Generator> &all);   // reduce, contract, norms, losses
void addConvGenerators(std::map<std::string, Generator> &all);
void addPoolGenerators(std::map<std::string, Generator> &all);
void addGenericGenerators(std::map<std::string, Generator> &all);

} // namespace nnc::test
