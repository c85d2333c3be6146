// What the rules of the grammar share: the sink, and whether the statement just read was wrong.
#pragma once
#include "dsl/Lexer.h"
#include "support/Diagnostics.h"
#include <boost/spirit/home/x3.hpp>

namespace nnc::dsl::grammar {

using Iterator = const Token *;

struct Example {
  const char *text;
};

namespace eg {
#define NNC_EXAMPLE(NAME, PLACE, TEXT) inline constexpr Example NAME{TEXT};
#include "dsl/grammar/Examples.def"
#undef NNC_EXAMPLE
} // namespace eg

struct State {
  DiagnosticSink &sink;
  bool failed = false; // an error was handled in the statement that was parsed last
};

/// Who asks for the state in the context of X3.
struct StateTag;

/// What an expectation point throws: what was expected where, and an example of what was being written.
struct SyntaxFailure : boost::spirit::x3::expectation_failure<Iterator> {
  SyntaxFailure(Iterator where, const char *expected, Example example)
      : expectation_failure(where, expected), example(example) {}
  Example example;
};

/// Reports a failure, with what helps: an example, a hint for a token that often stands in the wrong place.
void reportFailure(const boost::spirit::x3::expectation_failure<Iterator> &failure, Iterator first, State &state);

/// Where parsing goes on after an error inside the statement that begins at `first`: behind its Newline, or at the
/// `}` of its block. Always behind `first`.
Iterator endOfStatement(Iterator first, Iterator last);

} // namespace nnc::dsl::grammar
