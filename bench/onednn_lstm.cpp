// oneDNN's LSTM, forward, f32, one thread: median microseconds of one call, as a line of JSON.
//
// usage: onednn_lstm STEPS BATCH INPUTS HIDDEN      built by bench/setup-peers against Debian's libdnnl
//
// Everything is laid out as the primitive likes it best (time-major data, packed weights), so nothing but the LSTM is
// timed.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <dnnl.hpp>
#include <unordered_map>
#include <vector>

using dnnl::memory;
using Clock = std::chrono::steady_clock;

static double micros(Clock::time_point from) {
  return std::chrono::duration<double, std::micro>(Clock::now() - from).count();
}

/// A buffer of small numbers that do not repeat soon.
static memory filled(const memory::desc &desc, const dnnl::engine &engine) {
  memory made(desc, engine);
  auto *data = static_cast<float *>(made.get_data_handle());
  for (size_t i = 0; i < desc.get_size() / sizeof(float); ++i)
    data[i] = 0.1f * (float(i * 2654435761u % 2001) / 1000.0f - 1.0f);
  return made;
}

int main(int argc, char **argv) {
  if (argc != 5)
    return 2;
  memory::dim steps = atoi(argv[1]), batch = atoi(argv[2]), inputs = atoi(argv[3]), hidden = atoi(argv[4]);
  dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  auto any = [](memory::dims dims) { return memory::desc(dims, memory::data_type::f32, memory::format_tag::any); };
  auto plain = [](memory::dims dims, memory::format_tag tag) {
    return memory::desc(dims, memory::data_type::f32, tag);
  };
  memory::desc state = plain({1, 1, batch, hidden}, memory::format_tag::ldnc);
  dnnl::lstm_forward::desc what(dnnl::prop_kind::forward_inference, dnnl::rnn_direction::unidirectional_left2right,
                                plain({steps, batch, inputs}, memory::format_tag::tnc), state, state,
                                any({1, 1, inputs, 4, hidden}), any({1, 1, hidden, 4, hidden}),
                                plain({1, 1, 4, hidden}, memory::format_tag::ldgo),
                                plain({steps, batch, hidden}, memory::format_tag::tnc), state, state);
  dnnl::lstm_forward::primitive_desc chosen(what, engine);
  dnnl::lstm_forward lstm(chosen);
  std::unordered_map<int, memory> arguments = {{DNNL_ARG_SRC_LAYER, filled(chosen.src_layer_desc(), engine)},
                                               {DNNL_ARG_SRC_ITER, filled(chosen.src_iter_desc(), engine)},
                                               {DNNL_ARG_SRC_ITER_C, filled(chosen.src_iter_c_desc(), engine)},
                                               {DNNL_ARG_WEIGHTS_LAYER, filled(chosen.weights_layer_desc(), engine)},
                                               {DNNL_ARG_WEIGHTS_ITER, filled(chosen.weights_iter_desc(), engine)},
                                               {DNNL_ARG_BIAS, filled(chosen.bias_desc(), engine)},
                                               {DNNL_ARG_DST_LAYER, filled(chosen.dst_layer_desc(), engine)},
                                               {DNNL_ARG_DST_ITER, filled(chosen.dst_iter_desc(), engine)},
                                               {DNNL_ARG_DST_ITER_C, filled(chosen.dst_iter_c_desc(), engine)},
                                               {DNNL_ARG_WORKSPACE, memory(chosen.workspace_desc(), engine)}};
  auto call = [&] {
    lstm.execute(stream, arguments);
    stream.wait();
  };
  for (auto start = Clock::now(); micros(start) < 1e5;)
    call();
  std::vector<double> times;
  for (auto start = Clock::now(); micros(start) < 3e5 || times.size() < 5;) {
    auto begin = Clock::now();
    call();
    times.push_back(micros(begin));
  }
  std::nth_element(times.begin(), times.begin() + std::ptrdiff_t(times.size() / 2), times.end());
  const dnnl_version_t *version = dnnl::version();
  printf("{\"version\": \"%d.%d.%d\", \"implementation\": \"%s\", \"us\": %.3f}\n", version->major, version->minor,
         version->patch, chosen.impl_info_str(), times[times.size() / 2]);
  return 0;
}
