// `nnc fmt`: the one style of `.nn` text. Line breaks are the writer's; indentation, spaces, blank lines and columns
// are not. Tokens and comments stay as they are, in their order, so the meaning cannot change.
#pragma once
#include "dsl/Source.h"

namespace nnc::dsl {

/// The text of `file` in the one style; nothing if it has syntax errors, which go to `sink`.
std::optional<std::string> formatSource(const SourceMap &sources, FileId file, DiagnosticSink &sink);

} // namespace nnc::dsl
