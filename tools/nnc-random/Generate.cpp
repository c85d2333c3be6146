#include "tools/nnc-random/Generate.h"

#include <algorithm>

namespace nnc::random {

Generator::Generator(uint64_t seed, const std::string &without) : draw(seed), without("," + without + ",") {
  program.seed = seed;
}

int64_t Generator::elements(const Type &type) const {
  int64_t product = 1;
  for (int dim : type.dims)
    product *= size(dim);
  return product;
}

bool Generator::allows(const Type &type) const {
  for (size_t i = 1; i < type.dims.size(); ++i)
    if (isFree(type.dims[i]))
      return false;
  return elements(type) <= mostElements && type.dims.size() <= 5;
}

int Generator::findFloat(int rankAtLeast) {
  return find(
      [&](int value) { return type(value).element == Element::Float && int(type(value).dims.size()) >= rankAtLeast; });
}

int Generator::root(Root::Kind kind, Type type, int bound) {
  program.values.push_back(type);
  intervals.push_back({});
  Root root;
  root.kind = kind;
  root.value = int(program.values.size()) - 1;
  root.bound = bound;
  program.roots.push_back(root);
  return root.value;
}

int Generator::partner(Type wanted, bool otherThanRoots) {
  int found = find([&](int value) { return type(value) == wanted; });
  if (found >= 0 && draw.chance(85))
    return found;
  // Parameters are floats of static shape; integers come as inputs.
  bool asInput =
      wanted.element != Element::Float || (!wanted.dims.empty() && isFree(wanted.dims[0])) || draw.chance(30);
  return root(asInput ? Root::Input : Root::Param, wanted);
}

std::vector<int> Generator::addMany(const std::string &op, const std::string &text, std::vector<int> operands,
                                    std::vector<Type> results, std::vector<Interval> ranges) {
  Operation operation{"nn." + op, text, std::move(operands), {}};
  for (size_t i = 0; i < results.size(); ++i) {
    program.values.push_back(results[i]);
    intervals.push_back(ranges[i]);
    operation.results.push_back(int(program.values.size()) - 1);
  }
  program.operations.push_back(operation);
  return operation.results;
}

int Generator::add(const std::string &op, const std::string &text, std::vector<int> operands, Type result,
                   Interval interval) {
  return addMany(op, text, std::move(operands), {std::move(result)}, {interval})[0];
}

int Generator::unary(const std::string &op, int x, Interval interval) {
  return add(op, "nn." + op + " $v0 : $t0", {x}, type(x), interval);
}

int Generator::binary(const std::string &op, int a, int b, Interval interval) {
  return add(op, "nn." + op + " $v0, $v1 : $t0", {a, b}, type(a), interval);
}

int Generator::constant(double value, Type type) {
  std::string number = type.element == Element::Float ? std::to_string(value) : std::to_string(int64_t(value));
  int scalar = add("constant", "nn.constant dense<" + number + "> : $r0 : $r0", {}, {type.element, {}}, {value, value});
  if (type.dims.empty())
    return scalar;
  return add("broadcast", "nn.broadcast $v0 dims [] : $t0 -> $r0", {scalar}, type, {value, value});
}

int Generator::positive(int x) {
  int y = unary("sigmoid", x, {0, 1});
  return binary("add", y, constant(0.25, type(x)), {0.25, 1.25});
}

int Generator::bounded(int x) {
  static const std::vector<std::string> functions = {"tanh", "sin", "erf"};
  return unary(draw.pick(functions), x, {-1, 1});
}

int Generator::newSize(Size size) {
  program.sizes.push_back(std::move(size));
  return int(program.sizes.size()) - 1;
}

/// Where sizes are too large for the rank, a lower one.
Type Generator::drawType(int rank) {
  Type type;
  int tries = 0;
  do {
    if (++tries % 20 == 0)
      rank = std::max(rank - 1, 1);
    type.dims.clear();
    for (int i = 0; i < rank; ++i) {
      bool batch = i == 0 && draw.chance(45);
      int bases = std::min<int>(5, int(program.sizes.size()) - 1);
      type.dims.push_back(batch ? 0 : 1 + int(draw.below(bases)));
    }
  } while (!allows(type));
  return type;
}

bool Generator::isUpdated(int root) const {
  return std::any_of(program.updates.begin(), program.updates.end(), [&](const Update &u) { return u.root == root; });
}

/// Extents that break kernels: one, odd, prime, around register widths.
void Generator::start() {
  static const std::vector<int64_t> extents = {1, 2, 3, 5, 15, 16, 17, 33, 64};
  static const std::vector<int64_t> batches = {1, 2, 3, 5, 15, 16, 17, 33, 33, 33, 64};
  program.wide = draw.chance(15);
  program.freeBatch = draw.chance(70);
  program.special = draw.chance(5);
  gradient = draw.chance(55); // more of them are refused
  program.sizes.push_back({Size::Number, draw.pick(batches), {}});
  for (int i = 0; i < 5; ++i)
    // Often the one before: square values hide mistakes from verifiers.
    program.sizes.push_back(
        {Size::Number, i > 0 && draw.chance(35) ? program.sizes.back().value : draw.pick(extents), {}});
  if (draw.chance(8)) // an axis of nothing
    program.sizes.back().value = 0;
  for (int i = 0, n = 2 + int(draw.below(3)); i < n; ++i) {
    Type type = drawType(int(draw.below(4)) + (i < 2));
    bool isParam = (type.dims.empty() || !isFree(type.dims[0])) && draw.chance(60);
    root(isParam ? Root::Param : Root::Input, type);
  }
  if (gradient) { // something that is trained
    Type type = drawType(1);
    if (isFree(type.dims[0]))
      type.dims[0] = 1;
    root(Root::Param, type);
  }
}

/// The loss: sums of what nobody reads yet, brought to ordinary size.
void Generator::addLoss() {
  std::vector<bool> read(program.values.size());
  for (const Operation &operation : program.operations)
    for (int operand : operation.operands)
      read[size_t(operand)] = true;
  std::vector<int> terms;
  for (int value = int(read.size()); value-- > 0;)
    if (type(value).element == Element::Float && (!read[size_t(value)] || terms.empty()) && terms.size() < 6)
      terms.push_back(value);
  int loss = -1;
  for (int term : terms) {
    std::string dims;
    for (size_t i = 0; i < type(term).dims.size(); ++i)
      dims += (i ? ", " : "") + std::to_string(i);
    double n = double(std::max<int64_t>(elements(type(term)), 1));
    if (interval(term).largest() > 20)
      term = bounded(term);
    int sum = type(term).dims.empty()
                  ? term
                  : add("reduce", "nn.reduce add $v0 dims [" + dims + "] : $t0 -> $r0", {term}, {}, {-20 * n, 20 * n});
    int scaled = binary("mul", sum, constant(1 / n, {}), {-20, 20});
    loss = loss < 0 ? scaled : binary("add", loss, scaled, {-200, 200});
  }
  program.loss = loss;
}

void Generator::addOptimizer() {
  // A large eps: where a gradient is 0 but for rounding, Adam would make steps of the rounding.
  static const std::vector<std::string> optimizers = {
      "#nn.optimizer<\"sgd\", {lr = 1.0e-2}>", "#nn.optimizer<\"sgd\", {lr = 1.0e-2, momentum = 0.9}>",
      "#nn.optimizer<\"adam\", {lr = 1.0e-2, beta1 = 0.9, beta2 = 0.999, eps = 1.0e-2}>"};
  if (draw.chance(70))
    program.optimizer = draw.pick(optimizers);
}

/// What nobody reads is an output; now and then something that is read, an input, a constant.
void Generator::finish() {
  if (gradient)
    addLoss();
  std::vector<bool> read(program.values.size());
  for (const Operation &operation : program.operations)
    for (int operand : operation.operands)
      read[size_t(operand)] = true;
  for (const Update &update : program.updates)
    read[size_t(update.value)] = true;
  for (int value = 0; value < int(read.size()); ++value)
    if (value != program.loss && (read[size_t(value)] ? draw.chance(6) : true))
      program.outputs.push_back(value);
  if (gradient)
    addOptimizer();
  program.sweep();
}

Program Generator::run() {
  start();
  size_t wanted = size_t(5 + draw.below(40)); // the loss adds a few
  std::vector<Maker> usable;
  for (const Maker &maker : makers())
    if (without.find("," + maker.op + ",") == std::string::npos)
      usable.push_back(maker);
  for (int tries = 0; program.operations.size() < wanted && tries < 400; ++tries) {
    const Maker &maker = draw.pick(usable);
    maker.make(*this, maker.op);
  }
  finish();
  return std::move(program);
}

const std::vector<Maker> &makers() {
  static const std::vector<Maker> all = [] {
    std::vector<Maker> filled;
    addElementwiseMakers(filled);
    addShapeMakers(filled);
    addSumMakers(filled);
    addWindowMakers(filled);
    addOtherMakers(filled);
    return filled;
  }();
  return all;
}

Program generate(uint64_t seed, const std::string &without) { return Generator(seed, without).run(); }

} // namespace nnc::random
