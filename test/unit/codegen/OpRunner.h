// The entry @forward of a compiled module on random inputs, beside the evaluator.
#pragma once

#include "test/unit/codegen/Compiled.h"
#include <barrier>
#include <memory>
#include <thread>

namespace nnc::test {

template <class S> class OpRunner {
public:
  using Tensors = std::vector<reference::Tensor<S>>;

  OpRunner(Compiled<S> &compiled, int64_t batch) : compiled(compiled), batch(batch) {
    inputs = *reference::randomInputs<S>(*compiled.graph, "forward", {{"B", batch}}, 11);
  }

  Tensors evaluate() {
    reference::EntryArguments<S> arguments{inputs, {}, {}, {{"B", batch}}};
    reference::EntryResults<S> results;
    EXPECT_TRUE(mlir::succeeded(reference::evaluateEntry<S>(*compiled.graph, "forward", arguments, results)));
    Tensors outputs;
    for (auto &[name, tensor] : results.outputs)
      outputs.push_back(tensor);
    return outputs;
  }

  /// Elements of the outputs, widened to what the evaluator holds. Workspace and outputs start as NaN.
  Tensors run(const Tensors &like, int32_t threads = 1) {
    const nnc_entry &entry = compiled.model->entries[0];
    std::vector<std::unique_ptr<Block>> buffers;
    std::vector<const void *> in;
    for (uint32_t i = 0; i < entry.n_inputs; ++i) {
      auto &tensor = inputs.at(entry.inputs[i].name);
      buffers.push_back(std::make_unique<Block>(tensor.size() * 8));
      write(tensor, entry.inputs[i].dtype, buffers.back()->data);
      in.push_back(buffers.back()->data);
    }
    uint64_t workBytes = 0;
    int64_t dims[64];
    nnc_error error = {};
    const int64_t *sizes = entry.n_sizes ? &batch : nullptr, *next = dims;
    EXPECT_EQ(entry.prepare(sizes, in.data(), &workBytes, dims, &error), NNC_OK);
    std::vector<void *> outputs;
    for (uint32_t i = 0; i < entry.n_outputs; ++i) {
      int64_t count = 1;
      for (int d = 0; d < entry.outputs[i].rank; ++d)
        count *= *next++;
      EXPECT_EQ(count, like[i].size());
      buffers.push_back(std::make_unique<Block>(count * 8));
      std::memset(buffers.back()->data, 0xff, count * 8);
      outputs.push_back(buffers.back()->data);
    }
    Block work(workBytes + 64);
    std::memset(work.data, 0xff, workBytes);
    std::barrier<> meeting(threads);
    auto wait = [](void *all, int32_t) { static_cast<std::barrier<> *>(all)->arrive_and_wait(); };
    nnc_call call = {sizes, in.data(), outputs.data(), nullptr,  work.data, nullptr, nullptr,
                     0,     0,         wait,           &meeting, &error};
    std::vector<std::jthread> crew;
    for (int32_t tid = 1; tid < threads; ++tid)
      crew.emplace_back([&, tid] { EXPECT_EQ(entry.run(&call, tid, threads), NNC_OK); });
    EXPECT_EQ(entry.run(&call, 0, threads), NNC_OK);
    crew.clear();
    Tensors results;
    for (uint32_t i = 0; i < entry.n_outputs; ++i)
      results.push_back(read(like[i], entry.outputs[i].dtype, static_cast<const char *>(outputs[i])));
    return results;
  }

private:
  static void write(const reference::Tensor<S> &tensor, uint8_t dtype, char *to) {
    for (int64_t e = 0; e < tensor.size(); ++e)
      if (tensor.isReal())
        reinterpret_cast<S *>(to)[e] = tensor.reals[e];
      else if (dtype == NNC_I64)
        reinterpret_cast<int64_t *>(to)[e] = tensor.integers[e];
      else
        reinterpret_cast<int32_t *>(to)[e] = static_cast<int32_t>(tensor.integers[e]);
  }
  static reference::Tensor<S> read(const reference::Tensor<S> &like, uint8_t dtype, const char *from) {
    reference::Tensor<S> result(like.kind, like.shape);
    for (int64_t e = 0; e < like.size(); ++e)
      if (like.isReal())
        result.reals[e] = reinterpret_cast<const S *>(from)[e];
      else
        result.integers[e] =
            dtype == NNC_I64 ? reinterpret_cast<const int64_t *>(from)[e] : reinterpret_cast<const int32_t *>(from)[e];
    return result;
  }

  Compiled<S> &compiled;
  int64_t batch;
  reference::TensorMap<S> inputs;
};

} // namespace nnc::test
