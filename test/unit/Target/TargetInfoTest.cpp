#include "compiler/Target/TargetInfo.h"
#include <gtest/gtest.h>

using namespace nnc;

namespace {

TargetInfo parsed(const char *spec) {
  std::string error;
  auto target = parseTarget(spec, error);
  EXPECT_TRUE(target) << error;
  return target.value_or(TargetInfo{});
}

TEST(TargetInfo, levels) {
  EXPECT_EQ(parsed("x86-64").lanes, 4u);
  EXPECT_FALSE(parsed("x86-64").fma);
  EXPECT_EQ(parsed("x86-64").startCheck(), "");
  EXPECT_EQ(parsed("x86-64-v3").lanes, 8u);
  EXPECT_EQ(parsed("x86-64-v3").registers, 16u);
  EXPECT_TRUE(parsed("x86-64-v3").fma);
  EXPECT_FALSE(parsed("x86-64-v3").has("avx512f"));
  EXPECT_EQ(parsed("x86-64-v4").lanes, 16u);
  EXPECT_EQ(parsed("x86-64-v4").registers, 32u);
}

TEST(TargetInfo, listAddsWhatItNeeds) {
  TargetInfo target = parsed("+avx2");
  EXPECT_EQ(target.startCheck(), "avx,avx2,sse3,sse4.1,sse4.2,ssse3");
  EXPECT_EQ(target.llvmFeatures(), "+avx,+avx2,+sse3,+sse4.1,+sse4.2,+ssse3");
  EXPECT_EQ(target.lanes, 8u);
  EXPECT_FALSE(target.fma);
}

TEST(TargetInfo, partOfAvx512IsNotWide) { EXPECT_EQ(parsed("+avx512f").lanes, 8u); }

TEST(TargetInfo, unknownFeatureIsASentence) {
  std::string error;
  EXPECT_FALSE(parseTarget("+avx3", error));
  EXPECT_NE(error.find("unknown target feature '+avx3'"), std::string::npos);
  EXPECT_FALSE(parseTarget("znver4", error));
}

TEST(TargetInfo, hostIsConsistent) {
  TargetInfo host = targetOfHost();
  EXPECT_TRUE(host.lanes == 4 || host.lanes == 8 || host.lanes == 16);
  EXPECT_GE(host.l1Bytes, 8 << 10);
  EXPECT_GE(host.l2Bytes, host.l1Bytes);
  // What the host's start check lists can be written as a list and means the same.
  if (!host.features.empty())
    EXPECT_EQ(parsed(host.llvmFeatures().c_str()).lanes, host.lanes);
}

} // namespace
