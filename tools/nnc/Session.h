// What one run of nnc shares: sources, diagnostics and times, and how they end in an exit code.
#pragma once

#include "support/Diagnostics.h"
#include "support/ExitCodes.h"
#include "support/SourceMap.h"
#include "tools/nnc/Options.h"
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace nnc::driver {

struct Session {
  explicit Session(const Options &options);

  const Options &options;
  support::SourceMap sources;
  support::DiagnosticSink sink;
  bool fileMissing = false; ///< a diagnostic is about a file that is not there: exit 3, unless the program is wrong too

  /// Prints the diagnostics that have not been printed yet to standard error and gives the exit code they ask for: data
  /// and weights that do not fit are 4, a missing file 3, all others 1; of several, 1 wins. 0 without errors.
  int finish();

  /// Adds the time since the last call to the report under `name`.
  void lap(const char *name);
  void printTimes() const;

private:
  void print(bool brief);
  void report();
  size_t printed = 0; ///< of the sink's diagnostics
  std::chrono::steady_clock::time_point last;
  std::vector<std::pair<std::string, double>> times;
};

} // namespace nnc::driver
