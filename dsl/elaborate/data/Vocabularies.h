// Dims whose members stand in files: `words(…)`, `characters(…)`, `labels(…)` (rule size-11).
#pragma once

#include "dsl/Compile.h"
#include "dsl/elaborate/Module.h"
#include "support/Diagnostics.h"

namespace nnc::dsl {

/// Reads the files of all dims that have one. False after an error.
bool readVocabularies(Module &module, const CompileOptions &options, support::DiagnosticSink &sink);

} // namespace nnc::dsl
