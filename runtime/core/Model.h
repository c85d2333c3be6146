// A compiled model: its descriptor, looked up by name and kind, and the block that holds its state.
#pragma once
#include "runtime/abi/nnc_abi.h"
#include "runtime/core/Block.h"
#include <string>
#include <string_view>
#include <vector>

namespace nnc::rt {

class Pool;

class Model {
public:
  /// Checks magic, version and processor before anything else is believed.
  static Result<Model> open(const nnc_model &abi);

  const nnc_model &descriptor() const { return *abi; }
  std::string_view name() const { return abi->name; }
  const nnc_entry *entry(nnc_kind kind) const;
  const nnc_entry *entry(std::string_view name) const;
  const nnc_tensor &tensor(uint32_t index) const { return abi->tensors[index]; }
  uint32_t tensorCount() const { return abi->n_tensors; }
  /// The index of a tensor, -1 if there is none of that name.
  int32_t find(std::string_view tensor) const;
  bool is32() const { return single; } ///< computes in f32, with flush-to-zero
  uint64_t parameterCount() const;

private:
  const nnc_model *abi = nullptr;
  bool single = true;
};

/// Elements of a tensor; its dims were checked when the program was compiled.
uint64_t elementCount(const nnc_tensor &tensor);

/// Parameters, states, optimiser slots and derived copies of one model, in one block.
class State {
public:
  static Result<State> allocate(const Model &model);
  /// Initial values under `seed`; optimiser slots start as they say, mostly 0.
  void initialise(const Model &model, uint64_t seed);
  /// Rebuilds the derived copies; to be called after the block was filled.
  Status pack(const Model &model, Pool &pool);
  char *data() const { return block.data(); }
  char *data(const nnc_tensor &tensor) const { return block.data() + tensor.offset; }

private:
  Block block;
};

} // namespace nnc::rt
