#include "test/unit/autodiff/InstanceGenerators.h"

#include <algorithm>
#include <set>

namespace nnc::test {

int64_t count(const Extents &shape) {
  int64_t product = 1;
  for (int64_t extent : shape)
    product *= extent;
  return product;
}

std::string text(const Extents &shape) {
  std::string joined;
  for (int64_t extent : shape)
    joined += (joined.empty() ? "" : "x") + std::to_string(extent);
  return joined;
}

std::string tensorType(const Extents &shape, const std::string &element) {
  return "tensor<" + text(shape) + (shape.empty() ? "" : "x") + element + ">";
}

std::string list(const Extents &numbers) {
  std::string joined;
  for (int64_t number : numbers)
    joined += (joined.empty() ? "" : ", ") + std::to_string(number);
  return "[" + joined + "]";
}

/// Ranks in turn; extents at random, few elements. The seventh to ninth shape are those that break kernels: empty, a
/// single element of high rank, a long axis.
static Extents shapeAt(size_t number, Draw &draw) {
  size_t rank = number % 6;
  if (number == 8)
    return {1, 1, 1, 1};
  Extents shape;
  do {
    shape.clear();
    for (size_t i = 0; i < rank; ++i)
      shape.push_back(draw.pick(extents));
  } while (count(shape) > 600 || (rank > 0 && (count(shape) == 0) != (number == 7 || number == 9)));
  return shape;
}

std::vector<Instance> instancesOf(const std::string &op, size_t wanted) {
  auto found = generators().find(op);
  if (found == generators().end())
    return {};
  std::vector<Instance> instances;
  std::set<std::string> seen;
  Draw draw(std::hash<std::string>()(op));
  for (size_t number = 0; number < 30 * wanted && instances.size() < wanted; ++number) {
    std::optional<Instance> made = found->second(draw, shapeAt(number % 18, draw));
    if (!made)
      continue;
    made->op = op;
    std::string shapes;
    for (const Parameter &parameter : made->parameters)
      shapes += " " + text(parameter.shape);
    made->what = "[" + shapes + " ] " + made->what;
    // Scalars have few forms: they may come twice.
    if (seen.insert(made->what).second || made->result.empty())
      instances.push_back(std::move(*made));
  }
  return instances;
}

std::string moduleText(const Instance &instance) {
  std::string module, reads;
  auto declare = [&](const std::string &name, const std::string &type, bool integers) {
    module += (integers ? "nn.state @" : "nn.param @") + name + " : " + type + " = <constant, [0.0]>\n";
    reads += "%" + name + " = nn.get @" + name + " : " + type + "\n";
  };
  for (const Parameter &parameter : instance.parameters) {
    bool integers = parameter.fill == Fill::Labels;
    declare(parameter.name, tensorType(parameter.shape, integers ? "i32" : "f64"), integers);
  }
  std::string y = tensorType(instance.result);
  declare("w", y, false);
  Extents all;
  for (size_t i = 0; i < instance.result.size(); ++i)
    all.push_back(int64_t(i));
  return module + "nn.entry @grad() -> (tensor<f64> {nn.name = \"loss\"}, " + y +
         " {nn.name = \"y\"}) attributes {sizes = [#nn.size<\"B\" max 64>]} {\n" + reads + instance.body +
         "\n%yw = nn.mul %y, %w : " + y + " loc(\"harness\")\n%loss = nn.reduce add %yw dims " + list(all) + " : " + y +
         " -> tensor<f64> loc(\"harness\")\nnn.return %loss, %y : tensor<f64>, " + y + "\n}\n";
}

const std::map<std::string, Generator> &generators() {
  static const std::map<std::string, Generator> all = [] {
    std::map<std::string, Generator> filled;
    addElementwiseGenerators(filled);
    addShapeGenerators(filled);
    addSumGenerators(filled);
    addConvGenerators(filled);
    addPoolGenerators(filled);
    addGenericGenerators(filled);
    return filled;
  }();
  return all;
}

} // namespace nnc::test
