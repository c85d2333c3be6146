#include "runtime/core/Runner.h"
#include "runtime/core/Dtype.h"
#include "runtime/core/FloatMode.h"

namespace nnc::rt {

Runner::Runner(const Model &model, char *state, Pool &pool, const nnc_entry &entry)
    : sizes(entry.n_sizes), inputs(entry.n_inputs), what(&entry), pool(&pool), flush(model.is32()),
      outputs(entry.n_outputs), scalarValues(entry.n_scalars) {
  for (uint32_t i = 0; i < entry.n_settings; ++i)
    settings.push_back(entry.settings[i].value);
  uint32_t total = 0;
  for (uint32_t i = 0; i < entry.n_outputs; ++i) {
    firstDim.push_back(total);
    total += entry.outputs[i].rank;
  }
  dims.resize(total);
  error.fact = error.input = -1;
  call.state = state;
  call.barrier = Pool::barrier;
  call.barrier_arg = &pool;
  call.error = &error;
}

Status Runner::reserve(const std::vector<int64_t> &bounds) {
  uint64_t bytes = 0;
  if (what->prepare)
    if (nnc_status failed = what->prepare(bounds.data(), nullptr, &bytes, dims.data(), &error)) {
      sizes = bounds;
      return explain(failed);
    }
  Result<Block> work = Block::allocate(bytes, true);
  if (!work)
    return work.error();
  workspace = std::move(*work);
  uint64_t total = 0;
  std::vector<uint64_t> offsets;
  for (uint32_t i = 0; i < what->n_outputs; ++i) {
    offsets.push_back(total);
    // A cache line more than needed: kernels may write whole vectors.
    total += (outputElements(i) * widthOf(what->outputs[i].dtype) + 63) / 64 * 64 + 64;
  }
  Result<Block> block = Block::allocate(total);
  if (!block)
    return block.error();
  results = std::move(*block);
  for (uint32_t i = 0; i < what->n_outputs; ++i)
    outputs[i] = results.data() + offsets[i];
  sizes = bounds;
  call.work = workspace.data();
  return std::nullopt;
}

nnc_status Runner::prepare() {
  if (!what->prepare)
    return NNC_OK;
  uint64_t bytes = 0;
  return what->prepare(sizes.data(), inputs.data(), &bytes, dims.data(), &error);
}

void Runner::scalars(int64_t steps, int64_t stepsPerEpoch) {
  if (what->scalars)
    what->scalars(settings.data(), step, steps, stepsPerEpoch, scalarValues.data());
}

void Runner::job(void *argument, int32_t tid, int32_t threads) {
  auto *self = static_cast<Runner *>(argument);
  FlushToZero mode(self->flush);
  if (nnc_status failed = self->what->run(&self->call, tid, threads))
    self->status.store(failed, std::memory_order_relaxed);
}

nnc_status Runner::run() {
  call.sizes = sizes.data();
  call.inputs = inputs.data();
  call.outputs = outputs.data();
  call.scalars = scalarValues.data();
  call.sample = samples.data();
  call.seed = seed;
  call.step = step;
  status.store(NNC_OK, std::memory_order_relaxed);
  pool->run(job, this);
  return nnc_status(status.load(std::memory_order_relaxed));
}

int32_t Runner::inputIndex(std::string_view name) const {
  for (uint32_t i = 0; i < what->n_inputs; ++i)
    if (what->inputs[i].name == name)
      return int32_t(i);
  return -1;
}

int32_t Runner::outputIndex(std::string_view name) const {
  for (uint32_t i = 0; i < what->n_outputs; ++i)
    if (what->outputs[i].name == name)
      return int32_t(i);
  return -1;
}

uint64_t Runner::outputElements(uint32_t index) const {
  uint64_t count = 1;
  for (uint8_t i = 0; i < what->outputs[index].rank; ++i)
    count *= uint64_t(outputDims(index)[i]);
  return count;
}

double Runner::value(uint32_t index, uint32_t element) const {
  switch (what->outputs[index].dtype) {
  case NNC_F32:
    return static_cast<const float *>(outputs[index])[element];
  case NNC_F64:
    return static_cast<const double *>(outputs[index])[element];
  case NNC_I32:
    return static_cast<const int32_t *>(outputs[index])[element];
  case NNC_I64:
    return double(static_cast<const int64_t *>(outputs[index])[element]);
  default:
    return static_cast<const uint8_t *>(outputs[index])[element];
  }
}

Error Runner::explain(nnc_status failed) const {
  std::string where = error.where && *error.where ? std::string("\n  note: ") + error.where : "";
  std::string entry = std::string("entry `") + what->name + "`: ";
  std::string number = std::to_string(error.value), limit = std::to_string(error.limit);
  switch (failed) {
  case NNC_E_SIZE: {
    for (uint32_t i = 0; i < what->n_sizes; ++i) {
      const nnc_size &size = what->sizes[i];
      if (sizes[i] < size.min || (size.max >= 0 && sizes[i] > size.max))
        return doesNotFit(entry + "size " + size.name + " = " + std::to_string(sizes[i]) + " is not between " +
                          std::to_string(size.min) + " and " + std::to_string(size.max) + where);
    }
    return doesNotFit(entry + "the sizes are too large (" + number + ", the limit is " + limit + ")" + where);
  }
  case NNC_E_FACT: {
    std::string values;
    for (uint32_t i = 0; i < what->n_sizes; ++i)
      values += (i == 0 ? ": " : ", ") + (what->sizes[i].name + (" = " + std::to_string(sizes[i])));
    return doesNotFit(entry + "the sizes do not fit the program" + values + where);
  }
  case NNC_E_INDEX: {
    bool known = error.input >= 0 && uint32_t(error.input) < what->n_inputs;
    std::string name = known ? what->inputs[error.input].name : "an index";
    return doesNotFit(entry + "`" + name + "` holds " + number + ", it must be at least 0 and below " + limit + where);
  }
  case NNC_E_NONFINITE:
    return {support::ExitDiverged, entry + "a value is not finite" + where};
  default:
    return ourBug(entry + "failed with status " + std::to_string(int(failed)) + where);
  }
}

} // namespace nnc::rt
