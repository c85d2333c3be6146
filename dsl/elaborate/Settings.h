// The settings of a `train` block that are data: numbers, words, the optimizer. Losses and metrics are expressions and
// stay so.
#pragma once

#include "dsl/Ast.h"
#include "dsl/Program.h"
#include "support/Diagnostics.h"

#include <map>

namespace nnc::dsl {

/// `stop = early(valid.loss, patience = 5)`
struct StopSetting {
  std::string part, figure; ///< "train" or "valid"; "loss" or the name of a metric
  int64_t patience = 1;
  double tolerance = 0;
  support::SourceRange range; ///< of the figure
};

struct TrainSettings {
  const ast::TrainItem *item = nullptr;
  const ast::Expr *loss = nullptr, *metrics = nullptr;
  std::optional<Optimizer> optimizer;
  support::SourceRange optimizerRange;
  std::string optimizerText;
  std::optional<Clip> clip;
  std::optional<StopSetting> stop;
  int64_t batch = 32, epochs = 0, steps = 0, seed = 0;
  bool shuffle = true;
  std::optional<Elem> precision;
  std::vector<std::pair<std::string, support::SourceRange>> freeze; // paths
};

/// Reads the block; reports unknown settings, wrong kinds, missing ones. False after an error.
bool readSettings(const ast::TrainItem &item, const support::SourceMap &sources, support::DiagnosticSink &sink,
                  TrainSettings &settings);

} // namespace nnc::dsl
