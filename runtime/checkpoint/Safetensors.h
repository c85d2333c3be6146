// The safetensors format: a header of names, types, shapes and ranges, then the bytes. Read strictly: whatever a header
// claims is proven against the bytes that are there before anything is believed or allocated.
#pragma once
#include "runtime/checkpoint/AtomicFile.h"
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nnc::rt {

struct StoredTensor {
  std::string name;
  std::string type; ///< "F32", as the format spells it
  std::vector<int64_t> shape;
  uint64_t begin = 0, end = 0; ///< in the data
  uint64_t elements() const;
};

class Safetensors {
public:
  static Result<Safetensors> open(const std::string &path);
  /// `name` stands in errors.
  static Result<Safetensors> parse(const std::string &name, std::string bytes);

  const std::string &file() const { return name; }
  const std::vector<StoredTensor> &tensors() const { return stored; }
  const std::map<std::string, std::string> &metadata() const { return notes; }
  const StoredTensor *find(std::string_view tensor) const;
  const char *data(const StoredTensor &tensor) const { return bytes.data() + start + tensor.begin; }

private:
  std::string name, bytes;
  uint64_t start = 0;
  std::vector<StoredTensor> stored; ///< in the order of their names
  std::map<std::string, std::string> notes;
};

/// The bytes of one element of a type, 0 if there is no such type.
uint32_t storedWidth(std::string_view type);
/// The type that stores an nnc_dtype.
const char *storedType(uint8_t dtype);

/// Converts the elements of a stored tensor to `dtype`. Floats convert to floats, F16 and BF16 exactly; integers,
/// labels and bools are taken from I32, I64, and for bools BOOL and U8, if every value fits. False with `why` filled
/// otherwise.
bool convertStored(const Safetensors &file, const StoredTensor &tensor, uint8_t dtype, void *out, std::string &why);

/// Collects tensors, which stay where they are until `write`.
class SafetensorsWriter {
public:
  void add(std::string name, uint8_t dtype, std::vector<int64_t> shape, const void *data);
  void note(std::string key, std::string value) { notes[std::move(key)] = std::move(value); }
  Status write(const std::string &path, const FileCalls &calls = systemCalls()) const;
  /// The whole file as text, for tests.
  std::string serialise() const;

private:
  struct Item {
    std::string name;
    uint8_t dtype;
    std::vector<int64_t> shape;
    std::string_view bytes;
  };
  std::string header(std::vector<const Item *> &order) const;

  std::vector<Item> items;
  std::map<std::string, std::string> notes;
};

} // namespace nnc::rt
