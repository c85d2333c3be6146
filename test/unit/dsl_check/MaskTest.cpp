// Masks, where and length, attention: what the program holds.
#include "test/unit/dsl_check/Compiling.h"
#include <gtest/gtest.h>

namespace nnc::dsl {

namespace {

std::vector<const Node *> nodesOf(const Entry &entry, const std::string &op) {
  std::vector<const Node *> result;
  for (const Node &node : entry.nodes)
    if (node.op == op)
      result.push_back(&node);
  return result;
}

/// The mask of the one node of `op` in `forward`; "all" without one.
std::string maskOf(const Compiled &c, const std::string &op, const std::vector<std::string> &indices) {
  auto nodes = nodesOf(c.program().entries[0], op);
  EXPECT_EQ(nodes.size(), 1u);
  return nodes.empty() ? "" : nodes[0]->mask ? str(*nodes[0]->mask, indices) : "all";
}

const std::vector<std::string> positions = {"b", "h", "q", "k"};

} // namespace

TEST(Mask, ArePredicatesOfPositions) { // mask-1
  Compiled c("mask same(group: int[B, T])(b, q, k) = group[b, q] == group[b, k]\n"
             "model M(q: float[B, H, T, 4], group: int[B, T], n: int[B]) -> float[B, H, T, 4] {\n"
             "  attention(q, q, q, mask = causal and window(3) or same(group) and not upto(n))\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  EXPECT_EQ(maskOf(c, "attention", positions),
            "((k le q and q + (-1 * k) lt 3) or ($0[b, q] eq $0[b, k] and not k lt $1[b]))");
}

TEST(Mask, PredicatesCallOtherMasks) { // mask-1
  Compiled c("mask stride(n: int)(q, k) = k % n == 0\n"
             "mask sparse(q, k) = causal(q, k) and (stride(4)(q, k) or window(2)(q, k))\n"
             "model M(q: float[B, H, T, 4]) -> float[B, H, T, 4] { attention(q, q, q, mask = sparse) }\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  EXPECT_EQ(maskOf(c, "attention", positions), "(k le q and (k % 4 eq 0 or q + (-1 * k) lt 2))");
}

TEST(Mask, AreHyperparametersAndData) { // mask-1
  Compiled c(
      "layer Look(mask: Mask = causal)(x: float[B, H, T, 4], more: Mask = all) -> float[B, H, T, 4] {\n"
      "  attention(x, x, x, mask = mask and more)\n}\n"
      "model M(x: float[B, H, T, 4]) -> float[B, H, T, 4] {\n  look = Look(prefix(5))\n  look(x, window(2))\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  EXPECT_EQ(maskOf(c, "attention", positions), "(k lt 5 and q + (-1 * k) lt 2)");
}

TEST(Mask, ThatHidesNothingIsNone) {
  Compiled c("model M(q: float[B, H, T, 4]) -> float[B, H, T, 4] { attention(q, q, q) }\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  EXPECT_EQ(maskOf(c, "attention", positions), "all");
}

TEST(Mask, SoftmaxHasTheDomainAsItsMask) { // mask-2
  Compiled c("model M(x: float[B, T, 4], n: int[B], seen: bool[T]) -> float[B, T, 4] {\n"
             "  softmax(x, over = T, length = n, where = seen)\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  EXPECT_EQ(maskOf(c, "softmax", {"i", "j", "l"}), "($0[j] ne 0 and j lt $1[i])");
}

TEST(Mask, AttentionDropsWhileTraining) { // rand-1, train-1
  Compiled c("dataset d = csv(\"d.csv\") {\n  x: float[2, 4] = [[a, b, c, d], [e, f, g, h]]\n  t: float = t\n}\n"
             "model M(x: float[B, 2, 4]) -> (y: float[B]) {\n  look = MultiheadAttention(2, dropout = 0.25)\n"
             "  head = Linear(1)\n  mean(look(x, x, x), over = axis(1)) |> head |> mean(over = axis(1))\n}\n"
             "train M on d {\n  loss = mse(y, t)\n  optimizer = SGD(lr = 0.1)\n  epochs = 1\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  auto still = nodesOf(*c.program().entry(EntryKind::Forward), "attention");
  ASSERT_EQ(still.size(), 1u);
  EXPECT_EQ(still[0]->attr<double>("dropout"), nullptr);
  EXPECT_EQ(still[0]->operands.size(), 3u);
  auto drops = nodesOf(*c.program().entry(EntryKind::Loss), "attention");
  ASSERT_EQ(drops.size(), 1u);
  EXPECT_EQ(*drops[0]->attr<double>("dropout"), 0.25);
  EXPECT_EQ(*drops[0]->attr<std::string>("site"), "dropout:look");
  EXPECT_TRUE(*drops[0]->attr<bool>("sample"));
  EXPECT_EQ(drops[0]->operands.size(), 4u);
}

TEST(Mask, PlainNumbersWhereOpsTakeNoOthers) {
  Compiled c("model M(x: float[B, 3], rate: float) -> (y: float[B, 3]) { drop(x, rate) }\n");
  EXPECT_EQ(c.codes(), "E0302");
}

} // namespace nnc::dsl
