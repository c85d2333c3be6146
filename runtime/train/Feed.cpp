#include "runtime/train/Feed.h"
#include "runtime/core/Dtype.h"
#include <algorithm>
#include <cstring>

namespace nnc::rt {

Result<std::vector<FieldUse>> fieldsFor(const nnc_entry &entry, const DatasetRecipe &dataset) {
  std::vector<FieldUse> uses;
  for (uint32_t i = 0; i < entry.n_inputs; ++i) {
    const Field *field = dataset.field(entry.inputs[i].name);
    if (!field)
      return doesNotFit("data set `" + dataset.name + "` has no field for the input `" + entry.inputs[i].name + "`");
    uses.push_back({field, entry.inputs[i].dtype, entry.inputs[i].index_bound});
  }
  return uses;
}

void mergeUses(std::vector<FieldUse> &uses, const std::vector<FieldUse> &more) {
  for (const FieldUse &use : more) {
    auto have = std::find_if(uses.begin(), uses.end(), [&](const FieldUse &one) { return one.field == use.field; });
    if (have == uses.end())
      uses.push_back(use);
    else if (use.bound > 0)
      have->bound = have->bound > 0 ? std::min(have->bound, use.bound) : use.bound;
  }
}

int32_t batchSize(const nnc_entry &entry) {
  for (uint32_t i = 0; i < entry.n_inputs; ++i)
    if (entry.inputs[i].rank > 0 && entry.inputs[i].dims[0] < 0)
      return int32_t(~entry.inputs[i].dims[0]);
  return -1;
}

int64_t batchBound(const nnc_entry &entry, int64_t otherwise) {
  int32_t size = batchSize(entry);
  if (size < 0)
    return 1;
  int64_t most = entry.sizes[size].max;
  return most < 0 ? otherwise : most;
}

/// Whether a field fits an input, whose first axis is the batch; sets the free sizes that the field decides.
static Status fit(const nnc_entry &entry, const nnc_port &port, const Field &field, int32_t batch,
                  std::vector<int64_t> &sizes) {
  bool fits = port.rank == field.dims.size() + 1 && batch >= 0 && port.dims[0] == ~int64_t(batch);
  for (size_t i = 0; fits && i < field.dims.size(); ++i) {
    int64_t wanted = port.dims[i + 1];
    if (wanted >= 0)
      fits = wanted == field.dims[i];
    else if (~wanted == batch)
      fits = false;
    else if (sizes[size_t(~wanted)] < 0)
      sizes[size_t(~wanted)] = field.dims[i];
    else
      fits = sizes[size_t(~wanted)] == field.dims[i];
  }
  if (fits)
    return std::nullopt;
  return doesNotFit("field `" + field.name + "` does not have the shape of the input `" + port.name + "` of entry `" +
                    entry.name + "`");
}

Status Feed::connect(Runner &runner, const Dataset &data, int64_t capacity) {
  const nnc_entry &entry = runner.entry();
  batch = batchSize(entry);
  most = capacity;
  std::vector<int64_t> bounds(entry.n_sizes, -1);
  uint64_t total = 0;
  for (uint32_t i = 0; i < entry.n_inputs; ++i) {
    const nnc_port &port = entry.inputs[i];
    const FieldData *field = data.field(port.name);
    if (!field || field->dtype != port.dtype)
      return doesNotFit("data set `" + data.recipe->name + "` has no field for the input `" + port.name + "`");
    if (Status failed = fit(entry, port, *field->field, batch, bounds))
      return failed;
    inputs.push_back({field->row(0), reinterpret_cast<char *>(total), field->rowBytes, field->stride});
    total += (field->rowBytes * uint64_t(capacity) + 63) / 64 * 64 + 64;
  }
  for (int64_t &bound : bounds)
    bound = bound < 0 ? 1 : bound;
  if (batch >= 0)
    bounds[size_t(batch)] = capacity;
  Result<Block> made = Block::allocate(total);
  if (!made)
    return made.error();
  block = std::move(*made);
  for (uint32_t i = 0; i < entry.n_inputs; ++i) {
    inputs[i].to = block.data() + reinterpret_cast<uintptr_t>(inputs[i].to);
    runner.inputs[i] = inputs[i].to;
  }
  runner.samples.resize(size_t(capacity));
  return runner.reserve(bounds);
}

template <class Unit> static void gather(const char *from, char *to, const uint32_t *rows, int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    memcpy(to + size_t(i) * sizeof(Unit), from + rows[i] * sizeof(Unit), sizeof(Unit));
}

void Feed::fill(Runner &runner, const uint32_t *rows, int64_t count) {
  struct Wide {
    char bytes[16];
  };
  for (const Input &input : inputs) {
    switch (input.rowBytes == input.stride ? input.rowBytes : 0) { // short rows are worth a loop without calls
    case 4:
      gather<uint32_t>(input.from, input.to, rows, count);
      break;
    case 8:
      gather<uint64_t>(input.from, input.to, rows, count);
      break;
    case 16:
      gather<Wide>(input.from, input.to, rows, count);
      break;
    default:
      for (int64_t i = 0; i < count; ++i)
        memcpy(input.to + uint64_t(i) * input.rowBytes, input.from + rows[i] * input.stride, input.rowBytes);
    }
  }
  for (int64_t i = 0; i < count; ++i)
    runner.samples[size_t(i)] = rows[i];
  if (batch >= 0)
    runner.sizes[size_t(batch)] = count;
}

} // namespace nnc::rt
