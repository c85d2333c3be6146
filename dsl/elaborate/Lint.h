// Warnings about the text of a definition: what is bound or given and never used.
#pragma once

#include "dsl/elaborate/Module.h"
#include "support/Diagnostics.h"

namespace nnc::dsl {

/// Not of a statement in which `sink` has an error.
void warnUnused(const Module &module, support::DiagnosticSink &sink);
/// Comments that stand where Python divides.
void warnComments(const Module &module, const support::SourceMap &sources, support::DiagnosticSink &sink);

} // namespace nnc::dsl
