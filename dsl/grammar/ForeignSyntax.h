// Statements and forms of other languages at which the grammar stops: what is written instead.
#pragma once
#include "dsl/grammar/State.h"

namespace nnc::dsl::grammar {

/// Where the grammar stopped: in the statement that begins at `first`, at `where`, needing `expected`.
struct Stop {
  Iterator first, where;
  const std::string &expected;
};

/// `h += 1`: an error of its own.
bool reportCompound(const Stop &stop, DiagnosticSink &sink);

/// Adds what is meant to the error; false if nothing is known of the form.
bool explainForeign(const Stop &stop, support::DiagnosticBuilder &report);

} // namespace nnc::dsl::grammar
