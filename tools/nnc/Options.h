// The command line of nnc as one struct, filled and validated once. Nothing behind it reads argv.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nnc::driver {

/// What to produce from a FILE.
enum class Output { Binary, Object, Assembly, LLVMIR, Phase, LinkInputs };

struct Options {
  std::string command;                       ///< "compile", "check", "summary", "train", …
  std::vector<std::string> inputs;           ///< FILEs; for `explain` the codes
  std::vector<std::string> programArguments; ///< for train, eval, predict, run, bench: what the program gets

  Output output = Output::Binary;
  std::string outputFile;
  std::string phase;      ///< of --emit=
  std::string dumpPhases; ///< folder of --dump-phases=
  bool verifyEach = false, verbose = false, timeReport = false, json = false;
  bool check = false;  ///< of fmt: write nothing, say what differs
  bool source = false; ///< of doc: the text of a definition

  std::string plant;  ///< a bug to plant, for tests
  std::string failIn; ///< a phase that fails on purpose, for tests

  int optLevel = 2;
  std::string targetFeatures; ///< empty: this CPU's
  std::string dtype;          ///< empty: the program's
  std::string scan;           ///< all or carry; empty: all
  int64_t batch = 0;          ///< 0: the program's, else 64
  std::vector<std::pair<std::string, std::string>> defines;
  std::vector<std::string> includeDirs;
  std::string dataDir, train, resourceDir, backend, cxx, at;

  std::optional<std::set<std::string>> given; ///< of the evaluator: the names in its file of inputs

  bool throughCpp() const { return backend == "cpp"; }
  /// Whether phase `cpp` has to run.
  bool wantsCpp() const { return throughCpp() || phase == "cpp" || !dumpPhases.empty(); }

  std::string diagnostics = "human"; ///< human, short, json or sarif
  bool saveTemps = false;
  std::optional<bool> color;
  bool warningsAreErrors = false;
  std::vector<std::string> silenced; ///< warning codes
};

/// Parses and validates argv. On wrong usage prints one sentence (with the nearest option) to standard error and
/// returns nullopt; the caller exits with 2. `--help` and `--version` print to standard output and set `command` to
/// "done".
std::optional<Options> parseCommandLine(int argc, char **argv);

} // namespace nnc::driver
