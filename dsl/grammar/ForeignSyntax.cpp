#include "dsl/grammar/ForeignSyntax.h"
#include <algorithm>
#include <iterator>

namespace nnc::dsl::grammar {

using support::DiagnosticBuilder;
using support::Edit;
namespace diag = support::diag;

namespace {

bool opens(Tok kind) { return kind == Tok::LParen || kind == Tok::LBracket || kind == Tok::LBrace; }
bool closes(Tok kind) { return kind == Tok::RParen || kind == Tok::RBracket || kind == Tok::RBrace; }
bool isName(Iterator at, std::string_view text) { return at->kind == Tok::Name && at->text == text; }

/// The first token behind the statement, or behind the brackets, in which `at` stands.
Iterator behindLine(Iterator at) {
  for (; at->kind != Tok::Newline && at->kind != Tok::End && !closes(at->kind); ++at)
    if (opens(at->kind))
      at += at->partner;
  return at;
}

/// The source from one token to another.
std::string textOf(Iterator first, Iterator last) {
  const char *end = last->text.data() + last->text.size();
  return {first->text.data(), static_cast<size_t>(end - first->text.data())};
}

SourceRange between(Iterator before, Iterator behind) {
  return {before->range.file, before->range.end, behind->range.begin};
}

/// Whether `first` to `last` is one operand: a token, or a name with one pair of brackets.
bool isOperand(Iterator first, Iterator last) {
  return first == last || (first->kind == Tok::Name && opens(first[1].kind) && first + 1 + first[1].partner == last);
}

/// `return y`, `self.fc = Linear(3)`
bool statementOfPython(const Stop &stop, DiagnosticBuilder &report) {
  SourceRange range = stop.first->range;
  if (isName(stop.first, "return") && stop.where == stop.first + 1 && !stop.where->firstOnLine) {
    range.end = stop.where->range.begin;
    report.fact("there is no `return`: the last line of a body is its result").help("leave it out", {{range, ""}});
    return true;
  }
  if (isName(stop.first, "self") && stop.first[1].kind == Tok::Dot && stop.first[2].kind == Tok::Name) {
    range.end = stop.first[2].range.begin;
    report.fact("there is no `self`: names belong to the body").help("leave it out", {{range, ""}});
    return true;
  }
  return false;
}

/// A word in front of the place at which the grammar stopped.
bool wordBefore(const Stop &stop, DiagnosticBuilder &report) {
  struct Word {
    std::string_view word, fact;
  };
  static constexpr Word words[] = {
      {"while", "there is no `while`: `for i in 0..3 { … }` repeats a fixed number of times, `scan` along an axis"},
      {"lambda", "there is no `lambda`: a function is a `fn` of its own, outside of the model"},
      {"let", "a name is bound by `name = …` alone"},
      {"var", "a name is bound by `name = …` alone"},
      {"const", "a name is bound by `name = …` alone"},
      {"import", "what belongs to the library needs no import; a file of one's own is imported by its path"},
  };
  if (stop.where == stop.first || stop.where->firstOnLine)
    return false;
  for (const Word &word : words)
    if (isName(stop.where - 1, word.word)) {
      report.fact(std::string(word.fact));
      return word.word != "import"; // whose form is shown, too
    }
  return false;
}

/// `param = x`, and what else gives a keyword as a name.
bool keywordAsName(const Stop &stop, DiagnosticBuilder &report) {
  if (stop.where != stop.first + 1 || stop.where->kind != Tok::Assign || !isKeyword(stop.first->kind))
    return false;
  report.fact(std::string(tokenName(stop.first->kind)) + " is a keyword and cannot be a name");
  return true;
}

/// `y = a if c else b`
bool valueOfIf(const Stop &stop, DiagnosticBuilder &report) {
  Iterator where = stop.where, end = behindLine(where), otherwise = where;
  while (otherwise != end && otherwise->kind != Tok::Else)
    otherwise += opens(otherwise->kind) ? otherwise->partner + 1 : 1;
  if (where->kind != Tok::If || where == stop.first || otherwise == end || otherwise + 1 == end ||
      otherwise == where + 1)
    return false;
  Iterator value = stop.first, at = stop.first;
  while (at < where) {
    if (at->kind == Tok::Assign)
      value = at + 1;
    at += opens(at->kind) ? at->partner + 1 : 1;
  }
  report.fact("a value with a condition is written `if c { a } else { b }`");
  if (at == where && value < where) // it does not stand in brackets
    report.help("write it so", {{value->range.before(), "if " + textOf(where + 1, otherwise - 1) + " { "},
                                {between(where - 1, otherwise + 1), " } else { "},
                                {end[-1].range.after(), " }"}});
  return true;
}

/// `x -> Linear(3)`
bool otherPipe(const Stop &stop, DiagnosticBuilder &report) {
  if (stop.where->kind != Tok::Arrow || stop.expected != "the end of the line" || stop.where == stop.first)
    return false;
  report.help("the next stage follows `|>`", {{stop.where->range, "|>"}});
  return true;
}

/// `where H % 2 = 0`
bool assignedCondition(const Stop &stop, DiagnosticBuilder &report) {
  if (stop.where->kind != Tok::Assign ||
      std::none_of(stop.first, stop.where, [](const Token &token) { return token.kind == Tok::Where; }))
    return false;
  report.help("a condition compares with `==`", {{stop.where->range, "=="}});
  return true;
}

/// `y, (h, c) = lstm(x)`: names in parentheses.
bool nestedNames(const Stop &stop, DiagnosticBuilder &report) {
  if (stop.where->kind != Tok::Assign)
    return false;
  std::vector<Edit> edits;
  for (Iterator at = stop.first; at != stop.where; ++at) {
    if (at->kind == Tok::LParen || at->kind == Tok::RParen)
      edits.push_back({at->range, ""});
    else if (at->kind != Tok::Name && at->kind != Tok::Comma)
      return false;
    if (at->kind == Tok::LParen && at != stop.first && at[-1].kind == Tok::Name) // a call
      return false;
  }
  if (edits.empty())
    return false;
  report.help("several results are named side by side", std::move(edits));
  return true;
}

/// `x[:, ::2]`
bool stepOfSlice(const Stop &stop, DiagnosticBuilder &report) {
  if (stop.where->kind != Tok::Colon || stop.expected.find("`]`") == std::string::npos)
    return false;
  report.fact("a slice has no step")
      .help("every second one: `y[b, i in 4] = x[b, 2 * i]`, with an index for each axis");
  return true;
}

/// `prod[k] x[k]`, `sum(k) x[k]`
bool otherReducer(const Stop &stop, DiagnosticBuilder &report) {
  Iterator where = stop.where;
  bool isBehind = where != stop.first && (where[-1].kind == Tok::RBracket || where[-1].kind == Tok::RParen) &&
                  (where->kind == Tok::Name || where->kind == Tok::Number) && !where->firstOnLine;
  if (!isBehind || where[-1].partner == 0 || where - 1 - where[-1].partner <= stop.first)
    return false;
  Iterator open = where - 1 - where[-1].partner, word = open - 1;
  bool isReducer = isName(word, "sum") || isName(word, "max") || isName(word, "min") || isName(word, "mean");
  if (open->kind == Tok::LParen && isReducer && open[1].kind == Tok::Name) {
    report.help("the indices of a reduction stand in `[ ]`", {{open->range, "["}, {where[-1].range, "]"}});
    return true;
  }
  if (open->kind != Tok::LBracket || word->kind != Tok::Name)
    return false;
  report.fact("reductions are `sum[…]`, `max[…]`, `min[…]` and `mean[…]`");
  return true;
}

/// `x[:, 0] = 1`
bool elementAssigned(const Stop &stop, DiagnosticBuilder &report) {
  bool isDefinition = stop.first->kind == Tok::Name && stop.first[1].kind == Tok::LBracket &&
                      stop.first[2 + stop.first[1].partner].kind == Tok::Assign;
  if (!isDefinition || stop.expected != "an index" || stop.where->kind == Tok::RBracket)
    return false;
  report.fact("no element is changed in place: an index definition makes a new tensor, and names its indices");
  return false; // the example shows one
}

/// `for i in 0..3:`
bool colonForBrace(const Stop &stop, DiagnosticBuilder &report) {
  if (stop.where->kind != Tok::Colon || stop.expected.find("`{`") == std::string::npos)
    return false;
  report.fact("a body stands in braces");
  return false;
}

} // namespace

bool reportCompound(const Stop &stop, DiagnosticSink &sink) {
  Iterator at = stop.where;
  if (at->kind != Tok::Assign || at - stop.first < 2 || at[-1].range.end != at->range.begin)
    return false;
  Iterator op = at - 1;
  bool isOperator = op->kind >= Tok::Plus && op->kind <= Tok::Power;
  if (!isOperator || stop.first->kind != Tok::Name)
    return false;
  std::string target = textOf(stop.first, op - 1), sign(op->text), front = "= " + target + " " + sign;
  auto report = sink.report(diag::ForeignOperator, support::join(op->range, at->range), sign + "=", front + " …");
  Iterator first = at + 1, end = behindLine(first);
  if (op - 1 != stop.first || first == end)
    return true;
  std::vector<Edit> edits = {{support::join(op->range, at->range), front}};
  if (!isOperand(first, end - 1)) {
    edits.push_back({first->range.before(), "("});
    edits.push_back({end[-1].range.after(), ")"});
  }
  report.help("write it out", std::move(edits));
  return true;
}

bool explainForeign(const Stop &stop, DiagnosticBuilder &report) {
  using Form = bool (*)(const Stop &, DiagnosticBuilder &);
  static constexpr Form forms[] = {statementOfPython, wordBefore,        keywordAsName, valueOfIf,
                                   otherPipe,         assignedCondition, nestedNames,   stepOfSlice,
                                   otherReducer,      elementAssigned,   colonForBrace};
  return std::any_of(std::begin(forms), std::end(forms), [&](Form form) { return form(stop, report); });
}

} // namespace nnc::dsl::grammar
