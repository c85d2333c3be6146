// Where `nnc train FILE` keeps the programs that it has compiled.
#pragma once

#include "tools/nnc/Options.h"
#include <string>

namespace nnc::driver {

/// The place in the cache of the program that these options make of `file`: a hash of the text, of every option that
/// changes code, of the CPU's features and of nnc itself. Creates the folder; "" with a printed sentence if that fails.
/// Folder: $XDG_CACHE_HOME/nnc, else ~/.cache/nnc, else a private temporary folder.
std::string cachedProgram(const Options &options, const std::string &file);

} // namespace nnc::driver
