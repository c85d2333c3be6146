// Diagnostics for programs: --diagnostics=json, one object a line, and --diagnostics=sarif, one SARIF 2.1.0 document.
#pragma once

#include "support/Diagnostics.h"
#include <string>

namespace nnc::driver {

/// One line: code, name, severity, message, file, line, column, …, and edits that a program can apply.
std::string jsonLine(const support::Diagnostic &diagnostic, const support::SourceMap &sources);

/// Keeps a diagnostic for the document.
void addToSarif(const support::Diagnostic &diagnostic, const support::SourceMap &sources);
/// The document of all that has been kept, with a final newline.
std::string sarifDocument();

} // namespace nnc::driver
