// The `nn` blocks of documentation: what `nnc test` compiles.
#pragma once
#include "dsl/Source.h"
#include <string>
#include <vector>

namespace nnc::dsl::doc {

/// The lines between "```nn" and "```" of `///` or `//!` comments outside of all bodies.
struct DocExample {
  uint32_t line = 0; ///< of the file, where it begins
  std::string name;  ///< of what it is about; "" for the file
  std::string text;  ///< the whole file, in which the block is program text at its place
};

std::vector<DocExample> examplesOf(const SourceMap &sources, FileId file);

} // namespace nnc::dsl::doc
