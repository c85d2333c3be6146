// A whole training step, from the nn dialect to a library that runs, against the evaluator: plain and fast kernels, one
// thread and two, every level of optimisation.
#include "test/unit/codegen/Compiled.h"
#include <barrier>
#include <thread>

using namespace nnc;
using namespace nnc::test;

namespace {

/// FLOAT stands for f32 or f64.
constexpr const char *kStep = R"mlir(
nn.param @fc1.weight : tensor<16x4xFLOAT> = <uniform, [-0.5, 0.5]>
nn.param @fc1.bias : tensor<16xFLOAT> = <uniform, [-0.5, 0.5]> no_decay
nn.param @fc2.weight : tensor<3x16xFLOAT> = <uniform, [-0.25, 0.25]>
nn.param @fc2.bias : tensor<3xFLOAT> = <uniform, [-0.25, 0.25]> no_decay
!x = tensor<?x4xFLOAT, #nn.dims<B, 4>>
!h = tensor<?x16xFLOAT, #nn.dims<B, 16>>
!z = tensor<?x3xFLOAT, #nn.dims<B, 3>>
!b = tensor<?xFLOAT, #nn.dims<B>>
!y = tensor<?xi32, #nn.dims<B>>
nn.entry @step(%x: !x {nn.name = "x"}, %y: !y {nn.name = "y", nn.index_bound = 3 : i64}) -> (tensor<FLOAT> {nn.name = "loss"}) attributes {sizes = [#nn.size<"B" max 40>], optimizer = OPTIMIZER} {
  %w1 = nn.get @fc1.weight : tensor<16x4xFLOAT>
  %b1 = nn.get @fc1.bias : tensor<16xFLOAT>
  %w2 = nn.get @fc2.weight : tensor<3x16xFLOAT>
  %b2 = nn.get @fc2.bias : tensor<3xFLOAT>
  %c1 = nn.broadcast %b1 dims [1] : tensor<16xFLOAT> -> !h
  %a1 = nn.contract %x, %w1 init %c1 : !h "bi,oi->bo" : (!x, tensor<16x4xFLOAT>) -> !h
  %h = nn.relu %a1 : !h
  %c2 = nn.broadcast %b2 dims [1] : tensor<3xFLOAT> -> !z
  %z = nn.contract %h, %w2 init %c2 : !z "bi,oi->bo" : (!h, tensor<3x16xFLOAT>) -> !z
  %l, %lse = nn.softmax_cross_entropy %z, %y : (!z, !y) -> (!b, !b)
  %s = nn.reduce add %l dims [0] : !b -> tensor<FLOAT>
  %n = nn.size "B" : tensor<FLOAT>
  %loss = nn.div %s, %n : tensor<FLOAT>
  nn.return %loss : tensor<FLOAT>
}
)mlir";

/// Outputs by name, then the state block's tensors by name.
template <class S> using Values = std::map<std::string, std::vector<S>>;

template <class S> class Runner {
public:
  Runner(Compiled<S> &compiled, int64_t batch) : compiled(compiled), batch(batch) {
    inputs = *reference::randomInputs<S>(*compiled.graph, "step", {{"B", batch}}, 7);
    state = reference::initialState<S>(*compiled.graph, 3);
  }

  Values<S> evaluate(double lr) {
    reference::EntryArguments<S> arguments{inputs, state, scalars(lr), {{"B", batch}}};
    reference::EntryResults<S> results;
    EXPECT_TRUE(mlir::succeeded(reference::evaluateEntry<S>(*compiled.graph, "step", arguments, results)));
    Values<S> values;
    for (auto &[name, tensor] : results.outputs)
      values[name] = tensor.reals;
    for (auto &[name, tensor] : results.updates)
      values[name] = tensor.reals;
    return values;
  }

  std::map<std::string, double> scalars(double lr) {
    std::vector<double> settings = {lr}, values(8);
    const nnc_entry &entry = compiled.model->entries[0];
    std::vector<double> defaults;
    for (uint32_t i = 0; i < entry.n_settings; ++i)
      defaults.push_back(i == 0 ? lr : entry.settings[i].value);
    entry.scalars(defaults.data(), 0, 100, 10, values.data());
    scalarValues = values;
    std::map<std::string, double> result;
    unsigned next = 0;
    compiled.graph->walk([&](nn::EntryOp op) {
      for (unsigned i = 0; i < op.getNumArguments(); ++i)
        if (auto name = op.getArgAttrOfType<mlir::StringAttr>(i, "nn.scalar"))
          result[name.str()] = values[next++];
    });
    return result;
  }

  Values<S> run(double lr, int threads) {
    const nnc_model &m = *compiled.model;
    const nnc_entry &entry = m.entries[0];
    scalars(lr);
    Block stateBlock(m.state_bytes);
    for (uint32_t i = 0; i < m.n_tensors; ++i) {
      const nnc_tensor &t = m.tensors[i];
      if (t.role == NNC_DERIVED)
        continue;
      auto &reals = state.at(t.name).reals;
      std::memcpy(stateBlock.data + t.offset, reals.data(), reals.size() * sizeof(S));
    }
    pack(stateBlock);
    std::vector<std::vector<int32_t>> integers(entry.n_inputs);
    std::vector<const void *> in;
    for (uint32_t i = 0; i < entry.n_inputs; ++i) {
      auto &tensor = inputs.at(entry.inputs[i].name);
      integers[i].assign(tensor.integers.begin(), tensor.integers.end());
      in.push_back(tensor.isReal() ? static_cast<const void *>(tensor.reals.data()) : integers[i].data());
    }
    uint64_t workBytes = 0;
    std::vector<int64_t> dims(64);
    nnc_error error = {};
    EXPECT_EQ(entry.prepare(&batch, in.data(), &workBytes, dims.data(), &error), NNC_OK);
    Block work(workBytes + 64);
    std::memset(work.data, 0xff, workBytes); // NaN: nothing may be read before it is written
    std::vector<std::unique_ptr<Block>> blocks;
    std::vector<void *> out;
    for (uint32_t i = 0; i < entry.n_outputs; ++i) {
      blocks.push_back(std::make_unique<Block>(64));
      out.push_back(blocks.back()->data);
    }
    std::barrier<> barrier(threads);
    nnc_call call = {&batch,     in.data(),
                     out.data(), stateBlock.data,
                     work.data,  scalarValues.data(),
                     nullptr,    0,
                     0,          [](void *arg, int32_t) { static_cast<std::barrier<> *>(arg)->arrive_and_wait(); },
                     &barrier,   &error};
    std::vector<std::thread> others;
    for (int t = 1; t < threads; ++t)
      others.emplace_back([&, t] { entry.run(&call, t, threads); });
    EXPECT_EQ(entry.run(&call, 0, threads), NNC_OK);
    for (std::thread &thread : others)
      thread.join();
    Values<S> values;
    for (uint32_t i = 0; i < entry.n_outputs; ++i)
      values[entry.outputs[i].name] = {*static_cast<S *>(out[i])};
    for (uint32_t i = 0; i < m.n_tensors; ++i)
      if (m.tensors[i].role != NNC_DERIVED) {
        auto *data = reinterpret_cast<S *>(stateBlock.data + m.tensors[i].offset);
        values[m.tensors[i].name] = std::vector<S>(data, data + m.tensors[i].bytes / sizeof(S));
      }
    return values;
  }

private:
  /// Packed copies as NNC_PACK rebuilds them, if the model has that entry.
  void pack(Block &stateBlock) {
    for (uint32_t i = 0; i < compiled.model->n_entries; ++i) {
      const nnc_entry &entry = compiled.model->entries[i];
      if (entry.kind != NNC_PACK)
        continue;
      Block work(4096);
      nnc_error error = {};
      nnc_call call = {nullptr, nullptr, nullptr, stateBlock.data, work.data, nullptr,
                       nullptr, 0,       0,       nullptr,         nullptr,   &error};
      EXPECT_EQ(entry.run(&call, 0, 1), NNC_OK);
    }
  }

  Compiled<S> &compiled;
  int64_t batch;
  reference::TensorMap<S> inputs, state;
  std::vector<double> scalarValues;
};

template <class S> void expectNear(const Values<S> &got, const Values<S> &want, double bound) {
  for (auto &[name, values] : want) {
    auto found = got.find(name);
    ASSERT_TRUE(found != got.end()) << name;
    ASSERT_EQ(found->second.size(), values.size()) << name;
    for (size_t i = 0; i < values.size(); ++i)
      EXPECT_NEAR(static_cast<double>(found->second[i]), static_cast<double>(values[i]),
                  bound * (1 + std::abs(static_cast<double>(values[i]))))
          << name << "[" << i << "]";
  }
}

template <class S> void expectSameBits(const Values<S> &a, const Values<S> &b) {
  for (auto &[name, values] : a)
    EXPECT_EQ(std::memcmp(values.data(), b.at(name).data(), values.size() * sizeof(S)), 0) << name;
}

class Entry : public ModuleTest {
protected:
  template <class S> void check(const char *element, const char *optimizer, double bound) {
    std::string text = replace(replace(kStep, "FLOAT", element), "OPTIMIZER", optimizer);
    std::optional<Values<S>> first;
    for (const Form &form : {Form{0}, Form{1}, Form{2}, Form{3}, Form{2, "g++"}, Form{2, "clang++"}}) {
      SCOPED_TRACE(form.name());
      Compiled<S> compiled(context, text, form);
      ASSERT_TRUE(compiled.model);
      Runner<S> runner(compiled, 37);
      Values<S> got = runner.run(0.1, 1);
      expectNear(got, runner.evaluate(0.1), bound);
      expectSameBits(got, runner.run(0.1, 2));
      if (!first)
        first = got;
      expectSameBits(*first, got); // plain at -O0, fast above
    }
  }
};

TEST_F(Entry, SgdF32) { check<float>("f32", "#nn.optimizer<\"sgd\", {lr = 1.0e-2}>", 2e-6); }
TEST_F(Entry, SgdF64) { check<double>("f64", "#nn.optimizer<\"sgd\", {lr = 1.0e-2}>", 1e-13); }
TEST_F(Entry, AdamF32) {
  check<float>("f32", "#nn.optimizer<\"adam\", {lr = 1.0e-2, beta1 = 0.9, beta2 = 0.999, eps = 1.0e-8}>", 1e-4);
}
TEST_F(Entry, AdamF64) {
  check<double>("f64", "#nn.optimizer<\"adam\", {lr = 1.0e-2, beta1 = 0.9, beta2 = 0.999, eps = 1.0e-8}>", 1e-11);
}

} // namespace
