#include "codegen/Target/Cpp/Names.h"
#include "codegen/Target/Cpp/Prelude.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

using namespace llvm;

namespace nnc::cpp {
namespace {

const StringSet<> &keywords() {
  static const StringSet<> words = {
      "alignas",     "alignof",  "and",        "and_eq",    "asm",       "auto",         "bitand",
      "bitor",       "bool",     "break",      "case",      "catch",     "char",         "char8_t",
      "char16_t",    "char32_t", "class",      "co_await",  "co_return", "co_yield",     "compl",
      "concept",     "const",    "const_cast", "consteval", "constexpr", "constinit",    "continue",
      "decltype",    "default",  "delete",     "do",        "double",    "dynamic_cast", "else",
      "enum",        "explicit", "export",     "extern",    "false",     "float",        "for",
      "friend",      "goto",     "if",         "inline",    "int",       "long",         "mutable",
      "namespace",   "new",      "noexcept",   "not",       "not_eq",    "nullptr",      "operator",
      "or",          "or_eq",    "private",    "protected", "public",    "register",     "reinterpret_cast",
      "requires",    "return",   "short",      "signed",    "sizeof",    "static",       "static_assert",
      "static_cast", "struct",   "switch",     "template",  "this",      "thread_local", "throw",
      "true",        "try",      "typedef",    "typeid",    "typename",  "typeof",       "union",
      "unsigned",    "using",    "virtual",    "void",      "volatile",  "wchar_t",      "while",
      "xor",         "xor_eq"};
  return words;
}

/// Lower-case macros of compilers and headers, and functions that a definition of ours would collide with.
const StringSet<> &taken() {
  static const StringSet<> words = {"linux",   "unix",     "i386",   "assert",  "errno",   "stdin",  "stdout",
                                    "stderr",  "offsetof", "main",   "alloca",  "strdupa", "minor",  "major",
                                    "makedev", "std",      "abs",    "nnc",     "uint",    "ulong",  "ushort",
                                    "fd_set",  "fd_mask",  "u_char", "u_short", "u_int",   "u_long", "bit_cast"};
  return words;
}

/// Headers keep capitals of some length for macros.
bool looksLikeMacro(StringRef name) {
  return name.size() > 2 && none_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
}

} // namespace

std::string identifier(StringRef bytes) {
  std::string name;
  for (char c : bytes) {
    char next = isAlnum(c) ? c : '_';
    if (next != '_' || (!name.empty() && name.back() != '_')) // `__` and a leading `_` are the implementation's
      name += next;
  }
  constexpr size_t longest = 100; // so that lines can be broken
  name.resize(std::min(name.size(), longest));
  if (name.empty())
    name = "value";
  if (isDigit(name.front()))
    name = "n" + name;
  if (keywords().contains(name) || taken().contains(name) || looksLikeMacro(name) || StringRef(name).ends_with("_t"))
    name += name.back() == '_' ? "v" : "_";
  return name;
}

/// Ends of lines that are no line feed, and marks that move or hide what a reader sees.
static bool deceives(UTF32 point) {
  constexpr std::pair<UTF32, UTF32> ranges[] = {{0, 0x1f},        {0x7f, 0x9f},     {0x61c, 0x61c},  {0x200b, 0x200f},
                                                {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}};
  return any_of(ranges, [&](auto range) { return range.first <= point && point <= range.second; });
}

std::string commentText(StringRef bytes) {
  std::string text;
  for (StringRef rest = bytes; !rest.empty();) {
    const auto *at = rest.bytes_begin();
    size_t size = std::min<size_t>(getNumBytesForUTF8(*at), rest.size());
    UTF32 point = 0;
    if (convertUTF8Sequence(&at, rest.bytes_begin() + size, &point, strictConversion) != conversionOK)
      point = '?', size = 1;
    if (deceives(point))
      point = point < 0x20 ? ' ' : '?';
    if (point == '?' && StringRef(text).ends_with("?"))
      text += ' '; // no trigraph
    if (point == '?' || point == ' ')
      text += static_cast<char>(point);
    else
      text += rest.take_front(size);
    rest = rest.drop_front(size);
  }
  // A line may be broken at any blank, and none may end in a backslash.
  std::string kept;
  bool beforeBlank = true;
  for (char c : reverse(text)) {
    if (c == '\\' && beforeBlank)
      continue;
    beforeBlank = c == ' ';
    kept += c;
  }
  std::reverse(kept.begin(), kept.end());
  return StringRef(kept).rtrim().str();
}

std::string stringLiteral(StringRef bytes) {
  std::string text = "\"";
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    bool plain = byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\' && c != '?';
    if (plain) {
      text += c;
    } else if (c == '"' || c == '\\' || c == '?') {
      text += '\\';
      text += c;
    } else { // three digits: a digit behind them is not swallowed
      text += '\\';
      for (int shift : {6, 3, 0})
        text += static_cast<char>('0' + ((byte >> shift) & 7));
    }
  }
  return text + "\"";
}

void forEachWord(StringRef text, function_ref<void(StringRef)> use) {
  auto isWord = [](char c) { return isAlnum(c) || c == '_'; };
  for (size_t at = 0; at < text.size();) {
    size_t end = at + 1;
    if (text[at] == '"') {
      while (end < text.size() && text[end] != '"')
        end += text[end] == '\\' ? 2 : 1;
      ++end;
    } else if (text.substr(at).starts_with("//")) {
      end = text.find('\n', at);
    } else if (isWord(text[at])) {
      while (end < text.size() && isWord(text[end]))
        ++end;
      use(text.slice(at, end));
    }
    at = std::min(end, text.size());
  }
}

bool mentions(StringRef text, StringRef word) {
  bool found = false;
  forEachWord(text, [&](StringRef one) { found |= one == word; });
  return found;
}

Names::Names() {
  push();
  for (StringRef name : Prelude::reservedNames())
    scopes.front().insert(name);
}

bool Names::inUse(StringRef name) const {
  return any_of(scopes, [&](const StringSet<> &scope) { return scope.contains(name); }) || Prelude::isTypeName(name);
}

std::string Names::fresh(StringRef hint) {
  std::string base = identifier(hint);
  if (Prelude::isTypeName(base) || Prelude::isTypeName(base + "2")) // no number behind `f32x` or `load1` makes it ours
    base = "v_" + base;
  std::string name = base;
  if (isDigit(base.back()))
    base += '_';
  for (int number = 2; inUse(name); ++number)
    name = base + std::to_string(number);
  scopes.back().insert(name);
  return name;
}

} // namespace nnc::cpp
