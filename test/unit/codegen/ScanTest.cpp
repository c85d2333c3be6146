// Loops over time and views, compiled, against the evaluator: no steps, one, several; plain and fast; equal bits where
// no elementary function is involved.
#include "test/unit/codegen/OpRunner.h"

using namespace nnc;
using namespace nnc::test;

namespace {

struct Case {
  const char *name, *inputs, *results, *body, *returned;
  bool elementary = false;
};

// STEPS is the number of steps.
constexpr const char *kTypes = R"mlir(
!x = tensor<?xSTEPSx20xFLOAT, #nn.dims<B, STEPS, 20>>
!y = tensor<?xSTEPSx33xFLOAT, #nn.dims<B, STEPS, 33>>
!b = tensor<?x20xFLOAT, #nn.dims<B, 20>>
!h = tensor<?x33xFLOAT, #nn.dims<B, 33>>
!z = tensor<?x132xFLOAT, #nn.dims<B, 132>>
!m = tensor<STEPSx3x20xFLOAT>
!n = tensor<3x20xFLOAT>
!s = tensor<FLOAT>
!v = tensor<STEPSxFLOAT>
)mlir";

constexpr const char *kX = "%x: !x {nn.name = \"x\"}, %b: !b {nn.name = \"b\"}";
constexpr const char *kCell = "%x: !x {nn.name = \"x\"}, %h: !h {nn.name = \"h\"}, %c: !h {nn.name = \"c\"}, "
                              "%w: tensor<132x20xFLOAT> {nn.name = \"w\"}, %u: tensor<132x33xFLOAT> {nn.name = \"u\"}";

