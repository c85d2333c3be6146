// Every word of the library: its op, its type.
#include "test/unit/dsl_check/Compiling.h"
#include <gtest/gtest.h>

namespace nnc::dsl {

static std::string lastOp(const std::string &expression) {
  Compiled c("model M(x: float[B, 4]) -> float[B, 4] {\n  y = " + expression + "\n  y\n}\n");
  if (!c.ok())
    return c.messages();
  const Entry &entry = c.program().entries[0];
  return entry.nodes.empty() ? "nothing" : entry.nodes.back().op + " " + str(entry.nodes.back().results[0]);
}

TEST(Builtins, ElementwiseFunctionsAreOps) {
  for (const char *name :
       {"exp",   "log", "sqrt", "rsqrt", "tanh",  "sigmoid", "relu",     "abs",  "sign", "floor",        "ceil",
        "round", "erf", "sin",  "cos",   "log1p", "expm1",   "softplus", "step", "gelu", "stop_gradient"})
    EXPECT_EQ(lastOp(std::string(name) + "(x)"), std::string(name) + " f32[B, 4]");
}

TEST(Builtins, FunctionsOfTheLibraryAreTheirBodies) {
  for (const char *name :
       {"relu6", "leaky_relu", "elu", "selu", "gelu_tanh", "silu", "mish", "log_sigmoid", "hard_sigmoid"})
    EXPECT_NE(lastOp(std::string(name) + "(x)").find(" f32[B, 4]"), std::string::npos) << name;
}

TEST(Builtins, AlignTheirArguments) { // size-8
  EXPECT_EQ(lastOp("maximum(x, 0.0)"), "max f32[B, 4]");
  EXPECT_EQ(lastOp("minimum(sum(x, over = axis(1)), x)"), "min f32[B, 4]");
  EXPECT_EQ(lastOp("select(x > 0, x, -1.0)"), "select f32[B, 4]");
}

TEST(Builtins, NothingEqualsWhatIsNoNumber) {
  EXPECT_EQ(lastOp("if sqrt(-1.0) == 1.0 { x + 1 } else { x }"), "nothing");
}

TEST(Builtins, RowFunctionsKeepTheShape) {
  EXPECT_EQ(lastOp("softmax(x, over = axis(-1))"), "softmax f32[B, 4]");
  EXPECT_EQ(lastOp("log_softmax(x, over = axis(1))"), "log_softmax f32[B, 4]");
}

TEST(Builtins, ReductionsDropTheirAxes) { // size-9
  Compiled c("model M(x: float[B, T, 4]) -> (a: float[B, 4], b: float[], c: int[B, T], d: T[B, 4], e: float[B]) {\n"
             "  sum(x, over = T), mean(x), argmax(x, over = axis(2)), argmin(x, over = T), logsumexp(max(x, over = T), "
             "over = axis(1))\n}\n");
  // `float[]` is no type: rank 0 is written without a shape.
  EXPECT_FALSE(c.ok());
  Compiled d("model M(x: float[B, T, 4]) -> (a: float[B, 4], b: float, c: int[B, T], d: T[B, 4], e: float[B]) {\n"
             "  sum(x, over = T), mean(x), argmax(x, over = axis(2)), argmin(x, over = T), logsumexp(max(x, over = T), "
             "over = axis(1))\n}\n");
  EXPECT_TRUE(d.ok()) << d.messages();
}

TEST(Builtins, ConstantsAreFolded) {
  EXPECT_EQ(lastOp("x * (exp(0.0) + sqrt(4.0) * 2)"), "mul f32[B, 4]");
  Compiled c("model M(x: float[B, 4]) -> float[B, 4] { x * (exp(0.0) + sqrt(4.0) * 2) }\n");
  ASSERT_TRUE(c.ok());
  EXPECT_EQ(*c.program().entries[0].nodes[0].attr<double>("value"), 5.0);
}

} // namespace nnc::dsl
