// Whether two neighbours on a line have a space between them: from what a token is in its place (a minus that subtracts
// or negates, a bracket that groups or subscripts), found in one walk over the tokens of a file.
#pragma once
#include "dsl/Lexer.h"
#include <vector>

namespace nnc::dsl::format {

/// A token of the file, and what it is in its place.
struct Mark {
  const Token *token = nullptr;
  bool beginsStatement = false; ///< also an item, a field, a setting, a rule
  bool beginsItem = false;
  bool clings = false;      ///< `(` of a call, `[` of a subscript: no space before it
  bool isUnary = false;     ///< `-x`
  bool isSlice = false;     ///< the `:` of `a:b`
  bool endsReducer = false; ///< the `]` of `sum[i]`
};

/// Fills in everything behind `beginsItem`.
void findRoles(std::vector<Mark> &marks);

bool opens(Tok kind);
bool closes(Tok kind);

/// Whether marks[next] has a space before it if it stands on the line of the token before.
bool spaceBefore(const std::vector<Mark> &marks, size_t next);

} // namespace nnc::dsl::format
