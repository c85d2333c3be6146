// One entry, ready to be called again and again: its workspace, output buffers and scalars are taken once.
#pragma once
#include "runtime/core/Model.h"
#include "runtime/core/Pool.h"
#include <atomic>

namespace nnc::rt {

class Runner {
public:
  Runner(const Model &model, char *state, Pool &pool, const nnc_entry &entry);

  const nnc_entry &entry() const { return *what; }
  /// Takes workspace and output buffers for sizes up to `bounds`, one each; calls within them allocate nothing.
  Status reserve(const std::vector<int64_t> &bounds);

  std::vector<int64_t> sizes;
  std::vector<const void *> inputs;
  std::vector<double> settings;
  std::vector<int64_t> samples; ///< number of each example, for random draws
  uint64_t seed = 0;
  int64_t step = 0;

  /// Facts, bounds and index ranges at the present sizes and inputs; also the dims of the outputs.
  nnc_status prepare();
  /// Computes the scalars of this step.
  void scalars(int64_t steps, int64_t stepsPerEpoch);
  /// Runs the entry on all threads of the pool.
  nnc_status run();
  /// The sentence for a status that prepare or run gave.
  Error explain(nnc_status status) const;

  int32_t inputIndex(std::string_view name) const;
  int32_t outputIndex(std::string_view name) const;
  const char *output(uint32_t index) const { return static_cast<const char *>(outputs[index]); }
  /// The dims of an output, as the last `prepare` gave them.
  const int64_t *outputDims(uint32_t index) const { return dims.data() + firstDim[index]; }
  uint64_t outputElements(uint32_t index) const;
  /// A rank-0 output as a double.
  double value(uint32_t index, uint32_t element = 0) const;
  /// A scalar of this step, in the order of the entry's scalar arguments.
  double scalar(uint32_t index) const { return scalarValues[index]; }
  uint64_t workBytes() const { return workspace.size(); }

private:
  static void job(void *self, int32_t tid, int32_t threads);

  const nnc_entry *what;
  Pool *pool;
  bool flush;
  nnc_call call{};
  nnc_error error{};
  Block workspace, results;
  std::vector<void *> outputs;
  std::vector<int64_t> dims;
  std::vector<uint32_t> firstDim;
  std::vector<double> scalarValues;
  std::atomic<int> status{NNC_OK};
};

} // namespace nnc::rt
