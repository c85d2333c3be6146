#include "dsl/Layout.h"
#include "dsl/grammar/ForeignSyntax.h"
#include <algorithm>

namespace nnc::dsl::grammar {
namespace {

namespace diag = support::diag;

bool isBinary(Tok kind) {
  return kind == Tok::Pipe || kind == Tok::And || kind == Tok::Or || kind == Tok::As ||
         (kind >= Tok::Plus && kind <= Tok::Ne);
}

} // namespace

/// A character that means nothing, and has been reported, stands in the statement in front of the place: what is
/// missing here may be that.
static bool isUnread(const Stop &stop, const DiagnosticSink &sink) {
  SourceRange begin = stop.first->range, end = stop.where->range;
  return std::any_of(sink.diagnostics().begin(), sink.diagnostics().end(), [&](const support::Diagnostic &one) {
    return one.info == &diag::UnknownCharacter && one.range.file == begin.file && one.range.begin >= begin.begin &&
           one.range.begin <= end.begin;
  });
}

void reportFailure(const boost::spirit::x3::expectation_failure<Iterator> &failure, Iterator first, State &state) {
  Iterator where = failure.where();
  state.failed = true;
  std::string expected = failure.which();
  Stop stop{first, where, expected};
  if (isUnread(stop, state.sink) || reportCompound(stop, state.sink))
    return;
  // The line end before a `}` is not a token: what is missing there is missing on the line before.
  bool beforeBrace = where != first && where->kind == Tok::RBrace && where->firstOnLine;
  SourceRange range = beforeBrace ? where[-1].range.after() : where->range;
  std::string found = beforeBrace ? tokenName(Tok::Newline) : foundText(*where);
  auto report = state.sink.report(diag::ExpectedToken, range, expected, found);
  bool afterNewline = where != first && where[-1].kind == Tok::Newline;
  if (isKeyword(where->kind) && (expected.find("name") != std::string::npos || where[1].kind == Tok::Assign))
    report.fact(std::string(tokenName(where->kind)) + " is a keyword and cannot be a name");
  else if (isBinary(where->kind) && (where == first || afterNewline)) {
    report.fact("an operator stands at the end of the line that goes on");
    report.help("write " + found + " at the end of the line before");
    return;
  } else if (failure.which() == "what is reduced")
    report.fact("`sum`, `max`, `min` and `mean` before `[` reduce what stands behind it: no value has such a name");
  else if (explainForeign(stop, report))
    return;
  if (const auto *syntax = dynamic_cast<const SyntaxFailure *>(&failure))
    report.help(std::string("for example `") + syntax->example.text + "`");
}

Iterator endOfStatement(Iterator first, Iterator last) {
  for (Iterator at = first; at != last; ++at) {
    switch (at->kind) {
    case Tok::Newline:
      return at + 1;
    case Tok::RBrace:
    case Tok::End:
      return at;
    case Tok::LParen:
    case Tok::LBracket:
    case Tok::LBrace:
      at += at->partner;
      break;
    default:
      break;
    }
  }
  return last;
}

} // namespace nnc::dsl::grammar
