#include "dsl/doc/Elsewhere.h"
#include <algorithm>
#include <iterator>

namespace nnc::dsl::doc {

namespace {

struct Row {
  std::string_view name, pytorch, keras, note;
};

constexpr Row rows[] = {
#define NNC_ELSEWHERE(name, pytorch, keras, note) {name, pytorch, keras, note},
#include "dsl/doc/Elsewhere.def"
#undef NNC_ELSEWHERE
};

} // namespace

std::string elsewhere(std::string_view name) {
  const Row *row = std::find_if(std::begin(rows), std::end(rows), [&](const Row &one) { return one.name == name; });
  if (row == std::end(rows))
    return "";
  std::string text;
  auto add = [&](std::string_view system, std::string_view what) {
    if (!what.empty())
      text += (text.empty() ? "" : "; ") + std::string(system) + ": " + std::string(what);
  };
  add("PyTorch", row->pytorch);
  add("Keras", row->keras);
  add("Note", row->note);
  return text + "\n";
}

} // namespace nnc::dsl::doc
