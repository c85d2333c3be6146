// Compiles a text for a test.
#pragma once
#include "dsl/Compile.h"
#include <string>

namespace nnc::dsl {

struct Compiled {
  support::SourceMap sources;
  support::DiagnosticSink sink;
  CompileResult result;

  explicit Compiled(const std::string &text, CompileOptions options = {}) {
    auto file = addSource("test.nn", text, sources, sink);
    if (file)
      result = compile(*file, options, sources, sink);
  }
  const Program &program() const { return *result.program; }
  bool ok() const { return result.program.has_value(); }
  /// The codes of all errors, in order of their places: "E0202 E0301".
  std::string codes() const {
    std::string text;
    for (const support::Diagnostic *one : sink.sorted())
      if (one->severity == support::Severity::Error)
        text += (text.empty() ? "" : " ") + std::string(one->info->code);
    return text;
  }
  std::string messages() const { return support::renderAll(sink, sources); }
};

} // namespace nnc::dsl
