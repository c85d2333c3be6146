// The texts that a run looks at, and places inside them.
//
// A SourceMap owns every file that was read (programs, library files, the head of a data file that a message shows) and
// turns byte offsets into lines and columns. A SourceRange is 12 bytes, cheap to keep in every node of the tree.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nnc::support {

/// Index of a file in a SourceMap; `None` where there is no text to show (a command line, a whole program).
enum class FileId : uint32_t { None = 0xffffffff };

/// A half-open range of bytes, [begin, end), in one file. begin == end is a place between two bytes.
struct SourceRange {
  FileId file = FileId::None;
  uint32_t begin = 0;
  uint32_t end = 0;

  bool valid() const { return file != FileId::None; }
  bool operator==(const SourceRange &) const = default;
  /// The place right before, and right behind, this range.
  SourceRange before() const { return {file, begin, begin}; }
  SourceRange after() const { return {file, end, end}; }
};

/// The smallest range that covers both (of one file; an invalid side is ignored).
SourceRange join(SourceRange first, SourceRange last);

/// Line and column, both from 1; columns count characters (code points), not bytes.
struct LineColumn {
  uint32_t line = 0;
  uint32_t column = 0;
};

class SourceMap {
public:
  /// Adds a text under the name that messages show. `firstLine` is for excerpts of large data files.
  FileId add(std::string name, std::string text, uint32_t firstLine = 1);

  std::string_view name(FileId file) const;
  std::string_view text(FileId file) const;
  std::string_view text(SourceRange range) const;
  LineColumn lineColumn(FileId file, uint32_t offset) const;
  /// The line that holds `offset`, without its end; `lineRange` is where it lies.
  std::string_view lineText(FileId file, uint32_t offset) const;
  SourceRange lineRange(FileId file, uint32_t offset) const;
  /// The number of a line, from `firstLine`, to offset of its first byte. `line` must exist.
  uint32_t lineStart(FileId file, uint32_t line) const;
  uint32_t lastLine(FileId file) const;
  size_t size() const { return files.size(); }

private:
  struct File {
    std::string name;
    std::string text;
    uint32_t firstLine;
    std::vector<uint32_t> starts;     // offset of the first byte of each line
    std::vector<uint32_t> characters; // how many stand before every 256th byte: a long line costs no more than a short
  };
  const File *find(FileId file) const;
  static size_t lineIndex(const File &file, uint32_t offset);
  static uint32_t charactersBefore(const File &file, uint32_t offset);
  std::vector<File> files;
};

} // namespace nnc::support
