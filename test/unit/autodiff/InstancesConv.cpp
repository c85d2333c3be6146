// Instances of convolutions and their transposes: one to three axes, strides, dilations, uneven pads, groups.
#include "test/unit/autodiff/InstanceGenerators.h"

#include <algorithm>

namespace nnc::test {
namespace {

/// Types and attributes of one convolution y = x * w.
struct Convolution {
  Extents x, w, y, stride, dilation, low, high;
  int64_t groups = 1;

  explicit Convolution(Draw &draw) {
    int64_t axes = 1 + draw.below(3);
    if (draw.chance(25)) { // all three have one type: only values tell operands apart
      ofOneType(draw, axes);
      return;
    }
    groups = draw.chance(35) ? 2 : 1;
    int64_t batch = 1 + draw.below(3), channels = 1 + draw.below(2), outputs = 1 + draw.below(2);
    x = {draw.chance(5) ? 0 : batch, groups * channels}, w = {groups * outputs, channels}, y = {x[0], w[0]};
    for (int64_t i = 0; i < axes; ++i) {
      addAxis(1 + draw.below(3), 1 + draw.below(3), 1 + draw.below(2), draw.below(3), draw.below(3));
      int64_t reach = dilation.back() * (w.back() - 1) + 1, extra = draw.below(axes == 1 ? 9 : 4);
      x.push_back(std::max<int64_t>(reach + extra - low.back() - high.back(), 1));
      y.push_back((x.back() + low.back() + high.back() - reach) / stride.back() + 1);
    }
  }

  std::string attributes() const {
    return " stride " + list(stride) + " dilation " + list(dilation) + " pad " + list(low) + ", " + list(high) +
           (groups > 1 ? " groups " + std::to_string(groups) : "");
  }

private:
  void addAxis(int64_t taps, int64_t step, int64_t spread, int64_t before, int64_t behind) {
    w.push_back(taps);
    stride.push_back(step);
    dilation.push_back(spread);
    low.push_back(before);
    high.push_back(behind);
  }
  void ofOneType(Draw &draw, int64_t axes) {
    x = w = y = {2, 2};
    for (int64_t i = 0; i < axes; ++i) {
      int64_t before = draw.below(3);
      addAxis(3, 1, 1, before, 2 - before);
      x.push_back(3);
      y.push_back(3);
    }
  }
};

Generator member(const std::string &op) {
  return [op](Draw &draw, const Extents &) -> std::optional<Instance> {
    Convolution all(draw);
    bool toInput = op == "conv_input_grad", toFilter = op == "conv_filter_grad", init = draw.chance(40);
    Extents p = toInput ? all.y : all.x, q = toFilter ? all.y : all.w, to = toInput ? all.x : toFilter ? all.w : all.y;
    Instance made{"", all.attributes() + (init ? " init" : ""), {{"p", p}, {"q", q}}, to, ""};
    if (init)
      made.parameters.push_back({"start", to});
    made.body = "%y = nn." + op + " %p, %q" + (init ? " init %start : " + tensorType(to) : "") + all.attributes() +
                " : (" + tensorType(p) + ", " + tensorType(q) + ") -> " + tensorType(to);
    return made;
  };
}

} // namespace

void addConvGenerators(std::map<std::string, Generator> &all) {
  for (const char *op : {"conv", "conv_input_grad", "conv_filter_grad"})
    all[std::string("nn.") + op] = member(op);
}

} // namespace nnc::test
