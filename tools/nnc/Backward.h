// The gradients that a program's functions give themselves, beside central differences of what they compute.
#pragma once

#include "dsl/Ast.h"
#include "support/SourceMap.h"
#include "tools/nnc/Options.h"
#include <string>

namespace nnc::driver {

struct BackwardTest {
  enum Verdict { Right, Wrong, NotCompared, OurBug } verdict = NotCompared;
  std::string text; ///< what was compared, what differs, or why nothing could be compared
};

/// `function` has a `backward` and stands in the text of `file`.
BackwardTest testBackward(const Options &options, const std::string &name, const support::SourceMap &sources,
                          support::FileId file, const dsl::ast::FunctionItem &function);

} // namespace nnc::driver
