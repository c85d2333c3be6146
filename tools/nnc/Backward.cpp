#include "tools/nnc/Backward.h"

#include "tools/nnc/BackwardModel.h"
#include "tools/nnc/Probe.h"
#include "llvm/Support/FormatVariadic.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>

namespace nnc::driver {
namespace {

using Tensor = Probe::Tensor;
using Sizes = std::map<std::string, int64_t>;

bool isFloat(const dsl::Type &type) { return type.elem == dsl::Elem::F32 || type.elem == dsl::Elem::F64; }

/// The same numbers in every run.
class Draw {
public:
  explicit Draw(uint64_t seed) : state(seed) {}
  uint64_t next() { // splitmix64
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  double between(double low, double high) { return low + (high - low) * (double(next() >> 11) * 0x1p-53); }

private:
  uint64_t state;
};

/// Small sizes for which the conditions hold, different ones where that can be.
std::optional<Sizes> chooseSizes(const dsl::Entry &entry) {
  static constexpr int64_t wanted[] = {2, 3, 4, 5, 6, 8};
  constexpr size_t kinds = std::size(wanted), tries = 20000;
  std::vector<size_t> digits(entry.sizes.size());
  for (size_t attempt = 0; attempt < tries; ++attempt) {
    Sizes sizes;
    for (size_t i = 0; i < digits.size(); ++i)
      sizes[entry.sizes[i].name] = wanted[(i + digits[i]) % kinds];
    if (fitSizes(entry, sizes))
      return sizes;
    size_t place = 0;
    while (place < digits.size() && ++digits[place] == kinds)
      digits[place++] = 0;
    if (place == digits.size())
      break;
  }
  return std::nullopt;
}

/// One block of the function as a program of its own.
dsl::Program blockProgram(const dsl::Program &from, std::vector<dsl::Input> inputs, const std::vector<dsl::Node> &nodes,
                          const std::vector<dsl::ValueId> &results) {
  const dsl::Entry &model = *from.entry(dsl::EntryKind::Forward);
  dsl::Program program;
  program.files = from.files;
  program.source = from.source;
  program.model = from.model;
  program.precision = from.precision;
  program.recipe = from.recipe;
  dsl::Entry entry;
  entry.sizes = model.sizes;
  entry.inputs = std::move(inputs);
  entry.nodes = nodes;
  for (size_t i = 0; i < results.size(); ++i) {
    dsl::Output output;
    output.name = "result" + std::to_string(i);
    output.value = results[i];
    entry.outputs.push_back(std::move(output));
  }
  program.entries.push_back(std::move(entry));
  return program;
}

dsl::Input inputOf(const std::string &name, const dsl::Type &type) {
  dsl::Input input;
  input.name = name;
  input.type = type;
  return input;
}

class Comparison {
public:
  Comparison(const Options &options, const dsl::Program &program, const dsl::Node &node)
      : options(options), model(*program.entry(dsl::EntryKind::Forward)), node(node), custom(*node.custom) {
    std::vector<dsl::Type> types = model.valueTypes();
    for (size_t i = 0; i < node.operands.size(); ++i) {
      dsl::ValueId id = node.operands[i];
      bool isInput = id < model.inputs.size();
      arguments.push_back(inputOf("argument" + std::to_string(i), types[id]));
      arguments.back().indexBound = isInput ? model.inputs[id].indexBound : -1;
      names.push_back(isInput ? model.inputs[id].name : "argument " + std::to_string(i + 1));
    }
    forward = blockProgram(program, arguments, custom.forward, custom.made);
    std::vector<dsl::Type> values = forward.entries[0].valueTypes();
    std::vector<dsl::Input> all = arguments;
    for (size_t i = 0; i < custom.made.size(); ++i)
      all.push_back(inputOf("made" + std::to_string(i), values[custom.made[i]]));
    for (size_t i = 0; i < node.results.size(); ++i)
      if (isFloat(node.results[i]))
        all.push_back(inputOf("cotangent" + std::to_string(i), node.results[i]));
    backward = blockProgram(program, std::move(all), custom.backward, custom.given);
  }

  BackwardTest run() {
    std::optional<Sizes> chosen = chooseSizes(model);
    if (!chosen)
      return {BackwardTest::NotCompared, "no small sizes fit its conditions"};
    sizes = *chosen;
    if (!fitSizes(forward.entries[0], sizes) || !fitSizes(backward.entries[0], sizes))
      return {BackwardTest::NotCompared, "no small sizes fit its blocks"};
    Probe value(options, forward), derivative(options, backward);
    if (!value.isReady() || !derivative.isReady())
      return {BackwardTest::OurBug, ""};
    static constexpr std::pair<double, double> ranges[] = {{-2, 2}, {-0.5, 0.5}, {0.1, 2.1}};
    for (size_t i = 0; i < std::size(ranges); ++i)
      if (!compareIn(value, derivative, ranges[i].first, ranges[i].second, i + 1))
        return {BackwardTest::Wrong, wrong};
    if (compared == 0)
      return {BackwardTest::NotCompared,
              points ? "it has no derivative where it was tried" : "its results are not finite where it was tried"};
    return {BackwardTest::Right, llvm::formatv("{0} derivative{1}", compared, compared == 1 ? "" : "s").str()};
  }

private:
  static std::string argument(size_t i) { return "argument" + std::to_string(i); }

  Tensor fill(const dsl::Input &input, double low, double high, Draw &draw) const {
    Tensor tensor = emptyTensor(input.type, sizes);
    for (double &x : tensor.reals)
      x = draw.between(low, high);
    // Any axis has two places.
    int64_t bound = input.indexBound >= 0 ? std::min<int64_t>(input.indexBound, 2) : 2;
    for (int64_t &x : tensor.integers)
      x = int64_t(draw.next() % uint64_t(std::max<int64_t>(bound, 1)));
    return tensor;
  }

