#include "dsl/elaborate/train/WeightsFile.h"

#include "data/Json.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

namespace nnc::dsl {

using nlohmann::json;

static constexpr uint64_t headerCap = 100'000'000;

/// The header as text; "" with `error` filled otherwise.
static std::string headerOf(FILE *file, uint64_t bytes, std::string &error) {
  unsigned char length[8] = {};
  if (bytes < sizeof length || fread(length, 1, sizeof length, file) != sizeof length) {
    error = "it has fewer than 8 bytes";
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
  if (fread(text.data(), 1, text.size(), file) != text.size() || !text.starts_with("{")) {
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

WeightsFile readWeightsHeader(FILE *file, uint64_t bytes, const std::string &name) {
  WeightsFile result;
  std::string error, text = headerOf(file, bytes, error);
  json header = error.empty() ? data::parseJson(text, error) : json();
  if (!text.empty() && !error.empty())
    error = "its header is " + error;
  for (auto entry = header.begin(); error.empty() && entry != header.end(); ++entry) {
    if (entry.key() == "__metadata__")
      continue;
    data::NamedShape tensor{entry.key(), "", {}};
    if (const char *why = readTensor(*entry, tensor))
      error = "tensor `" + tensor.name + "` " + why;
    if (!data::isOfData(tensor.name))
      result.tensors.push_back(std::move(tensor));
  }
  if (!error.empty())
    result.error = name + ": not a sound safetensors file: " + error;
  return result;
}

std::optional<WeightsFile> readWeightsFile(const std::string &path, const std::string &name) {
  std::error_code wrong;
  if (!std::filesystem::exists(path, wrong))
    return std::nullopt;
  bool isFile = std::filesystem::is_regular_file(path, wrong); // a pipe would be waited for
  std::unique_ptr<FILE, int (*)(FILE *)> file(isFile ? fopen(path.c_str(), "rb") : nullptr, fclose);
  uint64_t bytes = file ? std::filesystem::file_size(path, wrong) : 0;
  if (!file || wrong)
    return WeightsFile{{}, name + ": not a sound safetensors file: it cannot be read"};
  return readWeightsHeader(file.get(), bytes, name);
}

} // namespace nnc::dsl
