#include "runtime/checkpoint/Safetensors.h"
#include "data/File.h"
#include "runtime/core/Dtype.h"
#include "runtime/core/Half.h"
#include "runtime/core/Json.h"
#include <algorithm>
#include <cmath>
#include <cstring>

namespace nnc::rt {

static constexpr uint64_t headerCap = 100'000'000, fileCap = uint64_t(1) << 42;

uint32_t storedWidth(std::string_view type) {
  static const std::pair<const char *, uint32_t> widths[] = {
      {"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2}, {"I64", 8},  {"I32", 4},     {"I16", 2},    {"I8", 1},
      {"U64", 8}, {"U32", 4}, {"U16", 2}, {"U8", 1},   {"BOOL", 1}, {"F8_E4M3", 1}, {"F8_E5M2", 1}};
  for (auto [name, width] : widths)
    if (type == name)
      return width;
  return 0;
}

const char *storedType(uint8_t dtype) {
  static const char *const names[] = {"", "F32", "F64", "BF16", "I32", "I64", "BOOL"};
  return names[dtype];
}

uint64_t StoredTensor::elements() const {
  uint64_t count = 1;
  for (int64_t dim : shape)
    count *= uint64_t(dim);
  return count;
}

/// A whole number that is not negative and fits in 2^62.
static bool natural(const Json &json, uint64_t &value) {
  if (!json.is_number_unsigned())
    return false;
  value = json.get<uint64_t>();
  return value < uint64_t(1) << 62;
}

/// One entry of the header; null or what is wrong with it.
static const char *parseTensor(const Json &json, StoredTensor &tensor) {
  const Json *type = member(json, "dtype"), *shape = member(json, "shape"), *range = member(json, "data_offsets");
  if (!type || !shape || !range || json.size() != 3 || !type->is_string() || !shape->is_array() || !range->is_array() ||
      range->size() != 2)
    return "has not exactly dtype, shape and data_offsets";
  tensor.type = type->get<std::string>();
  uint64_t bytes = storedWidth(tensor.type);
  if (bytes == 0)
    return "has an unknown type";
  if (shape->size() > 64)
    return "has more than 64 axes";
  for (const Json &item : *shape) {
    uint64_t dim = 0;
    if (!natural(item, dim))
      return "has a size that is not a whole number";
    if (__builtin_mul_overflow(bytes, dim, &bytes) || bytes >= uint64_t(1) << 62)
      return "is larger than any file";
    tensor.shape.push_back(int64_t(dim));
  }
  if (!natural((*range)[0], tensor.begin) || !natural((*range)[1], tensor.end) || tensor.end < tensor.begin)
    return "has a range that is none";
  if (tensor.end - tensor.begin != bytes)
    return "has a range that does not fit its shape";
  return nullptr;
}

Result<Safetensors> Safetensors::open(const std::string &path) {
  data::Result<std::string> bytes = data::readFile(path, fileCap);
  if (!bytes)
    return fromData(bytes.error());
  return parse(path, std::move(*bytes));
}

Result<Safetensors> Safetensors::parse(const std::string &name, std::string bytes) {
  auto broken = [&](const std::string &what) { return doesNotFit(name + ": not a sound safetensors file: " + what); };
  Safetensors file;
  file.name = name;
  file.bytes = std::move(bytes);
  uint64_t length = 0;
  if (file.bytes.size() < 8)
    return broken("it has fewer than 8 bytes");
  memcpy(&length, file.bytes.data(), 8);
  if (length > headerCap || length > file.bytes.size() - 8)
    return broken("its header would be " + std::to_string(length) + " bytes long");
  std::string_view text(file.bytes.data() + 8, length);
  if (text.empty() || text[0] != '{')
    return broken("its header does not begin with {");
  Result<Json> header = parseJson(text);
  if (!header || !header->is_object())
    return broken("its header is " + (header ? std::string("not an object") : header.error().text));
  file.start = 8 + length;
  for (auto item = header->begin(); item != header->end(); ++item) {
    if (item.key() == "__metadata__") {
      if (!item->is_object())
        return broken("__metadata__ is not an object");
      for (auto note = item->begin(); note != item->end(); ++note) {
        if (!note->is_string())
          return broken("a note in __metadata__ is not a text");
        file.notes[note.key()] = note->get<std::string>();
      }
      continue;
    }
    StoredTensor tensor;
    tensor.name = item.key();
    if (const char *wrong = parseTensor(*item, tensor))
      return broken("tensor `" + tensor.name + "` " + wrong);
    file.stored.push_back(std::move(tensor));
  }
  std::vector<const StoredTensor *> byPlace;
  for (const StoredTensor &tensor : file.stored)
    byPlace.push_back(&tensor);
  std::sort(byPlace.begin(), byPlace.end(), [](const StoredTensor *a, const StoredTensor *b) {
    return a->begin != b->begin ? a->begin < b->begin : a->end < b->end;
  });
  uint64_t at = 0;
  for (const StoredTensor *tensor : byPlace) {
    if (tensor->begin != at)
      return broken("tensor `" + tensor->name + "` overlaps another or leaves a hole before it");
    at = tensor->end;
  }
  if (at != file.bytes.size() - file.start)
    return broken("it has " + std::to_string(file.bytes.size() - file.start) + " bytes of data, its header describes " +
                  std::to_string(at));
  return file;
}

const StoredTensor *Safetensors::find(std::string_view tensor) const {
  auto found = std::lower_bound(stored.begin(), stored.end(), tensor,
                                [](const StoredTensor &a, std::string_view b) { return a.name < b; });
  return found != stored.end() && found->name == tensor ? &*found : nullptr;
}

template <class From, class To> static bool convert(const char *from, uint64_t count, void *to, std::string &why) {
  auto *out = static_cast<To *>(to);
  for (uint64_t i = 0; i < count; ++i) {
    From value;
    memcpy(&value, from + i * sizeof(From), sizeof(From));
    out[i] = To(value);
    if constexpr (std::is_integral_v<To>)
      if (From(out[i]) != value) {
        why = "holds " + std::to_string(value) + ", which its type cannot hold";
        return false;
      }
  }
  return true;
}

/// Floats of whatever width as those of a program; false if the tensor holds others.
template <class To>
static bool convertFloats(const std::string &type, const char *from, uint64_t count, void *to, std::string &why) {
  return type == "F64"    ? convert<double, To>(from, count, to, why)
         : type == "F32"  ? convert<float, To>(from, count, to, why)
         : type == "F16"  ? convert<Half, To>(from, count, to, why)
         : type == "BF16" ? convert<Bfloat, To>(from, count, to, why)
                          : false;
}

bool convertStored(const Safetensors &file, const StoredTensor &tensor, uint8_t dtype, void *out, std::string &why) {
  const char *from = file.data(tensor);
  uint64_t count = tensor.elements();
  const std::string &type = tensor.type;
  if (type == storedType(dtype) && dtype != NNC_BOOL) {
    if (count)
      memcpy(out, from, count * widthOf(dtype));
    return true;
  }
  if (dtype == NNC_F32 && convertFloats<float>(type, from, count, out, why))
    return true;
  if (dtype == NNC_F64 && convertFloats<double>(type, from, count, out, why))
    return true;
  if (dtype == NNC_I32 && type == "I64")
    return convert<int64_t, int32_t>(from, count, out, why);
  if (dtype == NNC_I64 && type == "I32")
    return convert<int32_t, int64_t>(from, count, out, why);
  bool word = type == "I32" || type == "I64" || type == "BOOL" || type == "U8";
  if (dtype != NNC_BOOL || !word) {
    why = "is " + type + ", it must be " + storedType(dtype);
    return false;
  }
  bool fits = type == "I32"   ? convert<int32_t, uint8_t>(from, count, out, why)
              : type == "I64" ? convert<int64_t, uint8_t>(from, count, out, why)
                              : convert<uint8_t, uint8_t>(from, count, out, why);
  for (uint64_t i = 0; fits && i < count; ++i)
    if (static_cast<uint8_t *>(out)[i] > 1) {
      why = "holds " + std::to_string(static_cast<uint8_t *>(out)[i]) + ", it must be 0 or 1";
      return false;
    }
  return fits;
}

void SafetensorsWriter::add(std::string name, uint8_t dtype, std::vector<int64_t> shape, const void *data) {
  uint64_t bytes = widthOf(dtype);
  for (int64_t dim : shape)
    bytes *= uint64_t(dim);
  items.push_back({std::move(name), dtype, std::move(shape), {static_cast<const char *>(data), bytes}});
}

std::string SafetensorsWriter::header(std::vector<const Item *> &order) const {
  // Wide elements first, so that every tensor is aligned to its elements.
  for (uint32_t width : {8u, 4u, 2u, 1u})
    for (const Item &item : items)
      if (widthOf(item.dtype) == width)
        order.push_back(&item);
  std::string text;
  JsonWriter json(text);
  json.open('{');
  if (!notes.empty()) {
    json.key("__metadata__").open('{');
    for (const auto &[key, value] : notes)
      json.key(key).text(value);
    json.close('}');
  }
  uint64_t at = 0;
  for (const Item *item : order) {
    json.key(item->name).open('{').key("dtype").text(storedType(item->dtype)).key("shape").open('[');
    for (int64_t dim : item->shape)
      json.integer(dim);
    json.close(']').key("data_offsets").open('[').integer(int64_t(at));
    at += item->bytes.size();
    json.integer(int64_t(at)).close(']').close('}');
  }
  json.close('}');
  text.resize((text.size() + 7) / 8 * 8, ' ');
  uint64_t length = text.size();
  return std::string(reinterpret_cast<const char *>(&length), 8) + text;
}

Status SafetensorsWriter::write(const std::string &path, const FileCalls &calls) const {
  std::vector<const Item *> order;
  std::string head = header(order);
  std::vector<std::string_view> pieces{head};
  for (const Item *item : order)
    pieces.push_back(item->bytes);
  return writeAtomically(path, pieces, calls);
}

std::string SafetensorsWriter::serialise() const {
  std::vector<const Item *> order;
  std::string text = header(order);
  for (const Item *item : order)
    text += item->bytes;
  return text;
}

} // namespace nnc::rt
