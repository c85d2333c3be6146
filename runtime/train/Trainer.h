// The training loop.
#pragma once
#include "runtime/checkpoint/RunFolder.h"
#include "runtime/checkpoint/Weights.h"
#include "runtime/train/Evaluate.h"
#include "runtime/train/Report.h"
#include "runtime/train/Schedule.h"
#include "runtime/train/ThreadChoice.h"

namespace nnc::rt {

struct TrainPlan {
  int64_t batch = 1;
  int64_t epochs = 0, steps = 0; ///< 0: no bound
  int64_t logEvery = 0;          ///< steps between `train` events; 0: one an epoch
  uint64_t seed = 0;
  bool shuffle = true;
  std::string order; ///< a file, or empty
  EarlyStop stop;
  std::vector<std::pair<std::string, double>> settings; ///< that replace defaults
  bool chooseThreads = false;
  std::string logPath;
  bool json = false;
};

class Trainer {
public:
  Trainer(const Model &model, const Recipe &recipe, State &state, Pool &pool, const Dataset &data,
          const RunFolder &folder, const TrainPlan &plan, Progress &progress);

  /// Trains to the end. The exit code is 0, 6 if training diverged, 130 if it was interrupted.
  Result<ExitCode> run();

private:
  /// Unread: standard output, to which the log is copied, was closed.
  enum class Reason { Running, Epochs, Steps, Stopped, Interrupted, Unread, Diverged };

  Status prepare();
  Status step(const Step &rows, bool &diverged);
  Reason afterStep(bool endsEpoch, int64_t epoch);
  Status endEpoch(int64_t epoch, Reason &reason);
  Status validate(int64_t epoch, bool &improved);
  bool better(double value, int64_t epoch);
  void logStart();
  void logTrain(int64_t epoch);
  void logFigures(JsonWriter &json, const Tally &tally);
  void epochLine(int64_t epoch, bool improved);
  void bar(int64_t epoch);
  Status save(bool final);
  Result<ExitCode> finish(Reason reason);
  Error divergence(const std::string &cause) const;
  std::string causeOf(const Step &rows);
  std::string divergedWhere(const Step &rows);

  const Model &model;
  const Recipe &recipe;
  State &state;
  Pool &pool;
  const Dataset &data;
  const RunFolder &folder;
  const TrainPlan &plan;
  Progress &progress;

  Runner runner;
  Feed feed;
  Schedule schedule;
  Tally sinceEvent, sinceEpoch;
  std::unique_ptr<Evaluator> evaluator; ///< null without a validation part
  Log log;
  int32_t finiteAt = -1, normAt = -1, lossAt = -1;
  int64_t done = 0, bound = 0; ///< steps done; steps in all, 0 if only epochs bound them
  int64_t scheduled = 0;       ///< steps that schedules count with
  int64_t lastEpoch = 0;
  double begun = 0, eventBegun = 0, saved = 0;

  // The best so far on the figure that `stop` names, else on the loss of the validation part.
  bool hasBest = false, bestUnsaved = false, rotated = false;
  double best = 0;
  int64_t bestEpoch = 0;
  Block bestState;
};

} // namespace nnc::rt
