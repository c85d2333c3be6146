#include "data/Error.h"

namespace nnc::data {

std::string Error::text() const {
  std::string out = file;
  if (line > 0)
    out += ":" + std::to_string(line);
  if (line > 0 && column > 0)
    out += ":" + std::to_string(column);
  out += ": " + cause;
  if (!remedy.empty())
    out += "\n  help: " + remedy;
  return out;
}

} // namespace nnc::data
