// Instances of pooling: one to three axes, windows side by side, over each other and apart, pads, `ceil`.
#include "test/unit/autodiff/InstanceGenerators.h"

#include <algorithm>

namespace nnc::test {
namespace {

struct Pool {
  Extents x, y, kernel, stride, dilation, low, high;
  bool ceil;

  Pool(Draw &draw, bool spreads) : ceil(draw.chance(40)) {
    int64_t axes = 1 + draw.below(3);
    x = {draw.chance(5) ? 0 : 1 + draw.below(2), 1 + draw.below(3)};
    y = x;
    for (int64_t i = 0; i < axes; ++i) {
      int64_t taps = 1 + draw.below(3), spread = spreads ? 1 + draw.below(2) : 1, step = 1 + draw.below(3);
      int64_t reach = spread * (taps - 1) + 1, before = draw.below(reach / 2 + 1), behind = draw.below(reach / 2 + 1);
      int64_t least = spread > 1 ? reach : 1; // no window lies outside as a whole
      int64_t extent = std::max<int64_t>(reach + draw.below(axes == 1 ? 9 : 4) - before - behind, least);
      int64_t room = extent + before + behind - reach, places = (room + (ceil ? step - 1 : 0)) / step + 1;
      if (ceil && (places - 1) * step >= extent + before)
        --places;
      kernel.push_back(taps), stride.push_back(step), dilation.push_back(spread);
      low.push_back(before), high.push_back(behind);
      x.push_back(extent), y.push_back(places);
    }
  }
};

Generator pool(const std::string &op) {
  return [op](Draw &draw, const Extents &) -> std::optional<Instance> {
    bool largest = op == "max_pool";
    Pool all(draw, largest);
    std::string attributes = " kernel " + list(all.kernel) + " stride " + list(all.stride) +
                             (largest ? " dilation " + list(all.dilation) : "") + " pad " + list(all.low) + ", " +
                             list(all.high) + (all.ceil ? " ceil" : "");
    return Instance{"",
                    attributes,
                    {{"p", all.x, largest ? Fill::Distinct : Fill::Any}},
                    all.y,
                    "%y = nn." + op + " %p" + attributes + " : " + tensorType(all.x) + " -> " + tensorType(all.y)};
  };
}

} // namespace

void addPoolGenerators(std::map<std::string, Generator> &all) {
  for (const char *op : {"max_pool", "avg_pool"})
    all[std::string("nn.") + op] = pool(op);
}

} // namespace nnc::test