const Case kCases[] = {
    {"sum", kX, "!b", R"mlir(
  %y = nn.scan steps #nn.dims<STEPS> consts() init(%b) xs(%x) [1] ys [] : (!b, !x) -> !b {
  ^step(%t: tensor<i64>, %a: !b, %xt: !b):
    %s = nn.add %a, %xt : !b
    nn.yield %s : !b
  })mlir",
     "%y"},
    {"stack", kX, "!b, !x", R"mlir(
  %l, %y = nn.scan steps #nn.dims<STEPS> consts() init(%b) xs(%x) [1] ys [1] : (!b, !x) -> (!b, !x) {
  ^step(%t: tensor<i64>, %a: !b, %xt: !b):
    %s = nn.add %a, %xt : !b
    nn.yield %s, %s : !b, !b
  })mlir",
     "%l, %y"},
    {"reverse", kX, "!b, !x", R"mlir(
  %l, %y = nn.scan reverse steps #nn.dims<STEPS> consts(%b) init(%b) xs(%x) [1] ys [1] : (!b, !b, !x) -> (!b, !x) {
  ^step(%t: tensor<i64>, %k: !b, %a: !b, %xt: !b):
    %p = nn.mul %a, %k : !b
    %s = nn.sub %p, %xt : !b
    nn.yield %s, %p : !b, !b
  })mlir",
     "%l, %y"},
    {"map", kX, "!x", R"mlir(
  %y = nn.scan steps #nn.dims<STEPS> consts(%b) init() xs(%x) [1] ys [1] : (!b, !x) -> !x {
  ^step(%t: tensor<i64>, %k: !b, %xt: !b):
    %p = nn.mul %k, %xt : !b
    nn.yield %p : !b
  })mlir",
     "%y"},
    {"step_number", kX, "!x", R"mlir(
  %y = nn.scan reverse steps #nn.dims<STEPS> consts() init() xs(%x) [1] ys [1] : (!x) -> !x {
  ^step(%t: tensor<i64>, %xt: !b):
    %f = nn.cast %t : tensor<i64> -> !s
    %g = nn.broadcast %f dims [] : !s -> !b
    %p = nn.add %g, %xt : !b
    nn.yield %p : !b
  })mlir",
     "%y"},
    {"swap", "%x: !x {nn.name = \"x\"}, %b: !b {nn.name = \"b\"}, %d: !b {nn.name = \"d\"}", "!b, !b, !x", R"mlir(
  %l, %m, %y = nn.scan steps #nn.dims<STEPS> consts() init(%b, %d) xs(%x) [1] ys [1] : (!b, !b, !x) -> (!b, !b, !x) {
  ^step(%t: tensor<i64>, %p: !b, %q: !b, %xt: !b):
    nn.yield %q, %p, %p : !b, !b, !b
  })mlir",
     "%l, %m, %y"},
    {"delay", kX, "!b, !b, !x, !x", R"mlir(
  %l, %k, %y, %z = nn.scan steps #nn.dims<STEPS> consts(%b) init(%b, %b) xs(%x) [1] ys [1, 1] : (!b, !b, !b, !x) -> (!b, !b, !x, !x) {
  ^step(%t: tensor<i64>, %c: !b, %p: !b, %q: !b, %xt: !b):
    nn.yield %xt, %q, %c, %xt : !b, !b, !b, !b
  })mlir",
     "%l, %k, %y, %z"},
    {"time_major", "%x: !m {nn.name = \"x\"}, %b: !n {nn.name = \"b\"}", "!n, !m", R"mlir(
  %l, %y = nn.scan steps #nn.dims<STEPS> consts() init(%b) xs(%x) [0] ys [0] : (!n, !m) -> (!n, !m) {
  ^step(%t: tensor<i64>, %a: !n, %xt: !n):
    %s = nn.add %a, %xt : !n
    nn.yield %s, %s : !n, !n
  })mlir",
     "%l, %y"},
    {"last_axis", "%x: tensor<?x20xSTEPSxFLOAT, #nn.dims<B, 20, STEPS>> {nn.name = \"x\"}, %b: !b {nn.name = \"b\"}",
     "!b, !x", R"mlir(
  %l, %y = nn.scan steps #nn.dims<STEPS> consts() init(%b) xs(%x) [2] ys [1] : (!b, tensor<?x20xSTEPSxFLOAT, #nn.dims<B, 20, STEPS>>) -> (!b, !x) {
  ^step(%t: tensor<i64>, %a: !b, %xt: !b):
    %s = nn.add %a, %xt : !b
    nn.yield %s, %s : !b, !b
  })mlir",
     "%l, %y"},
    {"numbers", "%x: !v {nn.name = \"x\"}, %b: !s {nn.name = \"b\"}", "!s, !v", R"mlir(
  %l, %y = nn.scan steps #nn.dims<STEPS> consts() init(%b) xs(%x) [0] ys [0] : (!s, !v) -> (!s, !v) {
  ^step(%t: tensor<i64>, %a: !s, %xt: !s):
    %s = nn.add %a, %xt : !s
    nn.yield %s, %s : !s, !s
  })mlir",
     "%l, %y"},
    {"product",
     "%x: !x {nn.name = \"x\"}, %h: !h {nn.name = \"h\"}, %u: tensor<33x33xFLOAT> {nn.name = \"u\"}, "
     "%w: tensor<33x20xFLOAT> {nn.name = \"w\"}",
     "!h, !y", R"mlir(
  %l, %y = nn.scan steps #nn.dims<STEPS> consts(%u, %w) init(%h) xs(%x) [1] ys [1] : (tensor<33x33xFLOAT>, tensor<33x20xFLOAT>, !h, !x) -> (!h, !y) {
  ^step(%t: tensor<i64>, %uu: tensor<33x33xFLOAT>, %ww: tensor<33x20xFLOAT>, %a: !h, %xt: !b):
    %z = nn.contract %xt, %ww "bi,oi->bo" : (!b, tensor<33x20xFLOAT>) -> !h
    %s = nn.contract %a, %uu init %z : !h "bh,oh->bo" : (!h, tensor<33x33xFLOAT>) -> !h
    %r = nn.relu %s : !h
    nn.yield %r, %r : !h, !h
  })mlir",
     "%l, %y"},
    {"lstm", kCell, "!h, !h, !y", R"mlir(
  %l, %k, %y = nn.scan steps #nn.dims<STEPS> consts(%w, %u) init(%h, %c) xs(%x) [1] ys [1] : (tensor<132x20xFLOAT>, tensor<132x33xFLOAT>, !h, !h, !x) -> (!h, !h, !y) {
  ^step(%t: tensor<i64>, %ww: tensor<132x20xFLOAT>, %uu: tensor<132x33xFLOAT>, %hh: !h, %cc: !h, %xt: !b):
    %a = nn.contract %xt, %ww "bi,gi->bg" : (!b, tensor<132x20xFLOAT>) -> !z
    %z = nn.contract %hh, %uu init %a : !z "bh,gh->bg" : (!h, tensor<132x33xFLOAT>) -> !z
    %zi, %zf, %zg, %zo = nn.split %z axis 1 : (!z) -> (!h, !h, !h, !h)
    %i = nn.sigmoid %zi : !h
    %f = nn.sigmoid %zf : !h
    %g = nn.tanh %zg : !h
    %o = nn.sigmoid %zo : !h
    %keep = nn.mul %f, %cc : !h
    %new = nn.mul %i, %g : !h
    %next = nn.add %keep, %new : !h
    %tc = nn.tanh %next : !h
    %out = nn.mul %o, %tc : !h
    nn.yield %out, %next, %out : !h, !h, !h
  })mlir",
     "%l, %k, %y", true},
    {"both_directions", kX, "tensor<?xSTEPSx40xFLOAT, #nn.dims<B, STEPS, 40>>", R"mlir(
  %l, %y = nn.scan steps #nn.dims<STEPS> consts() init(%b) xs(%x) [1] ys [1] : (!b, !x) -> (!b, !x) {
  ^step(%t: tensor<i64>, %a: !b, %xt: !b):
    %s = nn.add %a, %xt : !b
    nn.yield %s, %s : !b, !b
  }
  %k, %z = nn.scan reverse steps #nn.dims<STEPS> consts() init(%l) xs(%x) [1] ys [1] : (!b, !x) -> (!b, !x) {
  ^step(%t: tensor<i64>, %a: !b, %xt: !b):
    %s = nn.sub %a, %xt : !b
    nn.yield %s, %s : !b, !b
  }
  %c = nn.concat %y, %z axis 2 : (!x, !x) -> tensor<?xSTEPSx40xFLOAT, #nn.dims<B, STEPS, 40>>)mlir",
     "%c"},
    {"concat_in_step", kX, "tensor<?xSTEPSx40xFLOAT, #nn.dims<B, STEPS, 40>>, !b", R"mlir(
  %l, %y = nn.scan steps #nn.dims<STEPS> consts() init(%b) xs(%x) [1] ys [1] : (!b, !x) -> (!b, tensor<?xSTEPSx40xFLOAT, #nn.dims<B, STEPS, 40>>) {
  ^step(%t: tensor<i64>, %a: !b, %xt: !b):
    %s = nn.add %a, %xt : !b
    %c = nn.concat %s, %xt axis 1 : (!b, !b) -> tensor<?x40xFLOAT, #nn.dims<B, 40>>
    nn.yield %s, %c : !b, tensor<?x40xFLOAT, #nn.dims<B, 40>>
  })mlir",
     "%y, %l"},
    {"rows_of_ports", "%x: tensor<4x20xFLOAT> {nn.name = \"x\"}, %b: tensor<STEPSx20xFLOAT> {nn.name = \"b\"}",
     "tensor<2x20xFLOAT>, tensor<2x20xFLOAT>, tensor<(2 + STEPS)x20xFLOAT>", R"mlir(
  %t = nn.slice %x low [0, 0] : tensor<4x20xFLOAT> -> tensor<2x20xFLOAT>
  %u = nn.slice %x low [2, 0] : tensor<4x20xFLOAT> -> tensor<2x20xFLOAT>
  %y = nn.neg %t : tensor<2x20xFLOAT>
  %z = nn.neg %u : tensor<2x20xFLOAT>
  %m = nn.abs %b : tensor<STEPSx20xFLOAT>
  %c = nn.concat %y, %m axis 0 : (tensor<2x20xFLOAT>, tensor<STEPSx20xFLOAT>) -> tensor<(2 + STEPS)x20xFLOAT>)mlir",
     "%y, %z, %c"},
    {"layers", "%x: !x {nn.name = \"x\"}, %b: tensor<2x?x20xFLOAT, #nn.dims<2, B, 20>> {nn.name = \"b\"}",
     "tensor<2x?x20xFLOAT, #nn.dims<2, B, 20>>, !b, tensor<1x?x20xFLOAT, #nn.dims<1, B, 20>>", R"mlir(
  %b0, %b1 = nn.split %b axis 0 : (tensor<2x?x20xFLOAT, #nn.dims<2, B, 20>>) -> (tensor<1x?x20xFLOAT, #nn.dims<1, B, 20>>, tensor<1x?x20xFLOAT, #nn.dims<1, B, 20>>)
  %i0 = nn.reshape %b0 : tensor<1x?x20xFLOAT, #nn.dims<1, B, 20>> -> !b
  %s1 = nn.slice %b low [1, 0, 0] : tensor<2x?x20xFLOAT, #nn.dims<2, B, 20>> -> tensor<1x?x20xFLOAT, #nn.dims<1, B, 20>>
  %i1 = nn.reshape %s1 : tensor<1x?x20xFLOAT, #nn.dims<1, B, 20>> -> !b
  %l, %k = nn.scan steps #nn.dims<STEPS> consts() init(%i0, %i1) xs(%x) [1] ys [] : (!b, !b, !x) -> (!b, !b) {
  ^step(%t: tensor<i64>, %a: !b, %c: !b, %xt: !b):
    %s = nn.add %a, %xt : !b
    %d = nn.sub %c, %s : !b
    nn.yield %s, %d : !b, !b
  }
  %r = nn.reshape %l : !b -> tensor<1x?x20xFLOAT, #nn.dims<1, B, 20>>
  %q = nn.reshape %k : !b -> tensor<1x?x20xFLOAT, #nn.dims<1, B, 20>>
  %h = nn.concat %r, %q axis 0 : (tensor<1x?x20xFLOAT, #nn.dims<1, B, 20>>, tensor<1x?x20xFLOAT, #nn.dims<1, B, 20>>) -> tensor<2x?x20xFLOAT, #nn.dims<2, B, 20>>
  %m = nn.add %h, %b : tensor<2x?x20xFLOAT, #nn.dims<2, B, 20>>
  %u = nn.reduce add %m dims [0] : tensor<2x?x20xFLOAT, #nn.dims<2, B, 20>> -> !b)mlir",
     "%h, %u, %q"},
    {"parts", kX, "!x, !x, tensor<?xSTEPSx9xFLOAT, #nn.dims<B, STEPS, 9>>", R"mlir(
  %p, %q = nn.split %x axis 2 : (!x) -> (tensor<?xSTEPSx9xFLOAT, #nn.dims<B, STEPS, 9>>, tensor<?xSTEPSx11xFLOAT, #nn.dims<B, STEPS, 11>>)
  %n = nn.neg %p : tensor<?xSTEPSx9xFLOAT, #nn.dims<B, STEPS, 9>>
  %y = nn.concat %q, %n axis 2 : (tensor<?xSTEPSx11xFLOAT, #nn.dims<B, STEPS, 11>>, tensor<?xSTEPSx9xFLOAT, #nn.dims<B, STEPS, 9>>) -> !x
  %s = nn.slice %x low [0, 0, 6] : !x -> tensor<?xSTEPSx9xFLOAT, #nn.dims<B, STEPS, 9>>
  %z = nn.pad %s low [0, 0, 4] : tensor<?xSTEPSx9xFLOAT, #nn.dims<B, STEPS, 9>> -> !x)mlir",
     "%y, %z, %s"},
    {"nested", "%x: tensor<STEPSx3x20xFLOAT> {nn.name = \"x\"}, %b: tensor<20xFLOAT> {nn.name = \"b\"}",
     "tensor<20xFLOAT>, !m", R"mlir(
  %l, %y = nn.scan steps #nn.dims<STEPS> consts() init(%b) xs(%x) [0] ys [0] : (tensor<20xFLOAT>, !m) -> (tensor<20xFLOAT>, !m) {
  ^step(%t: tensor<i64>, %a: tensor<20xFLOAT>, %xt: !n):
    %m, %z = nn.scan reverse steps #nn.dims<3> consts() init(%a) xs(%xt) [0] ys [0] : (tensor<20xFLOAT>, !n) -> (tensor<20xFLOAT>, !n) {
    ^inner(%i: tensor<i64>, %c: tensor<20xFLOAT>, %xi: tensor<20xFLOAT>):
      %s = nn.add %c, %xi : tensor<20xFLOAT>
      nn.yield %s, %s : tensor<20xFLOAT>, tensor<20xFLOAT>
    }
    nn.yield %m, %z : tensor<20xFLOAT>, !n
  })mlir",
     "%l, %y"},
};

