#include "runtime/core/Model.h"
#include "runtime/core/Cpu.h"
#include "runtime/core/Dtype.h"
#include "runtime/core/Initial.h"
#include "runtime/core/Runner.h"

namespace nnc::rt {

Result<Model> Model::open(const nnc_model &abi) {
  if (abi.magic != NNC_ABI_MAGIC || abi.major != NNC_ABI_MAJOR)
    return ourBug("this program and its runtime were built for different versions of each other");
  std::vector<std::string> lacking = missingFeatures(abi.cpu_features ? abi.cpu_features : "");
  if (!lacking.empty()) {
    std::string list;
    for (const std::string &name : lacking)
      list += (list.empty() ? "" : ", ") + name;
    return missing("this program was compiled for a processor with " + list +
                   ", which this one lacks\n  help: compile it with --target-features=x86-64-v3, or on this machine");
  }
  Model model;
  model.abi = &abi;
  for (uint32_t i = 0; i < abi.n_tensors; ++i)
    if (abi.tensors[i].dtype == NNC_F64)
      model.single = false;
  return model;
}

const nnc_entry *Model::entry(nnc_kind kind) const {
  for (uint32_t i = 0; i < abi->n_entries; ++i)
    if (abi->entries[i].kind == uint32_t(kind))
      return &abi->entries[i];
  return nullptr;
}

const nnc_entry *Model::entry(std::string_view name) const {
  for (uint32_t i = 0; i < abi->n_entries; ++i)
    if (abi->entries[i].name == name)
      return &abi->entries[i];
  return nullptr;
}

int32_t Model::find(std::string_view name) const {
  for (uint32_t i = 0; i < abi->n_tensors; ++i)
    if (abi->tensors[i].name == name)
      return int32_t(i);
  return -1;
}

uint64_t elementCount(const nnc_tensor &tensor) {
  uint64_t count = 1;
  for (uint8_t i = 0; i < tensor.rank; ++i)
    count *= uint64_t(tensor.dims[i]);
  return count;
}

uint64_t Model::parameterCount() const {
  uint64_t count = 0;
  for (uint32_t i = 0; i < abi->n_tensors; ++i)
    if (abi->tensors[i].role == NNC_PARAM)
      count += elementCount(abi->tensors[i]);
  return count;
}

Result<State> State::allocate(const Model &model) {
  Result<Block> block = Block::allocate(model.descriptor().state_bytes);
  if (!block)
    return block.error();
  State state;
  state.block = std::move(*block);
  return state;
}

void State::initialise(const Model &model, uint64_t seed) {
  for (uint32_t i = 0; i < model.tensorCount(); ++i) {
    const nnc_tensor &tensor = model.tensor(i);
    if (tensor.role == NNC_DERIVED)
      continue;
    InitialValues init{tensor.init, {tensor.init_args[0], tensor.init_args[1]}, tensor.init_values};
    fillInitial(init, tensor.name, seed, tensor.dtype, tensor.dims, tensor.rank, data(tensor));
  }
}

Status State::pack(const Model &model, Pool &pool) {
  const nnc_entry *entry = model.entry(NNC_PACK);
  if (!entry)
    return std::nullopt;
  Runner runner(model, data(), pool, *entry);
  if (Status failed = runner.reserve({}))
    return failed;
  if (nnc_status status = runner.run())
    return runner.explain(status);
  return std::nullopt;
}

} // namespace nnc::rt
