// From a FILE to the program, with all that the user must hear on the way.
#pragma once

#include "dsl/Compile.h"
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

/// What the command line says to the language about FILE.
dsl::CompileOptions compileOptions(const Options &options, const std::string &file);

/// Reads, parses, checks and elaborates FILE. Errors are in the session's sink.
FrontEndResult frontEnd(Session &session, const std::string &file);

/// The program of the one FILE of the command line. Else the exit code: all that there is to say has been said.
int readProgram(Session &session, dsl::Program &program);

/// Reads FILE; nothing if it cannot be read, after an error.
std::optional<support::FileId> loadFile(Session &session, const std::string &file);

/// The same for all that a loaded FILE can be compiled to: each `train` block, each model that no block trains. Those
/// with errors are left out; nothing if the command line is wrong, which has been said then. `name` is the FILE that
/// the text stands for.
std::optional<std::vector<dsl::Program>> frontEndOfAll(Session &session, support::FileId file, const std::string &name);

/// What `nnc check` asks of programs beyond the language: what the phases refuse, and what this version lacks. It is in
/// the session's sink; not 0 only for what has been said already, a bug of ours or wrong usage.
int checkPhases(Session &session, support::FileId file, const std::vector<dsl::Program> &programs);

} // namespace nnc::driver
