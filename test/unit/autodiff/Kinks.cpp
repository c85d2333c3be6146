#include "test/unit/autodiff/Kinks.h"

#include <limits>

namespace nnc::test {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

using Numbers = std::vector<double>;

/// y = op(p), element by element.
Kink unary(const std::string &op, const Numbers &p, const Numbers &gradient) {
  Extents shape = {int64_t(p.size())};
  return {{"nn." + op, "", {{"p", shape}}, shape, "%y = nn." + op + " %p : " + tensorType(shape)},
          {{"p", p}},
          {{"p", gradient}}};
}

/// y = op(p, q), element by element.
Kink binary(const std::string &op, const Numbers &p, const Numbers &q, const Numbers &byP, const Numbers &byQ) {
  Extents shape = {int64_t(p.size())};
  return {{"nn." + op, "", {{"p", shape}, {"q", shape}}, shape, "%y = nn." + op + " %p, %q : " + tensorType(shape)},
          {{"p", p}, {"q", q}},
          {{"p", byP}, {"q", byQ}}};
}

/// y = op(p) along `dims` of a shape.
Kink reduce(const std::string &kind, const Extents &shape, const Extents &dims, const Extents &result, const Numbers &p,
            const Numbers &gradient) {
  return {
      {"nn.reduce",
       kind,
       {{"p", shape}},
       result,
       "%y = nn.reduce " + kind + " %p dims " + list(dims) + " : " + tensorType(shape) + " -> " + tensorType(result)},
      {{"p", p}},
      {{"p", gradient}}};
}

Kink alongLastAxis(const std::string &op, const Extents &shape, bool drops, const Numbers &p, const Numbers &gradient) {
  Extents result = drops ? Extents{shape[0]} : shape;
  return {{"nn." + op,
           "",
           {{"p", shape}},
           result,
           "%y = nn." + op + " %p axis 1 : " + tensorType(shape) + (drops ? " -> " + tensorType(result) : "")},
          {{"p", p}},
          {{"p", gradient}}};
}

/// y = the maximum of the windows of a row.
Kink maxPool(const std::string &attributes, int64_t places, const Numbers &p, const Numbers &gradient) {
  Extents shape = {1, 1, int64_t(p.size())}, result = {1, 1, places};
  return {{"nn.max_pool",
           "",
           {{"p", shape}},
           result,
           "%y = nn.max_pool %p " + attributes + " : " + tensorType(shape) + " -> " + tensorType(result)},
          {{"p", p}},
          {{"p", gradient}}};
}

/// y = select(p < q, f(p), g(q)): the side that is not taken gets 0, whatever its own derivative is.
Kink guarded(const std::string &f, const Numbers &p, const Numbers &q, const Numbers &byP, const Numbers &byQ) {
  Extents shape = {int64_t(p.size())};
  std::string type = tensorType(shape), bools = tensorType(shape, "i1");
  return {{"nn.select",
           "guards " + f,
           {{"p", shape}, {"q", shape}},
           shape,
           "%c = nn.compare gt %p, %q : " + type + " -> " + bools + "\n%f = nn." + f + " %p : " + type +
               "\n%y = nn.select %c, %f, %q : " + bools + ", " + type},
          {{"p", p}, {"q", q}},
          {{"p", byP}, {"q", byQ}}};
}

std::vector<Kink> elementwise() {
  return {
      unary("relu", {0, -0.0, 1, -1}, {0, 0, 1, 0}),
      unary("abs", {0, -0.0, -2, 2}, {0, 0, -1, 1}),
      unary("sign", {0, 0.5}, {0, 0}),
      unary("step", {0, 0.5}, {0, 0}),
      unary("floor", {0, 1, 1.5}, {0, 0, 0}),
      unary("ceil", {0, 1, 1.5}, {0, 0, 0}),
      unary("round", {0.5, 1.5, 1}, {0, 0, 0}),
      unary("sqrt", {0, 4}, {inf, 0.25}),
      unary("rsqrt", {0, 1}, {-inf, -0.5}),
      unary("log", {0, 2}, {inf, 0.5}),
      unary("log1p", {-1, 1}, {inf, 0.5}),
      // log-sum-exp's neighbours at large arguments: no overflow becomes NaN.
      unary("softplus", {25, 20.5, 0, -1e4, 1e4}, {1, 1, 0.5, 0, 1}),
      unary("sigmoid", {1e4, -1e4, 0}, {0, 0, 0.25}),
      unary("tanh", {1e4, -1e4, 0}, {0, 0, 1}),
      unary("gelu", {0, 1e4, -1e4}, {0.5, 1, 0}),
      unary("exp", {-1e4, 0}, {0, 1}),
      binary("max", {2, 3, 1, inf}, {2, 1, 3, inf}, {0.5, 1, 0, 0.5}, {0.5, 0, 1, 0.5}),
      binary("min", {2, 3, 1, -inf}, {2, 1, 3, -inf}, {0.5, 0, 1, 0.5}, {0.5, 1, 0, 0.5}),
      binary("relu_grad", {0, -0.0, 1}, {5, 5, 5}, {0, 0, 0}, {0, 0, 1}),
      // by the base: 0, 1, 0, inf, 6 at exponents 2, 1, 0, 1/2, 2; by the exponent: 0 at base 0, NaN below 0
      binary("pow", {0, 0, 0, 0, 3, -2}, {2, 1, 0, 0.5, 2, 2}, {0, 1, 0, inf, 6, -4},
             {0, 0, 0, 0, 9.8875105980129874, nan}),
      binary("pow", {0, 2}, {-1, 0}, {-inf, 0}, {-inf, 0.69314718055994529}),
      binary("div", {1, 0}, {0, 0}, {inf, inf}, {-inf, nan}),
      binary("mse", {1, 2}, {1, 0}, {0, 4}, {0, -4}),
      guarded("sqrt", {0, 4, 0}, {1, 1, 0}, {0, 0.25, 0}, {1, 0, 1}),
      guarded("log", {0, 2}, {1, 1}, {0, 0.5}, {1, 0}),
  };
}

std::vector<Kink> rows() {
  return {
      reduce("max", {4}, {0}, {}, {3, 1, 3, 2}, {0.5, 0, 0.5, 0}),
      reduce("max", {2, 3}, {0, 1}, {}, {1, 1, 1, 1, 0, 0}, {0.25, 0.25, 0.25, 0.25, 0, 0}),
      reduce("min", {2, 2}, {1}, {2}, {1, 1, 0, 1}, {0.5, 0.5, 1, 0}),
      reduce("max", {2}, {}, {2}, {1, 1}, {1, 1}),
      reduce("mul", {3, 3}, {1}, {3}, {2, 3, 4, 0, 3, 4, 0, 3, 0}, {12, 8, 6, 12, 0, 0, 0, 0, 0}),
      reduce("mul", {3}, {}, {3}, {0, 1, 2}, {1, 1, 1}),
      maxPool("kernel [2] stride [1] dilation [1] pad [0], [0]", 3, {1, 1, 0, 0}, {1, 1, 1, 0}),
      maxPool("kernel [3] stride [3] dilation [1] pad [0], [0]", 2, {1, 2, 2, nan, 1, 1}, {0, 1, 0, 0, 0, 0}),
      maxPool("kernel [2] stride [2] dilation [1] pad [1], [1]", 2, {-inf, -inf}, {1, 1}),
      alongLastAxis("logsumexp", {3, 2}, true, {-inf, -inf, 1e4, 1e4, -1e4, 1e4}, {nan, nan, 0.5, 0.5, 0, 1}),
      alongLastAxis("softmax", {2, 2}, false, {-inf, -inf, 1e4, -1e4}, {nan, nan, 0, 0}),
      alongLastAxis("log_softmax", {2, 2}, false, {-inf, -inf, 1e4, -1e4}, {nan, nan, -1, 1}),
  };
}

} // namespace

const std::vector<Kink> &kinks() {
  static const std::vector<Kink> all = [] {
    std::vector<Kink> list = elementwise();
    for (Kink &kink : rows())
      list.push_back(std::move(kink));
    return list;
  }();
  return all;
}

} // namespace nnc::test
