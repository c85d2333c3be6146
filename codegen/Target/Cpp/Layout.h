// Lines of C++ as clang-format with the style of this project would leave them: two columns of indentation, 120
// columns, arguments wrapped behind the opening parenthesis.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace nnc::cpp {

class Layout {
public:
  static constexpr size_t columns = 120;

  /// How a block stands when its body is one short statement.
  enum class Block {
    braces,  // always in braces
    loop,    // the statement stands on its own line, without braces
    inLine,  // the statement stands behind the head, without braces: `NNC_UNROLL for (…) x = y;`
    function // the whole function stands in one line
  };

  /// A statement or another line, indented.
  void line(llvm::StringRef text);
  void blank();
  /// `before(arguments)after`, wrapped if it is longer than a line.
  void call(llvm::StringRef before, llvm::ArrayRef<std::string> arguments, llvm::StringRef after);
  /// `before = value`, with the value on a line of its own if it only fits there. False if it does not even fit there.
  bool assign(llvm::StringRef before, llvm::StringRef value);
  /// Lines of `// text`, wrapped between words.
  void comment(llvm::StringRef text);
  /// Does a statement fit in one line here?
  bool fits(llvm::StringRef text) const { return indent + text.size() <= columns; }

  void open(llvm::StringRef head, Block block = Block::braces);
  /// `head(parameters) {`, wrapped as `call` does.
  void openCall(llvm::StringRef head, llvm::ArrayRef<std::string> parameters);
  void close(llvm::StringRef tail = "");
  /// `} else {`
  void middle(llvm::StringRef text);
  /// A label of a switch: half outside of what follows.
  void label(llvm::StringRef text);

  bool empty() const { return lines.empty(); }
  std::string text() const;
  /// The text behind the head of the last function, that is, the first line that ends with a brace.
  std::string body() const;
  void append(const Layout &other);

private:
  struct Frame {
    size_t head;
    Block block;
    size_t statements = 0;
  };
  void push(std::string text);
  bool bodyIsShort(const Frame &frame) const;

  std::vector<std::string> lines;
  std::vector<Frame> frames;
  size_t indent = 0;
};

} // namespace nnc::cpp
