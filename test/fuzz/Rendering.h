// Every diagnostic is rendered, and its places must lie inside of the texts that they speak of.
#pragma once
#include "support/Diagnostics.h"
#include "test/fuzz/Targets.h"

namespace nnc::fuzz {

inline void requireRange(support::SourceRange range, const support::SourceMap &sources) {
  if (range.valid())
    require(range.begin <= range.end && range.end <= sources.text(range.file).size(), "a place lies inside its text");
}

inline void renderEverything(const support::DiagnosticSink &sink, const support::SourceMap &sources) {
  for (const support::Diagnostic &one : sink.diagnostics()) {
    requireRange(one.range, sources);
    for (const support::Label &label : one.labels)
      requireRange(label.range, sources);
    for (const support::Note &note : one.notes)
      requireRange(note.range, sources);
    for (const support::Help &help : one.helps) {
      for (const support::Edit &edit : help.edits)
        requireRange(edit.range, sources);
      if (!help.edits.empty())
        support::applyEdits(sources.text(help.edits[0].range.file), help.edits);
    }
    require(!one.message.empty() && one.message.find('\0') == std::string::npos, "a message is a text");
  }
  support::renderAll(sink, sources, {.color = true});
  support::renderAll(sink, sources, {.brief = true});
}

} // namespace nnc::fuzz
