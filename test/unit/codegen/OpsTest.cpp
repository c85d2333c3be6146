// Every op with a plain form, alone in an entry, against the evaluator: equal bits in f32 where SPEC.md orders them, a
// bound where elementary functions are involved, f64 close to the truth; and fast kernels equal plain ones.
#include "test/unit/codegen/OpRunner.h"

using namespace nnc;
using namespace nnc::test;

namespace {

struct Case {
  const char *name, *inputs, *result, *body;
  bool elementary = false; // exp, log, …: the evaluator rounds the true value
};

constexpr const char *kTypes = R"mlir(
!t = tensor<?x5xFLOAT, #nn.dims<B, 5>>
!w = tensor<?x100xFLOAT, #nn.dims<B, 100>>
!r = tensor<?xFLOAT, #nn.dims<B>>
!c = tensor<5xFLOAT>
!i = tensor<?xi32, #nn.dims<B>>
!l = tensor<?xi64, #nn.dims<B>>
!j = tensor<?x5xi32, #nn.dims<B, 5>>
!k = tensor<?x5xi64, #nn.dims<B, 5>>
!m = tensor<?x5xi1, #nn.dims<B, 5>>
!q = tensor<?x4x6xFLOAT, #nn.dims<B, 4, 6>>
!s = tensor<FLOAT>
)mlir";

constexpr const char *kXY = "%x: !t {nn.name = \"x\"}, %y: !t {nn.name = \"y\"}";
constexpr const char *kX = "%x: !t {nn.name = \"x\"}";
constexpr const char *kW = "%x: !w {nn.name = \"x\"}";
constexpr const char *kQ = "%x: !q {nn.name = \"x\"}";

