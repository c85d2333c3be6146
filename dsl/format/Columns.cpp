#include "dsl/format/Columns.h"
#include <algorithm>

namespace nnc::dsl::format {
namespace {

/// Columns that would need more spaces than this stay as they are.
constexpr size_t widestGap = 16, widestCommentGap = 40;

/// The first token of the kind outside of brackets, or `end`.
size_t findOutside(const std::vector<Mark> &marks, size_t first, size_t end, Tok kind) {
  size_t depth = 0;
  for (size_t i = first; i < end; ++i) {
    Tok here = marks[i].token->kind;
    if (depth == 0 && here == kind)
      return i; // also a closing one
    depth += opens(here) ? 1 : 0;
    depth -= closes(here) && depth > 0 ? 1 : 0;
  }
  return end;
}

bool beginsUpper(const Token &token) { return token.kind == Tok::Name && token.text[0] >= 'A' && token.text[0] <= 'Z'; }

/// `Linear`, `Linear(3)` or a list that begins with a layer or a label; not `Linear(3)(x)`.
bool makesLayer(const std::vector<Mark> &marks, size_t at, size_t end) {
  auto is = [&](size_t place, Tok kind) { return place < end && marks[place].token->kind == kind; };
  if (is(at, Tok::LBracket))
    return at + 1 < end && (beginsUpper(*marks[at + 1].token) || is(at + 2, Tok::Colon));
  if (at >= end || !beginsUpper(*marks[at].token))
    return false;
  if (at + 1 == end || !is(at + 1, Tok::LParen))
    return at + 1 == end;
  return findOutside(marks, at + 2, end, Tok::RParen) + 1 == end;
}

Align kindOf(const std::vector<Mark> &marks, size_t first, size_t end, Align inside) {
  auto is = [&](size_t ahead, Tok kind) { return first + ahead < end && marks[first + ahead].token->kind == kind; };
  switch (inside) {
  case Align::Dim:
    return is(2, Tok::Assign) ? Align::Dim : Align::None;
  case Align::Field:
    return is(1, Tok::Colon) ? Align::Field : Align::None;
  case Align::Setting:
    return is(1, Tok::Assign) ? Align::Setting : Align::None;
  case Align::Rule:
    return is(1, Tok::Arrow) ? Align::Rule : Align::None;
  default:
    break;
  }
  if (is(0, Tok::Param) || is(0, Tok::State))
    return is(0, Tok::Param) ? Align::Param : Align::State;
  if (is(0, Tok::Name) && is(1, Tok::Update))
    return Align::Update;
  bool isBinding = is(0, Tok::Name) && is(1, Tok::Assign);
  return isBinding && makesLayer(marks, first + 2, end) ? Align::Layer : Align::None;
}

template <typename Each> void pad(std::vector<Line *> &run, size_t widest, Each widthOf, size_t gap) {
  size_t most = 0, least = SIZE_MAX;
  for (const Line *line : run) {
    most = std::max(most, widthOf(*line));
    least = std::min(least, widthOf(*line));
  }
  if (run.size() < 2 || most - least > widest)
    return;
  for (Line *line : run) {
    size_t missing = most - widthOf(*line);
    if (gap == SIZE_MAX) {
      line->code.append(missing, ' ');
      continue;
    }
    line->code.insert(line->stops[gap], missing, ' ');
    for (size_t later = gap; later < line->stops.size(); ++later)
      line->stops[later] += missing;
  }
}

void alignRun(std::vector<Line *> &run) {
  size_t stops = run.empty() ? 0 : run.front()->stops.size();
  for (size_t stop = 0; !run.empty() && stop < stops; ++stop)
    pad(
        run, widestGap,
        [&](const Line &line) { return width(std::string_view(line.code).substr(0, line.stops[stop])); }, stop);
  run.clear();
}

void alignComments(std::vector<Line *> &run) {
  pad(run, widestCommentGap, [](const Line &line) { return line.indent + width(line.code); }, SIZE_MAX);
  run.clear();
}

} // namespace

void findStops(Line &line, const std::vector<Mark> &marks, const std::vector<size_t> &places, size_t first,
               Align inside) {
  const size_t end = first + places.size();
  line.align = inside == Align::Element ? inside : kindOf(marks, first, end, inside);
  if (line.align == Align::None)
    return;
  if (line.align == Align::Element) {
    for (size_t at = first; (at = findOutside(marks, at, end, Tok::Comma) + 1) < end;)
      line.stops.push_back(places[at - first]);
    return;
  }
  bool hasType = line.align == Align::Param || line.align == Align::State || line.align == Align::Field;
  if (hasType) {
    size_t type = findOutside(marks, first, end, Tok::Colon) + 1;
    if (type < end)
      line.stops.push_back(places[type - first]);
  }
  Tok sign = line.align == Align::Update ? Tok::Update : line.align == Align::Rule ? Tok::Arrow : Tok::Assign;
  size_t at = findOutside(marks, first, end, sign);
  if (at < end)
    line.stops.push_back(places[at - first]);
}

void alignColumns(std::vector<Line> &lines) {
  std::vector<Line *> run, commented;
  for (Line &line : lines) {
    bool isComment = line.code.empty();
    if (line.blankBefore || (!isComment && !run.empty() &&
                             (run.back()->align != line.align || run.back()->indent != line.indent ||
                              run.back()->stops.size() != line.stops.size())))
      alignRun(run);
    if (!isComment && line.align != Align::None)
      run.push_back(&line);
  }
  alignRun(run);
  for (Line &line : lines) {
    if (line.blankBefore || line.code.empty() || line.comment.empty())
      alignComments(commented);
    if (!line.code.empty() && !line.comment.empty())
      commented.push_back(&line);
  }
  alignComments(commented);
}

std::string print(const std::vector<Line> &lines) {
  std::string text;
  for (const Line &line : lines) {
    if (line.blankBefore)
      text += '\n';
    text.append(line.indent, ' ');
    text += line.code;
    if (!line.comment.empty())
      text += (line.code.empty() ? "" : "  ") + line.comment;
    text += '\n';
  }
  return text;
}

} // namespace nnc::dsl::format
