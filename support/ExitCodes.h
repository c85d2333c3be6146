// Exit codes of the compiler and of every program it makes.
#pragma once

namespace nnc::support {

enum ExitCode : int {
  ExitDone = 0,
  ExitProgramErrors = 1, // errors in the program
  ExitUsage = 2,         // wrong usage
  ExitMissing = 3,       // a file or the toolchain is missing
  ExitDoesNotFit = 4,    // data or checkpoint does not fit the model
  ExitTestsFailed = 5,   // tests failed, or `fmt --check` differs
  ExitDiverged = 6,      // training diverged
  ExitOurBug = 70,       // with a reproducer
  ExitInterrupted = 130, // SIGINT or SIGTERM, checkpoint saved
};

} // namespace nnc::support
