#include "support/SourceMap.h"
#include <algorithm>

namespace nnc::support {

SourceRange join(SourceRange first, SourceRange last) {
  if (!first.valid())
    return last;
  if (!last.valid() || last.file != first.file)
    return first;
  return {first.file, std::min(first.begin, last.begin), std::max(first.end, last.end)};
}

/// All bytes but the continuation bytes of UTF-8.
static bool beginsCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

/// How many characters begin in [from, to).
static uint32_t charactersIn(std::string_view text, uint32_t from, uint32_t to) {
  return static_cast<uint32_t>(std::count_if(text.begin() + from, text.begin() + to, beginsCharacter));
}

/// How far apart the counts of File::characters are.
static constexpr uint32_t stride = 256;

FileId SourceMap::add(std::string name, std::string text, uint32_t firstLine) {
  File file{std::move(name), std::move(text), firstLine, {0}, {}};
  uint32_t characters = 0;
  for (size_t i = 0; i < file.text.size(); ++i) {
    if (i % stride == 0)
      file.characters.push_back(characters);
    characters += beginsCharacter(file.text[i]);
    if (file.text[i] == '\n')
      file.starts.push_back(static_cast<uint32_t>(i + 1));
  }
  files.push_back(std::move(file));
  return static_cast<FileId>(files.size() - 1);
}

const SourceMap::File *SourceMap::find(FileId file) const {
  auto index = static_cast<size_t>(file);
  return index < files.size() ? &files[index] : nullptr;
}

size_t SourceMap::lineIndex(const File &file, uint32_t offset) {
  auto above = std::upper_bound(file.starts.begin(), file.starts.end(), offset);
  return static_cast<size_t>(above - file.starts.begin()) - 1;
}

std::string_view SourceMap::name(FileId file) const {
  const File *found = find(file);
  return found ? std::string_view(found->name) : std::string_view();
}

std::string_view SourceMap::text(FileId file) const {
  const File *found = find(file);
  return found ? std::string_view(found->text) : std::string_view();
}

std::string_view SourceMap::text(SourceRange range) const {
  std::string_view whole = text(range.file);
  if (range.begin > whole.size() || range.end < range.begin)
    return {};
  return whole.substr(range.begin, range.end - range.begin);
}

uint32_t SourceMap::charactersBefore(const File &file, uint32_t offset) {
  if (file.characters.empty())
    return 0;
  uint32_t from = std::min<uint32_t>(offset / stride, static_cast<uint32_t>(file.characters.size()) - 1);
  return file.characters[from] + charactersIn(file.text, from * stride, offset);
}

LineColumn SourceMap::lineColumn(FileId file, uint32_t offset) const {
  const File *found = find(file);
  if (!found)
    return {};
  offset = std::min<uint32_t>(offset, static_cast<uint32_t>(found->text.size()));
  size_t index = lineIndex(*found, offset);
  uint32_t start = found->starts[index];
  uint32_t before = offset - start < stride ? charactersIn(found->text, start, offset)
                                            : charactersBefore(*found, offset) - charactersBefore(*found, start);
  return {found->firstLine + static_cast<uint32_t>(index), before + 1};
}

SourceRange SourceMap::lineRange(FileId file, uint32_t offset) const {
  const File *found = find(file);
  if (!found)
    return {};
  auto size = static_cast<uint32_t>(found->text.size());
  size_t index = lineIndex(*found, std::min(offset, size));
  uint32_t begin = found->starts[index];
  uint32_t end = index + 1 < found->starts.size() ? found->starts[index + 1] - 1 : size;
  if (end > begin && found->text[end - 1] == '\r')
    --end;
  return {file, begin, end};
}

std::string_view SourceMap::lineText(FileId file, uint32_t offset) const { return text(lineRange(file, offset)); }

uint32_t SourceMap::lineStart(FileId file, uint32_t line) const {
  const File *found = find(file);
  if (!found || line < found->firstLine || line - found->firstLine >= found->starts.size())
    return 0;
  return found->starts[line - found->firstLine];
}

uint32_t SourceMap::lastLine(FileId file) const {
  const File *found = find(file);
  return found ? found->firstLine + static_cast<uint32_t>(found->starts.size()) - 1 : 0;
}

} // namespace nnc::support
