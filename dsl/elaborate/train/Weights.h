// A `weights` block: from which file the parameters come, and how its names become the model's (rule file-1).
#pragma once

#include "dsl/Ast.h"
#include "support/Diagnostics.h"

#include <string>
#include <vector>

namespace nnc::dsl {

struct WeightsRuleInfo {
  std::string from, to; // with `{i}` and `{rest}`; `to` is empty for skip
  bool skip = false, transpose = false;
  support::SourceRange fromRange, toRange;
};

struct WeightsInfo {
  std::string name, format, path;
  std::vector<WeightsRuleInfo> rules;
  support::SourceRange range;
};

/// Reads one block; reports a source that is none and rules that cannot be.
WeightsInfo readWeights(const ast::WeightsItem &item, const support::SourceMap &sources, support::DiagnosticSink &sink);

/// Whether `name` fits a pattern, in which `{i}` is a number and `{rest}` anything.
bool fitsPattern(std::string_view pattern, std::string_view name);

} // namespace nnc::dsl
