// Edits that keep most of an input's structure, so that runs get deeper than the first check. Only fuzzers use them.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace nnc::fuzz {

/// An edit of a program at the level of tokens, bracketed groups and lines.
std::string editProgram(std::string_view text, uint32_t seed);
/// A piece of `other` put into `text`: a group in place of a group, or some lines.
std::string crossPrograms(std::string_view text, std::string_view other, uint32_t seed);

/// An edit of the header of a safetensors file: its numbers, its words, its entries. The length in front is made right
/// again, but for one edit of sixteen.
std::string editSafetensors(std::string_view bytes, uint32_t seed);

} // namespace nnc::fuzz
