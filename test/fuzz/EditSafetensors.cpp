#include "test/fuzz/Mutators.h"
#include <cctype>
#include <cstring>
#include <random>
#include <vector>

namespace nnc::fuzz {
namespace {

const char *const numbers[] = {"0",
                               "1",
                               "2",
                               "3",
                               "4",
                               "8",
                               "64",
                               "2147483647",
                               "2147483648",
                               "4294967295",
                               "4294967296",
                               "4611686018427387904",
                               "-1",
                               "1e3",
                               "9223372036854775807",
                               "9223372036854775808",
                               "4.0",
                               "18446744073709551615",
                               "18446744073709551616"};
const char *const words[] = {"F32",     "F64",   "BF16",  "I32",          "I64",          "BOOL", "U8", "F16",
                             "F8_E4M3", "dtype", "shape", "data_offsets", "__metadata__", "x",    ""};

struct Piece {
  size_t begin, end;
};

/// Runs of digits if `digits`, else what stands between quotes.
std::vector<Piece> find(const std::string &header, bool digits) {
  std::vector<Piece> made;
  for (size_t at = 0; at < header.size(); ++at) {
    size_t begin = at;
    if (digits && std::isdigit(static_cast<unsigned char>(header[at]))) {
      while (at < header.size() && std::isdigit(static_cast<unsigned char>(header[at])))
        ++at;
      made.push_back({begin, at});
    } else if (!digits && header[at] == '"') {
      for (++at; at < header.size() && header[at] != '"'; ++at)
        ;
      made.push_back({begin + 1, at});
    }
  }
  return made;
}

/// A tensor's entry, `"name":{…}`, without a comma.
std::vector<Piece> entries(const std::string &header) {
  std::vector<Piece> made;
  size_t name = std::string::npos;
  for (size_t at = 1; at < header.size(); ++at) {
    if (header[at] == '"' && name == std::string::npos)
      name = at;
    if (header[at] == '}' && name != std::string::npos) {
      made.push_back({name, at + 1});
      name = std::string::npos;
    }
  }
  return made;
}

} // namespace

std::string editSafetensors(std::string_view bytes, uint32_t seed) {
  std::mt19937 random(seed);
  auto below = [&](size_t bound) { return random() % bound; };
  uint64_t length = 0;
  if (bytes.size() >= 8)
    memcpy(&length, bytes.data(), 8);
  if (bytes.size() < 8 || length > bytes.size() - 8)
    length = bytes.size() < 8 ? 0 : bytes.size() - 8;
  std::string header(bytes.size() < 8 ? "{}" : bytes.substr(8, length));
  std::string data(bytes.size() < 8 ? "" : bytes.substr(8 + length));
  switch (size_t kind = below(8)) {
  case 0:
  case 1:
  case 2: {
    auto found = find(header, kind < 2);
    if (found.empty())
      break;
    Piece at = found[below(found.size())];
    header.replace(at.begin, at.end - at.begin,
                   kind < 2 ? numbers[below(std::size(numbers))] : words[below(std::size(words))]);
    break;
  }
  case 3:
  case 4: {
    auto found = entries(header);
    if (found.empty())
      break;
    Piece at = found[below(found.size())];
    std::string entry = header.substr(at.begin, at.end - at.begin);
    header.replace(at.begin, at.end - at.begin, kind == 3 ? entry + "," + entry : "");
    break;
  }
  case 5:
    data.resize(below(64));
    break;
  case 6:
    if (!data.empty())
      data[below(data.size())] = char(below(256));
    break;
  default:
    if (!header.empty())
      header[below(header.size())] = "{}[]\",:\\0e-"[below(11)];
  }
  length = below(16) ? header.size() : length;
  return std::string(reinterpret_cast<const char *>(&length), 8) + header + data;
}

} // namespace nnc::fuzz