const Case kCases[] = {
    {"add", kXY, "!t", "%z = nn.add %x, %y : !t"},
    {"sub", kXY, "!t", "%z = nn.sub %x, %y : !t"},
    {"mul", kXY, "!t", "%z = nn.mul %x, %y : !t"},
    {"div", kXY, "!t", "%z = nn.div %x, %y : !t"},
    {"max", kXY, "!t", "%z = nn.max %x, %y : !t"},
    {"min", kXY, "!t", "%z = nn.min %x, %y : !t"},
    {"pow", kXY, "!t", "%a = nn.abs %x : !t\n%z = nn.pow %a, %y : !t", true},
    {"neg", kX, "!t", "%z = nn.neg %x : !t"},
    {"abs", kX, "!t", "%z = nn.abs %x : !t"},
    {"sign", kX, "!t", "%z = nn.sign %x : !t"},
    {"exp", kX, "!t", "%z = nn.exp %x : !t", true},
    {"log", kX, "!t", "%a = nn.abs %x : !t\n%z = nn.log %a : !t", true},
    {"log1p", kX, "!t", "%z = nn.log1p %x : !t", true},
    {"expm1", kX, "!t", "%z = nn.expm1 %x : !t", true},
    {"tanh", kX, "!t", "%z = nn.tanh %x : !t", true},
    {"erf", kX, "!t", "%z = nn.erf %x : !t", true},
    {"sin", kX, "!t", "%z = nn.sin %x : !t", true},
    {"cos", kX, "!t", "%z = nn.cos %x : !t", true},
    {"sqrt", kX, "!t", "%a = nn.abs %x : !t\n%z = nn.sqrt %a : !t"},
    {"rsqrt", kX, "!t", "%a = nn.abs %x : !t\n%z = nn.rsqrt %a : !t"},
    {"sigmoid", kX, "!t", "%z = nn.sigmoid %x : !t", true},
    {"relu", kX, "!t", "%z = nn.relu %x : !t"},
    {"relu_grad", kXY, "!t", "%z = nn.relu_grad %x, %y : !t"},
    {"softplus", kX, "!t", "%z = nn.softplus %x : !t", true},
    {"gelu", kX, "!t", "%z = nn.gelu %x : !t", true},
    {"step", kX, "!t", "%z = nn.step %x : !t"},
    {"floor", kX, "!t", "%z = nn.floor %x : !t"},
    {"ceil", kX, "!t", "%z = nn.ceil %x : !t"},
    {"round", kX, "!t", "%a = nn.add %x, %x : !t\n%z = nn.round %a : !t"},
    {"mse", kXY, "!t", "%z = nn.mse %x, %y : !t"},
    {"select", kXY, "!t",
     "%c = nn.compare lt %x, %y : !t -> !m\n%d = nn.not %c : !m\n%z = nn.select %d, %x, %y : !m, !t"},
    {"cast_i32", kX, "!j", "%a = nn.add %x, %x : !t\n%b = nn.add %a, %a : !t\n%z = nn.cast %b : !t -> !j"},
    {"cast_back", "%x: !k {nn.name = \"x\", nn.index_bound = 1000 : i64}", "!t", "%z = nn.cast %x : !k -> !t"},
    {"cast_bool", kXY, "!t", "%c = nn.compare ge %x, %y : !t -> !m\n%z = nn.cast %c : !m -> !t"},
    {"integers",
     "%x: !k {nn.name = \"x\", nn.index_bound = 9 : i64}, %y: !k {nn.name = \"y\", nn.index_bound = 7 : i64}", "!k",
     "%a = nn.mul %x, %y : !k\n%b = nn.sub %y, %a : !k\n%z = nn.max %b, %x : !k"},
    {"logic", kXY, "!t",
     "%c = nn.compare gt %x, %y : !t -> !m\n%o = nn.constant dense<0.0> : tensor<5xFLOAT> : tensor<5xFLOAT>\n%p = "
     "nn.broadcast %o dims [1] : !c -> !t\n"
     "%d = nn.compare ne %x, %p : !t -> !m\n%e = nn.and %c, %d : !m\n%f = nn.or %e, %c : !m\n%z = nn.cast %f : !m -> "
     "!t"},
    {"broadcast", "%x: !r {nn.name = \"x\"}", "!t", "%z = nn.broadcast %x dims [0] : !r -> !t"},
    {"table", kX, "!t",
     "%o = nn.constant dense<[0.5, -1.0, 2.0, 0.25, 3.0]> : !c : !c\n%p = nn.broadcast %o dims [1] : !c -> !t\n%z = "
     "nn.mul %x, %p : !t"},
    {"transpose", kQ, "tensor<?x6x4xFLOAT, #nn.dims<B, 6, 4>>",
     "%z = nn.transpose %x perm [0, 2, 1] : !q -> tensor<?x6x4xFLOAT, #nn.dims<B, 6, 4>>"},
    {"reshape", kQ, "tensor<?x24xFLOAT, #nn.dims<B, 24>>",
     "%z = nn.reshape %x : !q -> tensor<?x24xFLOAT, #nn.dims<B, 24>>"},
    {"size", kX, "!s", "%z = nn.size \"B\" : !s"},
    {"sum_short", kX, "!r", "%z = nn.reduce add %x dims [1] : !t -> !r"},
    {"sum_long", kW, "!r", "%z = nn.reduce add %x dims [1] : !w -> !r"},
    {"sum_columns", kW, "tensor<100xFLOAT>", "%z = nn.reduce add %x dims [0] : !w -> tensor<100xFLOAT>"},
    {"sum_all", kW, "!s", "%z = nn.reduce add %x dims [0, 1] : !w -> !s"},
    {"sum_middle", kQ, "tensor<?x6xFLOAT, #nn.dims<B, 6>>",
     "%z = nn.reduce add %x dims [1] : !q -> tensor<?x6xFLOAT, #nn.dims<B, 6>>"},
    {"sum_two", kQ, "!r", "%z = nn.reduce add %x dims [1, 2] : !q -> !r"},
    {"product", kX, "!r", "%z = nn.reduce mul %x dims [1] : !t -> !r"},
    {"maximum", kW, "!r", "%z = nn.reduce max %x dims [1] : !w -> !r"},
    {"minimum", kW, "tensor<100xFLOAT>", "%z = nn.reduce min %x dims [0] : !w -> tensor<100xFLOAT>"},
    {"any", kXY, "!r",
     "%c = nn.compare gt %x, %y : !t -> !m\n%d = nn.reduce any %c dims [1] : !m -> tensor<?xi1, #nn.dims<B>>\n%z = "
     "nn.cast %d : tensor<?xi1, #nn.dims<B>> -> !r"},
    {"arg_max", kW, "!l", "%z = nn.arg_max %x axis 1 : !w -> !l"},
    {"arg_min", kQ, "tensor<?x6xi32, #nn.dims<B, 6>>",
     "%z = nn.arg_min %x axis 1 : !q -> tensor<?x6xi32, #nn.dims<B, 6>>"},
    {"softmax", kX, "!t", "%z = nn.softmax %x axis 1 : !t", true},
    {"softmax_wide", kW, "!w", "%z = nn.softmax %x axis 1 : !w", true},
    {"softmax_middle", kQ, "!q", "%z = nn.softmax %x axis 1 : !q", true},
    {"log_softmax", kX, "!t", "%z = nn.log_softmax %x axis 1 : !t", true},
    {"logsumexp", kW, "!r", "%z = nn.logsumexp %x axis 1 : !w -> !r", true},
    {"cross_entropy", "%x: !t {nn.name = \"x\"}, %y: !i {nn.name = \"y\", nn.index_bound = 5 : i64}", "!r",
     "%z, %e = nn.softmax_cross_entropy %x, %y : (!t, !i) -> (!r, !r)", true},
    {"cross_entropy_smooth", "%x: !t {nn.name = \"x\"}, %y: !i {nn.name = \"y\", nn.index_bound = 5 : i64}", "!r",
     "%z, %e = nn.softmax_cross_entropy %x, %y smoothing 1.0e-1 : (!t, !i) -> (!r, !r)", true},
    {"matmul", "%x: !w {nn.name = \"x\"}, %y: tensor<7x100xFLOAT> {nn.name = \"y\"}",
     "tensor<?x7xFLOAT, #nn.dims<B, 7>>",
     "%z = nn.contract %x, %y \"bi,oi->bo\" : (!w, tensor<7x100xFLOAT>) -> tensor<?x7xFLOAT, #nn.dims<B, 7>>"},
    {"matmul_batch_summed", "%x: !w {nn.name = \"x\"}, %y: !t {nn.name = \"y\"}", "tensor<5x100xFLOAT>",
     "%z = nn.contract %y, %x \"bo,bi->oi\" : (!t, !w) -> tensor<5x100xFLOAT>"},
    {"contract_two", "%x: !q {nn.name = \"x\"}, %y: tensor<3x4x6xFLOAT> {nn.name = \"y\"}",
     "tensor<?x3xFLOAT, #nn.dims<B, 3>>",
     "%z = nn.contract %x, %y \"bij,oij->bo\" : (!q, tensor<3x4x6xFLOAT>) -> tensor<?x3xFLOAT, #nn.dims<B, 3>>"},
    {"contract_batched", "%x: !q {nn.name = \"x\"}, %y: !q {nn.name = \"y\"}", "tensor<?x4x4xFLOAT, #nn.dims<B, 4, 4>>",
     "%z = nn.contract %x, %y \"bid,bjd->bij\" : (!q, !q) -> tensor<?x4x4xFLOAT, #nn.dims<B, 4, 4>>"},
    {"generic_sum", "%x: !q {nn.name = \"x\"}", "tensor<4xFLOAT>",
     "%z = nn.generic add over #nn.dims<4, B, 6> (%x) maps [affine_map<(i, b, j) -> (b, i, j)>, affine_map<(i, b, j) "
     "-> (i)>] : (!q) -> tensor<4xFLOAT> {\n"
     "^bb0(%e: tensor<FLOAT>):\n%f = nn.mul %e, %e : tensor<FLOAT>\nnn.yield %f : tensor<FLOAT>\n}"},
    {"generic_shift", "%x: !c {nn.name = \"x\"}", "!c",
     "%z = nn.generic add over #nn.dims<5, 3> (%x) maps [affine_map<(i, k) -> (i + k - 1)>, affine_map<(i, k) -> (i)>] "
     "outside [0.25] : (!c) -> !c {\n"
     "^bb0(%e: tensor<FLOAT>):\nnn.yield %e : tensor<FLOAT>\n}"},
    {"conv1",
     "%x: tensor<?x4x9xFLOAT, #nn.dims<B, 4, 9>> {nn.name = \"x\"}, %w: tensor<6x2x3xFLOAT> {nn.name = \"w\"}, "
     "%b: tensor<?x6x5xFLOAT, #nn.dims<B, 6, 5>> {nn.name = \"b\"}",
     "tensor<?x6x5xFLOAT, #nn.dims<B, 6, 5>>",
     "%z = nn.conv %x, %w init %b : tensor<?x6x5xFLOAT, #nn.dims<B, 6, 5>> stride [2] dilation [2] pad [3], [2] groups "
     "2 : (tensor<?x4x9xFLOAT, #nn.dims<B, 4, 9>>, tensor<6x2x3xFLOAT>) -> tensor<?x6x5xFLOAT, #nn.dims<B, 6, 5>>"},
    {"conv2",
     "%x: tensor<?x3x7x8xFLOAT, #nn.dims<B, 3, 7, 8>> {nn.name = \"x\"}, %w: tensor<5x3x3x2xFLOAT> {nn.name = "
     "\"w\"}",
     "tensor<?x5x7x4xFLOAT, #nn.dims<B, 5, 7, 4>>",
     "%y = nn.conv %x, %w stride [1, 2] dilation [1, 1] pad [1, 0], [1, 0] : (tensor<?x3x7x8xFLOAT, #nn.dims<B, 3, 7, "
     "8>>, tensor<5x3x3x2xFLOAT>) -> tensor<?x5x7x4xFLOAT, #nn.dims<B, 5, 7, 4>>\n%z = nn.relu %y : "
     "tensor<?x5x7x4xFLOAT, #nn.dims<B, 5, 7, 4>>"},
    {"conv3",
     "%x: tensor<?x2x4x3x5xFLOAT, #nn.dims<B, 2, 4, 3, 5>> {nn.name = \"x\"}, %w: tensor<2x2x2x3x2xFLOAT> "
     "{nn.name = \"w\"}",
     "tensor<?x2x3x3x3xFLOAT, #nn.dims<B, 2, 3, 3, 3>>",
     "%z = nn.conv %x, %w stride [1, 1, 2] dilation [2, 1, 1] pad [1, 1, 0], [0, 1, 1] : (tensor<?x2x4x3x5xFLOAT, "
     "#nn.dims<B, 2, 4, 3, 5>>, tensor<2x2x2x3x2xFLOAT>) -> tensor<?x2x3x3x3xFLOAT, #nn.dims<B, 2, 3, 3, 3>>"},
    {"conv_long",
     "%x: tensor<?x2500x3xFLOAT, #nn.dims<B, 2500, 3>> {nn.name = \"x\"}, %w: tensor<2x2500x4xFLOAT> "
     "{nn.name = \"w\"}",
     "tensor<?x2x3xFLOAT, #nn.dims<B, 2, 3>>",
     "%z = nn.conv %x, %w stride [1] dilation [1] pad [1], [2] : (tensor<?x2500x3xFLOAT, #nn.dims<B, 2500, 3>>, "
     "tensor<2x2500x4xFLOAT>) -> tensor<?x2x3xFLOAT, #nn.dims<B, 2, 3>>"},
    {"conv_input_grad",
     "%g: tensor<?x4x3x4xFLOAT, #nn.dims<B, 4, 3, 4>> {nn.name = \"g\"}, %w: tensor<4x3x3x2xFLOAT> "
     "{nn.name = \"w\"}",
     "tensor<?x6x6x5xFLOAT, #nn.dims<B, 6, 6, 5>>",
     "%z = nn.conv_input_grad %g, %w stride [2, 1] dilation [1, 2] pad [1, 1], [0, 0] groups 2 : "
     "(tensor<?x4x3x4xFLOAT, #nn.dims<B, 4, 3, 4>>, tensor<4x3x3x2xFLOAT>) -> tensor<?x6x6x5xFLOAT, #nn.dims<B, 6, 6, "
     "5>>"},
    {"conv_input_grad_long",
     "%g: tensor<?x1500x2xFLOAT, #nn.dims<B, 1500, 2>> {nn.name = \"g\"}, %w: "
     "tensor<1500x2x3xFLOAT> {nn.name = \"w\"}",
     "tensor<?x2x4xFLOAT, #nn.dims<B, 2, 4>>",
     "%z = nn.conv_input_grad %g, %w stride [2] dilation [1] pad [1], [0] : (tensor<?x1500x2xFLOAT, #nn.dims<B, 1500, "
     "2>>, tensor<1500x2x3xFLOAT>) -> tensor<?x2x4xFLOAT, #nn.dims<B, 2, 4>>"},
    {"conv_filter_grad",
     "%x: tensor<?x4x9xFLOAT, #nn.dims<B, 4, 9>> {nn.name = \"x\"}, %g: tensor<?x6x5xFLOAT, "
     "#nn.dims<B, 6, 5>> {nn.name = \"g\"}",
     "tensor<6x2x3xFLOAT>",
     "%z = nn.conv_filter_grad %x, %g stride [2] dilation [2] pad [3], [2] groups 2 : (tensor<?x4x9xFLOAT, #nn.dims<B, "
     "4, 9>>, tensor<?x6x5xFLOAT, #nn.dims<B, 6, 5>>) -> tensor<6x2x3xFLOAT>"},
    {"conv_filter_grad_long",
     "%x: tensor<?x2x11x13xFLOAT, #nn.dims<B, 2, 11, 13>> {nn.name = \"x\"}, %g: "
     "tensor<?x3x11x13xFLOAT, #nn.dims<B, 3, 11, 13>> {nn.name = \"g\"}, %s: tensor<3x2x3x3xFLOAT> {nn.name = \"s\"}",
     "tensor<3x2x3x3xFLOAT>",
     "%z = nn.conv_filter_grad %x, %g init %s : tensor<3x2x3x3xFLOAT> stride [1, 1] dilation [1, 1] pad [1, 1], [1, 1] "
     ": (tensor<?x2x11x13xFLOAT, #nn.dims<B, 2, 11, 13>>, tensor<?x3x11x13xFLOAT, #nn.dims<B, 3, 11, 13>>) -> "
     "tensor<3x2x3x3xFLOAT>"},
    {"max_pool", "%x: tensor<?x3x7x8xFLOAT, #nn.dims<B, 3, 7, 8>> {nn.name = \"x\"}",
     "tensor<?x3x4x7xFLOAT, #nn.dims<B, 3, 4, 7>>",
     "%y = nn.max_pool %x kernel [3, 2] stride [2, 1] dilation [1, 2] pad [1, 0], [1, 1] : tensor<?x3x7x8xFLOAT, "
     "#nn.dims<B, 3, 7, 8>> -> tensor<?x3x4x7xFLOAT, #nn.dims<B, 3, 4, 7>>\n%z = nn.neg %y : tensor<?x3x4x7xFLOAT, "
     "#nn.dims<B, 3, 4, 7>>"},
    {"max_pool_integers", "%x: tensor<?x2x9xi32, #nn.dims<B, 2, 9>> {nn.name = \"x\", nn.index_bound = 9 : i64}",
     "tensor<?x2x5xi32, #nn.dims<B, 2, 5>>",
     "%z = nn.max_pool %x kernel [2] stride [2] dilation [1] pad [0], [0] ceil : tensor<?x2x9xi32, #nn.dims<B, 2, 9>> "
     "-> tensor<?x2x5xi32, #nn.dims<B, 2, 5>>"},
    {"avg_pool", "%x: tensor<?x3x7x8xFLOAT, #nn.dims<B, 3, 7, 8>> {nn.name = \"x\"}",
     "tensor<?x3x4x4xFLOAT, #nn.dims<B, 3, 4, 4>>",
     "%z = nn.avg_pool %x kernel [3, 2] stride [2, 2] pad [1, 0], [1, 0] : tensor<?x3x7x8xFLOAT, #nn.dims<B, 3, 7, 8>> "
     "-> tensor<?x3x4x4xFLOAT, #nn.dims<B, 3, 4, 4>>"},
    {"avg_pool_ceil", "%x: tensor<?x2x11xFLOAT, #nn.dims<B, 2, 11>> {nn.name = \"x\"}",
     "tensor<?x2x5xFLOAT, #nn.dims<B, 2, 5>>",
     "%z = nn.avg_pool %x kernel [4] stride [3] pad [2], [1] ceil : tensor<?x2x11xFLOAT, #nn.dims<B, 2, 11>> -> "
     "tensor<?x2x5xFLOAT, #nn.dims<B, 2, 5>>"},
};

