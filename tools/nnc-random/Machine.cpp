#include "tools/nnc-random/Machine.h"

#include <cstring>
#include <immintrin.h>
#include <pthread.h>
#include <thread>

namespace nnc::random {
namespace {

/// 64-byte aligned memory.
struct Block {
  explicit Block(size_t bytes, uint8_t fill = 0)
      : data(static_cast<char *>(std::aligned_alloc(64, (bytes + 127) / 64 * 64))) {
    std::memset(data, fill, bytes);
  }
  Block(const Block &) = delete;
  ~Block() { std::free(data); }
  char *data;
};

int64_t widthOf(uint8_t dtype) { return dtype == NNC_F64 || dtype == NNC_I64 ? 8 : dtype == NNC_BOOL ? 1 : 4; }

void store(const reference::Tensor<double> &tensor, uint8_t dtype, char *to) {
  for (int64_t i = 0; i < tensor.size(); ++i, to += widthOf(dtype)) {
    if (dtype == NNC_F32) {
      float x = float(tensor.reals[i]);
      std::memcpy(to, &x, 4);
    } else if (dtype == NNC_F64) {
      std::memcpy(to, &tensor.reals[i], 8);
    } else { // little-endian: the low bytes come first
      std::memcpy(to, &tensor.integers[i], widthOf(dtype));
    }
  }
}

Flat load(const char *from, uint8_t dtype, llvm::ArrayRef<int64_t> shape) {
  Flat flat{dtype == NNC_F32 || dtype == NNC_F64, llvm::SmallVector<int64_t, 4>(shape), {}, {}};
  for (int64_t i = 0, n = reference::countElements(shape); i < n; ++i, from += widthOf(dtype)) {
    float single;
    double real;
    int32_t narrow;
    int64_t integer;
    switch (dtype) {
    case NNC_F32:
      std::memcpy(&single, from, 4);
      flat.reals.push_back(single);
      break;
    case NNC_F64:
      std::memcpy(&real, from, 8);
      flat.reals.push_back(real);
      break;
    case NNC_I32:
      std::memcpy(&narrow, from, 4);
      flat.integers.push_back(narrow);
      break;
    case NNC_I64:
      std::memcpy(&integer, from, 8);
      flat.integers.push_back(integer);
      break;
    default:
      flat.integers.push_back(*from);
    }
  }
  return flat;
}

/// Runs the entry on all threads, with subnormals flushed in f32 programs as the runtime does.
nnc_status runThreads(const nnc_entry &entry, nnc_call &call, int threads, bool flush) {
  // One that sanitizers know: they see how the threads of code that they look into wait for each other.
  pthread_barrier_t barrier;
  pthread_barrier_init(&barrier, nullptr, unsigned(threads));
  call.barrier = [](void *arg, int32_t) { pthread_barrier_wait(static_cast<pthread_barrier_t *>(arg)); };
  call.barrier_arg = &barrier;
  auto work = [&](int tid) {
    unsigned mode = _mm_getcsr();
    if (flush)
      _mm_setcsr(mode | 0x8040);
    nnc_status status = entry.run(&call, tid, threads);
    _mm_setcsr(mode);
    return status;
  };
  std::vector<std::thread> others;
  for (int tid = 1; tid < threads; ++tid)
    others.emplace_back([&work, tid] { work(tid); });
  nnc_status status = work(0);
  for (std::thread &thread : others)
    thread.join();
  pthread_barrier_destroy(&barrier);
  return status;
}

} // namespace

const nnc_entry *Machine::find(const std::string &name) const {
  for (uint32_t i = 0; i < model->n_entries; ++i)
    if (model->entries[i].name == name)
      return &model->entries[i];
  return nullptr;
}

std::vector<double> Machine::scalarsOf(const std::string &name) const {
  const nnc_entry *entry = find(name);
  if (!entry || !entry->scalars)
    return {};
  std::vector<double> settings, scalars(entry->n_scalars);
  for (uint32_t i = 0; i < entry->n_settings; ++i)
    settings.push_back(entry->settings[i].value);
  entry->scalars(settings.data(), 0, 100, 10, scalars.data());
  return scalars;
}

std::optional<Values> Machine::run(const std::string &name, const Call &given, std::string &why) const {
  const nnc_entry *entry = find(name);
  if (!entry) {
    why = "there is no entry " + name;
    return std::nullopt;
  }
  bool flush = true;
  Block state(model->state_bytes);
  for (uint32_t i = 0; i < model->n_tensors; ++i) {
    const nnc_tensor &tensor = model->tensors[i];
    flush &= tensor.dtype != NNC_F64;
    if (tensor.role != NNC_DERIVED)
      store(given.state.at(tensor.name), tensor.dtype, state.data + tensor.offset);
  }
  std::vector<std::unique_ptr<Block>> blocks;
  std::vector<const void *> inputs;
  for (uint32_t i = 0; i < entry->n_inputs; ++i) {
    const auto &tensor = given.inputs.at(entry->inputs[i].name);
    flush &= entry->inputs[i].dtype != NNC_F64;
    blocks.push_back(std::make_unique<Block>(size_t(tensor.size() * 8)));
    store(tensor, entry->inputs[i].dtype, blocks.back()->data);
    inputs.push_back(blocks.back()->data);
  }
  nnc_error error = {};
  std::vector<double> scalars = scalarsOf(name);
  auto call = [&](const nnc_entry &which, const std::vector<void *> &outputs, int threads, void *work) {
    nnc_call all = {&given.batch,
                    inputs.data(),
                    const_cast<void *const *>(outputs.data()),
                    state.data,
                    work,
                    scalars.data(),
                    nullptr,
                    0,
                    0,
                    nullptr,
                    nullptr,
                    &error};
    return runThreads(which, all, threads, flush);
  };
  for (uint32_t i = 0; i < model->n_entries; ++i)
    if (model->entries[i].kind == NNC_PACK) {
      Block work(1 << 16);
      call(model->entries[i], {}, 1, work.data);
    }
  uint64_t workBytes = 0;
  size_t ranks = 0;
  for (uint32_t i = 0; i < entry->n_outputs; ++i)
    ranks += entry->outputs[i].rank;
  std::vector<int64_t> dims(ranks + 1);
  if (nnc_status status = entry->prepare(&given.batch, inputs.data(), &workBytes, dims.data(), &error)) {
    why = "prepare refuses with status " + std::to_string(status);
    return std::nullopt;
  }
  Block work(workBytes, given.workspace);
  std::vector<void *> outputs;
  std::vector<llvm::SmallVector<int64_t, 4>> shapes;
  size_t at = 0;
  for (uint32_t i = 0; i < entry->n_outputs; ++i) {
    shapes.emplace_back(dims.begin() + int64_t(at), dims.begin() + int64_t(at + entry->outputs[i].rank));
    at += entry->outputs[i].rank;
    blocks.push_back(std::make_unique<Block>(size_t(reference::countElements(shapes.back()) * 8), 0xff));
    outputs.push_back(blocks.back()->data);
  }
  if (nnc_status status = call(*entry, outputs, given.threads, work.data)) {
    why = "run ends with status " + std::to_string(status);
    return std::nullopt;
  }
  Values values;
  for (uint32_t i = 0; i < entry->n_outputs; ++i)
    values[entry->outputs[i].name] = load(static_cast<char *>(outputs[i]), entry->outputs[i].dtype, shapes[i]);
  for (uint32_t i = 0; i < model->n_tensors; ++i) {
    const nnc_tensor &tensor = model->tensors[i];
    if (tensor.role != NNC_DERIVED)
      values[std::string("@") + tensor.name] =
          load(state.data + tensor.offset, tensor.dtype, llvm::ArrayRef(tensor.dims, tensor.rank));
  }
  return values;
}

} // namespace nnc::random
