// How the runtime reports failure: a sentence for the user and the exit code that goes with it.
#pragma once
#include "data/Error.h"
#include "data/Expected.h"
#include "support/ExitCodes.h"
#include <optional>
#include <string>

namespace nnc::rt {

using support::ExitCode;

struct Error {
  ExitCode code = support::ExitUsage;
  std::string text; ///< begins lower-case, no full stop; further lines are notes
};

template <class T> using Result = Expected<T, Error>;
/// Nothing, or what went wrong: `if (Status failed = save()) return failed;`
using Status = std::optional<Error>;

inline Error usage(std::string text) { return {support::ExitUsage, std::move(text)}; }
inline Error missing(std::string text) { return {support::ExitMissing, std::move(text)}; }
inline Error doesNotFit(std::string text) { return {support::ExitDoesNotFit, std::move(text)}; }
inline Error ourBug(std::string text) { return {support::ExitOurBug, std::move(text)}; }

inline Error fromData(const data::Error &error) {
  return {error.kind == data::Error::Kind::Missing ? support::ExitMissing : support::ExitDoesNotFit, error.text()};
}

} // namespace nnc::rt
