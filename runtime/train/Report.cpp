#include "runtime/train/Report.h"
#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace nnc::rt {

double now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

/// 0, or errno. Text is cut only at the end of a line, should the program end in between.
static int writeLines(int to, std::string_view text) {
  constexpr size_t most = 1 << 16;
  while (!text.empty()) {
    size_t size = text.size();
    if (size > most)
      size = std::min(text.size(), text.find('\n', most) + 1);
    ssize_t put = write(to, text.data(), size);
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return errno;
    text.remove_prefix(size_t(put));
  }
  return 0;
}

Log::~Log() {
  (void)flush();
  if (file >= 0)
    close(file);
}

Status Log::open(const std::string &to, bool copyToOutput) {
  copy = copyToOutput;
  path = to;
  file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0)
    return missing(path + ": cannot be written: " + strerror(errno));
  flushed = now();
  return std::nullopt;
}

void Log::line(const std::string &text) {
  buffer += text;
  buffer += '\n';
  double time = now();
  if (buffer.size() > (1 << 16) || time - flushed > 0.2) {
    flushed = time;
    (void)flush();
  }
}

Status Log::flush() {
  if (file >= 0 && !failed)
    failed = writeLines(file, buffer);
  if (copy && !closed && !outputFailed) {
    outputFailed = writeLines(STDOUT_FILENO, buffer);
    closed = outputFailed == EPIPE;
  }
  buffer.clear();
  if (failed)
    return missing(path + ": cannot be written: " + strerror(failed));
  if (outputFailed && !closed)
    return missing(std::string("standard output cannot be written: ") + strerror(outputFailed));
  return std::nullopt;
}

Progress::Progress(bool quiet) : quiet(quiet) {
  const char *kind = getenv("TERM");
  bar = !quiet && isatty(2) && kind && strcmp(kind, "dumb") != 0;
}

Progress::~Progress() { flush(); }

void Progress::line(const std::string &text) {
  if (quiet)
    return;
  if (drawn)
    buffer += "\r\x1b[K";
  drawn = false;
  buffer += text;
  buffer += '\n';
  double time = now();
  if (bar || time - last > 0.1) {
    last = time;
    flush();
  }
}

bool Progress::due() { return bar && now() - last > 0.1; }

void Progress::draw(const std::string &text) {
  last = now();
  buffer += "\r" + text + "\x1b[K";
  drawn = true;
  flush();
}

void Progress::flush() {
  size_t at = 0;
  while (at < buffer.size()) {
    ssize_t put = write(2, buffer.data() + at, buffer.size() - at);
    if (put < 0 && errno == EINTR)
      continue;
    if (put <= 0)
      break;
    at += size_t(put);
  }
  buffer.clear();
}

std::string grouped(uint64_t number) {
  std::string digits = std::to_string(number), out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i && (digits.size() - i) % 3 == 0)
      out += ',';
    out += digits[i];
  }
  return out;
}

std::string brief(double number) {
  if (std::isnan(number))
    return "nan"; // its sign means nothing
  char text[40];
  snprintf(text, sizeof text, "%.4g", number);
  return text;
}

} // namespace nnc::rt
