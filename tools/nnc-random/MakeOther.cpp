// Index notation, the loop over time, updates, constants and sizes.
#include "tools/nnc-random/Generate.h"

#include <algorithm>
#include <optional>

namespace nnc::random {
namespace {

bool makeConstant(Generator &g, const std::string &) {
  static const std::vector<double> numbers = {0.5, -0.25, 1.5, 2.0, 0.125};
  int like = g.findFloat();
  int c = g.constant(g.draw.pick(numbers), g.type(like));
  return g.binary("mul", like, c, {2 * std::min(-g.interval(like).largest(), -1.0), 2 * g.interval(like).largest()}),
         true;
}

bool makeSize(Generator &g, const std::string &op) {
  if (!g.program.freeBatch)
    return false;
  static const std::vector<Element> elements = {Element::Float, Element::Float, Element::I64};
  return g.add(op, "nn.size \"B\" : $r0", {}, {g.draw.pick(elements), {}}, {1, 64}), true;
}

bool makeGet(Generator &g, const std::string &op) {
  for (const Root &root : g.program.roots)
    if (root.kind == Root::Param && g.draw.chance(60)) {
      std::string name = root.name();
      Type type = g.type(root.value);
      Interval range = g.interval(root.value);
      // The root is an operand in name only, so that it is kept.
      return g.add(op, "nn.get @" + name + " : $t0", {root.value}, type, range), true;
    }
  return false;
}

std::string dims(const std::vector<int> &numbers) {
  std::string text;
  for (int number : numbers)
    text += (text.empty() ? "$d" : ", $d") + std::to_string(number);
  return "<" + text + ">";
}

int matrix(Generator &g) {
  return g.find([&](int v) {
    return g.type(v).element == Element::Float && g.type(v).dims.size() == 2 && g.elements(g.type(v)) <= 400;
  });
}

/// sum_j sin(x[i, j] · w[j]), or its maximum.
bool makeRowSum(Generator &g, int x) {
  Type row{Element::Float, {g.type(x).dims[1]}};
  int w = g.partner(row);
  int i = g.type(x).dims[0], j = g.type(x).dims[1];
  std::string kind = !g.gradient && g.draw.chance(30) ? "max" : "add";
  double n = double(g.size(j));
  return g.add("generic",
               "nn.generic " + kind + " over " + dims({i, j}) +
                   " ($v0, $v1) maps [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> "
                   "(i)>] : ($t0, $t1) -> $r0 {\n  ^bb0(%a: tensor<$e>, %b: tensor<$e>):\n    %m = nn.mul %a, %b : "
                   "tensor<$e>\n    %s = nn.sin %m : tensor<$e>\n    nn.yield %s : tensor<$e>\n  }",
               {x, w}, {Element::Float, {i}}, {-n, n}),
         true;
}

/// x[i, j + 1] · tanh x[i, j + 1], and 0.5 outside; or the window sum over it.
bool makeShift(Generator &g, int x) {
  int i = g.type(x).dims[0], j = g.type(x).dims[1];
  bool window = g.draw.chance(50);
  int three = g.newSize({Size::Number, 3, {}});
  std::string maps = window ? "[affine_map<(i, j, k) -> (i, j + k - 1)>, affine_map<(i, j, k) -> (i, j)>]"
                            : "[affine_map<(i, j) -> (i, j + 1)>, affine_map<(i, j) -> (i, j)>]";
  double bound = 3 * g.interval(x).largest() + 3;
  return g.add("generic",
               "nn.generic add over " + (window ? dims({i, j, three}) : dims({i, j})) + " ($v0) maps " + maps +
                   " outside [0.5] : ($t0) -> $r0 {\n  ^bb0(%a: tensor<$e>):\n    %t = nn.tanh %a : tensor<$e>\n    %r "
                   "= nn.mul %a, %t : tensor<$e>\n    nn.yield %r : tensor<$e>\n  }",
               {x}, g.type(x), {-bound, bound}),
         true;
}

bool makeGeneric(Generator &g, const std::string &) {
  int x = matrix(g);
  if (x < 0) {
    Type type = g.drawType(2);
    if (type.dims.size() != 2 || g.elements(type) > 400)
      return false;
    x = g.partner(type);
  }
  return g.draw.chance(50) ? makeRowSum(g, x) : makeShift(g, x);
}

/// What a loop over one axis of x needs: the axis, the type of a step, rows of different length or none.
struct Loop {
  int x, axis;
  Type step;
  std::string steps, at, reverse, lengths;
  std::vector<int> operands; // behind which the lengths come
};

std::optional<Loop> drawLoop(Generator &g, size_t rank) {
  int x = g.find([&](int v) {
    const Type &type = g.type(v);
    return type.element == Element::Float && type.dims.size() >= rank && g.elements(type) <= 600;
  });
  if (x < 0)
    return std::nullopt;
  Loop loop{x, 1, g.type(x), "", "", "", "", {}};
  if (rank == 2)
    loop.axis += int(g.draw.below(int64_t(loop.step.dims.size()) - 1));
  int steps = loop.step.dims[size_t(loop.axis)];
  loop.step.dims.erase(loop.step.dims.begin() + loop.axis);
  loop.steps = "#nn.dims" + dims({steps});
  loop.at = "[" + std::to_string(loop.axis) + "]";
  loop.reverse = g.draw.chance(40) ? "reverse " : "";
  if (g.draw.chance(30)) { // 0 … steps
    int one = g.newSize({Size::Number, 1, {}}), bound = g.newSize({Size::Sum, 0, {steps, one}});
    loop.operands.push_back(g.root(Root::Input, {Element::I32, {loop.step.dims[0]}}, bound));
  }
  return loop;
}

int start(Generator &g, const Type &type) {
  int h = g.partner(type);
  return g.interval(h).largest() > 5 ? g.bounded(h) : h;
}

/// h' = tanh(h · a + x), o = h' · x.
bool makeElementwiseScan(Generator &g) {
  std::optional<Loop> loop = drawLoop(g, 2);
  if (!loop)
    return false;
  std::vector<int> operands = {g.partner(loop->step), start(g, loop->step), loop->x};
  operands.insert(operands.end(), loop->operands.begin(), loop->operands.end());
  bool some = !loop->operands.empty();
  double bound = g.interval(loop->x).largest() + 1;
  g.addMany("scan",
            "nn.scan " + loop->reverse + "steps " + loop->steps + " consts($v0) init($v1) xs($v2) " + loop->at +
                (some ? " lengths $v3" : "") + " ys " + loop->at + " : ($t0, $t1, $t2" + (some ? ", $t3" : "") +
                ") -> ($r0, $r1) {\n  ^bb0(%t: tensor<i64>, %a: $t0, %h: $t1, %x: $t1):\n    %p = nn.mul %h, %a : "
                "$t1\n    %z = nn.add %p, %x : $t1\n    %n = nn.tanh %z : $t1\n    %o = nn.mul %n, %x : $t1\n    "
                "nn.yield %n, %o : $t1, $t1\n  }",
            operands, {loop->step, g.type(loop->x)}, {{-5, 5}, {-bound, bound}});
  return true;
}

/// z = x W' + h U'; h' = tanh z, c' = c + h' · sigmoid z: two carries, two products of the cell.
bool makeCell(Generator &g) {
  std::optional<Loop> loop = drawLoop(g, 3);
  if (!loop || loop->step.dims.size() != 2)
    return false;
  Type square{Element::Float, {loop->step.dims[1], loop->step.dims[1]}};
  if (g.isFree(square.dims[0]) || !g.allows(square))
    return false;
  std::vector<int> operands = {g.partner(square), g.partner(square), start(g, loop->step), start(g, loop->step),
                               loop->x};
  operands.insert(operands.end(), loop->operands.begin(), loop->operands.end());
  bool some = !loop->operands.empty();
  g.addMany(
      "scan",
      "nn.scan " + loop->reverse + "steps " + loop->steps + " consts($v0, $v1) init($v2, $v3) xs($v4) " + loop->at +
          (some ? " lengths $v5" : "") + " ys " + loop->at + " : ($t0, $t1, $t2, $t3, $t4" + (some ? ", $t5" : "") +
          ") -> ($r0, $r1, $r2) {\n  ^bb0(%t: tensor<i64>, %w: $t0, %u: $t1, %h: $t2, %c: $t2, %x: $t2):\n    %a = "
          "nn.contract %x, %w \"bi,oi->bo\" : ($t2, $t0) -> $t2\n    %z = nn.contract %h, %u init %a : $t2 "
          "\"bi,oi->bo\" : ($t2, $t1) -> $t2\n    %n = nn.tanh %z : $t2\n    %s = nn.sigmoid %z : $t2\n    %m = "
          "nn.mul %n, %s : $t2\n    %k = nn.add %c, %m : $t2\n    nn.yield %n, %k, %m : $t2, $t2, $t2\n  }",
      operands, {loop->step, loop->step, g.type(loop->x)}, {{-5, 5}, {-70, 70}, {-1, 1}});
  return true;
}

bool makeScan(Generator &g, const std::string &) {
  return g.draw.chance(50) && makeCell(g) ? true : makeElementwiseScan(g);
}

/// A state and its new value.
void commit(Generator &g, int rootValue, int value) {
  for (size_t i = 0; i < g.program.roots.size(); ++i)
    if (g.program.roots[i].value == rootValue)
      g.update(int(i), value);
}

/// A parameter that no update has yet; programs with a gradient get their updates from the optimizer.
int updatable(Generator &g) {
  if (g.gradient)
    return -1;
  for (size_t i = 0; i < g.program.roots.size(); ++i)
    if (g.program.roots[i].kind == Root::Param && !g.isUpdated(int(i)))
      return g.program.roots[i].value;
  Type type = g.drawType(1 + int(g.draw.below(2)));
  return g.isFree(type.dims[0]) ? -1 : g.root(Root::Param, type);
}

bool makeSgd(Generator &g, const std::string &op) {
  int param = updatable(g);
  if (param < 0)
    return false;
  Type type = g.type(param);
  int gradient = g.partner(type), rate = g.constant(0.125, {});
  if (g.draw.chance(50)) {
    int velocity = g.root(Root::State, type);
    std::vector<int> both = g.addMany(op, "nn.sgd $v0, $v1 velocity $v2 lr $v3 {momentum = 0.5} : $t0, $t3",
                                      {param, gradient, velocity, rate}, {type, type}, {{-200, 200}, {-200, 200}});
    commit(g, param, both[0]);
    commit(g, velocity, both[1]);
    return true;
  }
  commit(g, param, g.add(op, "nn.sgd $v0, $v1 lr $v2 : $t0, $t2", {param, gradient, rate}, type, {-200, 200}));
  return true;
}

bool makeAdam(Generator &g, const std::string &op) {
  int param = updatable(g);
  if (param < 0)
    return false;
  Type type = g.type(param);
  int gradient = g.partner(type), first = g.root(Root::State, type), second = g.root(Root::State, type);
  g.program.roots.back().low = 0.1; // a mean of squares
  g.intervals.back() = {0.1, 1};
  std::vector<int> operands = {
      param, gradient, first, second, g.constant(0.125, {}), g.constant(2, {}), g.constant(1.5, {})};
  std::vector<int> all = g.addMany(
      op, "nn.adam $v0, $v1, $v2, $v3 scalars $v4, $v5, $v6 {beta1 = 0.5, beta2 = 0.75, eps = 1.0e-3} : $t0, $t4",
      operands, {type, type, type}, {{-200, 200}, {-200, 200}, {0, 40000}});
  commit(g, param, all[0]);
  commit(g, first, all[1]);
  commit(g, second, all[2]);
  return true;
}

} // namespace

void addOtherMakers(std::vector<Maker> &all) {
  all.push_back({"constant", makeConstant});
  for (int weight = 0; weight < 2; ++weight) // only programs with a free size take it
    all.push_back({"size", makeSize});
  all.push_back({"get", makeGet});
  all.push_back({"generic", makeGeneric});
  all.push_back({"scan", makeScan});
  for (int weight = 0; weight < 2; ++weight) { // not in programs with a gradient
    all.push_back({"sgd", makeSgd});
    all.push_back({"adam", makeAdam});
  }
}

} // namespace nnc::random
