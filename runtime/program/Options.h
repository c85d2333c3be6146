// The command line of a compiled program, the same for every model.
#pragma once
#include "runtime/core/Error.h"
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nnc::rt {

enum class Command { None, Info, Train, Eval, Predict, Generate, Run, Bench };

struct Options {
  Command command = Command::None;
  std::vector<std::string> words; ///< what is neither command nor option
  std::string run, weights, data, log, order, inputs, outputs, split, result;
  std::optional<int64_t> seed, threads, epochs, steps, batch, logEvery, step;
  std::vector<std::pair<std::string, double>> set;
  std::vector<std::pair<std::string, int64_t>> sizes;
  bool json = false, quiet = false, help = false, version = false;
};

Result<Options> parseOptions(int count, char **arguments);

/// The help of one command, or of the program.
std::string helpText(const std::string &program, Command command);

} // namespace nnc::rt
