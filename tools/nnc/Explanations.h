// The pages of `nnc explain`, embedded when nnc is built: explanations/CODE.md, and explanations/words/NAME.md for
// words of other systems.
#pragma once

#include <string_view>
#include <vector>

namespace nnc::driver {

struct Page {
  std::string_view name, text;
};

const std::vector<Page> &codePages();
const std::vector<Page> &wordPages();

} // namespace nnc::driver
