// Where `nnc train FILE` keeps the programs that it has compiled.
#pragma once

#include "codegen/Target/Cxx/CxxCompiler.h"
#include "tools/nnc/Options.h"
#include <string>

namespace nnc::driver {

/// The place in the cache of the program that these options make of `file`: a hash of the text, of the files of its
/// vocabularies, of every option that changes code, of the CPU's features, of nnc itself and of the C++ compiler,
/// `cxx`. Creates the folder; "" with a printed sentence if that fails. Folder: $XDG_CACHE_HOME/nnc, else ~/.cache/nnc,
/// else a private temporary folder.
std::string cachedProgram(const Options &options, const std::string &file, const CxxCompiler &cxx);

} // namespace nnc::driver
