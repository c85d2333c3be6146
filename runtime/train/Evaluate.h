// Loss and metrics of an entry over some rows.
#pragma once
#include "runtime/train/Feed.h"
#include "runtime/train/Tally.h"

namespace nnc::rt {

/// A runner of the `eval` entry, connected to data, with its tally.
class Evaluator {
public:
  static Result<std::unique_ptr<Evaluator>> make(const Model &model, char *state, Pool &pool, const Dataset &data,
                                                 const TrainRecipe &train);
  /// Over these rows, in order; stops early if the program was interrupted.
  Status over(const std::vector<uint32_t> &rows);
  const Tally &tally() const { return sums; }

private:
  Evaluator(const Model &model, char *state, Pool &pool, const nnc_entry &entry)
      : runner(model, state, pool, entry), sums(entry) {}
  Runner runner;
  Feed feed;
  Tally sums;
};

} // namespace nnc::rt
