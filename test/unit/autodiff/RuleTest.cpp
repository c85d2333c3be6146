// Every record of the derivative table on generated instances, in f64: reverse mode against dual numbers and the
// adjoint identity (1e-12), against central differences (1e-6). The table names the ops, so none can be missed.
#include "compiler/Autodiff/DerivativeTable.h"
#include "test/unit/autodiff/RuleCheck.h"

#include <gtest/gtest.h>

#include <set>

using namespace nnc;
using namespace nnc::test;

namespace {

constexpr size_t fewestShapes = 10;
constexpr uint64_t seeds = 3;

class Rule : public testing::TestWithParam<std::string> {};

TEST_P(Rule, AgreesWithThreeOtherDerivatives) {
  std::vector<Instance> instances = instancesOf(GetParam());
  EXPECT_GE(instances.size(), fewestShapes) << "RuleInstances.h: an op of the table needs a generator";
  for (const Instance &instance : instances) {
    SCOPED_TRACE(instance.what);
    std::optional<Differentiated> modules = differentiate(moduleText(instance));
    ASSERT_TRUE(modules) << moduleText(instance);
    for (uint64_t seed = 1; seed <= seeds; ++seed) {
      Point point = pointOf(instance, seed);
      std::optional<Truth> truth = truthOf(*modules->forward, point);
      ASSERT_TRUE(truth);
      EXPECT_EQ(disagreement(*modules->backward, point, *truth), "") << "seed " << seed;
      if (instance.differences)
        EXPECT_EQ(disagreementWithDifferences(*modules->backward, *modules->forward, point), "") << "seed " << seed;
    }
  }
}

std::string testName(const testing::TestParamInfo<std::string> &info) {
  return info.param.substr(info.param.find('.') + 1);
}

INSTANTIATE_TEST_SUITE_P(Table, Rule, testing::ValuesIn(autodiff::DerivativeTable::get().names()), testName);

TEST(RuleInstances, HaveAllRanksAndExtents) {
  std::set<size_t> ranks;
  std::set<int64_t> seen;
  for (const std::string &op : autodiff::DerivativeTable::get().names())
    for (const Instance &instance : instancesOf(op))
      for (const Parameter &parameter : instance.parameters) {
        ranks.insert(parameter.shape.size());
        seen.insert(parameter.shape.begin(), parameter.shape.end());
      }
  for (size_t rank = 0; rank <= 5; ++rank)
    EXPECT_TRUE(ranks.count(rank)) << rank;
  for (int64_t extent : extents)
    EXPECT_TRUE(seen.count(extent)) << extent;
}

} // namespace
