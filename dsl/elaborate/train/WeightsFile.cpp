#include "dsl/elaborate/train/WeightsFile.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

namespace nnc::dsl {

using nlohmann::json;

static constexpr uint64_t headerCap = 100'000'000;

/// The header as text; "" with `error` filled otherwise.
static std::string headerOf(const std::string &path, std::string &error) {
  std::error_code wrong;
  bool isFile = std::filesystem::is_regular_file(path, wrong); // a pipe would be waited for
  std::unique_ptr<FILE, int (*)(FILE *)> file(isFile ? fopen(path.c_str(), "rb") : nullptr, fclose);
  uint64_t bytes = file ? std::filesystem::file_size(path, wrong) : 0;
  unsigned char length[8] = {};
  if (!file || wrong || bytes < sizeof length || fread(length, 1, sizeof length, file.get()) != sizeof length) {
    error = file && !wrong ? "it has fewer than 8 bytes" : "it cannot be read";
    return "";
  }
  uint64_t claimed = 0;
  for (size_t i = sizeof length; i-- > 0;)
    claimed = claimed << 8 | length[i];
  if (claimed > headerCap || claimed > bytes - sizeof length) {
    error = "its header would be " + std::to_string(claimed) + " bytes long";
    return "";
  }
  std::string text(claimed, '\0');
  if (fread(text.data(), 1, text.size(), file.get()) != text.size() || !text.starts_with("{")) {
    error = "its header does not begin with {";
    return "";
  }
  return text;
}

/// Null or what is wrong with the entry.
static const char *readTensor(const json &entry, data::NamedShape &tensor) {
  auto member = [&](const char *key) { return entry.is_object() && entry.contains(key) ? entry[key] : json(); };
  json type = member("dtype"), shape = member("shape");
  if (!type.is_string() || !shape.is_array())
    return "has no dtype and shape";
  tensor.type = type.get<std::string>();
  for (char &c : tensor.type)
    c = char(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  for (const json &axis : shape) {
    if (!axis.is_number_unsigned() || axis.get<uint64_t>() >= uint64_t(1) << 62)
      return "has a size that is not a whole number";
    tensor.shape.push_back(axis.get<int64_t>());
  }
  return nullptr;
}

std::optional<WeightsFile> readWeightsFile(const std::string &path, const std::string &name) {
  std::error_code wrong;
  if (!std::filesystem::exists(path, wrong))
    return std::nullopt;
  WeightsFile file;
  std::string error, text = headerOf(path, error);
  json header = error.empty() ? json::parse(text, nullptr, false) : json();
  if (error.empty() && !header.is_object())
    error = "its header is no JSON object";
  for (auto entry = header.begin(); error.empty() && entry != header.end(); ++entry) {
    if (entry.key() == "__metadata__")
      continue;
    data::NamedShape tensor{entry.key(), "", {}};
    if (const char *why = readTensor(*entry, tensor))
      error = "tensor `" + tensor.name + "` " + why;
    if (!data::isOfData(tensor.name))
      file.tensors.push_back(std::move(tensor));
  }
  if (!error.empty())
    file.error = name + ": not a sound safetensors file: " + error;
  return file;
}

} // namespace nnc::dsl
