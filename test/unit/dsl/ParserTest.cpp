#include "test/unit/dsl/Parsing.h"
#include "gtest/gtest.h"

using namespace nnc;
using namespace nnc::dsl;
using nnc::dsl::testing::Parsed;
using nnc::dsl::testing::parseExpr;

namespace {

TEST(Expressions, Precedence) {
  EXPECT_EQ(parseExpr("a + b * c"), "(a + (b * c))");
  EXPECT_EQ(parseExpr("a - b + c"), "(a - b + c)");
  EXPECT_EQ(parseExpr("a * b @ c"), "(a * b @ c)");
  EXPECT_EQ(parseExpr("-a ** 2"), "(- (a ** 2))");
  EXPECT_EQ(parseExpr("a ** -b ** c"), "(a ** (- (b ** c)))");
  EXPECT_EQ(parseExpr("not a == b and c or d"), "(((not (a == b)) and c) or d)");
  EXPECT_EQ(parseExpr("0..n + 1"), "(0 .. (n + 1))");
  EXPECT_EQ(parseExpr("(a + b) * c"), "((paren (a + b)) * c)");
  EXPECT_EQ(parseExpr("a + b as [B, 3] |> f"), "(((a + b) as [B, 3]) |> f)");
  EXPECT_EQ(parseExpr("f(x)[0].y(z)"), "(call (member (index (call f x) [0]) y) z)");
}

TEST(Expressions, ReducersTakeTheProductToTheirRight) { // index-4
  EXPECT_EQ(parseExpr("0.5 * sum[k] a[k] * b[k]"), "(0.5 * (sum[k] ((index a [k]) * (index b [k]))))");
  EXPECT_EQ(parseExpr("sum[k] a[k] + b"), "((sum[k] (index a [k])) + b)");
  EXPECT_EQ(parseExpr("max[i, k in 3 where i < k] x"), "(max[i, k in 3 where (i < k)] x)");
  EXPECT_EQ(parseExpr("max(x, over = T)"), "(call max x, over = T)");
  EXPECT_EQ(parseExpr("a / (sum[k] b)"), "(a / (paren (sum[k] b)))");
}

TEST(Expressions, Subscripts) {
  EXPECT_EQ(parseExpr("x[:, 0, 1:T, ..., i - 1 else 0]"), "(index x [:, 0, 1:T, ..., (i - 1) else 0])");
  EXPECT_EQ(parseExpr("x[:n]"), "(index x [:n])");
  EXPECT_EQ(parseExpr("x[n:]"), "(index x [n:])");
}

TEST(Expressions, Lists) {
  EXPECT_EQ(parseExpr("[a, b: c, \"*_l\": d, ...e,]"), "[a, b: c, \"*_l\": d, ...e]");
  EXPECT_EQ(parseExpr("[]"), "[]");
  EXPECT_EQ(parseExpr("[f(i, j) for i in 0..3 for j, k in zip(a, b)]"),
            "[(call f i, j) for i in (0 .. 3) for j, k in (call zip a, b)]");
  EXPECT_EQ(parseExpr("f(a = 1, where = b,)"), "(call f a = 1, where = b)");
  EXPECT_EQ(parseExpr("(0.9, 0.99)"), "(vector 0.9, 0.99)");
}

TEST(Expressions, ContextualWordsAreNames) { // lex-2
  EXPECT_EQ(parseExpr("scan reverse in x over T { reverse }"), "(scan reverse in x over T {\n  expr reverse\n})");
  EXPECT_EQ(parseExpr("scan reverse y in x over T { y }"), "(scan reverse y in x over T {\n  expr y\n})");
  EXPECT_EQ(parseExpr("over + upto + backward + dim"), "(over + upto + backward + dim)");
}

TEST(Layout, LinesThatGoOn) { // lex-3
  EXPECT_EQ(parseExpr("a +\n  b"), "(a + b)");
  EXPECT_EQ(parseExpr("a\n  |> b"), "(a |> b)");
  EXPECT_EQ(parseExpr("f(a\n  , b\n  )"), "(call f a, b)");
  EXPECT_EQ(parseExpr("[\n  a,\n\n  b,\n  ]"), "[a, b]");
  // Inside a `{` in brackets line ends count again.
  EXPECT_EQ(parseExpr("f(if a {\n b = 1\n b\n } else { c })"),
            "(call f (if a {\n  bind b = 1\n  expr b\n} else {\n  expr c\n}))");
}

TEST(Layout, HeadersGoOnUpToTheirBrace) {
  Parsed parsed(
      "layer A(a: int)\n  (x: float[B])\n  -> float[B]\n\n  where a > 1,\n  a < 3\n{\n\n  x\n\n}\n\ndim D = 3");
  EXPECT_EQ(parsed.messages(), "");
  EXPECT_EQ(parsed.tree(), "file\n"
                           "  layer A\n"
                           "    hyper a: int\n"
                           "    data x: float[B]\n"
                           "    result float[B]\n"
                           "    where (a > 1)\n"
                           "    where (a < 3)\n"
                           "    body {\n"
                           "      expr x\n"
                           "    }\n"
                           "  dim D = 3\n");
}

TEST(Layout, ItemWordsAreNamesInsideBodies) {
  Parsed parsed("fn f(mask: float) -> float {\n  model = mask\nmask = model\n  train(mask)\n}\n");
  EXPECT_EQ(parsed.messages(), "");
}

TEST(Ranges, CoverTheText) {
  Parsed parsed("fn f() -> float {\n  a ** (b + sum[k] c[k])\n}\n");
  ASSERT_TRUE(parsed.file.complete);
  const ast::Item &item = parsed.file.tree.items[0];
  const ast::Block &body = std::get<ast::FunctionItem>(item.node).body;
  const ast::Expr &power = *std::get<ast::ExprStmt>(body.statements[0].node).values[0];
  const ast::Expr &exponent = *power.as<ast::PowerExpr>()->exponent;
  const auto &chain = *exponent.as<ast::ChainExpr>();
  auto text = [&](SourceRange range) { return std::string(parsed.sources.text(range)); };
  EXPECT_EQ(text(item.range), std::string(parsed.text().substr(0, parsed.text().size() - 1)));
  EXPECT_EQ(text(body.range), "{\n  a ** (b + sum[k] c[k])\n}");
  EXPECT_EQ(text(body.statements[0].range), "a ** (b + sum[k] c[k])");
  EXPECT_EQ(text(power.range), "a ** (b + sum[k] c[k])");
  EXPECT_EQ(text(exponent.range), "(b + sum[k] c[k])");
  EXPECT_EQ(text(chain.links[0].operand->range), "sum[k] c[k]");
}

TEST(Items, DocumentationGoesToTheNextItem) {
  Parsed parsed("//! about\n//! the file\n/// first\n/// second\ndim A = 3\ndim B2 = 4\n");
  EXPECT_EQ(parsed.file.tree.doc, "about\nthe file");
  ASSERT_EQ(parsed.file.tree.items.size(), 2u);
  EXPECT_EQ(parsed.file.tree.items[0].doc, "first\nsecond");
  EXPECT_EQ(parsed.file.tree.items[1].doc, "");
}

} // namespace
