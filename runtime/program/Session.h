// What every command begins with: the model, its recipe, its state and the threads.
#pragma once
#include "runtime/checkpoint/RunFolder.h"
#include "runtime/checkpoint/Weights.h"
#include "runtime/core/Runner.h"
#include "runtime/program/Options.h"

namespace nnc::rt {

struct Session {
  const Options &options;
  const Model &model;
  const Recipe &recipe;
  State state;
  std::unique_ptr<Pool> pool;
  RunFolder folder;
  std::string program; ///< as it was called, for messages
  Extras extras;       ///< of the weights that were read
  std::string weights; ///< the file they came from, empty for initial values

  static Result<Session> open(const Options &options, const Model &model, const Recipe &recipe,
                              const std::string &program);

  uint64_t seed(uint64_t otherwise = 0) const { return uint64_t(options.seed.value_or(int64_t(otherwise))); }
  /// Initial values, then the weights of --weights if given.
  Status initialise(uint64_t seed);
  /// The same, but without --weights what `start` of the `train` block names; `said` is a line about it.
  Status begin(uint64_t seed, std::string &said);
  /// The weights of --weights, else best, else last of the run folder; without any an error that names `train`.
  Status loadTrained();
  Status load(const std::string &path);
  /// Whether every --set names a setting of the entry.
  Status checkSettings(const nnc_entry &entry) const;
  void applySettings(Runner &runner) const;

  Session(const Options &options, const Model &model, const Recipe &recipe, RunFolder folder)
      : options(options), model(model), recipe(recipe), folder(std::move(folder)) {}
};

/// The commands; each gives the exit code.
Result<ExitCode> infoCommand(Session &session);
Result<ExitCode> trainCommand(Session &session);
Result<ExitCode> evalCommand(Session &session);
Result<ExitCode> predictCommand(Session &session);
Result<ExitCode> runCommand(Session &session);
Result<ExitCode> benchCommand(Session &session);

/// Writes results to standard output; a closed output ends the program quietly, a full disk is an error.
Status print(std::string_view text);

} // namespace nnc::rt
