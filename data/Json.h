// JSON documents that strangers wrote: with a bound on depth and no doubled keys.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace nnc::data {

inline constexpr int jsonDepth = 100;

/// A whole document; `wrong` is empty, or says what is wrong with it, not in which file.
nlohmann::json parseJson(std::string_view text, std::string &wrong);

} // namespace nnc::data
