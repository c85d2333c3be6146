#include "runtime/train/Schedule.h"
#include "data/File.h"
#include <algorithm>
#include <charconv>

namespace nnc::rt {

Schedule::Schedule(std::vector<uint32_t> rows, const std::string &dataset, uint64_t seed, bool shuffle, int64_t batch)
    : part(rows), order(std::move(rows), dataset, seed, shuffle), batch(batch) {}

int64_t Schedule::stepsPerEpoch() const { return std::max<int64_t>(1, (int64_t(part.size()) + batch - 1) / batch); }

Status Schedule::follow(const std::string &path) {
  data::Result<std::string> text = data::readFile(path);
  if (!text)
    return fromData(text.error());
  return parse(path, *text);
}

Status Schedule::parse(const std::string &path, const std::string &text) {
  following = true;
  listed.clear();
  ends.clear();
  int64_t line = 1;
  const char *p = text.data(), *end = p + text.size(), *lineStart = p;
  size_t begun = 0;
  auto place = [&] { return path + ":" + std::to_string(line) + ":" + std::to_string(p - lineStart + 1) + ": "; };
  for (;; ++p) {
    if (p == end || *p == '\n') {
      if (int64_t(listed.size() - begun) > batch)
        return usage(path + ":" + std::to_string(line) + ": " + std::to_string(listed.size() - begun) +
                     " rows in one step, a batch has at most " + std::to_string(batch));
      if (listed.size() > begun)
        ends.push_back(listed.size());
      begun = listed.size();
      if (p == end)
        break;
      ++line;
      lineStart = p + 1;
      continue;
    }
    if (*p == ' ' || *p == '\t' || *p == '\r')
      continue;
    uint32_t row = 0;
    auto [stop, error] = std::from_chars(p, end, row);
    if (error != std::errc() || (stop != end && *stop != ' ' && *stop != '\t' && *stop != '\r' && *stop != '\n'))
      return doesNotFit(place() + "this is not the number of a row");
    if (!std::binary_search(part.begin(), part.end(), row))
      return doesNotFit(place() + "row " + std::to_string(row) + " is not in the training part");
    listed.push_back(row);
    p = stop - 1;
  }
  if (ends.empty())
    return doesNotFit(path + ": names no rows");
  return std::nullopt;
}

Step Schedule::next() {
  if (following) {
    size_t from = taken ? ends[taken - 1] : 0, to = ends[taken];
    ++taken;
    bool last = taken == ends.size() || int64_t(taken) % stepsPerEpoch() == 0;
    number = int64_t(taken - 1) / stepsPerEpoch();
    return {listed.data() + from, int64_t(to - from), last};
  }
  if (!current || at >= current->size()) {
    number = begun++;
    current = &order.epoch(uint64_t(number));
    at = 0;
  }
  size_t count = std::min(size_t(batch), current->size() - at);
  Step step{current->data() + at, int64_t(count), at + count == current->size()};
  at += count;
  return step;
}

} // namespace nnc::rt
