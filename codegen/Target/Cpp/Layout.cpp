#include "codegen/Target/Cpp/Layout.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace nnc::cpp {

void Layout::push(std::string text) { lines.push_back(std::string(indent, ' ') + std::move(text)); }

void Layout::line(StringRef text) {
  if (!frames.empty())
    ++frames.back().statements;
  push(text.str());
}

void Layout::blank() {
  if (!lines.empty() && !lines.back().empty())
    lines.emplace_back();
}

namespace {

/// Lines of `before(arguments)after`, the first from column `indent`: the others stand behind the parenthesis if every
/// argument fits there, else, or if `inside`, four columns in.
std::vector<std::string> wrapped(size_t indent, const std::string &before, ArrayRef<std::string> arguments,
                                 StringRef after, bool inside = false) {
  size_t at = indent + before.size() + 1, widest = 0;
  for (auto [i, argument] : enumerate(arguments))
    widest = std::max(widest, argument.size() + (i + 1 == arguments.size() ? after.size() + 1 : 1));
  std::vector<std::string> lines;
  std::string current = std::string(indent, ' ') + before + "(";
  if (inside || at + widest > Layout::columns) {
    lines.push_back(current);
    at = indent + 4;
    current = std::string(at, ' ');
  }
  bool first = true;
  for (auto [i, argument] : enumerate(arguments)) {
    bool last = i + 1 == arguments.size();
    if (!first && current.size() + 1 + argument.size() + (last ? after.size() + 1 : 1) > Layout::columns) {
      lines.push_back(current);
      current = std::string(at, ' ');
      first = true;
    }
    current += (first ? "" : " ") + argument + (last ? ")" + after.str() : ",");
    first = false;
  }
  lines.push_back(current);
  return lines;
}

} // namespace

void Layout::call(StringRef before, ArrayRef<std::string> arguments, StringRef after) {
  std::string whole = (before + "(" + join(arguments, ", ") + ")" + after).str();
  if (fits(whole))
    return line(whole);
  if (!frames.empty())
    ++frames.back().statements;
  std::vector<std::string> text = wrapped(indent, before.str(), arguments, after);
  auto [target, callee] = before.split(" = ");
  if (!callee.empty()) { // the call on lines of its own, if it then needs fewer
    std::vector<std::string> below = wrapped(indent + 4, callee.str(), arguments, after);
    below.insert(below.begin(), std::string(indent, ' ') + (target + " =").str());
    if (below.size() <= text.size())
      text = below;
  }
  // What clang-format weighs: a line costs 41. The arguments four columns in cost as much as half a line more, in a
  // definition two lines and a half; the name of a definition on a line of its own more than two, a little less behind
  // `template <…>`.
  bool defines = after == " {",
       isTemplate = defines && !lines.empty() && StringRef(lines.back()).starts_with("template");
  std::vector<std::string> inner = wrapped(indent, before.str(), arguments, after, /*inside=*/true);
  auto [type, name] = before.rsplit(' ');
  std::vector<std::string> named = wrapped(indent, name.str(), arguments, after);
  auto cost = [](const std::vector<std::string> &form, size_t more) { return 41 * form.size() + more; };
  size_t behind = cost(text, 0), inside = cost(inner, defines ? 99 : 18), below = cost(named, isTemplate ? 80 : 95);
  if (defines && below < std::min(behind, inside)) {
    push(type.str());
    text = named;
  } else if (inside < behind) {
    text = inner;
  }
  lines.insert(lines.end(), text.begin(), text.end());
}

bool Layout::assign(StringRef before, StringRef value) {
  if (indent + 4 + value.size() > columns)
    return false;
  push(before.rtrim().str());
  push("    " + value.str());
  if (!frames.empty())
    ++frames.back().statements;
  return true;
}

void Layout::comment(StringRef text) {
  std::string current = "//";
  bool first = true;
  SmallVector<StringRef> words;
  text.split(words, ' ', -1, /*KeepEmpty=*/false);
  for (StringRef word : words) {
    if (!first && indent + current.size() + 1 + word.size() > columns) {
      push(current);
      current = "//";
    }
    current += (" " + word).str();
    first = false;
  }
  push(current);
}

void Layout::open(StringRef head, Block block) {
  if (!frames.empty())
    ++frames.back().statements;
  frames.push_back({lines.size(), block});
  push((head + " {").str());
  indent += 2;
}

void Layout::openCall(StringRef head, ArrayRef<std::string> parameters) {
  call(head, parameters, " {");
  frames.push_back({lines.size() - 1, Block::function});
  indent += 2;
}

bool Layout::bodyIsShort(const Frame &frame) const {
  if (frame.block == Block::braces || frame.statements != 1)
    return false;
  StringRef body = StringRef(lines[frame.head + 1]).ltrim();
  if (body.starts_with("if ") || body.starts_with("switch ") || body.starts_with("//"))
    return false;
  if (frame.block == Block::loop) // a statement of several lines and `for` over `for` need none either
    return !StringRef(lines.back()).ltrim().starts_with("}");
  bool function = frame.block == Block::function;
  size_t head = lines[frame.head].size() - (function ? 0 : 2), tail = function ? 2 : 0;
  return lines.size() == frame.head + 2 && head + 1 + body.size() + tail <= columns && !body.starts_with("for ");
}

void Layout::close(StringRef tail) {
  indent -= 2;
  Frame frame = frames.back();
  frames.pop_back();
  if (frame.block == Block::function && frame.statements == 0) {
    lines.back() += "}";
    return;
  }
  if (tail.empty() && bodyIsShort(frame)) {
    std::string &head = lines[frame.head];
    if (frame.block == Block::function) {
      head += " " + StringRef(lines.back()).ltrim().str() + " }";
      lines.pop_back();
      return;
    }
    head.resize(head.size() - 2);
    if (frame.block == Block::inLine) {
      head += " " + StringRef(lines.back()).ltrim().str();
      lines.pop_back();
    }
    return;
  }
  push(("}" + tail).str());
}

void Layout::middle(StringRef text) {
  indent -= 2;
  push(text.str());
  indent += 2;
  frames.back().statements += 2;
}

void Layout::label(StringRef text) {
  indent -= 2;
  push(text.str());
  indent += 2;
  frames.back().statements += 2;
}

std::string Layout::body() const {
  size_t head = 0;
  auto isHead = [](StringRef line) { return line.contains(") {") && !line.ltrim().starts_with("//"); };
  while (head < lines.size() && !isHead(lines[head]))
    ++head;
  if (head == lines.size())
    return "";
  std::string text = StringRef(lines[head]).split(") {").second.str();
  for (size_t i = head + 1; i < lines.size(); ++i)
    text += "\n" + lines[i];
  return text;
}

std::string Layout::text() const { return join(lines, "\n") + "\n"; }

void Layout::append(const Layout &other) {
  for (const std::string &text : other.lines)
    lines.push_back(text.empty() ? text : std::string(indent, ' ') + text);
}

} // namespace nnc::cpp
