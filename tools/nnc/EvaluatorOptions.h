// The options of `nnc run FILE ENTRY --backend=reference`.
#pragma once

#include "llvm/ADT/Twine.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nnc::driver {

/// The options of `run` that the evaluator knows.
struct RunOptions {
  std::string entry, inputs, outputs, weights, data;
  uint64_t seed = 0;
  int64_t step = 0, steps = 1000;
  std::map<std::string, double> settings;
};

/// Says what is wrong with the command line; the exit code for it.
int usageError(const llvm::Twine &text);

/// Fills `run` from the words behind FILE; an exit code if they are wrong.
int readOptions(const std::vector<std::string> &words, RunOptions &run);

} // namespace nnc::driver
