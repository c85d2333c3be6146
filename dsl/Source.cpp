#include "dsl/Source.h"
#include "support/Files.h"

namespace nnc::dsl {
namespace {

namespace diag = support::diag;

/// The offset of the first byte that is not UTF-8 text (NUL and ill-formed, overlong or surrogate sequences), or npos.
size_t firstBadByte(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    auto lead = static_cast<unsigned char>(text[i]);
    if (lead == 0)
      return i;
    if (lead < 0x80) {
      ++i;
      continue;
    }
    size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || i + length > text.size())
      return i;
    for (size_t k = 1; k < length; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80)
        return i;
    auto second = static_cast<unsigned char>(text[i + 1]);
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) || (lead == 0xf0 && second < 0x90) ||
        (lead == 0xf4 && second > 0x8f))
      return i;
    i += length;
  }
  return std::string_view::npos;
}

} // namespace

std::optional<FileId> addSource(std::string name, std::string text, SourceMap &sources, DiagnosticSink &sink) {
  // The mark that some editors put in front of UTF-8 is not part of the text.
  if (text.starts_with("\xEF\xBB\xBF"))
    text.erase(0, 3);
  size_t bad = firstBadByte(text);
  FileId file = sources.add(std::move(name), std::move(text));
  if (bad == std::string_view::npos)
    return file;
  const char *hex = "0123456789abcdef";
  auto byte = static_cast<unsigned char>(sources.text(file)[bad]);
  auto at = static_cast<uint32_t>(bad);
  sink.report(diag::NotText, SourceRange{file, at, at + 1}, std::string{'0', 'x', hex[byte >> 4], hex[byte & 15]})
      .fact("a program is UTF-8 text");
  return std::nullopt;
}

LoadedSource loadSource(const std::string &path, SourceMap &sources, DiagnosticSink &sink) {
  bool standardInput = path == "-";
  support::FileBytes bytes =
      standardInput ? support::readStandardInput(maxSourceBytes) : support::readFile(path, maxSourceBytes);
  std::string name = standardInput ? "<stdin>" : path;
  if (const auto *error = std::get_if<support::FileError>(&bytes)) {
    sink.report(diag::UnreadableFile, {}, name, error->text);
    return {std::nullopt, true};
  }
  return {addSource(std::move(name), std::get<std::string>(std::move(bytes)), sources, sink), false};
}

} // namespace nnc::dsl
