// The texts of `nnc doc`.
#pragma once
#include "dsl/doc/Names.h"
#include <optional>

namespace nnc::dsl::doc {

/// All names by group: a name, what it is in a line.
std::string index(const Names &names);

/// Signature, documentation, facts, parameters, definition and place of a name; settings and words of the vocabulary,
/// too. Nothing if there is none of that name.
std::optional<std::string> page(const Names &names, const std::string &name);

/// A file with the definition of a name that compiles alone, with a model that uses it where one can be made up.
/// Nothing if the name has no definition in `.nn`.
std::optional<std::string> alone(const Names &names, const std::string &name);

} // namespace nnc::dsl::doc
