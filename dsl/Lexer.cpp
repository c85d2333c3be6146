#include "dsl/Lexer.h"
#include "dsl/ForeignCharacters.h"
#include <algorithm>
#include <array>

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
    {"&&", "and", Tok::And}, {"||", "or", Tok::Or},   {"&", "and", Tok::And},   {"|", "or", Tok::Or},
    {"!", "not", Tok::Not},  {"^", "**", Tok::Power}, {":=", "=", Tok::Assign}, {"<>", "!=", Tok::Ne},
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
    } else if (startsWith("/*")) {
      blockComment();
    } else if (isForeignLetter(c) && foreignSign(foreignCharacter(text.substr(at)))) {
      return;
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

  /// `/* … */` of other languages is left out.
  void blockComment() {
    size_t begin = at, end = text.find("*/", at + 2);
    bool isClosed = end != std::string_view::npos;
    at = isClosed ? end + 2 : std::min(text.find('\n', at), text.size());
    auto report = sink.report(diag::UnknownCharacter, range(begin, begin + 2), "/*");
    size_t lineEnd = std::min(text.find('\n', begin), text.size());
    bool isAlone = isClosed && text.find_first_not_of(" \t\r", at) >= lineEnd && at <= lineEnd;
    if (!isAlone) {
      report.help("a comment begins with `//`, on each of its lines, and ends with the line");
      return;
    }
    while (end > begin + 2 && text[end - 1] == ' ')
      --end;
    report.help("comments begin with `//`", {{range(begin, begin + 2), "//"}, {range(end, at), ""}});
  }

  void word() {
    size_t begin = at;
    size_t foreign = std::string_view::npos;
    for (; isWordPart(peek()) || isForeignLetter(peek()); ++at) {
      if (isForeignLetter(peek()) && foreignCharacter(text.substr(at)))
        break;
      if (isForeignLetter(peek()) && foreign == std::string_view::npos)
        foreign = at;
    }
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
    bool isPair = startsWith(":=") || startsWith("<>");
    for (const Spelling &sign : signs)
      if (!isPair && startsWith(sign.text)) {
        push(sign.kind, at, at + sign.text.size());
        at += sign.text.size();
        return;
      }
    if (foreignOperator() || ragged() || otherComment() || semicolon() || otherString())
      return;
    unknown();
  }

  /// `| Linear(3)`: a layer, whose name begins with a capital letter and has small ones.
  bool beforeStage() const {
    size_t begin = text.find_first_not_of(' ', at + 1), end = begin;
    while (end < text.size() && isWordPart(text[end]))
      ++end;
    auto isSmall = [](char c) { return c >= 'a' && c <= 'z'; };
    return begin < end && !isSmall(text[begin]) && std::any_of(text.begin() + begin, text.begin() + end, isSmall);
  }

  bool foreignOperator() {
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
      if (sign.kind == Tok::Or && sign.text == "|" && beforeStage()) {
        sink.report(diag::ForeignOperator, where, "|", "|>").help("the next stage follows `|>`", {{where, "|>"}});
        push(Tok::Pipe, at, at + 1);
        ++at;
        return true;
      }
      sink.report(diag::ForeignOperator, where, sign.text, sign.meant)
          .help("write `" + std::string(sign.meant) + "`", {{where, edit}});
      push(sign.kind, at, at + sign.text.size());
      at += sign.text.size();
      return true;
    }
    return false;
  }

  /// A sign beyond ASCII is read as the one that is meant.
  bool foreignSign(const std::optional<ForeignCharacter> &found) {
    if (!found)
      return false;
    if (found->meant == "\"")
      return curlyString(*found);
    size_t begin = at;
    std::string meant;
    for (auto same = found; same && same->meant == found->meant; same = foreignCharacter(text.substr(at))) {
      meant += same->meant;
      at += same->width;
      if (!found->meant.empty() && found->meant != " ") // blanks stand in rows
        break;
    }
    auto report = sink.report(diag::UnknownCharacter, range(begin, at), found->shown);
    std::vector<support::Edit> edits = {{range(begin, at), meant}};
    if (meant.empty())
      report.fact("it cannot be seen").help("leave it out", edits);
    else if (found->meant == " " || meant == "\n")
      report.help(meant == "\n" ? "write a plain end of the line" : "write a plain blank", edits);
    else
      report.help("write `" + meant + "`", edits);
    if (meant == "\n" && !made.tokens.empty() && made.tokens.back().kind != Tok::Newline)
      push(Tok::Newline, begin, at);
    if (const Spelling *sign =
            std::find_if(std::begin(signs), std::end(signs), [&](const Spelling &one) { return one.text == meant; });
        sign != std::end(signs))
      push(sign->kind, begin, at);
    else if (meant == "and" || meant == "or")
      push(meant == "or" ? Tok::Or : Tok::And, begin, at);
    return true;
  }

  /// `“text”`: read as a string if it ends on its line.
  bool curlyString(const ForeignCharacter &open) {
    size_t begin = at, end = at + open.width, width = 0;
    for (; end < text.size() && text[end] != '\n' && width == 0; end += width > 0 ? 0 : 1) {
      auto close = foreignCharacter(text.substr(end));
      width = text[end] == '"' ? 1 : close && close->meant == "\"" ? close->width : 0;
    }
    at += open.width;
    auto report = sink.report(diag::UnknownCharacter, range(begin, at), open.shown);
    if (width == 0) {
      report.help("write `\"`", {{range(begin, at), "\""}});
      return true;
    }
    report.help("strings stand in double quotes", {{range(begin, at), "\""}, {range(end, end + width), "\""}});
    at = end + width;
    push(Tok::String, begin, at);
    return true;
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
    auto report = sink.report(diag::UnknownCharacter, range(begin, at), shown(text.substr(begin, at - begin)));
    bool isAxis =
        !made.tokens.empty() && (made.tokens.back().kind == Tok::LBracket || made.tokens.back().kind == Tok::Comma);
    if (text[begin] == '?' && isAxis)
      report.help("a size that is not known is a capital letter, such as `B`");
    else if (text[begin] == '?')
      report.help("a value with a condition is `if c { a } else { b }`, element by element `select(c, a, b)`");
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

} // namespace

const char *tokenName(Tok kind) { return tokenNames[static_cast<size_t>(kind)]; }

bool isKeyword(Tok kind) { return kind >= Tok::Param && kind <= Tok::False; }

bool isItemWord(std::string_view word) {
  constexpr std::array<std::string_view, 11> words = {"import", "dim",   "dataset", "weights",  "mask",   "fn",
                                                      "layer",  "model", "train",   "generate", "builtin"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

LexedFile lex(const SourceMap &sources, FileId file, DiagnosticSink &sink) { return Lexer(sources, file, sink).run(); }

} // namespace nnc::dsl
