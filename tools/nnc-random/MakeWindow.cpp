// Windows along one to three axes: convolutions and their transposes, pools.
#include "tools/nnc-random/Generate.h"

#include <algorithm>

namespace nnc::random {
namespace {

constexpr double largest = 1000;

std::string list(const std::vector<int64_t> &numbers) {
  std::string text;
  for (int64_t number : numbers)
    text += (text.empty() ? "" : ", ") + std::to_string(number);
  return "[" + text + "]";
}

/// Types and attributes of one convolution y = x * w. Of its sizes only the batch has a name.
struct Convolution {
  Type x{Element::Float, {}}, w{Element::Float, {}}, y{Element::Float, {}};
  std::vector<int64_t> stride, dilation, low, high;
  int64_t groups = 1;

  /// Over a value that exists, or over a type of its own.
  Convolution(Generator &g, int given) {
    static const std::vector<int64_t> few = {1, 2, 3, 5}, many = {1, 2, 3, 5, 16, 17};
    auto number = [&](int64_t value) { return g.newSize({Size::Number, value, {}}); };
    int64_t axes = given < 0 ? 1 + g.draw.below(3) : int64_t(g.type(given).dims.size()) - 2;
    int64_t channels = g.draw.pick(few), outputs = g.draw.pick(axes == 1 ? many : few);
    groups = g.draw.chance(30) ? 2 : 1;
    if (given >= 0) {
      x = g.type(given);
      groups = g.size(x.dims[1]) % 2 == 0 ? groups : 1;
      channels = g.size(x.dims[1]) / groups;
    } else {
      x.dims = {0, number(groups * channels)};
    }
    w.dims = {number(groups * outputs), number(channels)};
    y.dims = {x.dims[0], w.dims[0]};
    for (int64_t i = 0; i < axes; ++i) {
      int64_t taps = 1 + g.draw.below(3), reach = addAxis(g, taps);
      int64_t extra = g.draw.below(axes == 1 ? 20 : 6), pads = low.back() + high.back();
      if (given < 0)
        x.dims.push_back(number(std::max<int64_t>(reach + extra - pads, 1)));
      int64_t room = g.size(x.dims[size_t(2 + i)]) + pads - reach;
      fits &= room >= 0;
      w.dims.push_back(number(taps));
      y.dims.push_back(number(room / stride.back() + 1));
    }
  }

  bool fits = true;

  std::string attributes() const {
    return " stride " + list(stride) + " dilation " + list(dilation) + " pad " + list(low) + ", " + list(high) +
           (groups > 1 ? " groups " + std::to_string(groups) : "");
  }

private:
  /// How far its window reaches.
  int64_t addAxis(Generator &g, int64_t taps) {
    stride.push_back(1 + g.draw.below(3));
    dilation.push_back(1 + g.draw.below(2));
    low.push_back(g.draw.chance(50) ? g.draw.below(3) : 0);
    high.push_back(g.draw.chance(50) ? g.draw.below(3) : 0);
    return dilation.back() * (taps - 1) + 1;
  }
};

/// The terms of an element, as many as there may be.
double terms(Generator &g, const Convolution &all, const std::string &op) {
  double n = 1;
  const Type &summed = op == "conv_filter_grad" ? all.y : all.w;
  for (size_t i = 2; i < summed.dims.size(); ++i)
    n *= double(g.size(summed.dims[i]));
  if (op == "conv_filter_grad")
    return n * double(g.size(0));
  return n * double(g.size(all.w.dims[op == "conv" ? 1 : 0]));
}

/// A value with batch, channels and axes for a window; none: -1.
int imageOf(Generator &g) {
  return g.find([&](int v) {
    const Type &type = g.type(v);
    return type.element == Element::Float && type.dims.size() >= 3 && type.dims.size() <= 5 && g.elements(type) > 0;
  });
}

bool makeConvolution(Generator &g, const std::string &op) {
  int given = op != "conv_input_grad" && g.draw.chance(50) ? imageOf(g) : -1;
  Convolution all(g, given);
  if (!all.fits)
    return false;
  bool toInput = op == "conv_input_grad", toFilter = op == "conv_filter_grad";
  const Type &p = toInput ? all.y : all.x, &q = toFilter ? all.y : all.w,
             &to = toInput    ? all.x
                   : toFilter ? all.w
                              : all.y;
  double n = terms(g, all, op);
  if (!g.allows(p) || !g.allows(q) || !g.allows(to) || n * double(g.elements(to)) > 60000)
    return false;
  std::vector<int> operands = {given >= 0 ? given : g.partner(p), g.partner(q)};
  for (int &operand : operands)
    if (n * g.interval(operand).largest() > largest)
      operand = g.bounded(operand);
  double bound = n * g.interval(operands[0]).largest() * g.interval(operands[1]).largest();
  if (bound > largest)
    return false;
  std::string init;
  if (g.draw.chance(50)) {
    operands.push_back(g.partner(to));
    bound += g.interval(operands[2]).largest();
    init = " init $v2 : $t2";
  }
  return g.add(op, "nn." + op + " $v0, $v1" + init + all.attributes() + " : ($t0, $t1) -> $r0", operands, to,
               {-bound, bound}),
         true;
}

/// Over a value that exists, or a new one.
bool makePool(Generator &g, const std::string &op) {
  int x = imageOf(g);
  if (x < 0) {
    Type type{Element::Float, {0}};
    for (int64_t i = 0, rank = 3 + g.draw.below(3); i + 1 < rank; ++i)
      type.dims.push_back(g.newSize({Size::Number, 1 + g.draw.below(rank == 3 ? 17 : 6), {}}));
    if (!g.allows(type))
      return false;
    x = g.partner(type);
  }
  Type to = g.type(x);
  bool isMax = op == "max_pool", ceil = g.draw.chance(30);
  std::vector<int64_t> kernel, stride, dilation, low, high;
  for (size_t i = 2; i < to.dims.size(); ++i) {
    int64_t extent = g.size(to.dims[i]), taps = 1 + g.draw.below(3), spread = isMax ? 1 + g.draw.below(2) : 1;
    int64_t reach = spread * (taps - 1) + 1, step = 1 + g.draw.below(3);
    // With a tap inside of every window: no infinities.
    int64_t before = spread == 1 ? g.draw.below(reach / 2 + 1) : 0,
            behind = spread == 1 ? g.draw.below(reach / 2 + 1) : 0;
    int64_t room = extent + before + behind - reach;
    if (room < 0 || (ceil && spread > 1))
      return false;
    int64_t places = (room + (ceil ? step - 1 : 0)) / step + 1;
    if (ceil && (places - 1) * step >= extent + before)
      --places;
    kernel.push_back(taps), stride.push_back(step), dilation.push_back(spread);
    low.push_back(before), high.push_back(behind);
    to.dims[i] = g.newSize({Size::Number, places, {}});
  }
  if (!g.allows(to))
    return false;
  return g.add(op,
               "nn." + op + " $v0 kernel " + list(kernel) + " stride " + list(stride) +
                   (isMax ? " dilation " + list(dilation) : "") + " pad " + list(low) + ", " + list(high) +
                   (ceil ? " ceil" : "") + " : $t0 -> $r0",
               {x}, to, {std::min(g.interval(x).low, 0.0), std::max(g.interval(x).high, 0.0)}),
         true;
}

} // namespace

void addWindowMakers(std::vector<Maker> &all) {
  for (const char *op : {"conv", "conv_input_grad", "conv_filter_grad"})
    all.push_back({op, makeConvolution});
  for (const char *op : {"max_pool", "avg_pool"})
    all.push_back({op, makePool});
}

} // namespace nnc::random
