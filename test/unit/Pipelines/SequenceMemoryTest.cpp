// The memory of a training step over time, as the plan says it: it grows with the number of steps and not faster.
#include "compiler/Analysis/Operations.h"
#include "compiler/Dialect/Nn.h"
#include "compiler/Pipelines/Pipelines.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace nnc;

namespace {

constexpr int64_t rows = 16, hidden = 32, inputs = 4;

// An LSTM whose last state is summed up. T, H, G, I: steps, hidden units, gates, inputs.
constexpr const char *program = R"(
!x = tensor<?xTxIxf32, #nn.dims<B, T, I>>
!xt = tensor<?xIxf32, #nn.dims<B, I>>
!h = tensor<?xHxf32, #nn.dims<B, H>>
!z = tensor<?xGxf32, #nn.dims<B, G>>
nn.param @wi : tensor<GxIxf32> = <uniform, [-0.5, 0.5]>
nn.param @wh : tensor<GxHxf32> = <uniform, [-0.5, 0.5]>
nn.param @b : tensor<Gxf32> = <uniform, [-0.5, 0.5]>
nn.entry @grad(%x: !x {nn.name = "x"}) -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = [#nn.size<"B" max 16>]} {
  %wi = nn.get @wi : tensor<GxIxf32>
  %wh = nn.get @wh : tensor<GxHxf32>
  %b = nn.get @b : tensor<Gxf32>
  %zero = nn.constant dense<0.0> : tensor<f32> : tensor<f32>
  %s = nn.broadcast %zero dims [] : tensor<f32> -> !h
  %r:2 = nn.scan steps #nn.dims<T> consts(%wi, %wh, %b) init(%s, %s) xs(%x) [1] ys [] : (tensor<GxIxf32>, tensor<GxHxf32>, tensor<Gxf32>, !h, !h, !x) -> (!h, !h) {
  ^bb0(%t: tensor<i64>, %vi: tensor<GxIxf32>, %vh: tensor<GxHxf32>, %vb: tensor<Gxf32>, %h: !h, %c: !h, %xt: !xt):
    %bb = nn.broadcast %vb dims [1] : tensor<Gxf32> -> !z
    %zi = nn.contract %xt, %vi init %bb : !z "bi,gi->bg" : (!xt, tensor<GxIxf32>) -> !z
    %z = nn.contract %h, %vh init %zi : !z "bh,gh->bg" : (!h, tensor<GxHxf32>) -> !z
    %i, %f, %g, %o = nn.split %z axis 1 : (!z) -> (!h, !h, !h, !h)
    %si = nn.sigmoid %i : !h
    %sf = nn.sigmoid %f : !h
    %tg = nn.tanh %g : !h
    %so = nn.sigmoid %o : !h
    %fc = nn.mul %sf, %c : !h
    %ig = nn.mul %si, %tg : !h
    %cn = nn.add %fc, %ig : !h
    %tc = nn.tanh %cn : !h
    %hn = nn.mul %so, %tc : !h
    nn.yield %hn, %cn : !h, !h
  }
  %loss = nn.reduce add %r#0 dims [0, 1] : !h -> tensor<f32>
  nn.return %loss : tensor<f32>
})";

struct Memory {
  int64_t saved = 0, whole = 0, operations = 0;
};

std::string withSizes(int64_t steps) {
  std::string text;
  for (StringRef rest = program; !rest.empty(); rest = rest.drop_front()) {
    int64_t size = rest[0] == 'T'   ? steps
                   : rest[0] == 'H' ? hidden
                   : rest[0] == 'G' ? 4 * hidden
                   : rest[0] == 'I' ? inputs
                                    : 0;
    text += size ? std::to_string(size) : rest.take_front().str();
  }
  return text;
}

Memory memoryOf(int64_t steps, autodiff::ScanPolicy policy) {
  DialectRegistry registry;
  registerCompilerDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(withSizes(steps), ParserConfig(&context));
  CompilerOptions options{"x86-64-v3", policy};
  PassManager pm(&context);
  buildNn(pm, options);
  buildGrad(pm, options);
  buildPlanned(pm, options);
  if (!module || failed(pm.run(*module))) {
    ADD_FAILURE();
    return {};
  }
  auto entry = module->lookupSymbol<nn::EntryOp>("grad");
  return {savedBytes(entry), int64_t(entry.getWorkBytes().value_or(0)),
          countOperations(entry).evaluate({{"B", rows}}).value_or(0)};
}

TEST(SequenceMemory, growsWithTheSteps) {
  for (autodiff::ScanPolicy policy : {autodiff::ScanPolicy::All, autodiff::ScanPolicy::Carry}) {
    Memory last = memoryOf(64, policy);
    for (int64_t steps : {128, 256, 512}) {
      Memory now = memoryOf(steps, policy);
      EXPECT_LE(now.whole, 2.05 * last.whole) << steps;
      EXPECT_GT(now.saved, 0);
      EXPECT_LE(now.saved, now.whole);
      last = now;
    }
  }
}

TEST(SequenceMemory, carriesAloneAreLessThanAThird) {
  Memory all = memoryOf(256, autodiff::ScanPolicy::All), carry = memoryOf(256, autodiff::ScanPolicy::Carry);
  // h and c as they came into each step, one step more than there are; the rest is the two buffers of the last h.
  EXPECT_GE(carry.saved, 2 * rows * 257 * hidden * 4);
  EXPECT_LE(carry.saved, 2 * rows * 257 * hidden * 4 + 2 * rows * hidden * 4);
  EXPECT_LT(3 * carry.saved, all.saved);
}

// Six products of a step: two forward, dh and dx, and both weights; with `carry` the two forward ones again.
TEST(SequenceMemory, everyStepCounts) {
  int64_t gates = 2 * rows * 4 * hidden, x = gates * inputs, h = gates * hidden;
  EXPECT_EQ(memoryOf(10, autodiff::ScanPolicy::All).operations, 10 * (3 * x + 3 * h));
  EXPECT_EQ(memoryOf(10, autodiff::ScanPolicy::Carry).operations, 10 * (4 * x + 4 * h));
}

} // namespace
