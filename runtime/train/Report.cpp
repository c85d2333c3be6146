#include "runtime/train/Report.h"
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <unistd.h>

namespace nnc::rt {

double now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

Log::~Log() {
  if (file)
    fclose(file);
}

Status Log::open(const std::string &to, bool copyToOutput) {
  copy = copyToOutput;
  path = to;
  file = fopen(path.c_str(), "we");
  if (!file)
    return missing(path + ": cannot be written: " + strerror(errno));
  setvbuf(file, nullptr, _IOFBF, 1 << 16);
  flushed = now();
  return std::nullopt;
}

void Log::line(std::string text) {
  text += '\n';
  if (file && fwrite(text.data(), 1, text.size(), file) != text.size())
    failed = true;
  if (copy)
    fwrite(text.data(), 1, text.size(), stdout);
  double time = now();
  if (time - flushed > 0.2) {
    flushed = time;
    (void)flush();
  }
}

Status Log::flush() {
  if (copy)
    fflush(stdout);
  if (file && fflush(file) != 0)
    failed = true;
  if (failed)
    return missing(path + ": cannot be written: is the disk full?");
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
  char text[40];
  snprintf(text, sizeof text, "%.4g", number);
  return text;
}

} // namespace nnc::rt
