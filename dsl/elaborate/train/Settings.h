// The settings of a `train` block that are data: numbers, words, the optimizer. Losses and metrics are expressions and
// stay so.
#pragma once

#include "dsl/Program.h"
#include "dsl/elaborate/train/WordUse.h"

namespace nnc::dsl {

/// `stop = early(valid.loss, patience = 5)`
struct StopSetting {
  std::string part, figure; ///< "train" or "valid"; "loss" or the name of a metric
  int64_t patience = 1;
  double tolerance = 0;
  support::SourceRange range; ///< of the figure
};

struct GroupSetting {
  PathUse path;
  double factor = 1; // of the learning rate
};

struct ConstraintSetting {
  std::string kind; // nonnegative or max_norm
  PathUse path;
  double bound = 0;
};

/// `start = weights(SOURCE, except = [fc], into = encoder, strip = "model.")`
struct StartSetting {
  std::string source; // a path, or the name of a `weights` block
  bool isBlock = false;
  std::vector<PathUse> except;
  std::optional<PathUse> into;
  std::string strip;
  support::SourceRange range, at; ///< of the source, of the call
};

struct TrainSettings {
  const ast::TrainItem *item = nullptr;
  const ast::Expr *loss = nullptr, *metrics = nullptr, *watch = nullptr;
  std::optional<Optimizer> optimizer;
  support::SourceRange optimizerRange;
  std::string optimizerText;
  std::optional<Clip> clip;
  std::optional<StopSetting> stop;
  std::optional<StartSetting> start;
  std::optional<PathUse> schedule; ///< a `fn` of the program
  int64_t batch = 32, epochs = 0, steps = 0, seed = 0, accumulate = 1;
  bool shuffle = true, batchAll = false, lanes = false;
  std::optional<Elem> precision;
  std::vector<PathUse> freeze, carry;
  std::vector<GroupSetting> groups;
  std::vector<ConstraintSetting> constraints;
};

/// Reports a name that the block does not know, or knows already.
bool checkSettingName(const ast::Setting &setting, SettingBlock block, const char *word,
                      std::map<std::string, support::SourceRange> &seen, support::DiagnosticSink &sink);
/// `carry = [memory]`, of `train` and of `generate`.
std::vector<PathUse> readCarry(const ast::Expr &expr, WordReader &words);

/// Reads the block; reports unknown settings, wrong kinds, missing ones. False after an error.
bool readSettings(const ast::TrainItem &item, const support::SourceMap &sources, support::DiagnosticSink &sink,
                  TrainSettings &settings);

} // namespace nnc::dsl
