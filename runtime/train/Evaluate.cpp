#include "runtime/train/Evaluate.h"
#include "runtime/train/Signals.h"
#include <algorithm>

namespace nnc::rt {

Result<std::unique_ptr<Evaluator>> Evaluator::make(const Model &model, char *state, Pool &pool, const Dataset &data,
                                                   const TrainRecipe &train) {
  const nnc_entry *entry = model.entry(NNC_EVAL);
  if (!entry)
    return usage("this program has no entry `eval`: its source has no `train` block");
  std::unique_ptr<Evaluator> made(new Evaluator(model, state, pool, *entry));
  if (train.loss.size() == 1)
    made->sums.nameOnlyTerm(train.loss[0]);
  int64_t capacity = std::min<int64_t>(batchBound(*entry, 256), std::max<uint32_t>(data.rows, 1));
  if (Status failed = made->feed.connect(made->runner, data, capacity))
    return *failed;
  made->sums.inUnits(train.units, data.constants);
  made->sums.finishWholes(train.wholes);
  return made;
}

Status Evaluator::over(const std::vector<uint32_t> &rows) {
  sums.reset();
  auto count = int64_t(rows.size());
  for (int64_t at = 0; at < count && !interrupted(); at += feed.capacity()) {
    int64_t some = std::min(feed.capacity(), count - at);
    feed.fill(runner, rows.data() + at, some);
    nnc_status status = runner.prepare();
    if (status == NNC_OK)
      status = runner.run();
    if (status != NNC_OK)
      return runner.explain(status);
    sums.add(runner, some);
  }
  return std::nullopt;
}

} // namespace nnc::rt
