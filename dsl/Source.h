// Reading a `.nn` file into a SourceMap: size cap, UTF-8, no NUL; what is wrong becomes a diagnostic.
#pragma once
#include "support/Diagnostics.h"
#include "support/SourceMap.h"
#include <optional>
#include <string>
#include <string_view>

namespace nnc::dsl {

using support::DiagnosticSink;
using support::FileId;
using support::SourceMap;
using support::SourceRange;

/// The largest program text that is read.
inline constexpr uint64_t maxSourceBytes = 4u << 20;

/// What reading gave: a file, or why there is none (`missing` is the caller's exit code 3, else 1).
struct LoadedSource {
  std::optional<FileId> file;
  bool missing = false;
};

/// Reads `path` ("-" is standard input) and adds it to `sources` under its path.
LoadedSource loadSource(const std::string &path, SourceMap &sources, DiagnosticSink &sink);

/// Checks a text that came from elsewhere (embedded library, editor) and adds it.
std::optional<FileId> addSource(std::string name, std::string text, SourceMap &sources, DiagnosticSink &sink);

} // namespace nnc::dsl
