#include "test/fuzz/Mutators.h"
#include <algorithm>
#include <cctype>
#include <random>
#include <vector>

namespace nnc::fuzz {
namespace {

struct Piece {
  size_t begin, end;
};

const char *const words[] = {
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "=",
    "<-",
    "->",
    "|>",
    "+",
    "-",
    "*",
    "/",
    "%",
    "@",
    "**",
    "<",
    "<=",
    "==",
    ".",
    "..",
    "...",
    "param",
    "state",
    "where",
    "for",
    "in",
    "if",
    "else",
    "scan",
    "yield",
    "assert",
    "and",
    "or",
    "not",
    "as",
    "true",
    "dim",
    "layer",
    "model",
    "fn",
    "train",
    "over",
    "reverse",
    "float",
    "int",
    "bool",
    "sum",
    "max",
    "mean",
    "relu",
    "softmax",
    "Linear",
    "last",
    "zeros",
    "chunk",
    "concat",
    "0",
    "1",
    "-1",
    "\"s\"",
    "\n",
    "//",
    "LSTM",
    "upto",
    "on",
    "cross_entropy",
    "uniform(0.1)",
    "x |> l: Linear(3)",
    "[i] = ",
};

const char *const numbers[] = {
    "0",
    "1",
    "2",
    "3",
    "16",
    "17",
    "255",
    "65536",
    "2147483647",
    "2147483648",
    "4294967296",
    "1099511627776",
    "4611686018427387904",
    "9223372036854775807",
    "9223372036854775808",
    "1e308",
    "1e309",
    "5e-324",
    "0.5",
    "1_000",
    "2GiB",
    "1e3",
    "0.1e1",
};

bool isWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// A text as tokens: words, numbers, strings, comments, single signs. Blanks lie between them.
std::vector<Piece> piecesOf(std::string_view text) {
  std::vector<Piece> made;
  for (size_t at = 0; at < text.size();) {
    size_t begin = at;
    if (text.substr(at, 2) == "//") {
      at = std::min(text.find('\n', at), text.size());
    } else if (text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"' && text[at] != '\n'; ++at)
        ;
      at = std::min(at + 1, text.size());
    } else if (isWord(text[at])) {
      while (at < text.size() && (isWord(text[at]) || (text[at] == '.' && std::isdigit(text[begin]))))
        ++at;
    } else {
      ++at;
      if (text[begin] == ' ')
        continue;
    }
    made.push_back({begin, at});
  }
  return made;
}

/// One edit of one text.
class Editor {
public:
  Editor(std::string_view text, uint32_t seed) : text(text), pieces(piecesOf(text)), random(seed) {}

  std::string run() {
    if (pieces.empty())
      return words[below(std::size(words))];
    switch (below(12)) {
    case 0:
      return replace(some(1 + below(4)), "");
    case 1:
      return insert(std::string(of(some(1 + below(6)))));
    case 2:
      return swapped();
    case 3:
    case 4:
      return alike();
    case 5:
      return withNumber();
    case 6:
    case 7:
      return insert(words[below(std::size(words))]);
    case 8:
      return lines();
    case 9:
      return wrapped();
    case 10:
      return group(text);
    default:
      return renamed();
    }
  }

  std::string cross(std::string_view other) {
    if (pieces.empty() || other.empty())
      return std::string(text) + std::string(other);
    if (below(2))
      return group(other);
    Piece from = line(other);
    size_t at = line(text).begin;
    return replace({at, at}, std::string(other.substr(from.begin, from.end - from.begin)) + "\n");
  }

private:
  uint32_t below(size_t bound) { return uint32_t(random() % bound); }
  std::string_view of(Piece piece) const { return text.substr(piece.begin, piece.end - piece.begin); }
  Piece some(size_t count) {
    size_t first = below(pieces.size());
    return {pieces[first].begin, pieces[std::min(first + count, pieces.size()) - 1].end};
  }
  std::string replace(Piece piece, std::string_view by) const {
    return std::string(text.substr(0, piece.begin)) + std::string(by) + std::string(text.substr(piece.end));
  }
  std::string insert(const std::string &what) {
    size_t at = pieces[below(pieces.size())].begin;
    return replace({at, at}, what + (below(4) ? " " : ""));
  }

