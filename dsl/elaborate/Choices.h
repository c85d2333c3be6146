// Conditions of a definition that some uses meet and others do not, while it is checked for all of them: one
// combination after the other (rule size-6).
#pragma once

#include "dsl/Ast.h"
#include "dsl/Sizes.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nnc::dsl {

/// What is known of a sum of sizes, without its constant.
class SumRange {
public:
  /// Whether it is less than `value`, equal to it, …; nothing if it may be both.
  std::optional<bool> follows(ast::CompareOp op, int64_t value) const;
  void take(ast::CompareOp op, int64_t value);

private:
  int64_t low = INT64_MIN / 4, high = INT64_MAX / 4;
  std::set<int64_t> without;
};

class Choices {
public:
  /// The next combination; false behind the last. Of the first 8 conditions that do not follow from one another each
  /// goes both ways, what comes behind them holds.
  bool next();
  /// Whether `difference` is less than 0, equal to it, …: as it follows from the decisions before, else a decision.
  bool decide(const Size &difference, ast::CompareOp op, const std::string &shown);
  /// A bool of that name.
  bool decide(const std::string &name);
  /// "when `stride == 1` is true and `training` is false"; "" without decisions.
  std::string str() const;

private:
  static constexpr size_t most = 8;

  bool ask(const std::string &shown);

  bool begun = false;
  std::vector<bool> ways; // in the order in which they were asked for
  size_t asked = 0;
  std::vector<std::string> decisions;
  std::map<std::string, SumRange> sums;
  std::map<std::string, bool> names;
};

} // namespace nnc::dsl
