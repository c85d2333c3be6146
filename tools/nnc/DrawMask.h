// A mask at given sizes, drawn as rows of `#` and `.`.
#pragma once

#include "dsl/doc/Names.h"
#include "tools/nnc/Options.h"

namespace nnc::driver {

/// Draws the mask `name` to standard output at the sizes of --at; the exit code.
int drawMask(const Options &options, const dsl::doc::Names &names, const support::SourceMap &sources,
             const std::string &name);

} // namespace nnc::driver
