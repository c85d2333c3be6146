// Elementwise ops: each asks for operands inside the domain where its result and its derivative are ordinary numbers.
#include "tools/nnc-random/Generate.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace nnc::random {
namespace {

constexpr double largest = 1000;

/// Where a function of one number may be applied, and its range there.
struct Function {
  double low, high;
  Interval (*range)(Interval);
};

template <double (*F)(double)> Interval rising(Interval x) { return {F(x.low), F(x.high)}; }
template <double (*F)(double)> Interval falling(Interval x) { return {F(x.high), F(x.low)}; }
double rsqrt(double x) { return 1 / std::sqrt(x); }
double exponential(double x) { return std::exp(x); }
double logarithm(double x) { return std::log(x); }
double logarithm1p(double x) { return std::log1p(x); }
double exponential1m(double x) { return std::expm1(x); }
double root(double x) { return std::sqrt(x); }
double relu(double x) { return std::max(x, 0.0); }
double softplus(double x) { return std::log1p(std::exp(std::min(x, 700.0))); }
Interval unit(Interval) { return {-1, 1}; }
Interval zeroToOne(Interval) { return {0, 1}; }
Interval negated(Interval x) { return {-x.high, -x.low}; }
Interval magnitude(Interval x) { return {x.low > 0 ? x.low : 0, x.largest()}; }
Interval rounded(Interval x) { return {x.low - 1, x.high + 1}; }
Interval same(Interval x) { return x; }
Interval gelu(Interval x) { return {-0.2, std::max(x.high, 0.0)}; }

const std::map<std::string, Function> &functions() {
  static const std::map<std::string, Function> all = {
      {"neg", {-largest, largest, negated}},
      {"abs", {-largest, largest, magnitude}},
      {"sign", {-largest, largest, unit}},
      {"exp", {-20, 4, rising<exponential>}},
      {"log", {0.05, largest, rising<logarithm>}},
      {"log1p", {-0.9, largest, rising<logarithm1p>}},
      {"expm1", {-20, 4, rising<exponential1m>}},
      {"sqrt", {0.05, largest, rising<root>}},
      {"rsqrt", {0.05, largest, falling<rsqrt>}},
      {"tanh", {-largest, largest, unit}},
      {"sigmoid", {-80, 80, zeroToOne}},
      {"relu", {-largest, largest, rising<relu>}},
      {"floor", {-largest, largest, rounded}},
      {"ceil", {-largest, largest, rounded}},
      {"round", {-largest, largest, rounded}},
      {"erf", {-largest, largest, unit}},
      {"sin", {-100, 100, unit}},
      {"cos", {-100, 100, unit}},
      {"softplus", {-80, largest, rising<softplus>}},
      {"step", {-largest, largest, zeroToOne}},
      {"gelu", {-largest, largest, gelu}},
      {"stop_gradient", {-largest, largest, same}},
  };
  return all;
}

bool makeFunction(Generator &g, const std::string &op) {
  const Function &function = functions().at(op);
  bool ofIntegers = (op == "neg" || op == "abs" || op == "sign") && g.draw.chance(20);
  if (ofIntegers) {
    int x = g.find([&](int v) { return g.type(v).element == Element::I32 || g.type(v).element == Element::I64; });
    if (x >= 0)
      return g.unary(op, x, {-largest, largest}), true;
  }
  auto fits = [&](int v) {
    return g.type(v).element == Element::Float && g.interval(v).low >= function.low &&
           g.interval(v).high <= function.high;
  };
  int x = g.find(fits);
  if (x < 0 || g.draw.chance(10)) {
    x = g.findFloat();
    x = function.low > 0 ? g.positive(x) : g.bounded(x);
    if (function.low > -1 && function.low <= 0)
      x = g.positive(x);
  }
  return g.unary(op, x, function.range(g.interval(x))), true;
}

Interval corners(Interval a, Interval b, double (*f)(double, double)) {
  double all[] = {f(a.low, b.low), f(a.low, b.high), f(a.high, b.low), f(a.high, b.high)};
  return {*std::min_element(all, all + 4), *std::max_element(all, all + 4)};
}

Interval rangeOf(const std::string &op, Interval a, Interval b) {
  if (op == "add")
    return {a.low + b.low, a.high + b.high};
  if (op == "sub")
    return {a.low - b.high, a.high - b.low};
  if (op == "max")
    return {std::max(a.low, b.low), std::max(a.high, b.high)};
  if (op == "min")
    return {std::min(a.low, b.low), std::min(a.high, b.high)};
  if (op == "mul")
    return corners(a, b, [](double x, double y) { return x * y; });
  if (op == "div")
    return corners(a, b, [](double x, double y) { return x / y; });
  if (op == "pow")
    return corners(a, b, [](double x, double y) { return std::pow(x, y); });
  double d = std::max(std::fabs(a.high - b.low), std::fabs(b.high - a.low));
  return {0, d * d}; // mse
}

/// add sub mul max min, also of integers; div pow mse of floats.
bool makeArithmetic(Generator &g, const std::string &op) {
  bool anyNumber = op != "div" && op != "pow" && op != "mse";
  int a = -1;
  if (anyNumber && g.draw.chance(20))
    a = g.find([&](int v) { return g.type(v).element == Element::I32 || g.type(v).element == Element::I64; });
  if (a >= 0) {
    int b = g.partner(g.type(a));
    return g.binary(op, a, b, {-largest, largest}), true;
  }
  a = g.findFloat();
  int b = g.draw.chance(12) ? a : g.partner(g.type(a));
  if (op == "div" && g.interval(b).low < 0.1 && g.interval(b).high > -0.1)
    b = g.positive(b);
  if (op == "pow") {
    if (g.interval(a).low < 0.1 || g.interval(a).high > 4)
      a = g.positive(a);
    if (g.interval(b).largest() > 3)
      b = g.bounded(b);
  }
  Interval range = rangeOf(op, g.interval(a), g.interval(b));
  if (range.largest() > largest) {
    a = g.bounded(a);
    range = rangeOf(op, g.interval(a), g.interval(b));
    if (range.largest() > largest)
      return false;
  }
  return g.binary(op, a, b, range), true;
}

bool makeReluGrad(Generator &g, const std::string &op) {
  int y = g.findFloat(), other = g.partner(g.type(y));
  Interval range = g.interval(other);
  return g.binary(op, y, other, {std::min(range.low, 0.0), std::max(range.high, 0.0)}), true;
}

/// A truth value of a type: one that exists, or a comparison.
int condition(Generator &g, const Type &like) {
  Type wanted{Element::Bool, like.dims};
  int found = g.find([&](int v) { return g.type(v) == wanted; });
  if (found >= 0 && g.draw.chance(60))
    return found;
  static const std::vector<std::string> order = {"lt", "le", "gt", "ge"}, all = {"lt", "le", "gt", "ge", "eq", "ne"};
  bool integers = like.element == Element::I32 || like.element == Element::I64;
  int a = g.partner(like), b = g.partner(like);
  std::string predicate = like.element == Element::Bool ? "ne" : integers ? g.draw.pick(all) : g.draw.pick(order);
  return g.add("compare", "nn.compare " + predicate + " $v0, $v1 : $t0 -> $r0", {a, b}, wanted, {0, 1});
}

bool makeCompare(Generator &g, const std::string &) {
  Type like = g.type(g.find([](int) { return true; }));
  return condition(g, like), true;
}

bool makeLogical(Generator &g, const std::string &op) {
  int some = g.find([&](int v) { return g.type(v).element == Element::Float || g.type(v).element == Element::Bool; });
  Type like{Element::Float, g.type(some).dims};
  int a = condition(g, like);
  if (op == "not")
    return g.unary(op, a, {0, 1}), true;
  return g.binary(op, a, condition(g, like), {0, 1}), true;
}

bool makeSelect(Generator &g, const std::string &op) {
  int a = g.find([](int) { return true; });
  int b = g.partner(g.type(a));
  int c = condition(g, {Element::Float, g.type(a).dims});
  Interval x = g.interval(a), y = g.interval(b);
  return g.add(op, "nn.select $v0, $v1, $v2 : $t0, $t1", {c, a, b}, g.type(a),
               {std::min(x.low, y.low), std::max(x.high, y.high)}),
         true;
}

bool makeCast(Generator &g, const std::string &op) {
  int x = g.find([](int) { return true; });
  static const std::vector<Element> elements = {Element::Float, Element::Float, Element::I32, Element::I64,
                                                Element::Bool};
  Type to{g.draw.pick(elements), g.type(x).dims};
  while (to == g.type(x))
    to.element = g.draw.pick(elements);
  Interval range = to.element == Element::Bool || g.type(x).element == Element::Bool ? Interval{0, 1} : g.interval(x);
  return g.add(op, "nn.cast $v0 : $t0 -> $r0", {x}, to, range), true;
}

} // namespace

void addElementwiseMakers(std::vector<Maker> &all) {
  for (const auto &[op, function] : functions())
    all.push_back({op, makeFunction});
  for (const char *op : {"add", "sub", "mul", "div", "max", "min", "pow", "mse"})
    all.push_back({op, makeArithmetic});
  all.push_back({"relu_grad", makeReluGrad});
  all.push_back({"compare", makeCompare});
  for (const char *op : {"and", "or", "not"})
    all.push_back({op, makeLogical});
  all.push_back({"select", makeSelect});
  all.push_back({"cast", makeCast});
}

} // namespace nnc::random
