#include "dsl/TakenNames.h"

#include <algorithm>
#include <iterator>

namespace nnc::dsl {

bool takenByCompiler(const std::string &path) {
  static const char *const entries[] = {"forward", "eval", "loss", "grad", "step", "pack", "step.scalars"};
  if (std::find(std::begin(entries), std::end(entries), path) != std::end(entries))
    return true;
  if (path.rfind("nnc_", 0) == 0 || path.rfind("optimizer.", 0) == 0)
    return true;
  size_t digits = path.find_first_not_of("0123456789", 1); // k12_relu
  return path[0] == 'k' && digits != std::string::npos && digits > 1 && path[digits] == '_';
}

} // namespace nnc::dsl
