#include "dsl/elaborate/Choices.h"

#include <algorithm>

namespace nnc::dsl {

using ast::CompareOp;

static CompareOp opposite(CompareOp op) {
  static const CompareOp ops[] = {CompareOp::Ge, CompareOp::Gt, CompareOp::Le,
                                  CompareOp::Lt, CompareOp::Ne, CompareOp::Eq};
  return ops[int(op)];
}

/// The op for `-a` against `-b`.
static CompareOp turned(CompareOp op) {
  static const CompareOp ops[] = {CompareOp::Gt, CompareOp::Ge, CompareOp::Lt,
                                  CompareOp::Le, CompareOp::Eq, CompareOp::Ne};
  return ops[int(op)];
}

std::optional<bool> SumRange::follows(CompareOp op, int64_t value) const {
  switch (op) {
  case CompareOp::Lt:
    return high < value ? std::optional(true) : low >= value ? std::optional(false) : std::nullopt;
  case CompareOp::Le:
    return high <= value ? std::optional(true) : low > value ? std::optional(false) : std::nullopt;
  case CompareOp::Eq:
    if (value < low || value > high || without.count(value))
      return false;
    return low == high ? std::optional(true) : std::nullopt;
  default:
    auto other = follows(opposite(op), value);
    return other ? std::optional(!*other) : std::nullopt;
  }
}

void SumRange::take(CompareOp op, int64_t value) {
  if (op == CompareOp::Ne)
    without.insert(value);
  if (op == CompareOp::Lt || op == CompareOp::Le)
    high = std::min(high, op == CompareOp::Lt ? value - 1 : value);
  if (op == CompareOp::Gt || op == CompareOp::Ge)
    low = std::max(low, op == CompareOp::Gt ? value + 1 : value);
  if (op == CompareOp::Eq)
    low = high = value;
  while (low < high && without.count(low))
    ++low;
  while (low < high && without.count(high))
    --high;
}

bool Choices::next() {
  bool isFirst = !begun;
  begun = true;
  asked = 0;
  decisions.clear();
  sums.clear();
  names.clear();
  if (isFirst)
    return true;
  while (!ways.empty() && (ways.size() > most || !ways.back()))
    ways.pop_back();
  if (ways.empty())
    return false;
  ways.back() = false;
  return true;
}

bool Choices::ask(const std::string &shown) {
  if (asked == ways.size())
    ways.push_back(true);
  bool way = ways[asked++];
  decisions.push_back("`" + shown + "` is " + (way ? "true" : "false"));
  return way;
}

bool Choices::decide(const Size &difference, CompareOp op, const std::string &shown) {
  int64_t constant = std::clamp(difference.number(), INT64_MIN / 8, INT64_MAX / 8);
  Size sum = difference - Size(constant);
  int64_t value = -constant;
  // `a < b` and `b > a` are about one sum.
  if (sum.named() && sum.products()[0].factor < 0) {
    sum = -sum;
    value = constant;
    op = turned(op);
  }
  SumRange &range = sums[sum.str()];
  if (sum.constant() == 0)
    range.take(CompareOp::Eq, 0);
  if (auto known = range.follows(op, value))
    return *known;
  bool way = ask(shown);
  range.take(way ? op : opposite(op), value);
  return way;
}

bool Choices::decide(const std::string &name) {
  auto [known, isNew] = names.try_emplace(name, true);
  if (isNew)
    known->second = ask(name);
  return known->second;
}

std::string Choices::str() const {
  std::string text;
  for (const std::string &decision : decisions)
    text += (text.empty() ? "when " : " and ") + decision;
  return text;
}

} // namespace nnc::dsl
