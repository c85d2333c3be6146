// What training tells: the log file, and lines or a progress bar on standard error. Both are buffered, since a step may
// take a microsecond; what is buffered is at most a moment old.
#pragma once
#include "runtime/core/Error.h"
#include <cstdint>
#include <string>

namespace nnc::rt {

/// Seconds since some point, monotonic.
double now();

/// Lines of JSON, one an event; a copy goes to standard output if asked for. Only whole lines are written, so that a
/// program that is killed leaves none cut in two.
class Log {
public:
  ~Log();
  Status open(const std::string &path, bool copyToOutput);
  void line(const std::string &text);
  Status flush();
  /// Nobody reads standard output any more.
  bool readerLeft() const { return closed; }

private:
  int file = -1;
  std::string path, buffer;
  bool copy = false, closed = false;
  int failed = 0, outputFailed = 0; ///< errno of the first failure
  double flushed = 0;
};

/// Lines on standard error; on a terminal also a bar that is drawn over.
class Progress {
public:
  Progress(bool quiet);
  ~Progress();
  bool terminal() const { return bar; }
  bool silent() const { return quiet; }
  /// A finished line.
  void line(const std::string &text);
  /// The line that is redrawn, at most ten times a second.
  void draw(const std::string &text);
  /// Whether it is time to redraw.
  bool due();
  void flush();

private:
  bool quiet, bar, drawn = false;
  std::string buffer;
  double last = 0;
};

/// "61,706"
std::string grouped(uint64_t number);
/// Four significant digits.
std::string brief(double number);

} // namespace nnc::rt
