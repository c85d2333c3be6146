#include "runtime/train/ThreadChoice.h"
#include "runtime/train/Report.h"
#include <algorithm>

namespace nnc::rt {

void ThreadChoice::next() {
  double time = now();
  if (round >= 0)
    best[round % 2] = std::min(best[round % 2], time - begun);
  if (++round == 2 * rounds) {
    pool.use(best[1] <= best[0] ? 1 : pool.started());
    return;
  }
  // Steps of milliseconds gain from threads and would make this search long.
  if (round == 1 && best[0] > group * 1e-3) {
    pool.use(pool.started());
    return;
  }
  pool.use(round % 2 ? 1 : pool.started());
  left = group;
  begun = now();
}

} // namespace nnc::rt
