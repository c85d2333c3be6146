// Programs of the machine that nnc runs and waits for, and the folder that they work in: neither outlives nnc when a
// signal ends it.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <memory>
#include <string>

namespace nnc::detail {

/// While one exists, SIGINT, SIGTERM and SIGHUP end the program that `runProgram` waits for. A signal that came when
/// none was waited for is raised again at the end.
class SignalWatch {
public:
  SignalWatch();
  ~SignalWatch();
  SignalWatch(const SignalWatch &) = delete;
  SignalWatch &operator=(const SignalWatch &) = delete;
};

/// A private folder for the time of a compilation.
class Scratch {
public:
  static llvm::Expected<Scratch> make();
  Scratch(Scratch &&other) : path(std::move(other.path)), watch(std::move(other.watch)) { other.path.clear(); }
  ~Scratch();
  std::string file(llvm::StringRef name) const { return path + "/" + name.str(); }
  const std::string &folder() const { return path; }
  /// Why nothing can be written here, with what to do; "" if something can. A full device has room for empty files.
  std::string problem() const;
  /// Leaves the one file behind; gives its path.
  std::string keep(llvm::StringRef name);

private:
  Scratch(std::string path, std::unique_ptr<SignalWatch> watch) : path(std::move(path)), watch(std::move(watch)) {}
  std::string path, kept;
  std::unique_ptr<SignalWatch> watch; // until the folder is gone
};

/// What a program that ran gave: its exit code (negative: it could not be started, or died) and what it wrote.
struct Finished {
  int code = 0;
  bool interrupted = false; // by a signal to nnc
  bool late = false;        // it did not end in time
  std::string why, output, errors;
};

/// Zero: as long and as much as it likes.
struct Limits {
  int seconds = 0;
  uint64_t bytes = 0; // of output
};

/// Runs a command with messages in English; what it writes goes to `scratch`, temporary files too.
Finished runProgram(llvm::ArrayRef<std::string> command, const Scratch &scratch, Limits limits = {});

} // namespace nnc::detail
