#include "codegen/Target/Cpp/Names.h"
#include "codegen/Target/Cpp/Prelude.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

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
  static const StringSet<> words = {"linux",  "unix",   "i386",     "assert", "errno",  "stdin",
                                    "stdout", "stderr", "offsetof", "main",   "alloca", "strdupa",
                                    "minor",  "major",  "makedev",  "std",    "abs",    "nnc"};
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
  if (name.empty())
    name = "value";
  if (isDigit(name.front()))
    name = "n" + name;
  if (keywords().contains(name) || taken().contains(name) || looksLikeMacro(name))
    name += name.back() == '_' ? "v" : "_";
  return name;
}

std::string commentText(StringRef bytes) {
  std::string text;
  for (size_t i = 0; i < bytes.size(); ++i) {
    auto c = static_cast<unsigned char>(bytes[i]);
    // Marks that reorder what a reader sees: U+202A…E, U+2066…9, U+200E, U+200F, U+061C.
    StringRef rest = bytes.substr(i);
    bool mark = rest.starts_with("\xd8\x9c") || rest.starts_with("\xe2\x80\x8e") || rest.starts_with("\xe2\x80\x8f");
    for (char last = '\xaa'; last <= '\xae' && !mark; ++last)
      mark = rest.starts_with("\xe2\x80") && rest.size() > 2 && rest[2] == last;
    for (char last = '\xa6'; last <= '\xa9' && !mark; ++last)
      mark = rest.starts_with("\xe2\x81") && rest.size() > 2 && rest[2] == last;
    if (mark) {
      text += '?';
      i += c == 0xd8 ? 1 : 2;
      continue;
    }
    if (c == '?' && !text.empty() && text.back() == '?')
      text += ' '; // no trigraph
    text += c < 0x20 || c == 0x7f ? ' ' : bytes[i];
  }
  StringRef trimmed = StringRef(text).rtrim(" \\");
  return trimmed.str();
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

Names::Names() {
  push();
  for (StringRef name : Prelude::reservedNames())
    scopes.front().insert(name);
}

bool Names::inUse(StringRef name) const {
  return any_of(scopes, [&](const StringSet<> &scope) { return scope.contains(name); }) || Prelude::isTypeName(name);
}

std::string Names::fresh(StringRef hint) {
  std::string base = identifier(hint), name = base;
  if (isDigit(base.back()) || Prelude::isTypeName(base + "2")) // `load2`, `f32x162` are none of ours
    base += '_';
  for (int number = 2; inUse(name); ++number)
    name = base + std::to_string(number);
  scopes.back().insert(name);
  return name;
}

} // namespace nnc::cpp
