// Files of weights. What was accepted lies inside the file, converts or says why not, and is the same when written
// again.
#include "runtime/checkpoint/Safetensors.h"
#include "runtime/core/Dtype.h"
#include "test/fuzz/Targets.h"
#include <cstring>

namespace nnc::fuzz {

using namespace nnc::rt;

namespace {

/// The type of ours that is stored as `type`, 0 if none.
uint8_t ownType(const std::string &type) {
  for (uint8_t dtype = NNC_F32; dtype <= NNC_BOOL; ++dtype)
    if (type == storedType(dtype))
      return dtype;
  return 0;
}

void checkTensor(const Safetensors &file, const StoredTensor &tensor, size_t size) {
  uint64_t length = tensor.end - tensor.begin;
  const char *data = file.data(tensor);
  require(length <= size && tensor.elements() * storedWidth(tensor.type) == length, "a tensor lies inside the file");
  require(file.find(tensor.name) == &tensor, "a tensor is found by its name");
  std::vector<char> copy(data, data + length);
  for (uint8_t dtype = NNC_F32; dtype <= NNC_BOOL; ++dtype) {
    if (dtype == NNC_BF16) // no program holds it yet
      continue;
    std::vector<char> out(tensor.elements() * widthOf(dtype));
    std::string why;
    require(convertStored(file, tensor, dtype, out.data(), why) != !why.empty(), "a conversion works or says why not");
  }
}

void writeAgain(const Safetensors &file) {
  SafetensorsWriter writer;
  for (const auto &[key, value] : file.metadata())
    writer.note(key, value);
  size_t written = 0;
  for (const StoredTensor &tensor : file.tensors())
    if (uint8_t dtype = ownType(tensor.type)) {
      writer.add(tensor.name, dtype, tensor.shape, file.data(tensor));
      ++written;
    }
  Result<Safetensors> again = Safetensors::parse("again", writer.serialise());
  require(bool(again), "what was written can be read");
  require(again->tensors().size() == written && again->metadata() == file.metadata(), "the same tensors and notes");
  for (const StoredTensor &tensor : again->tensors()) {
    const StoredTensor *first = file.find(tensor.name);
    require(first && first->shape == tensor.shape && first->type == tensor.type, "the same shapes and types");
    require(tensor.end - tensor.begin == first->end - first->begin &&
                memcmp(again->data(tensor), file.data(*first), tensor.end - tensor.begin) == 0,
            "the same bytes");
  }
}

} // namespace

void safetensors(std::string_view bytes) {
  Result<Safetensors> file = Safetensors::parse("fuzz", std::string(bytes));
  if (!file) {
    require(file.error().code == support::ExitDoesNotFit && !file.error().text.empty(), "a refusal says why");
    return;
  }
  for (const StoredTensor &tensor : file->tensors())
    checkTensor(*file, tensor, bytes.size());
  writeAgain(*file);
}

} // namespace nnc::fuzz
