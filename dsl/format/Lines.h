// From tokens and comments to lines: where the writer broke them, indented by what is open.
#pragma once
#include "dsl/format/Spaces.h"
#include <string>

namespace nnc::dsl::format {

/// What stands at a column that neighbouring lines share.
enum class Align : uint8_t { None, Dim, Param, State, Field, Setting, Update, Layer, Rule, Element };

struct Line {
  bool blankBefore = false;
  size_t indent = 0;
  std::string code;    ///< without indentation; empty if there is only a comment
  std::string comment; ///< with its slashes
  Align align = Align::None;
  std::vector<size_t> stops; ///< places in `code` where spaces may go so that columns come out
};

/// The number of characters that UTF-8 text takes on a screen where each takes one place.
size_t width(std::string_view text);

std::vector<Line> makeLines(const SourceMap &sources, FileId file, const LexedFile &lexed,
                            const std::vector<Mark> &marks);

} // namespace nnc::dsl::format
