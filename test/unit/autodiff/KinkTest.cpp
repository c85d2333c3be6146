// The table of kinks, and that no record with a kink is missing in it.
#include "compiler/Autodiff/DerivativeTable.h"
#include "test/unit/autodiff/RuleCheck.h"

#include <gtest/gtest.h>

#include <set>

using namespace nnc;
using namespace nnc::test;

TEST(Kinks, HaveTheGradientsOfTheTable) {
  for (const Kink &kink : kinks()) {
    std::optional<Differentiated> modules = differentiate(moduleText(kink.instance));
    ASSERT_TRUE(modules) << moduleText(kink.instance);
    EXPECT_EQ(disagreementAtKink(*modules->backward, kink), "") << kink.instance.body;
  }
}

TEST(Kinks, CoverEveryRecordThatHasOne) {
  std::set<std::string> tried = {"nn.generic", "nn.scan"}; // those of the ops in its body
  for (const Kink &kink : kinks())
    tried.insert(kink.instance.op);
  const auto &table = autodiff::DerivativeTable::get();
  for (const std::string &op : table.names())
    if (!table.lookup(op)->kink.empty())
      EXPECT_TRUE(tried.count(op)) << op << ": " << table.lookup(op)->kink;
}
