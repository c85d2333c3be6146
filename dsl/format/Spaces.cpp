#include "dsl/format/Spaces.h"

namespace nnc::dsl::format {

bool opens(Tok kind) { return kind == Tok::LParen || kind == Tok::LBracket || kind == Tok::LBrace; }
bool closes(Tok kind) { return kind == Tok::RParen || kind == Tok::RBracket || kind == Tok::RBrace; }

namespace {

bool isReducer(const Token &token) {
  return token.kind == Tok::Name &&
         (token.text == "sum" || token.text == "max" || token.text == "min" || token.text == "mean");
}

/// `over` and `upto` in the head of a scan: behind a value, where no name can stand.
bool isHeadWord(const std::vector<Mark> &marks, size_t at) {
  const Token &token = *marks[at].token;
  if (token.kind != Tok::Name || (token.text != "over" && token.text != "upto") || at == 0 ||
      marks[at].beginsStatement || marks[at - 1].beginsItem)
    return false;
  Tok before = marks[at - 1].token->kind;
  return before == Tok::Name || before == Tok::Number || closes(before);
}

/// Whether `.` and the number behind it, written together, are a place and not a number that begins with a point.
bool mayTouchDigits(const std::vector<Mark> &marks, size_t dot) {
  if (dot == 0 || marks[dot].token->firstOnLine)
    return false;
  Tok before = marks[dot - 1].token->kind;
  return before == Tok::RParen || before == Tok::RBracket || before == Tok::Name || isKeyword(before) ||
         (before == Tok::Number && dot > 1 && marks[dot - 2].token->kind == Tok::Dot);
}

/// Whether the token is the end of a value, behind which `(` calls and `-` subtracts.
bool endsValue(const std::vector<Mark> &marks, size_t at) {
  switch (marks[at].token->kind) {
  case Tok::Name:
    return !isHeadWord(marks, at);
  case Tok::RBracket:
    return !marks[at].endsReducer;
  case Tok::Number:
  case Tok::String:
  case Tok::True:
  case Tok::False:
  case Tok::RParen:
  case Tok::RBrace:
    return true;
  default:
    return false;
  }
}

struct Open {
  bool isSubscript, isReducer;
};

} // namespace

void findRoles(std::vector<Mark> &marks) {
  std::vector<Open> open;
  for (size_t i = 0; i < marks.size(); ++i) {
    Mark &mark = marks[i];
    bool behindValue = i > 0 && !mark.beginsStatement && endsValue(marks, i - 1);
    Tok kind = mark.token->kind;
    if (opens(kind)) {
      bool reducer = kind == Tok::LBracket && i > 0 && isReducer(*marks[i - 1].token);
      mark.clings = kind != Tok::LBrace && behindValue && marks[i - 1].token->kind != Tok::String;
      open.push_back({kind == Tok::LBracket && mark.clings && !reducer, reducer});
    } else if (closes(kind) && !open.empty()) {
      mark.endsReducer = open.back().isReducer;
      open.pop_back();
    } else if (kind == Tok::Minus) {
      mark.isUnary = !behindValue;
    } else if (kind == Tok::Colon) {
      mark.isSlice = !open.empty() && open.back().isSubscript;
    }
  }
}

bool spaceBefore(const std::vector<Mark> &marks, size_t next) {
  const Mark &mark = marks[next], &before = marks[next - 1];
  Tok kind = mark.token->kind, left = before.token->kind;
  if (kind == Tok::Colon)
    return left == Tok::Comma;
  if (kind == Tok::Comma || kind == Tok::RParen || kind == Tok::RBracket || mark.clings)
    return false;
  if (left == Tok::LParen || left == Tok::LBracket || before.isUnary)
    return false;
  if (kind == Tok::Dot) // `1 .x` is not `1.x`
    return left == Tok::Number && !(next > 1 && marks[next - 2].token->kind == Tok::Dot && !before.token->firstOnLine);
  if (left == Tok::Dot && kind == Tok::Number)
    return !mayTouchDigits(marks, next - 1);
  if (left == Tok::Dot || left == Tok::DotDot || kind == Tok::DotDot)
    return false;
  if (isKeyword(kind) && kind != Tok::True && kind != Tok::False)
    return true;
  if (left == Tok::Ellipsis || before.isSlice)
    return false;
  return !(left == Tok::LBrace && kind == Tok::RBrace);
}

} // namespace nnc::dsl::format
