#include "compiler/Target/Panels.h"

namespace nnc {

int64_t panelWidth(int64_t columns, unsigned lanes) {
  // Measured cost of one register of a result row against the widest panel, in percent: a panel of one register is
  // bound by its loads.
  static constexpr int64_t cost[] = {150, 104, 102, 100};
  unsigned widest = lanes == 16 ? 4 : 3;
  int64_t best = 0, bestCost = 0;
  for (unsigned vectors = 1; vectors <= widest; ++vectors) {
    int64_t width = int64_t(vectors) * lanes;
    int64_t padded = (columns + width - 1) / width * vectors; // registers that a row of the result fills
    if (best == 0 || padded * cost[vectors - 1] <= bestCost)
      best = width, bestCost = padded * cost[vectors - 1];
  }
  return best;
}

} // namespace nnc
