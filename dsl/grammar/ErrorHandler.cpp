#include "dsl/Layout.h"
#include "dsl/grammar/State.h"

namespace nnc::dsl::grammar {
namespace {

namespace diag = support::diag;

bool isBinary(Tok kind) {
  return kind == Tok::Pipe || kind == Tok::And || kind == Tok::Or || kind == Tok::As ||
         (kind >= Tok::Plus && kind <= Tok::Ne);
}

} // namespace

/// Statements of Python: `return y`, `self.fc = Linear(3)`.
static void helpFromPython(support::DiagnosticBuilder &report, Iterator first, Iterator where) {
  SourceRange range = first->range;
  if (first->kind != Tok::Name)
    return;
  if (first->text == "return" && where == first + 1 && !where->firstOnLine) {
    range.end = where->range.begin;
    report.fact("there is no `return`: the last line of a body is its result").help("leave it out", {{range, ""}});
  } else if (first->text == "self" && first[1].kind == Tok::Dot && first[2].kind == Tok::Name) {
    range.end = first[2].range.begin;
    report.fact("there is no `self`: names belong to the body").help("leave it out", {{range, ""}});
  }
}

void reportFailure(const boost::spirit::x3::expectation_failure<Iterator> &failure, Iterator first, State &state) {
  Iterator where = failure.where();
  state.failed = true;
  // The line end before a `}` is not a token: what is missing there is missing on the line before.
  bool beforeBrace = where != first && where->kind == Tok::RBrace && where->firstOnLine;
  SourceRange range = beforeBrace ? where[-1].range.after() : where->range;
  std::string found = beforeBrace ? tokenName(Tok::Newline) : foundText(*where);
  auto report = state.sink.report(diag::ExpectedToken, range, failure.which(), found);
  bool afterNewline = where != first && where[-1].kind == Tok::Newline;
  if (isKeyword(where->kind) && (failure.which().find("name") != std::string::npos || where[1].kind == Tok::Assign))
    report.fact(std::string(tokenName(where->kind)) + " is a keyword and cannot be a name");
  else if (isBinary(where->kind) && (where == first || afterNewline))
    report.fact("an operator stands at the end of the line that goes on");
  else
    helpFromPython(report, first, where);
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