class Scans : public ModuleTest, public ::testing::WithParamInterface<std::tuple<Case, int>> {
protected:
  template <class S> void check(const char *element, double bound) {
    auto &[test, steps] = GetParam();
    std::string text = std::string(kTypes) + "nn.entry @forward(" + test.inputs + ") -> (" + named(test.results) +
                       ") attributes {sizes = [#nn.size<\"B\" max 40>]} {\n" + test.body + "\nnn.return " +
                       test.returned + " : " + test.results + "\n}\n";
    text = replace(replace(replace(text, "FLOAT", element), "(2 + STEPS)", std::to_string(2 + steps)), "STEPS",
                   std::to_string(steps));
    std::vector<reference::Tensor<S>> plain;
    for (const Form &form : {Form{0}, Form{2}, Form{2, steps % 2 ? "clang++" : "g++"}}) {
      SCOPED_TRACE(form.name());
      Compiled<S> compiled(context, text, form);
      ASSERT_TRUE(compiled.model) << text;
      for (int64_t batch : {1, 3, 37}) {
        SCOPED_TRACE("B = " + std::to_string(batch));
        OpRunner<S> runner(compiled, batch);
        std::vector<reference::Tensor<S>> want = runner.evaluate(), got = runner.run(want);
        for (size_t i = 0; i < want.size(); ++i)
          for (int64_t e = 0; e < want[i].size(); ++e) {
            S a = got[i].reals[e], b = want[i].reals[e];
            if (test.elementary)
              ASSERT_NEAR(a, b, bound * (1 + std::abs(b))) << "output " << i << ", element " << e;
            else
              ASSERT_EQ(a, b) << "output " << i << ", element " << e;
          }
        if (form.level == 0 && batch == 37)
          plain = got;
        else if (batch == 37)
          for (size_t i = 0; i < want.size(); ++i)
            EXPECT_EQ(plain[i].reals, got[i].reals) << "fast differs from plain, output " << i;
      }
    }
  }

private:
  /// "!a, !b" with the names of the outputs.
  static std::string named(const std::string &types) {
    std::string result;
    int number = 0, depth = 0;
    for (char c : types + ",") {
      depth += (c == '<') - (c == '>');
      if (c == ',' && depth == 0)
        result += std::string(" {nn.name = \"y") + std::to_string(number++) + "\"}";
      result += c;
    }
    result.pop_back();
    return result;
  }
};

