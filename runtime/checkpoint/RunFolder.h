// The run folder: which files training writes, and which weights a command reads.
#pragma once
#include "runtime/checkpoint/AtomicFile.h"

namespace nnc::rt {

class RunFolder {
public:
  explicit RunFolder(std::string path) : path(std::move(path)) {}

  std::string file(const char *name) const { return path + "/" + name; }
  std::string best() const { return file("best.safetensors"); }
  std::string last() const { return file("last.safetensors"); }
  std::string state() const { return file("last.state"); }
  std::string log() const { return file("log.jsonl"); }
  const std::string &folder() const { return path; }

  /// Keeps what an earlier training left as `previous.*`; called once, before the first save of a new one.
  void keepPrevious() const;
  /// A training without a validation part has no best weights; those of an earlier one must not be taken for it.
  void dropBest() const;
  /// As keepPrevious, for the log, before a new one is begun.
  void keepPreviousLog() const;
  /// Removes what killed trainings left half written, nothing that a running one writes.
  void sweep() const;
  /// The best weights if there are some, else the last, else an empty text.
  std::string weights() const;

private:
  std::string path;
};

/// "iris.run" beside the running program.
std::string defaultRunFolder();
/// The path of the running program.
std::string programPath();

} // namespace nnc::rt
