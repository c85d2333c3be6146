// What is fuzzed: one function a target, from bytes to nothing. A target never trusts its input, and it judges the
// answer as well: `require` ends the run where the code under test contradicts itself.
#pragma once
#include <string_view>

namespace nnc::fuzz {

void lexer(std::string_view bytes);
void parser(std::string_view bytes);
void checker(std::string_view bytes);
void csv(std::string_view bytes);
void safetensors(std::string_view bytes);
void weights(std::string_view bytes);

struct Target {
  const char *name;
  void (*run)(std::string_view bytes);
};
inline constexpr Target targets[] = {
    {"lexer", lexer}, {"parser", parser},           {"checker", checker},
    {"csv", csv},     {"safetensors", safetensors}, {"weights", weights},
};

/// Aborts with this sentence unless `holds`.
void require(bool holds, const char *what);

} // namespace nnc::fuzz
