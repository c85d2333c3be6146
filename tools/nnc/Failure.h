// What is said of an error that a back end gives, and the exit code that it means.
#pragma once

#include "llvm/Support/Error.h"
#include <functional>
#include <string>

namespace nnc::driver {

/// Something that the machine lacks is reported and is 3, a signal is 130; of anything else `ours` says what it means.
int exitCodeOf(llvm::Error error, const std::function<int(const std::string &)> &ours);

/// The same where nothing else happens.
int exitCodeOf(llvm::Error error);

} // namespace nnc::driver
