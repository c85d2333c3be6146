// From a FILE to the program, with all that the user must hear on the way.
#pragma once

#include "dsl/Program.h"
#include "tools/nnc/Session.h"
#include <optional>
#include <string>

namespace nnc::driver {

struct FrontEndResult {
  std::optional<support::FileId> file; ///< of FILE, if it could be read
  std::optional<dsl::Program> program; ///< only without errors
  std::string types;                   ///< the text of --emit=types
  bool wrongUsage = false;             ///< said already: exit 2
};

/// Reads, parses, checks and elaborates FILE. Errors are in the session's sink.
FrontEndResult frontEnd(Session &session, const std::string &file);

/// What a compiled program of this version cannot do yet is one error that lists it all (E0240). False after it.
bool canBeCompiled(Session &session, support::FileId file, const dsl::Program &program);

/// The same for all that FILE can be compiled to: each `train` block, each model that no block trains. Those with
/// errors are left out; nothing if the command line is wrong, which has been said then.
std::optional<std::vector<dsl::Program>> frontEndOfAll(Session &session, const std::string &file);

} // namespace nnc::driver
