// Ops that sum: reductions, contractions, norms, losses.
#include "tools/nnc-random/Generate.h"

#include <algorithm>

namespace nnc::random {
namespace {

constexpr double largest = 1000;

/// Two axes of one size that types cannot tell apart, neither of them free; none: -1.
std::pair<int, int> equalAxes(Generator &g, const Type &type) {
  for (size_t i = 0; i < type.dims.size(); ++i)
    for (size_t j = i + 1; j < type.dims.size(); ++j)
      if (!g.isFree(type.dims[i]) && g.size(type.dims[i]) == g.size(type.dims[j]) && g.size(type.dims[i]) > 1)
        return {int(i), int(j)};
  return {-1, -1};
}

/// A value with equal axes, if need be a new one.
int square(Generator &g) {
  int x = g.find([&](int v) { return equalAxes(g, g.type(v)).first >= 0; });
  if (x >= 0)
    return x;
  int size = 1 + int(g.draw.below(5));
  return g.size(size) < 2 || g.size(size) > 33 ? -1 : g.partner({Element::Float, {size, size}});
}

bool makeReduce(Generator &g, const std::string &op) {
  static const std::vector<std::string> kinds = {"add", "add", "add", "max", "min", "mul"}, logical = {"any", "all"};
  // Over one of two equal axes: which one, only values tell.
  int x = g.draw.chance(40) ? square(g) : -1, chosen = -1;
  if (x >= 0) {
    auto [first, second] = equalAxes(g, g.type(x));
    chosen = g.draw.chance(50) ? first : second;
  } else {
    x = g.find([&](int v) { return !g.type(v).dims.empty(); });
  }
  if (x < 0)
    return false;
  Type to{g.type(x).element, {}};
  std::string dims;
  double n = 1;
  for (size_t i = 0; i < g.type(x).dims.size(); ++i) {
    if (chosen >= 0 ? int(i) != chosen : g.draw.chance(50)) {
      to.dims.push_back(g.type(x).dims[i]);
      continue;
    }
    dims += (dims.empty() ? "" : ", ") + std::to_string(i);
    n *= double(g.size(g.type(x).dims[i]));
  }
  bool isBool = to.element == Element::Bool, integers = !isBool && to.element != Element::Float;
  std::string kind = isBool ? g.draw.pick(logical) : g.draw.pick(kinds);
  if (n == 0 && (kind == "max" || kind == "min")) // an infinity
    kind = "add";
  Interval range = g.interval(x);
  if (!isBool && !integers && kind == "mul") {
    if (range.largest() > 1.3 || n > 20) { // no long products: they leave all ranges
      if (n > 20)
        kind = "add";
      else
        x = g.bounded(x);
    }
    range = {-200, 200};
  }
  if (kind == "add") {
    range = {n * range.low, n * range.high};
    if (!integers && range.largest() > largest) {
      x = g.bounded(x);
      range = {-n, n};
    }
  }
  return g.add(op, "nn.reduce " + kind + " $v0 dims [" + dims + "] : $t0 -> $r0", {x}, to, range), true;
}

bool makeArg(Generator &g, const std::string &op) {
  int x = g.find([&](int v) { return !g.type(v).dims.empty() && g.type(v).element != Element::Bool; });
  if (x < 0)
    return false;
  int axis = int(g.draw.below(int64_t(g.type(x).dims.size())));
  Type to = g.type(x);
  double n = double(g.size(to.dims[size_t(axis)]));
  if (n == 0)
    return false;
  to.element = g.draw.chance(50) ? Element::I32 : Element::I64;
  to.dims.erase(to.dims.begin() + axis);
  return g.add(op, "nn." + op + " $v0 axis " + std::to_string(axis) + " : $t0 -> $r0", {x}, to, {0, n}), true;
}

/// Letters by size: the left operand exists, the right one takes some of its sizes and some of its own.
bool makeContract(Generator &g, const std::string &op) {
  int a = g.findFloat();
  std::string lhs, rhs, result;
  Type right, to;
  double n = 1;
  for (size_t i = 0; i < g.type(a).dims.size(); ++i) {
    char letter = char('a' + i);
    int dim = g.type(a).dims[i];
    lhs += letter;
    int role = g.isFree(dim) && g.draw.chance(60) ? 0 : int(g.draw.below(3)); // left only, both, summed
    if (role == 0 || role == 1) {
      result += letter;
      to.dims.push_back(dim);
    } else {
      n *= double(g.size(dim));
    }
    if (role == 1 || role == 2) {
      rhs += letter;
      right.dims.push_back(dim);
    }
  }
  for (int i = 0, more = int(g.draw.below(3)); i < more && right.dims.size() < 4; ++i) {
    char letter = char('p' + i);
    int dim = 1 + int(g.draw.below(5));
    if (g.draw.chance(50) && !g.type(a).dims.empty() && !g.isFree(g.type(a).dims.back()))
      dim = g.type(a).dims.back(); // square, as many weights are
    rhs += letter;
    right.dims.push_back(dim);
    result += letter;
    to.dims.push_back(dim);
  }
  auto rotate = [&](std::string &letters, Type &type) { // the free size stays in front
    size_t first = !type.dims.empty() && g.isFree(type.dims[0]);
    if (letters.size() < first + 2 || !g.draw.chance(40))
      return;
    std::rotate(letters.begin() + int64_t(first), letters.begin() + int64_t(first) + 1, letters.end());
    std::rotate(type.dims.begin() + first, type.dims.begin() + first + 1, type.dims.end());
  };
  rotate(rhs, right);
  rotate(result, to);
  if (!g.allows(right) || !g.allows(to) || n * double(g.elements(to)) > 60000)
    return false;
  int b = g.partner(right);
  if (n * g.interval(a).largest() * g.interval(b).largest() > largest)
    a = g.bounded(a);
  if (n * g.interval(a).largest() * g.interval(b).largest() > largest)
    b = g.bounded(b);
  double bound = n * g.interval(a).largest() * g.interval(b).largest();
  if (bound > largest)
    return false;
  std::vector<int> operands = {a, b};
  std::string init;
  if (g.draw.chance(50)) {
    operands.push_back(g.partner(to));
    bound += g.interval(operands[2]).largest();
    init = " init $v2 : $t2";
  }
  return g.add(op, "nn.contract $v0, $v1" + init + " \"" + lhs + "," + rhs + "->" + result + "\" : ($t0, $t1) -> $r0",
               operands, to, {-bound, bound}),
         true;
}

bool makeNorm(Generator &g, const std::string &op) {
  int x = g.findFloat(1);
  if (x < 0)
    return false;
  if (g.interval(x).largest() > 50)
    x = g.bounded(x);
  int axis = int(g.draw.below(int64_t(g.type(x).dims.size())));
  std::string text = "nn." + op + " $v0 axis " + std::to_string(axis) + " : $t0";
  if (op == "logsumexp" && g.size(g.type(x).dims[size_t(axis)]) == 0)
    return false; // an infinity
  if (op == "softmax")
    return g.add(op, text, {x}, g.type(x), {0, 1}), true;
  if (op == "log_softmax")
    return g.add(op, text, {x}, g.type(x), {-110, 0}), true;
  Type to = g.type(x);
  to.dims.erase(to.dims.begin() + axis);
  return g.add(op, text + " -> $r0", {x}, to, {g.interval(x).low, g.interval(x).high + 9}), true;
}

/// Logits of ordinary size, labels below the number of classes.
std::vector<int> crossEntropyOperands(Generator &g) {
  int x = g.find([&](int v) {
    const Type &type = g.type(v);
    return type.element == Element::Float && !type.dims.empty() && !g.isFree(type.dims.back()) &&
           g.size(type.dims.back()) > 0;
  });
  if (x < 0)
    return {};
  if (g.interval(x).largest() > 50)
    x = g.bounded(x);
  Type labels{g.draw.chance(50) ? Element::I32 : Element::I64, g.type(x).dims};
  int classes = labels.dims.pop_back_val();
  return {x, g.root(Root::Input, labels, classes)};
}

bool makeCrossEntropy(Generator &g, const std::string &op) {
  std::vector<int> operands = crossEntropyOperands(g);
  if (operands.empty())
    return false;
  std::string smoothing = g.draw.chance(50) ? " smoothing 0.1" : "";
  Type rows{Element::Float, g.type(operands[1]).dims};
  g.addMany(op, "nn.softmax_cross_entropy $v0, $v1" + smoothing + " : ($t0, $t1) -> ($r0, $r1)", operands, {rows, rows},
            {{0, 110}, {-50, 60}});
  return true;
}

/// It has no derivative of its own: in programs with a gradient nothing flows through it.
bool makeCrossEntropyGrad(Generator &g, const std::string &op) {
  std::vector<int> operands = crossEntropyOperands(g);
  if (operands.empty())
    return false;
  if (g.gradient)
    operands[0] = g.unary("stop_gradient", operands[0], g.interval(operands[0]));
  std::string smoothing = g.draw.chance(50) ? " smoothing 0.1" : "";
  Type rows{Element::Float, g.type(operands[1]).dims};
  int lse = g.addMany("softmax_cross_entropy",
                      "nn.softmax_cross_entropy $v0, $v1" + smoothing + " : ($t0, $t1) -> ($r0, $r1)", operands,
                      {rows, rows}, {{0, 110}, {-50, 60}})[1];
  int weight = g.partner(rows);
  if (g.gradient)
    weight = g.unary("stop_gradient", weight, g.interval(weight));
  operands.push_back(lse);
  operands.push_back(weight);
  double bound = g.interval(weight).largest();
  return g.add(op, "nn.softmax_cross_entropy_grad $v0, $v1, $v2, $v3" + smoothing + " : ($t0, $t1, $t2, $t3) -> $r0",
               operands, g.type(operands[0]), {-bound, bound}),
         true;
}

} // namespace

void addSumMakers(std::vector<Maker> &all) {
  for (int weight = 0; weight < 2; ++weight)
    all.push_back({"reduce", makeReduce});
  for (const char *op : {"arg_max", "arg_min"})
    all.push_back({op, makeArg});
  for (int weight = 0; weight < 5; ++weight)
    all.push_back({"contract", makeContract});
  for (const char *op : {"softmax", "log_softmax", "logsumexp"})
    all.push_back({op, makeNorm});
  all.push_back({"softmax_cross_entropy", makeCrossEntropy});
  all.push_back({"softmax_cross_entropy_grad", makeCrossEntropyGrad});
}

} // namespace nnc::random
