// A model around one call of a function, for `nnc test`: its arguments are the model's inputs.
#pragma once

#include "dsl/Ast.h"
#include "support/SourceMap.h"
#include <string>

namespace nnc::driver {

/// The model's text. Packs are written out with small numbers; `withDefaults`: arguments that have a default take it.
std::string modelAround(const dsl::ast::FunctionItem &function, const support::SourceMap &sources,
                        const std::string &model, bool withDefaults);

} // namespace nnc::driver