  static bool isFinite(const Tensor &tensor) {
    return std::all_of(tensor.reals.begin(), tensor.reals.end(), [](double x) { return std::isfinite(x); });
  }

  /// The sum of the results, each element with its weight.
  std::optional<double> weighed(Probe &value, const Probe::Tensors &point, const std::vector<Tensor> &weights) const {
    auto results = value.evaluate(point, sizes);
    if (!results)
      return std::nullopt;
    double sum = 0;
    size_t weight = 0;
    for (size_t i = 0; i < node.results.size(); ++i) {
      if (!isFloat(node.results[i]))
        continue;
      for (int64_t at = 0; at < (*results)[i].size(); ++at)
        sum += (*results)[i].reals[at] * weights[weight].reals[at];
      ++weight;
    }
    return sum;
  }

  /// By central differences with a step; nothing where the function has no value.
  std::optional<double> difference(Probe &value, Probe::Tensors &point, const std::vector<Tensor> &weights,
                                   const std::string &name, int64_t at, double step) const {
    double &x = point[name].reals[at];
    const double before = x;
    x = before + step;
    std::optional<double> above = weighed(value, point, weights);
    x = before - step;
    std::optional<double> below = weighed(value, point, weights);
    x = before;
    if (!above || !below || !std::isfinite(*above) || !std::isfinite(*below))
      return std::nullopt;
    return (*above - *below) / ((before + step) - (before - step));
  }

  bool compareIn(Probe &value, Probe &derivative, double low, double high, uint64_t seed) {
    Draw draw(seed);
    Probe::Tensors point;
    for (const dsl::Input &input : arguments)
      point[input.name] = fill(input, low, high, draw);
    auto made = value.evaluate(point, sizes);
    if (!made || !std::all_of(made->begin(), made->end(), isFinite))
      return true;
    ++points;
    Probe::Tensors known = point;
    std::vector<Tensor> weights;
    for (size_t i = 0; i < made->size(); ++i)
      known["made" + std::to_string(i)] = (*made)[i];
    for (size_t i = 0; i < node.results.size(); ++i)
      if (isFloat(node.results[i])) {
        weights.push_back(fill(inputOf("", node.results[i]), 0.5, 1.5, draw));
        known["cotangent" + std::to_string(i)] = weights.back();
      }
    auto given = derivative.evaluate(known, sizes);
    if (!given) {
      wrong = "`backward` cannot be evaluated where the function can";
      return false;
    }
    size_t number = 0;
    for (size_t i = 0; i < arguments.size(); ++i)
      if (isFloat(arguments[i].type) && !compareBy(value, point, weights, i, (*given)[number++]))
        return false;
    return true;
  }

  bool compareBy(Probe &value, Probe::Tensors &point, const std::vector<Tensor> &weights, size_t i,
                 const Tensor &given) {
    constexpr int64_t most = 48;
    const int64_t count = given.size(), stride = (count + most - 1) / most;
    for (int64_t at = 0; at < count; at += stride) {
      const double x = point[argument(i)].reals[at], step = 1e-5 * std::max(1.0, std::abs(x));
      std::optional<double> wide = difference(value, point, weights, argument(i), at, step);
      if (!wide)
        continue;
      const double scale = std::max({1.0, std::abs(*wide), std::abs(given.reals[at])});
      if (!(std::abs(*wide - given.reals[at]) <= 1e-6 * scale)) {
        // Where the step decides, there is a kink.
        std::optional<double> narrow = difference(value, point, weights, argument(i), at, step / 16);
        if (!narrow || std::abs(*wide - *narrow) > 1e-4 * scale)
          continue;
        wrong = llvm::formatv("by {0} it gives {1}, central differences give {2}, at {0} = {3}",
                              elementName(names[i], given.shape, at), shown(given.reals[at]), shown(*wide), shown(x))
                    .str();
        return false;
      }
      ++compared;
    }
    return true;
  }

  static std::string shown(double value) {
    char text[32];
    snprintf(text, sizeof text, "%.6g", value);
    return text;
  }

  static std::string elementName(const std::string &name, const reference::Shape &shape, int64_t at) {
    std::string index;
    for (size_t axis = shape.size(); axis-- > 0; at /= shape[axis])
      index = std::to_string(at % shape[axis]) + (index.empty() ? "" : ", ") + index;
    return index.empty() ? "`" + name + "`" : "`" + name + "[" + index + "]`";
  }

  const Options &options;
  const dsl::Entry &model;
  const dsl::Node &node;
  const dsl::Custom &custom;
  std::vector<dsl::Input> arguments;
  std::vector<std::string> names;
  dsl::Program forward, backward;
  Sizes sizes;
  int64_t compared = 0, points = 0;
  std::string wrong;
};

} // namespace

BackwardTest testBackward(const Options &options, const std::string &name, const support::SourceMap &sources,
                          support::FileId file, const dsl::ast::FunctionItem &function) {
  std::string text(sources.text(file)), model = freshModelName(text), why, firstWhy;
  for (bool withDefaults : {false, true}) {
    std::string whole = text + modelAround(function, sources, model, withDefaults);
    auto program = compileProbe(options, name, whole, model, why);
    if (firstWhy.empty())
      firstWhy = why;
    const dsl::Entry *entry = program ? program->entry(dsl::EntryKind::Forward) : nullptr;
    if (!entry)
      continue;
    for (const dsl::Node &node : entry->nodes)
      if (node.custom)
        return Comparison(options, *program, node).run();
  }
  return {BackwardTest::NotCompared,
          "no arguments for it could be made up" + (firstWhy.empty() ? "" : ": " + firstWhy)};
}

} // namespace nnc::driver