  std::string swapped() {
    Piece a = some(1), b = some(1 + below(3));
    if (a.begin > b.begin)
      std::swap(a, b);
    if (a.end > b.begin)
      return replace(a, "");
    return std::string(text.substr(0, a.begin)) + std::string(of(b)) +
           std::string(text.substr(a.end, b.begin - a.end)) + std::string(of(a)) + std::string(text.substr(b.end));
  }

  /// A word in place of a word, a sign in place of a sign.
  std::string alike() {
    Piece target = some(1);
    std::vector<Piece> same;
    for (Piece piece : pieces)
      if (isWord(text[piece.begin]) == isWord(text[target.begin]) && text[piece.begin] != '\n')
        same.push_back(piece);
    return same.empty() ? std::string(text) : replace(target, of(same[below(same.size())]));
  }

  std::string withNumber() {
    std::vector<Piece> found;
    for (Piece piece : pieces)
      if (std::isdigit(static_cast<unsigned char>(text[piece.begin])))
        found.push_back(piece);
    Piece target = found.empty() ? some(1) : found[below(found.size())];
    return replace(target, numbers[below(std::size(numbers))]);
  }

  /// A run of one to three lines.
  Piece line(std::string_view of) {
    size_t at = below(of.size());
    size_t begin = at == 0 ? 0 : of.rfind('\n', at - 1) + 1; // npos + 1 is 0
    size_t end = begin;
    for (uint32_t count = 1 + below(3); count > 0 && end < of.size(); --count)
      end = std::min(of.find('\n', end), of.size() - 1) + 1;
    return {begin, end};
  }

  std::string lines() {
    Piece piece = line(text);
    size_t at = line(text).begin;
    switch (below(3)) {
    case 0:
      return replace(piece, "");
    case 1:
      return replace({at, at}, of(piece));
    default:
      if (at >= piece.begin)
        return replace({at, at}, of(piece));
      return std::string(text.substr(0, at)) + std::string(of(piece)) + std::string(text.substr(at, piece.begin - at)) +
             std::string(text.substr(piece.end));
    }
  }

  std::string wrapped() {
    static const char *const around[][2] = {
        {"(", ")"},  {"[", "]"},     {"{", "}"},      {"-", ""},
        {"f(", ")"}, {"relu(", ")"}, {"sum[i] ", ""}, {"if true {", "} else { 0 }"}};
    Piece piece = some(1 + below(8));
    const auto &pair = around[below(std::size(around))];
    return replace(piece, pair[0] + std::string(of(piece)) + pair[1]);
  }

  static std::vector<Piece> groupsOf(std::string_view text) {
    std::vector<Piece> made;
    std::vector<size_t> open;
    for (Piece piece : piecesOf(text)) {
      char c = text[piece.begin];
      if (c == '(' || c == '[' || c == '{')
        open.push_back(piece.begin);
      else if ((c == ')' || c == ']' || c == '}') && !open.empty()) {
        made.push_back({open.back(), piece.end});
        open.pop_back();
      }
    }
    return made;
  }

  /// A bracketed group of `from` in place of one of this text.
  std::string group(std::string_view from) {
    std::vector<Piece> own = groupsOf(text), others = groupsOf(from);
    if (own.empty() || others.empty())
      return insert("()");
    Piece target = own[below(own.size())];
    std::erase_if(others, [&](Piece piece) { return from[piece.begin] != text[target.begin]; });
    if (others.empty())
      return replace(target, "");
    Piece piece = others[below(others.size())];
    return replace(target, from.substr(piece.begin, piece.end - piece.begin));
  }

  /// One name everywhere instead of another.
  std::string renamed() {
    std::string_view from = of(some(1)), to = of(some(1));
    std::string made;
    size_t behind = 0;
    for (Piece piece : pieces) {
      made += text.substr(behind, piece.begin - behind);
      made += of(piece) == from && isWord(from[0]) ? to : of(piece);
      behind = piece.end;
    }
    return made + std::string(text.substr(behind));
  }

  std::string_view text;
  std::vector<Piece> pieces;
  std::mt19937 random;
};

} // namespace

std::string editProgram(std::string_view text, uint32_t seed) { return Editor(text, seed).run(); }
std::string crossPrograms(std::string_view text, std::string_view other, uint32_t seed) {
  return Editor(text, seed).cross(other);
}

} // namespace nnc::fuzz
