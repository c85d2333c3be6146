// Exact means: sums and counts that entries return batch by batch, added up and finished once.
#pragma once
#include "runtime/core/Runner.h"
#include "runtime/recipe/Dataset.h"

namespace nnc::rt {

struct Figure {
  std::string name;
  uint8_t finish = NNC_METRIC_MEAN; ///< nnc_metric
  uint32_t sumAt = 0;               ///< output of the sum, or of a mean over the batch
  int32_t countAt = -1;             ///< output of the count; -1: weighs the examples of the batch
  uint32_t width = 1;               ///< sums: one for each element that has constants of its own
  std::vector<double> scale;        ///< what each of them is multiplied by; empty: 1
  double sum = 0, count = 0;
  /// What the sums are put together to; all but a mean keep one for each element of the output.
  enum class Of : uint8_t { Mean, F1, Iou, Calibration } of = Of::Mean;
  std::vector<double> parts;
  double value() const;

private:
  double ofClasses() const;
};

class Tally {
public:
  Tally() = default;
  /// Finds the figures among an entry's outputs: `loss`, `loss.TERM`, metrics, each with or without `.count`.
  explicit Tally(const nnc_entry &entry);
  /// A loss of one term has no figure of its own for it: it is called `name`.
  void nameOnlyTerm(const std::string &name);

  /// Metrics that are no means, but figures of a part of the data as a whole.
  void finishWholes(const std::vector<WholeMetric> &wholes);
  /// Metrics of standardised fields are shown in the units of the data.
  void inUnits(const std::vector<Units> &units, const std::vector<Constants> &constants);
  void reset();
  /// Adds what the runner's last call returned for a batch of `examples`.
  void add(const Runner &runner, int64_t examples);
  /// Over all examples since the reset: the sum of the terms, each averaged over its own elements.
  double loss() const;
  bool any() const { return examples > 0; }
  int64_t exampleCount() const { return examples; }
  const std::vector<Figure> &terms() const { return termFigures; }
  const std::vector<Figure> &metrics() const { return metricFigures; }
  /// "loss" or the name of a metric or term; NaN if there is none.
  double named(std::string_view name) const;

private:
  bool hasLoss = false;
  Figure whole;
  std::vector<Figure> termFigures, metricFigures;
  int64_t examples = 0;
};

} // namespace nnc::rt
