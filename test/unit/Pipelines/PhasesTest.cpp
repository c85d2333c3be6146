#include "compiler/Pipelines/Phases.h"
#include <gtest/gtest.h>
#include <set>

using namespace nnc;

namespace {

TEST(Phases, namesAreUniqueAndParse) {
  std::set<std::string_view> names;
  for (const PhaseInfo &info : phases) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_EQ(parsePhase(info.name), info.phase);
    EXPECT_FALSE(info.text.empty());
    EXPECT_NE(info.text.back(), '.');
  }
  EXPECT_FALSE(parsePhase("mir"));
}

TEST(Phases, orderIsTheOrderOfACompilation) {
  EXPECT_LT(Phase::Program, Phase::Nn);
  EXPECT_LT(Phase::Nn, Phase::Grad);
  EXPECT_LT(Phase::Grad, Phase::Planned);
  EXPECT_LT(Phase::Planned, Phase::Kernel);
  EXPECT_EQ(phases.front().name, "ast");
  EXPECT_EQ(phases.back().name, "object");
}

} // namespace