class Ops : public ModuleTest, public ::testing::WithParamInterface<Case> {
protected:
  template <class S> void check(const char *element, double bound) {
    const Case &test = GetParam();
    std::string text = std::string(kTypes) + "nn.entry @forward(" + test.inputs + ") -> (" + test.result +
                       " {nn.name = \"z\"}) attributes {sizes = [" +
                       (std::string(test.name) == "generic_shift" ? "" : "#nn.size<\"B\" max 40>") + "]} {\n" +
                       test.body + "\nnn.return %z : " + test.result + "\n}\n";
    text = replace(text, "FLOAT", element);
    for (const Form &form : {Form{0}, Form{2}, Form{2, sizeof(S) == 4 ? "g++" : "clang++"}}) {
      SCOPED_TRACE(form.name());
      Compiled<S> compiled(context, text, form);
      ASSERT_TRUE(compiled.model) << text;
      OpRunner<S> runner(compiled, 37);
      reference::Tensor<S> want = runner.evaluate()[0], got = runner.run({want})[0];
      if (form.level == 0)
        plain = got.reals.empty() ? std::vector<double>() : std::vector<double>(got.reals.begin(), got.reals.end());
      else if (want.isReal())
        EXPECT_EQ(plain, std::vector<double>(got.reals.begin(), got.reals.end())) << "fast differs from plain";
      EXPECT_EQ(got.integers, want.integers);
      for (size_t e = 0; e < want.reals.size(); ++e) {
        S a = got.reals[e], b = want.reals[e];
        if (test.elementary)
          EXPECT_NEAR(a, b, bound * (1 + std::abs(b))) << e;
        else
          EXPECT_EQ(a, b) << e;
      }
    }
  }

  std::vector<double> plain;
};

TEST_P(Ops, F32) { check<float>("f32", 3e-6); }
TEST_P(Ops, F64) { check<double>("f64", 1e-13); }

INSTANTIATE_TEST_SUITE_P(All, Ops, ::testing::ValuesIn(kCases),
                         [](const ::testing::TestParamInfo<Case> &info) { return std::string(info.param.name); });

} // namespace
