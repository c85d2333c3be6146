// A `generate` block: what is written, one after the other, by a model (rules gen-1, gen-2).
#pragma once

#include "dsl/Program.h"
#include "dsl/elaborate/Module.h"
#include "dsl/elaborate/train/WordUse.h"

#include <nlohmann/json.hpp>

namespace nnc::dsl {

/// A member of a dim as it is written: `French.begin`, `Species["Iris setosa"]`.
struct MemberUse {
  std::string dim, label;
  support::SourceRange dimRange, labelRange;
};
std::optional<MemberUse> memberOf(const ast::Expr &expr);

struct GenerateSettings {
  const ast::GenerateItem *item = nullptr;
  const ast::Expr *prompt = nullptr, *until = nullptr, *limit = nullptr;
  bool greedy = true;
  double temperature = 1, topP = 1;
  int64_t topK = 0; // 0: all
  std::vector<PathUse> carry;
};

/// Reads the block; what needs the model's types is left to `checkGenerate`. False after an error.
bool readGenerate(const ast::GenerateItem &item, const support::SourceMap &sources, support::DiagnosticSink &sink,
                  GenerateSettings &settings);

/// The block against the model that it runs: `over` is an input of labels, the first result has a score for each. The
/// recipe's object, or null after an error.
nlohmann::json checkGenerate(const GenerateSettings &settings, const Module &module, const Definition &model,
                             const Program &program, const support::SourceMap &sources, support::DiagnosticSink &sink);

} // namespace nnc::dsl
