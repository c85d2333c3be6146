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

FileId SourceMap::add(std::string name, std::string text, uint32_t firstLine) {
  File file{std::move(name), std::move(text), firstLine, {0}};
  for (size_t i = 0; i < file.text.size(); ++i)
    if (file.text[i] == '\n')
      file.starts.push_back(static_cast<uint32_t>(i + 1));
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

LineColumn SourceMap::lineColumn(FileId file, uint32_t offset) const {
  const File *found = find(file);
  if (!found)
    return {};
  offset = std::min<uint32_t>(offset, static_cast<uint32_t>(found->text.size()));
  size_t index = lineIndex(*found, offset);
  uint32_t column = 1;
  for (uint32_t i = found->starts[index]; i < offset; ++i)
    if ((static_cast<unsigned char>(found->text[i]) & 0xc0) != 0x80) // not a continuation byte of UTF-8
      ++column;
  return {found->firstLine + static_cast<uint32_t>(index), column};
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
