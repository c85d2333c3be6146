// lex-5: after an error parsing goes on at the next line of its depth, then at the next item.
#include "test/unit/dsl/Parsing.h"
#include "gtest/gtest.h"

using namespace nnc;
using namespace nnc::dsl;
using nnc::dsl::testing::Parsed;

namespace {

TEST(Recovery, SeveralErrorsInOneBody) {
  Parsed parsed("fn f(x: float) -> float {\n"
                "  = 1\n"
                "  y = x\n"
                "  z = (x +\n    * 2)\n"
                "  for i of x { y }\n"
                "  w = x\n"
                "}\n"
                "dim a = 3\n"
                "dim B2 = 4\n");
  EXPECT_EQ(parsed.messages(),
            "t.nn:2:3: error[E0101]: expected a statement, found `=`\n"
            "t.nn:5:5: error[E0101]: expected an expression, found `*`\n"
            "t.nn:6:9: error[E0101]: expected `in`, found `of`\n"
            "t.nn:9:5: error[E0101]: expected a name that begins with a capital letter, found `a`\n");
  // What was understood is there.
  EXPECT_EQ(parsed.tree(), "file\n"
                           "  fn f\n"
                           "    param x: float\n"
                           "    result float\n"
                           "    body {\n"
                           "      bind y = x\n"
                           "      bind w = x\n"
                           "    }\n"
                           "  dim B2 = 4\n");
}

TEST(Recovery, InnerBlocksRecoverByThemselves) {
  Parsed parsed("fn f(x: float) -> float {\n"
                "  y = if a {\n    = 1\n    2\n  } else { 3 }\n"
                "  f(if a {\n    )\n"
                "  x\n"
                "}\n");
  EXPECT_EQ(parsed.messages(), "t.nn:7:5: error[E0113]: `)` cannot close `{`\n");
  Parsed inner("fn f(x: float) -> float {\n  y = if a {\n    = 1\n    2\n  } else { 3 }\n  x ]\n}\n");
  EXPECT_EQ(inner.messages(), "t.nn:6:5: error[E0113]: `]` cannot close `{`\n");
  Parsed nested("fn f(x: float) -> float {\n  y = if a {\n    = 1\n    2\n  } else { 3 }\n  + x\n}\n");
  EXPECT_EQ(nested.messages(), "t.nn:3:5: error[E0101]: expected a statement, found `=`\n"
                               "t.nn:6:3: error[E0101]: expected a statement, found `+`\n");
}

TEST(Recovery, BracketsCostTheirItemOnly) {
  Parsed parsed("fn f(x: float) -> float {\n  (x\n"
                "fn g(x: float) -> float {\n  x]\n}\n"
                "fn h(x: float) -> float {\n  x\n}\n}\n"
                "dim D = 3\n");
  EXPECT_EQ(parsed.messages(), "t.nn:2:3: error[E0112]: `(` is not closed\n"
                               "t.nn:4:4: error[E0113]: `]` cannot close `{`\n"
                               "t.nn:9:1: error[E0114]: `}` closes nothing\n");
  EXPECT_NE(parsed.tree().find("dim D = 3"), std::string::npos);
}

TEST(Recovery, EntriesOfEveryKindOfBlock) {
  Parsed parsed("dataset d = csv(\"d\") {\n  x float = a\n  y: int = b\n  split\n}\n"
                "weights w = safetensors(\"w\") {\n  skip b\n  \"a\" \"b\"\n  \"a\" -> \"b\" transpose\n}\n"
                "train A on d {\n  epochs\n  batch = 3\n  = 4\n}\n"
                "generate A over x {\n  limit =\n}\n");
  EXPECT_EQ(parsed.messages(), "t.nn:2:5: error[E0101]: expected `:` or `(`, found `float`\n"
                               "t.nn:4:8: error[E0101]: expected `:` or `(`, found the end of the line\n"
                               "t.nn:7:8: error[E0101]: expected a string, found `b`\n"
                               "t.nn:8:7: error[E0101]: expected `->`, found a string\n"
                               "t.nn:12:9: error[E0101]: expected `=`, found the end of the line\n"
                               "t.nn:14:3: error[E0101]: expected a setting, found `=`\n"
                               "t.nn:17:10: error[E0101]: expected an expression, found the end of the line\n");
}

TEST(Recovery, WhatNoItemOwnsIsOneError) {
  Parsed parsed("x = 1\ny = 2\nz = 3\ndim A = 3\n");
  EXPECT_EQ(parsed.messages(), "t.nn:1:1: error[E0118]: expected an item, found `x`\n");
  EXPECT_EQ(parsed.file.tree.items.size(), 1u);
}

} // namespace
