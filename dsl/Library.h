// The layer library: `.nn` texts that the build embeds into the compiler.
#pragma once

#include <string_view>
#include <vector>

namespace nnc::dsl {

struct LibraryFile {
  const char *name; // library/linear.nn
  std::string_view text;
};

const std::vector<LibraryFile> &libraryFiles();

} // namespace nnc::dsl
