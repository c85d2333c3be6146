// From a FILE to the program, with all that the user must hear on the way.
#pragma once

#include "dsl/Program.h"
#include "tools/nnc/Session.h"
#include <optional>

namespace nnc::driver {

/// Reads, parses, checks and elaborates FILE. Nothing if there were errors; they are in the session's sink.
std::optional<dsl::Program> frontEnd(Session &session, const std::string &file);

/// The number of elements of a type whose sizes are constants.
int64_t elementCount(const dsl::Type &type);

} // namespace nnc::driver
