// Columns: `=` of neighbouring settings, fields, parameters and layers below each other, and comments behind code.
#pragma once
#include "dsl/format/Lines.h"

namespace nnc::dsl::format {

/// Finds the lines that are one statement of a kind that is aligned: their kind and stops.
void findStops(Line &line, const std::vector<Mark> &marks, const std::vector<size_t> &places, size_t first,
               Align inside);

void alignColumns(std::vector<Line> &lines);

/// The lines as text.
std::string print(const std::vector<Line> &lines);

} // namespace nnc::dsl::format