TEST_P(Scans, F32) { check<float>("f32", 3e-6); }
TEST_P(Scans, F64) { check<double>("f64", 1e-13); }

INSTANTIATE_TEST_SUITE_P(All, Scans, ::testing::Combine(::testing::ValuesIn(kCases), ::testing::Values(0, 1, 2, 5)),
                         [](const ::testing::TestParamInfo<std::tuple<Case, int>> &info) {
                           return std::string(std::get<0>(info.param).name) + "_" +
                                  std::to_string(std::get<1>(info.param));
                         });

// Steps that are cut into tasks, with barriers in the loop: any number of threads gives the same bits.
TEST_F(ModuleTest, ScanOnThreads) {
  std::string text = R"mlir(
!x = tensor<?x6x90xf32, #nn.dims<B, 6, 90>>
!y = tensor<?x6x100xf32, #nn.dims<B, 6, 100>>
!b = tensor<?x90xf32, #nn.dims<B, 90>>
!h = tensor<?x100xf32, #nn.dims<B, 100>>
!z = tensor<?x400xf32, #nn.dims<B, 400>>
nn.entry @forward(%x: !x {nn.name = "x"}, %h: !h {nn.name = "h"}, %w: tensor<400x90xf32> {nn.name = "w"}, %u: tensor<400x100xf32> {nn.name = "u"}) -> (!h {nn.name = "l"}, !y {nn.name = "y"}, tensor<400x100xf32> {nn.name = "d"}) attributes {sizes = [#nn.size<"B" max 128>]} {
  %l, %k, %y, %s = nn.scan reverse steps #nn.dims<6> consts(%w, %u) init(%h, %h) xs(%x) [1] ys [1, 1] : (tensor<400x90xf32>, tensor<400x100xf32>, !h, !h, !x) -> (!h, !h, !y, tensor<?x6x400xf32, #nn.dims<B, 6, 400>>) {
  ^step(%t: tensor<i64>, %ww: tensor<400x90xf32>, %uu: tensor<400x100xf32>, %hh: !h, %cc: !h, %xt: !b):
    %a = nn.contract %xt, %ww "bi,gi->bg" : (!b, tensor<400x90xf32>) -> !z
    %z = nn.contract %hh, %uu init %a : !z "bh,gh->bg" : (!h, tensor<400x100xf32>) -> !z
    %zi, %zf, %zg, %zo = nn.split %z axis 1 : (!z) -> (!h, !h, !h, !h)
    %i = nn.sigmoid %zi : !h
    %f = nn.sigmoid %zf : !h
    %g = nn.tanh %zg : !h
    %keep = nn.mul %f, %cc : !h
    %new = nn.mul %i, %g : !h
    %next = nn.add %keep, %new : !h
    %m = nn.reduce add %zo dims [0] : !h -> tensor<100xf32>
    %mm = nn.broadcast %m dims [1] : tensor<100xf32> -> !h
    %gate = nn.sigmoid %mm : !h
    %out = nn.mul %gate, %next : !h
    nn.yield %out, %next, %out, %z : !h, !h, !h, !z
  }
  %d = nn.contract %s, %y "btg,bth->gh" : (tensor<?x6x400xf32, #nn.dims<B, 6, 400>>, !y) -> tensor<400x100xf32>
  nn.return %l, %y, %d : !h, !y, tensor<400x100xf32>
}
)mlir";
  std::map<std::string, std::map<int64_t, std::vector<std::vector<float>>>> results; // by form
  for (const Form &form : {Form{0}, Form{2}, Form{2, "g++"}, Form{2, "clang++"}}) {
    Compiled<float> compiled(context, text, form);
    ASSERT_TRUE(compiled.model);
    for (int64_t batch : {1, 97, 128}) {
      OpRunner<float> runner(compiled, batch);
      auto want = runner.evaluate(), alone = runner.run(want);
      for (int32_t threads : {2, 3, 8}) {
        auto got = runner.run(want, threads);
        for (size_t i = 0; i < want.size(); ++i)
          EXPECT_EQ(alone[i].reals, got[i].reals) << "output " << i << ", B = " << batch << ", threads " << threads;
      }
      for (size_t i = 0; i < want.size(); ++i)
        results[form.name()][batch].push_back(alone[i].reals);
    }
  }
  for (const auto &[form, result] : results)
    EXPECT_EQ(results.begin()->second, result) << form << " differs from plain";
}

} // namespace
