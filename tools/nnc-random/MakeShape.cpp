// Ops that move elements. The free size stays outermost: the compiled forms take it nowhere else.
#include "tools/nnc-random/Generate.h"

#include <numeric>

namespace nnc::random {
namespace {

std::string list(const std::vector<int> &numbers) {
  std::string text;
  for (int number : numbers)
    text += (text.empty() ? "" : ", ") + std::to_string(number);
  return "[" + text + "]";
}

int any(Generator &g, int rankAtLeast) {
  return g.find([&](int v) { return int(g.type(v).dims.size()) >= rankAtLeast; });
}

bool makeBroadcast(Generator &g, const std::string &op) {
  int x = any(g, 0);
  const Type &from = g.type(x);
  Type to{from.element, {}};
  std::vector<int> dims;
  size_t next = 0, rank = from.dims.size() + 1 + size_t(g.draw.below(2));
  for (size_t i = 0; i < rank; ++i) {
    bool takes = next < from.dims.size() && (rank - i == from.dims.size() - next || g.draw.chance(50));
    if (takes)
      dims.push_back(int(i));
    bool batch = i == 0 && g.draw.chance(40);
    to.dims.push_back(takes ? from.dims[next++] : batch ? 0 : 1 + int(g.draw.below(5)));
  }
  if (!g.allows(to))
    return false;
  return g.add(op, "nn.broadcast $v0 dims " + list(dims) + " : $t0 -> $r0", {x}, to, g.interval(x)), true;
}

/// Two neighbours become one, or a one is put in.
bool makeReshape(Generator &g, const std::string &op) {
  int x = any(g, 1);
  if (x < 0)
    return false;
  Type to = g.type(x);
  int first = g.isFree(to.dims[0]);
  int pairs = int(to.dims.size()) - 1 - first;
  if (pairs > 0 && g.draw.chance(70)) {
    int at = first + int(g.draw.below(pairs));
    int product = g.newSize({Size::Product, 0, {to.dims[size_t(at)], to.dims[size_t(at) + 1]}});
    to.dims.erase(to.dims.begin() + at);
    to.dims[size_t(at)] = product;
  } else {
    int one = g.newSize({Size::Number, 1, {}});
    to.dims.insert(to.dims.begin() + first + int(g.draw.below(int64_t(to.dims.size()) - first + 1)), one);
  }
  if (!g.allows(to))
    return false;
  return g.add(op, "nn.reshape $v0 : $t0 -> $r0", {x}, to, g.interval(x)), true;
}

bool makeTranspose(Generator &g, const std::string &op) {
  int x = any(g, 2);
  if (x < 0)
    return false;
  Type from = g.type(x), to = from;
  std::vector<int> perm(from.dims.size());
  std::iota(perm.begin(), perm.end(), 0);
  if (g.isFree(from.dims[0])) {
    std::vector<int> rest(perm.begin() + 1, perm.end());
    g.draw.shuffle(rest);
    std::copy(rest.begin(), rest.end(), perm.begin() + 1);
  } else {
    g.draw.shuffle(perm);
  }
  for (size_t i = 0; i < perm.size(); ++i)
    to.dims[i] = from.dims[size_t(perm[i])];
  return g.add(op, "nn.transpose $v0 perm " + list(perm) + " : $t0 -> $r0", {x}, to, g.interval(x)), true;
}

/// An axis that a box may cut: not the free one, long enough.
int cutAxis(Generator &g, const Type &type, int64_t extent) {
  std::vector<int> axes;
  for (size_t i = 0; i < type.dims.size(); ++i)
    if (!g.isFree(type.dims[i]) && g.size(type.dims[i]) >= extent)
      axes.push_back(int(i));
  return axes.empty() ? -1 : g.draw.pick(axes);
}

std::string lows(const Type &type, int axis, int64_t low) {
  std::vector<int> all(type.dims.size());
  all[size_t(axis)] = int(low);
  return list(all);
}

bool makeSlice(Generator &g, const std::string &op) {
  int x = g.find([&](int v) { return cutAxis(g, g.type(v), 3) >= 0; });
  if (x < 0)
    return false;
  Type to = g.type(x);
  int axis = cutAxis(g, to, 3);
  int64_t less = 1 + g.draw.below(2);
  to.dims[size_t(axis)] = g.newSize({Size::Less, less, {to.dims[size_t(axis)]}});
  return g.add(op, "nn.slice $v0 low " + lows(to, axis, g.draw.below(less + 1)) + " : $t0 -> $r0", {x}, to,
               g.interval(x)),
         true;
}

bool makePad(Generator &g, const std::string &op) {
  int x = g.find([&](int v) { return cutAxis(g, g.type(v), 1) >= 0; });
  if (x < 0)
    return false;
  Type to = g.type(x);
  int axis = cutAxis(g, to, 1);
  int64_t more = 1 + g.draw.below(3);
  int border = g.newSize({Size::Number, more, {}});
  to.dims[size_t(axis)] = g.newSize({Size::Sum, 0, {to.dims[size_t(axis)], border}});
  Interval range = g.interval(x);
  if (!g.allows(to))
    return false;
  return g.add(op, "nn.pad $v0 low " + lows(to, axis, g.draw.below(more + 1)) + " : $t0 -> $r0", {x}, to,
               {std::min(range.low, 0.0), std::max(range.high, 0.0)}),
         true;
}

/// Parts that exist or are made; sometimes one part twice, sometimes a single one.
bool makeConcat(Generator &g, const std::string &op) {
  int x = g.find([&](int v) { return cutAxis(g, g.type(v), 1) >= 0; });
  if (x < 0)
    return false;
  Type to = g.type(x);
  int axis = cutAxis(g, to, 1);
  std::vector<int> parts = {x};
  Interval range = g.interval(x);
  std::string operands = "$v0", types = "$t0";
  for (int i = 1, n = 1 + int(g.draw.below(3)); i < n; ++i) {
    int part = g.partner(g.type(x));
    parts.push_back(part);
    to.dims[size_t(axis)] = g.newSize({Size::Sum, 0, {to.dims[size_t(axis)], g.type(x).dims[size_t(axis)]}});
    range = {std::min(range.low, g.interval(part).low), std::max(range.high, g.interval(part).high)};
    operands += ", $v" + std::to_string(i);
    types += ", $t" + std::to_string(i);
  }
  if (!g.allows(to))
    return false;
  return g.add(op, "nn.concat " + operands + " axis " + std::to_string(axis) + " : (" + types + ") -> $r0", parts, to,
               range),
         true;
}

bool makeSplit(Generator &g, const std::string &op) {
  int x = g.find([&](int v) { return cutAxis(g, g.type(v), 2) >= 0; });
  if (x < 0)
    return false;
  Type first = g.type(x), second = first;
  int axis = cutAxis(g, first, 2);
  int whole = first.dims[size_t(axis)];
  int64_t cut = 1 + g.draw.below(g.size(whole) - 1);
  first.dims[size_t(axis)] = g.newSize({Size::Less, g.size(whole) - cut, {whole}});
  second.dims[size_t(axis)] = g.newSize({Size::Number, g.size(whole) - cut, {}});
  g.addMany(op, "nn.split $v0 axis " + std::to_string(axis) + " : ($t0) -> ($r0, $r1)", {x}, {first, second},
            {g.interval(x), g.interval(x)});
  return true;
}

} // namespace

void addShapeMakers(std::vector<Maker> &all) {
  all.push_back({"broadcast", makeBroadcast});
  all.push_back({"reshape", makeReshape});
  all.push_back({"transpose", makeTranspose});
  all.push_back({"slice", makeSlice});
  all.push_back({"pad", makePad});
  all.push_back({"concat", makeConcat});
  all.push_back({"split", makeSplit});
}

} // namespace nnc::random
