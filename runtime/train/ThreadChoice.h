// Finds out whether small steps are quicker on one thread than on all. Allowed because the number of threads changes
// no bit of any result.
#pragma once
#include "runtime/core/Pool.h"

namespace nnc::rt {

class ThreadChoice {
public:
  /// `on`: the user has left the number of threads open.
  ThreadChoice(Pool &pool, bool on) : pool(pool), left(on && pool.started() > 1 ? warmUp : 0) {}

  /// To be called after each step.
  void stepped() {
    if (left != 0 && --left == 0)
      next();
  }

  /// Whether nothing is left to try.
  bool settled() const { return left == 0; }

private:
  void next();
  static constexpr int warmUp = 4, group = 16, rounds = 3;

  Pool &pool;
  int left;
  int round = -1; ///< -1 while warming up; even rounds use all threads, odd ones a single one
  double begun = 0, best[2] = {1e30, 1e30};
};

} // namespace nnc::rt
