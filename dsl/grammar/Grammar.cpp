#include "dsl/grammar/Grammar.h"
#include "dsl/grammar/Rules.h"

namespace nnc::dsl::grammar {

std::optional<ast::Item> parseItem(const std::vector<Token> &tokens, DiagnosticSink &sink) {
  State state{sink};
  Context context = x3::make_context<StateTag>(state);
  ast::Item made;
  Iterator first = tokens.data();
  Iterator last = first + tokens.size();
  try {
    if (item.parse(first, last, context, x3::unused, made) && !state.failed)
      return made;
  } catch (const x3::expectation_failure<Iterator> &failure) {
    // Every expectation point lies inside a rule that recovers; this one would not.
    reportFailure(failure, tokens.data(), state);
  }
  return std::nullopt;
}

} // namespace nnc::dsl::grammar
