// nnc: a command line in, a program, a text or diagnostics out. No pass is named here.
#include "support/ExitCodes.h"
#include "tools/nnc/Commands.h"
#include "tools/nnc/Options.h"
#include "tools/nnc/Reports.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/raw_ostream.h"
#include <csignal>
#include <cstdio>
#include <cstdlib>

using namespace nnc;

/// LLVM ends the process where it cannot go on. Those places are ours to avoid, so they count as our bug.
static void fatal(void *, const char *reason, bool) {
  std::fprintf(stderr,
               "nnc: internal error: %s\nThis is a bug of nnc; please report it with the file and the options.\n",
               reason);
  std::_Exit(support::ExitOurBug);
}

/// A closed standard output is no failure: whoever read it has seen enough. Nor is a closed standard error.
static int flushed(int code) {
  llvm::errs().clear_error();
  llvm::outs().flush();
  if (llvm::outs().has_error()) {
    std::error_code error = llvm::outs().error();
    llvm::outs().clear_error();
    if (error != std::errc::broken_pipe && code == support::ExitDone) {
      llvm::errs() << "nnc: error: cannot write standard output: " << error.message() << "\n";
      return support::ExitMissing;
    }
  }
  return code;
}

static int run(const driver::Options &options) {
  llvm::StringRef command = options.command;
  if (command == "compile")
    return driver::compile(options);
  if (command == "check")
    return driver::check(options);
  if (command == "summary")
    return driver::summary(options);
  if (command == "explain")
    return driver::explain(options);
  if (command == "doc")
    return driver::doc(options);
  if (command == "fmt")
    return driver::format(options);
  if (command == "graph")
    return driver::graph(options);
  if (command == "test")
    return driver::test(options);
  return driver::runProgram(options);
}

/// What jemalloc reads: with large pages a long program is checked a quarter faster, and twice the program in twice the
/// time.
extern "C" const char *malloc_conf;
const char *malloc_conf = "thp:always";

int main(int argc, char **argv) {
  std::signal(SIGPIPE, SIG_IGN);
  llvm::install_fatal_error_handler(fatal);
  std::optional<driver::Options> options = driver::parseCommandLine(argc, argv);
  if (!options)
    return flushed(support::ExitUsage);
  if (options->command == "done")
    return flushed(support::ExitDone);
  int code = run(*options);
  if (options->diagnostics == "sarif")
    llvm::errs() << driver::sarifDocument();
  return flushed(code);
}
