#include "runtime/core/Dtype.h"
#include "runtime/core/Random.h"
#include "runtime/program/Session.h"
#include "runtime/train/Feed.h"
#include "runtime/train/Report.h"
#include "runtime/train/ThreadChoice.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <sys/resource.h>

namespace nnc::rt {

namespace {

struct Times {
  double least = 0, median = 0, p90 = 0; ///< microseconds a call
  uint64_t runs = 0;
};

/// Seeded inputs: normal numbers, integers below their bound.
class RandomInputs {
public:
  Status fill(Runner &runner, const std::vector<int64_t> &sizes, uint64_t seed) {
    const nnc_entry &entry = runner.entry();
    for (uint32_t i = 0; i < entry.n_inputs; ++i) {
      const nnc_port &port = entry.inputs[i];
      uint64_t count = 1;
      for (uint8_t axis = 0; axis < port.rank; ++axis)
        count *= uint64_t(port.dims[axis] >= 0 ? port.dims[axis] : sizes[size_t(~port.dims[axis])]);
      Result<Block> block = Block::allocate(count * widthOf(port.dtype) + 64);
      if (!block)
        return block.error();
      RandomKey key = siteKey(std::string("bench:") + port.name, seed);
      for (uint64_t e = 0; e < count; ++e)
        store(block->data(), port, e, draw(key, e));
      runner.inputs[i] = block->data();
      blocks.push_back(std::move(*block));
    }
    return std::nullopt;
  }

private:
  static void store(char *out, const nnc_port &port, uint64_t e, RandomBlock words) {
    double a = (words[0] + 0.5) * 0x1p-32, b = (words[1] + 0.5) * 0x1p-32;
    double normal = std::sqrt(-2 * std::log(a)) * std::cos(2 * M_PI * b);
    uint64_t bound = port.index_bound > 0 ? uint64_t(port.index_bound) : 2;
    uint64_t index = uint64_t(words[2]) * bound >> 32;
    switch (port.dtype) {
    case NNC_F32:
      reinterpret_cast<float *>(out)[e] = float(normal);
      break;
    case NNC_F64:
      reinterpret_cast<double *>(out)[e] = normal;
      break;
    case NNC_I32:
      reinterpret_cast<int32_t *>(out)[e] = int32_t(index);
      break;
    case NNC_I64:
      reinterpret_cast<int64_t *>(out)[e] = int64_t(index);
      break;
    default:
      out[e] = char(index & 1);
    }
  }
  std::vector<Block> blocks;
};

nnc_status call(Runner &runner) {
  if (nnc_status status = runner.prepare())
    return status;
  runner.scalars(1'000'000, 1000);
  nnc_status status = runner.run();
  ++runner.step;
  return status;
}

/// Times calls in groups of at least a millisecond, for about a second.
Result<Times> measure(Runner &runner, Pool &pool, bool chooseThreads) {
  ThreadChoice threads(pool, chooseThreads);
  double begun = now();
  do {
    if (nnc_status status = call(runner); status != NNC_OK && status != NNC_E_NONFINITE)
      return runner.explain(status);
    threads.stepped();
  } while (!threads.settled() && now() - begun < 0.2);
  if (!threads.settled())
    pool.use(pool.started());
  uint64_t warm = 0;
  begun = now();
  do {
    call(runner);
    ++warm;
  } while (now() - begun < 0.2 || warm < 3);
  double each = (now() - begun) / double(warm);
  auto group = uint64_t(std::max(1.0, std::ceil(1e-3 / each)));
  std::vector<double> groups;
  Times times;
  begun = now();
  do {
    double start = now();
    for (uint64_t i = 0; i < group; ++i)
      call(runner);
    groups.push_back((now() - start) / double(group) * 1e6);
    times.runs += group;
  } while (groups.size() < 5 || (now() - begun < 1 && groups.size() < 100'000));
  std::sort(groups.begin(), groups.end());
  times.least = groups.front();
  times.median = groups[groups.size() / 2];
  times.p90 = groups[groups.size() * 9 / 10];
  return times;
}

/// An expression of free sizes: a number, the name of a size, or [op, a, b]. Negative if it is none.
double sizeExpression(const Json &expression, const nnc_entry &entry, const std::vector<int64_t> &sizes,
                      int depth = 0) {
  if (expression.is_number())
    return expression.get<double>();
  if (expression.is_string()) {
    for (uint32_t i = 0; i < entry.n_sizes; ++i)
      if (expression.get_ref<const std::string &>() == entry.sizes[i].name)
        return double(sizes[i]);
    return -1;
  }
  if (!expression.is_array() || expression.size() != 3 || !expression[0].is_string() || depth > jsonDepth)
    return -1;
  const std::string &op = expression[0].get_ref<const std::string &>();
  double a = sizeExpression(expression[1], entry, sizes, depth + 1);
  double b = sizeExpression(expression[2], entry, sizes, depth + 1);
  if (op == "add")
    return a + b;
  if (op == "mul")
    return a * b;
  if (b <= 0)
    return -1;
  return op == "floordiv" ? std::floor(a / b) : op == "ceildiv" ? std::ceil(a / b) : a - b * std::floor(a / b);
}

/// Operations of one call (multiply-adds count as two). Negative if unknown.
double operations(const Recipe &recipe, const nnc_entry &entry, const std::vector<int64_t> &sizes) {
  const Json *all = member(recipe.root, "flops");
  const Json *own = all ? member(*all, entry.name) : nullptr;
  return own ? sizeExpression(*own, entry, sizes) : -1;
}

uint64_t parameterBytes(const Model &model) {
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < model.tensorCount(); ++i)
    if (model.tensor(i).role == NNC_PARAM)
      bytes += model.tensor(i).bytes;
  return bytes;
}

void writeBuild(JsonWriter &json, const Session &session) {
  const Json *build = member(session.recipe.root, "build");
  Json none = Json::object();
  const Json &from = build ? *build : none;
  json.key("build").open('{').key("version").text(textOf(from, "version", "unknown"));
  json.key("target").text(textOf(from, "target", session.model.descriptor().cpu_features));
  json.key("opt").text(textOf(from, "opt", "unknown")).close('}');
}

std::string report(const Session &session, const Runner &runner, const Times &times, double flops, uint64_t saved) {
  const nnc_entry &entry = runner.entry();
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  double rate = flops > 0 ? flops / times.median * 1e-3 : 0;
  std::string out;
  if (!session.options.json) {
    out = std::string(entry.name) + " ";
    for (uint32_t i = 0; i < entry.n_sizes; ++i)
      out += std::string(" ") + entry.sizes[i].name + "=" + std::to_string(runner.sizes[i]);
    int32_t threads = session.pool->threads();
    out += "  " + std::to_string(threads) + (threads == 1 ? " thread  " : " threads  ") + brief(times.median) +
           " us (min " + brief(times.least) + ", p90 " + brief(times.p90) + ")";
    if (flops > 0)
      out += "  " + brief(rate) + " GF/s";
    return out + "  workspace " + grouped(runner.workBytes()) + " bytes\n";
  }
  JsonWriter json(out);
  json.open('{').key("entry").text(entry.name).key("sizes").open('{');
  for (uint32_t i = 0; i < entry.n_sizes; ++i)
    json.key(entry.sizes[i].name).integer(runner.sizes[i]);
  json.close('}').key("threads").integer(session.pool->threads()).key("runs").integer(int64_t(times.runs));
  json.key("us").open('{').key("min").number(times.least).key("median").number(times.median);
  json.key("p90").number(times.p90).close('}');
  flops >= 0 ? json.key("flops").number(flops) : json.key("flops").null();
  flops >= 0 ? json.key("gflops").number(rate) : json.key("gflops").null();
  json.key("bytes_parameters").integer(int64_t(parameterBytes(session.model)));
  json.key("bytes_saved").integer(int64_t(saved)).key("bytes_scratch").integer(int64_t(runner.workBytes() - saved));
  json.key("peak_rss").integer(int64_t(usage.ru_maxrss) * 1024);
  writeBuild(json, session);
  json.close('}');
  return out + "\n";
}

Result<std::vector<int64_t>> sizesFor(const Session &session, const nnc_entry &entry) {
  std::vector<int64_t> sizes(entry.n_sizes, 1);
  int32_t batch = batchSize(entry);
  int64_t wanted = session.options.batch.value_or(session.recipe.hasTrain ? session.recipe.train.batch : 1);
  if (batch >= 0)
    sizes[size_t(batch)] = session.options.batch ? wanted : std::min(wanted, batchBound(entry, wanted));
  for (const auto &[name, value] : session.options.sizes) {
    bool known = false;
    for (uint32_t i = 0; i < entry.n_sizes; ++i)
      if (name == entry.sizes[i].name) {
        sizes[i] = value;
        known = true;
      }
    if (!known)
      return usage("entry `" + std::string(entry.name) + "` has no free size `" + name + "`");
  }
  for (uint32_t i = 0; i < entry.n_sizes; ++i)
    if (entry.sizes[i].max >= 0 && sizes[i] > entry.sizes[i].max)
      return usage("size " + std::string(entry.sizes[i].name) + " = " + std::to_string(sizes[i]) +
                   " is more than the program was compiled for, " + std::to_string(entry.sizes[i].max) +
                   "\n  help: compile it with --batch " + std::to_string(sizes[i]));
  return sizes;
}

Status benchEntry(Session &session, const nnc_entry &entry) {
  Result<std::vector<int64_t>> sizes = sizesFor(session, entry);
  if (!sizes)
    return sizes.error();
  Runner runner(session.model, session.state.data(), *session.pool, entry);
  session.applySettings(runner);
  runner.seed = session.seed();
  RandomInputs inputs;
  if (Status failed = inputs.fill(runner, *sizes, runner.seed))
    return failed;
  int64_t most = 1; // where all sizes are numbers there is one example
  for (int64_t size : *sizes)
    most = std::max(most, size);
  for (int64_t i = 0; i < most; ++i)
    runner.samples.push_back(i);
  if (Status failed = runner.reserve(*sizes))
    return failed;
  Result<Times> times = measure(runner, *session.pool, !session.options.threads);
  if (!times)
    return times.error();
  double flops = operations(session.recipe, entry, *sizes);
  const Json *memory = member(session.recipe.root, "bytes_saved");
  uint64_t saved = memory ? uint64_t(std::max<int64_t>(0, integerOf(*memory, entry.name, 0))) : 0;
  return print(report(session, runner, *times, flops, std::min(saved, runner.workBytes())));
}

} // namespace

Result<ExitCode> benchCommand(Session &session) {
  std::vector<std::string> words = session.options.words;
  std::vector<const nnc_entry *> entries;
  if (words.empty())
    words = {"forward", "grad", "step"};
  for (const std::string &word : words) {
    const nnc_entry *entry = session.model.entry(std::string_view(word));
    if (entry && entry->kind != NNC_PACK)
      entries.push_back(entry);
    else if (!session.options.words.empty())
      return usage("no entry `" + word + "`\n  note: bench takes forward, grad or step");
  }
  if (entries.empty())
    return usage("this program has no entry to measure");
  // Of several entries one must know a setting; `step` knows those of the others.
  const nnc_entry *knowing =
      *std::max_element(entries.begin(), entries.end(), [](auto *a, auto *b) { return a->n_settings < b->n_settings; });
  if (Status failed = session.checkSettings(*knowing))
    return *failed;
  for (const nnc_entry *entry : entries) {
    session.pool->use(session.pool->started());
    if (Status failed = session.initialise(session.seed()))
      return *failed;
    if (Status failed = benchEntry(session, *entry))
      return *failed;
  }
  return support::ExitDone;
}

} // namespace nnc::rt
