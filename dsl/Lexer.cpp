#include "dsl/Lexer.h"
#include "fast_float/fast_float.h"
#include <algorithm>
#include <array>
#include <cmath>

namespace nnc::dsl {
namespace {

namespace diag = support::diag;

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isWordStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
/// A byte of a character beyond ASCII: outside comments and strings it has no place, but people put it into names.
bool isForeignLetter(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool isWordPart(char c) { return isWordStart(c) || isDigit(c); }

struct Spelling {
  std::string_view text;
  Tok kind;
};

// Longer signs before their beginnings.
constexpr Spelling signs[] = {
    {"...", Tok::Ellipsis}, {"..", Tok::DotDot}, {".", Tok::Dot},      {"|>", Tok::Pipe},    {"->", Tok::Arrow},
    {"<-", Tok::Update},    {"<=", Tok::Le},     {"<", Tok::Lt},       {">=", Tok::Ge},      {">", Tok::Gt},
    {"==", Tok::Eq},        {"=", Tok::Assign},  {"!=", Tok::Ne},      {"**", Tok::Power},   {"*", Tok::Star},
    {"/", Tok::Slash},      {"%", Tok::Percent}, {"@", Tok::At},       {"+", Tok::Plus},     {"-", Tok::Minus},
    {"(", Tok::LParen},     {")", Tok::RParen},  {"[", Tok::LBracket}, {"]", Tok::RBracket}, {"{", Tok::LBrace},
    {"}", Tok::RBrace},     {",", Tok::Comma},   {":", Tok::Colon},
};

constexpr Spelling keywords[] = {
    {"param", Tok::Param}, {"state", Tok::State},   {"where", Tok::Where}, {"for", Tok::For},
    {"in", Tok::In},       {"if", Tok::If},         {"else", Tok::Else},   {"scan", Tok::Scan},
    {"yield", Tok::Yield}, {"assert", Tok::Assert}, {"and", Tok::And},     {"or", Tok::Or},
    {"not", Tok::Not},     {"as", Tok::As},         {"true", Tok::True},   {"false", Tok::False},
};

// Operators of other languages: what is written here instead, and the token that parsing goes on with.
struct ForeignSign {
  std::string_view text;
  std::string_view meant;
  Tok kind;
};
constexpr ForeignSign foreignSigns[] = {
    {"&&", "and", Tok::And}, {"||", "or", Tok::Or},  {"&", "and", Tok::And},
    {"|", "or", Tok::Or},    {"!", "not", Tok::Not}, {"^", "**", Tok::Power},
};

class Lexer {
public:
  Lexer(const SourceMap &sources, FileId file, DiagnosticSink &sink)
      : text(sources.text(file)), file(file), sink(sink) {}

  LexedFile run() {
    while (at < text.size())
      step();
    if (!made.tokens.empty() && made.tokens.back().kind != Tok::Newline)
      push(Tok::Newline, at, at);
    push(Tok::End, at, at);
    return std::move(made);
  }

private:
  char peek(size_t ahead = 0) const { return at + ahead < text.size() ? text[at + ahead] : '\0'; }
  bool startsWith(std::string_view word) const { return text.substr(at, word.size()) == word; }
  SourceRange range(size_t begin, size_t end) const {
    return {file, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }

  void push(Tok kind, size_t begin, size_t end) {
    Token token;
    token.kind = kind;
    token.text = text.substr(begin, end - begin);
    token.range = range(begin, end);
    token.firstOnLine = made.tokens.empty() || made.tokens.back().kind == Tok::Newline;
    token.inColumnOne = begin == 0 || text[begin - 1] == '\n';
    made.tokens.push_back(token);
  }

  void step() {
    char c = peek();
    if (c == '\n') {
      if (!made.tokens.empty() && made.tokens.back().kind != Tok::Newline)
        push(Tok::Newline, at, at + 1);
      ++at;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      ++at;
    } else if (startsWith("//")) {
      comment();
    } else if (isWordStart(c) || isForeignLetter(c)) {
      word();
    } else if (isDigit(c)) {
      number();
    } else if (c == '"') {
      string();
    } else if (c == '.' && isDigit(peek(1)) && !behindOperand()) {
      pointFirst();
    } else {
      sign();
    }
  }

  void comment() {
    size_t end = std::min(text.find('\n', at), text.size());
    size_t stop = end > at && text[end - 1] == '\r' ? end - 1 : end;
    Comment comment;
    size_t slashes = 2;
    // A line of slashes is a plain comment.
    if (startsWith("///") && peek(3) != '/') {
      comment.kind = CommentKind::Doc;
      slashes = 3;
    } else if (startsWith("//!")) {
      comment.kind = CommentKind::FileDoc;
      slashes = 3;
    }
    comment.range = range(at, stop);
    size_t begin = std::min(at + slashes, stop);
    if (begin < stop && text[begin] == ' ')
      ++begin;
    comment.text = text.substr(begin, stop - begin);
    made.comments.push_back(comment);
    at = end;
  }

  void word() {
    size_t begin = at;
    size_t foreign = std::string_view::npos;
    for (; isWordPart(peek()) || isForeignLetter(peek()); ++at)
      if (isForeignLetter(peek()) && foreign == std::string_view::npos)
        foreign = at;
    std::string_view word = text.substr(begin, at - begin);
    if (foreign != std::string_view::npos) {
      size_t end = foreign;
      while (isForeignLetter(end < at ? text[end] : ' '))
        ++end;
      sink.report(diag::UnknownCharacter, range(foreign, end), shown(text.substr(foreign, end - foreign)))
          .fact("names are made of the letters a to z, A to Z, digits and `_`");
    }
    Tok kind = Tok::Name;
    for (const Spelling &keyword : keywords)
      if (keyword.text == word)
        kind = keyword.kind;
    push(kind, begin, at);
  }

  /// Takes digits, a fraction, an exponent and whatever letters cling to them; parseNumber judges.
  void number() {
    size_t begin = at;
    auto digits = [&] {
      while (isDigit(peek()) || (peek() == '_' && at > begin))
        ++at;
    };
    digits();
    bool pointLast = false;
    // `stack.1.weight`: the place of an element, not a number with a fraction.
    bool isPlace = !made.tokens.empty() && made.tokens.back().kind == Tok::Dot && begin > 0 && text[begin - 1] == '.';
    if (!isPlace && peek() == '.' && peek(1) != '.') {
      pointLast = !isDigit(peek(1));
      ++at;
      digits();
    }
    if ((peek() == 'e' || peek() == 'E') &&
        (isDigit(peek(1)) || ((peek(1) == '+' || peek(1) == '-') && isDigit(peek(2))))) {
      at += 2;
      digits();
    }
    while (isWordPart(peek()))
      ++at;
    std::string_view spelling = text.substr(begin, at - begin);
    NumberValue ignored;
    NumberError error = parseNumber(spelling, ignored);
    if (error == NumberError::TooLarge) {
      sink.report(diag::NumberTooLarge, range(begin, at), spelling);
    } else if (error == NumberError::Malformed) {
      auto report = sink.report(diag::BadNumber, range(begin, at), spelling);
      if (pointLast && spelling.back() == '.')
        report.help("write a digit behind the point", {{range(at, at), "0"}});
      else
        report.fact("numbers are written 3, 20_000, 0.5, 1e-3, 2GiB");
    }
    push(Tok::Number, begin, at);
  }

  /// `x.5` is no number: an element is asked for.
  bool behindOperand() const {
    return at > 0 && (isWordPart(text[at - 1]) || text[at - 1] == ')' || text[at - 1] == ']');
  }

  void pointFirst() {
    size_t begin = at++;
    while (isWordPart(peek()))
      ++at;
    sink.report(diag::BadNumber, range(begin, at), text.substr(begin, at - begin))
        .help("write a digit before the point", {{range(begin, begin), "0"}});
    push(Tok::Number, begin, at);
  }

  void string() {
    size_t begin = at++;
    while (at < text.size() && peek() != '"' && peek() != '\n') {
      if (peek() != '\\') {
        ++at;
        continue;
      }
      char escaped = peek(1);
      if (escaped == 'n' || escaped == 't' || escaped == '"' || escaped == '\\') {
        at += 2;
        continue;
      }
      size_t width = at + 1 < text.size() && escaped != '\n' && escaped != '\r' ? 2 : 1;
      while (width > 1 && at + width < text.size() && (static_cast<unsigned char>(text[at + width]) & 0xc0) == 0x80)
        ++width;
      sink.report(diag::BadEscape, range(at, at + width), text.substr(at, width))
          .fact("escapes are `\\n`, `\\t`, `\\\"` and `\\\\`")
          .help("for a backslash write two", {{range(at, at), "\\"}});
      at += width;
    }
    if (peek() == '"') {
      ++at;
    } else {
      size_t end = at > begin + 1 && text[at - 1] == '\r' ? at - 1 : at;
      sink.report(diag::UnterminatedString, range(begin, end)).help("close it", {{range(end, end), "\""}});
    }
    push(Tok::String, begin, at);
  }

  void sign() {
    for (const Spelling &sign : signs)
      if (startsWith(sign.text)) {
        push(sign.kind, at, at + sign.text.size());
        at += sign.text.size();
        return;
      }
    if (foreignSign() || ragged() || otherComment() || semicolon() || otherString())
      return;
    unknown();
  }

  bool foreignSign() {
    for (const ForeignSign &sign : foreignSigns) {
      if (!startsWith(sign.text))
        continue;
      SourceRange where = range(at, at + sign.text.size());
      std::string edit(sign.meant);
      // `!x` becomes `not x`, `a&b` becomes `a and b`.
      bool isWord = isWordStart(edit[0]);
      if (isWord && at > 0 && isWordPart(text[at - 1]))
        edit.insert(0, 1, ' ');
      if (isWord && at + sign.text.size() < text.size() && text[at + sign.text.size()] != ' ')
        edit += ' ';
      sink.report(diag::ForeignOperator, where, sign.text, sign.meant)
          .help("write `" + std::string(sign.meant) + "`", {{where, edit}});
      push(sign.kind, at, at + sign.text.size());
      at += sign.text.size();
      return true;
    }
    return false;
  }

  /// `~T`: an axis of ragged length, not in this version. Parsing goes on as if it were not there.
  bool ragged() {
    if (peek() != '~')
      return false;
    size_t end = at + 1;
    while (end < text.size() && isWordPart(text[end]))
      ++end;
    sink.report(diag::RaggedAxis, range(at, end), text.substr(at, end - at))
        .help("until then take the whole axis and pass its length as an input, `length: int[B]`",
              {{range(at, at + 1), ""}});
    ++at;
    return true;
  }

  bool otherComment() {
    if (peek() != '#')
      return false;
    sink.report(diag::UnknownCharacter, range(at, at + 1), "#")
        .help("comments begin with `//`", {{range(at, at + 1), "//"}});
    at = std::min(text.find('\n', at), text.size());
    return true;
  }

  /// `;` ends a statement elsewhere: here it is dropped at the end of a line, and read as one inside it.
  bool semicolon() {
    if (peek() != ';')
      return false;
    size_t rest = text.find_first_not_of(" \t\r;", at);
    auto report = sink.report(diag::UnknownCharacter, range(at, at + 1), ";");
    if (rest == std::string_view::npos || text[rest] == '\n')
      report.help("the end of the line ends a statement", {{range(at, at + 1), ""}});
    else
      report.fact("the end of the line ends a statement");
    while (peek() == ';')
      ++at;
    if (!made.tokens.empty() && made.tokens.back().kind != Tok::Newline)
      push(Tok::Newline, at - 1, at);
    return true;
  }

  /// `'text'`: read as a string if it ends on its line.
  bool otherString() {
    if (peek() != '\'')
      return false;
    size_t end = text.find_first_of("'\"\\\n", at + 1);
    if (end == std::string_view::npos || text[end] != '\'')
      return false;
    sink.report(diag::UnknownCharacter, range(at, at + 1), "'")
        .help("strings stand in double quotes", {{range(at, at + 1), "\""}, {range(end, end + 1), "\""}});
    push(Tok::String, at, end + 1);
    at = end + 1;
    return true;
  }

  /// A run of characters that mean nothing is one error, and no token.
  void unknown() {
    size_t begin = at;
    auto meaningless = [&](char c) {
      auto byte = static_cast<unsigned char>(c);
      return (byte < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == '$' || c == '?' || c == '`' || c == '\'' ||
             c == '\\' || byte == 0x7f;
    };
    while (at < text.size() && meaningless(text[at]))
      ++at;
    if (at == begin)
      ++at;
    sink.report(diag::UnknownCharacter, range(begin, at), shown(text.substr(begin, at - begin)));
  }

  /// At most a few characters, control characters spelled out.
  static std::string shown(std::string_view bytes) {
    std::string made;
    for (char c : bytes.substr(0, 24)) {
      auto byte = static_cast<unsigned char>(c);
      const char *hex = "0123456789abcdef";
      if (byte < 0x20 || byte == 0x7f)
        made += {'<', hex[byte >> 4], hex[byte & 15], '>'};
      else
        made += c;
    }
    while (bytes.size() > 24 && !made.empty() && (static_cast<unsigned char>(made.back()) & 0xc0) == 0x80)
      made.pop_back();
    if (bytes.size() > 24 && !made.empty() && static_cast<unsigned char>(made.back()) >= 0xc0)
      made.pop_back();
    return bytes.size() > 24 ? made + "..." : made;
  }

  std::string_view text;
  FileId file;
  DiagnosticSink &sink;
  LexedFile made;
  size_t at = 0;
};

constexpr const char *tokenNames[] = {
#define NNC_TOKEN(NAME, TEXT) TEXT,
#include "dsl/Tokens.def"
#undef NNC_TOKEN
};

/// Digits with single `_` between them; what is left of `spelling` behind them, digits alone in `digits`.
bool takeDigits(std::string_view &spelling, std::string &digits) {
  if (spelling.empty() || !isDigit(spelling[0]))
    return false;
  size_t at = 0;
  while (at < spelling.size() && (isDigit(spelling[at]) || spelling[at] == '_')) {
    if (spelling[at] == '_' && (at + 1 == spelling.size() || !isDigit(spelling[at + 1])))
      return false;
    if (spelling[at] != '_')
      digits += spelling[at];
    ++at;
  }
  spelling.remove_prefix(at);
  return true;
}

} // namespace

const char *tokenName(Tok kind) { return tokenNames[static_cast<size_t>(kind)]; }

bool isKeyword(Tok kind) { return kind >= Tok::Param && kind <= Tok::False; }

bool isItemWord(std::string_view word) {
  constexpr std::array<std::string_view, 11> words = {"import", "dim",   "dataset", "weights",  "mask",   "fn",
                                                      "layer",  "model", "train",   "generate", "builtin"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

NumberError parseNumber(std::string_view spelling, NumberValue &value) {
  std::string digits;
  if (!takeDigits(spelling, digits))
    return NumberError::Malformed;
  value.isInteger = true;
  if (!spelling.empty() && spelling[0] == '.') {
    value.isInteger = false;
    spelling.remove_prefix(1);
    digits += '.';
    if (!takeDigits(spelling, digits))
      return NumberError::Malformed;
  }
  if (!spelling.empty() && (spelling[0] == 'e' || spelling[0] == 'E')) {
    value.isInteger = false;
    digits += 'e';
    spelling.remove_prefix(1);
    if (!spelling.empty() && (spelling[0] == '+' || spelling[0] == '-')) {
      if (spelling[0] == '-')
        digits += '-';
      spelling.remove_prefix(1);
    }
    if (!takeDigits(spelling, digits))
      return NumberError::Malformed;
  }
  int64_t unit = spelling == "KiB"   ? int64_t(1) << 10
                 : spelling == "MiB" ? int64_t(1) << 20
                 : spelling == "GiB" ? int64_t(1) << 30
                                     : 1;
  if (!spelling.empty() && unit == 1)
    return NumberError::Malformed;

  const char *end = digits.data() + digits.size();
  auto real = fast_float::from_chars(digits.data(), end, value.value);
  if (real.ec != std::errc() && real.ec != std::errc::result_out_of_range)
    return NumberError::Malformed;
  if (!std::isfinite(value.value))
    return NumberError::TooLarge;
  value.value *= static_cast<double>(unit);
  // A whole number of a unit is an integer as well: 0.5GiB is not.
  if (!value.isInteger)
    return NumberError::None;
  for (const char *c = digits.data(); c != end; ++c)
    if (__builtin_mul_overflow(value.integer, int64_t(10), &value.integer) ||
        __builtin_add_overflow(value.integer, int64_t(*c - '0'), &value.integer))
      return NumberError::TooLarge;
  if (__builtin_mul_overflow(value.integer, unit, &value.integer))
    return NumberError::TooLarge;
  return NumberError::None;
}

std::string parseString(std::string_view spelling) {
  std::string made;
  char quote = spelling.empty() ? '"' : spelling[0];
  if (!spelling.empty())
    spelling.remove_prefix(1);
  bool closed = false;
  for (size_t i = 0; i < spelling.size() && !closed; ++i) {
    char c = spelling[i];
    if (c == quote) {
      closed = true;
    } else if (c == '\\' && i + 1 < spelling.size()) {
      char escaped = spelling[++i];
      made += escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped;
    } else {
      made += c;
    }
  }
  return made;
}

LexedFile lex(const SourceMap &sources, FileId file, DiagnosticSink &sink) { return Lexer(sources, file, sink).run(); }

} // namespace nnc::dsl
