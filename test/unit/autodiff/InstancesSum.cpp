// Instances of ops that sum: reductions, contractions, norms, losses.
#include "test/unit/autodiff/InstanceGenerators.h"

#include <algorithm>

namespace nnc::test {
namespace {

using Made = std::optional<Instance>;

Extents without(const Extents &shape, const Extents &dims) {
  Extents rest;
  for (size_t i = 0; i < shape.size(); ++i)
    if (std::find(dims.begin(), dims.end(), int64_t(i)) == dims.end())
      rest.push_back(shape[i]);
  return rest;
}

Extents drawDims(Draw &draw, const Extents &shape, int percent) {
  Extents dims;
  for (size_t i = 0; i < shape.size(); ++i)
    if (draw.chance(percent))
      dims.push_back(int64_t(i));
  return dims;
}

/// any and all: their operand is a comparison.
Instance reduceBools(const std::string &kind, const Extents &shape, const Extents &dims) {
  Extents to = without(shape, dims);
  std::string type = tensorType(shape), bools = tensorType(shape, "i1"), result = tensorType(to);
  return {"",
          kind + " " + list(dims),
          {{"p", shape, Fill::AwayFromZero}, {"q", to}},
          to,
          "%zero = nn.constant dense<0.0> : " + type + " : " + type + "\n%c = nn.compare lt %p, %zero : " + type +
              " -> " + bools + "\n%r = nn.reduce " + kind + " %c dims " + list(dims) + " : " + bools + " -> " +
              tensorType(to, "i1") + "\n%f = nn.cast %r : " + tensorType(to, "i1") + " -> " + result +
              "\n%y = nn.mul %f, %q : " + result};
}

Made reduce(Draw &draw, const Extents &shape) {
  static const std::vector<std::string> kinds = {"add", "max", "min", "mul", "mul", "max", "min", "any", "all"};
  std::string kind = draw.pick(kinds);
  Extents dims = drawDims(draw, shape, 60), to = without(shape, dims);
  bool extreme = kind == "max" || kind == "min";
  if (extreme && count(shape) == 0)
    return std::nullopt; // -inf
  if (kind == "any" || kind == "all")
    return reduceBools(kind, shape, dims);
  Fill fill = extreme ? Fill::Distinct : kind == "mul" ? Fill::SomeZeros : Fill::Any;
  return Instance{"",
                  kind + " " + list(dims),
                  {{"p", shape, fill}},
                  to,
                  "%y = nn.reduce " + kind + " %p dims " + list(dims) + " : " + tensorType(shape) + " -> " +
                      tensorType(to)};
}

Generator argReduce(const std::string &op) {
  return [op](Draw &draw, const Extents &shape) -> Made {
    if (shape.empty() || count(shape) == 0)
      return std::nullopt;
    int64_t axis = draw.below(int64_t(shape.size()));
    Extents to = without(shape, {axis});
    std::string indices = tensorType(to, "i64"), result = tensorType(to);
    return Instance{"",
                    "axis " + std::to_string(axis),
                    {{"p", shape, Fill::Distinct}, {"q", to}},
                    to,
                    "%i = nn." + op + " %p axis " + std::to_string(axis) + " : " + tensorType(shape) + " -> " +
                        indices + "\n%f = nn.cast %i : " + indices + " -> " + result +
                        "\n%y = nn.mul %f, %q : " + result};
  };
}

/// Whole numbers of p, their quotients and rests, times q.
Generator whole(const std::string &op) {
  return [op](Draw &, const Extents &shape) -> Made {
    std::string real = tensorType(shape), type = tensorType(shape, "i64");
    return Instance{"",
                    "",
                    {{"p", shape, Fill::Fractional}, {"q", shape}},
                    shape,
                    "%i = nn.cast %p : " + real + " -> " + type + "\n%c = nn.constant dense<3> : " + type + " : " +
                        type + "\n%d = nn." + op + " %i, %c : " + type + "\n%f = nn.cast %d : " + type + " -> " + real +
                        "\n%y = nn.mul %f, %q : " + real,
                    false};
  };
}

/// Numbers that nothing decides but the seed, times q.
Generator drawn(const std::string &op) {
  return [op](Draw &, const Extents &shape) -> Made {
    std::string real = tensorType(shape), rows = shape.empty() ? "" : tensorType({shape[0]}, "i64");
    if (op == "sample" && shape.size() != 1)
      return std::nullopt;
    std::string body = op == "sample" ? "%i = nn.sample : " + rows + "\n%f = nn.cast %i : " + rows + " -> " + real
                                      : "%f = nn.random normal site \"r\" : " + real;
    return Instance{"", "", {{"q", shape}}, shape, body + "\n%y = nn.mul %f, %q : " + real};
  };
}

/// Each axis of `shape` is a letter of the left, of the right, of both, or summed; letters stand in any order.
Made contract(Draw &draw, Extents shape) {
  if (!shape.empty() && count(shape) > 0 && draw.chance(30)) // transposed operands have the same type
    shape.assign(std::min<size_t>(shape.size(), 4), draw.chance(50) ? 2 : 3);
  std::vector<size_t> lhs, rhs, result;
  for (size_t letter = 0; letter < shape.size(); ++letter) {
    int64_t role = draw.below(4);
    if (role != 1)
      lhs.push_back(letter);
    if (role != 0)
      rhs.push_back(letter);
    if (role != 3)
      result.push_back(letter);
  }
  for (auto *letters : {&lhs, &rhs, &result})
    draw.shuffle(*letters);
  auto extentsOf = [&](const std::vector<size_t> &letters) {
    Extents all;
    for (size_t letter : letters)
      all.push_back(shape[letter]);
    return all;
  };
  auto spell = [](const std::vector<size_t> &letters) {
    std::string word;
    for (size_t letter : letters)
      word += char('a' + letter);
    return word;
  };
  std::string spec = spell(lhs) + "," + spell(rhs) + "->" + spell(result);
  Extents p = extentsOf(lhs), q = extentsOf(rhs), y = extentsOf(result);
  bool init = draw.chance(40), twice = p == q && draw.chance(30);
  Instance made{"", spec + (init ? " init" : "") + (twice ? " with itself" : ""), {{"p", p}}, y, ""};
  if (!twice)
    made.parameters.push_back({"q", q});
  if (init)
    made.parameters.push_back({"start", y});
  made.body = std::string("%y = nn.contract %p, ") + (twice ? "%p" : "%q") +
              (init ? " init %start : " + tensorType(y) : "") + " \"" + spec + "\" : (" + tensorType(p) + ", " +
              tensorType(q) + ") -> " + tensorType(y);
  return made;
}

Generator norm(const std::string &op) {
  return [op](Draw &draw, const Extents &shape) -> Made {
    if (shape.empty())
      return std::nullopt;
    int64_t axis = draw.below(int64_t(shape.size()));
    bool drops = op == "logsumexp";
    Extents to = drops ? without(shape, {axis}) : shape;
    if (drops && shape[axis] == 0)
      return std::nullopt; // -inf
    return Instance{"",
                    "axis " + std::to_string(axis),
                    {{"p", shape}},
                    to,
                    "%y = nn." + op + " %p axis " + std::to_string(axis) + " : " + tensorType(shape) +
                        (drops ? " -> " + tensorType(to) : "")};
  };
}

/// Both results, with and without smoothing.
Made crossEntropy(Draw &draw, const Extents &shape) {
  if (shape.empty() || shape.back() == 0)
    return std::nullopt;
  Extents rows(shape.begin(), shape.end() - 1);
  std::string smoothing = draw.chance(50) ? " smoothing 0.2" : "", row = tensorType(rows);
  static const std::vector<std::string> uses = {"%l", "%lse", "both"};
  std::string use = draw.pick(uses);
  std::string last = use == "both" ? "%y = nn.mul %l, %lse : " + row : "%y = nn.neg " + use + " : " + row;
  return Instance{"",
                  use + smoothing,
                  {{"p", shape}, {"labels", rows, Fill::Labels, shape.back()}},
                  rows,
                  "%l, %lse = nn.softmax_cross_entropy %p, %labels" + smoothing + " : (" + tensorType(shape) + ", " +
                      tensorType(rows, "i32") + ") -> (" + row + ", " + row + ")\n" + last};
}

} // namespace

void addSumGenerators(std::map<std::string, Generator> &all) {
  all["nn.reduce"] = reduce;
  all["nn.arg_max"] = argReduce("arg_max");
  all["nn.arg_min"] = argReduce("arg_min");
  all["nn.floor_div"] = whole("floor_div");
  all["nn.mod"] = whole("mod");
  all["nn.sample"] = drawn("sample");
  all["nn.random"] = drawn("random");
  all["nn.contract"] = contract;
  for (const char *op : {"softmax", "log_softmax", "logsumexp"})
    all[std::string("nn.") + op] = norm(op);
  all["nn.softmax_cross_entropy"] = crossEntropy;
}

} // namespace nnc::test
