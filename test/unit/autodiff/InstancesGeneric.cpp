// Instances of nn.custom and of nn.generic: plain accesses, and all that are not (slices, shifts over the border,
// windows, strides, backwards, diagonals).
#include "test/unit/autodiff/InstanceGenerators.h"

namespace nnc::test {
namespace {

std::string indexNames(size_t rank) {
  std::string names;
  for (size_t i = 0; i < rank; ++i)
    names += (i ? ", d" : "d") + std::to_string(i);
  return names;
}

std::string map(size_t rank, const std::string &results) {
  return "affine_map<(" + indexNames(rank) + ") -> (" + results + ")>";
}

std::string domain(const Extents &shape) {
  std::string all = list(shape);
  return "<" + all.substr(1, all.size() - 2) + ">";
}

/// sin(p · q) times the last index, summed over some axes; q has only some of the axes.
Instance product(Draw &draw, const Extents &shape) {
  Extents q, y;
  std::string qAt, yAt;
  for (size_t i = 0; i < shape.size(); ++i) {
    std::string index = "d" + std::to_string(i);
    if (draw.chance(50)) {
      q.push_back(shape[i]);
      qAt += (qAt.empty() ? "" : ", ") + index;
    }
    if (draw.chance(50)) {
      y.push_back(shape[i]);
      yAt += (yAt.empty() ? "" : ", ") + index;
    }
  }
  std::string indices, last;
  for (size_t i = 0; i < shape.size(); ++i) {
    last = "%i" + std::to_string(i);
    indices += ", " + last + ": tensor<i64>";
  }
  return {"",
          "product to (" + yAt + ") with (" + qAt + ")",
          {{"p", shape}, {"q", q}},
          y,
          "%y = nn.generic add over " + domain(shape) + " (%p, %q) maps [" +
              map(shape.size(), indexNames(shape.size())) + ", " + map(shape.size(), qAt) + ", " +
              map(shape.size(), yAt) + "] : (" + tensorType(shape) + ", " + tensorType(q) + ") -> " + tensorType(y) +
              " {\n^bb0(%a: tensor<f64>, %b: tensor<f64>" + indices +
              "):\n%m = nn.mul %a, %b : tensor<f64>\n%s = nn.sin %m : tensor<f64>\n%f = nn.cast " + last +
              " : tensor<i64> -> tensor<f64>\n%r = nn.mul %s, %f : tensor<f64>\nnn.yield %r : tensor<f64>\n}"};
}

struct Access {
  const char *name;
  Extents operand, domain;
  std::string read, result; // results of the maps
};

/// sin(a) · a of one read; outside it is 0.5.
Instance access(const Access &form) {
  Extents y;
  for (size_t i = 0; i < form.domain.size(); ++i)
    if (form.result.find("d" + std::to_string(i)) != std::string::npos)
      y.push_back(form.domain[i]);
  return {"",
          form.name,
          {{"p", form.operand}},
          y,
          "%y = nn.generic add over " + domain(form.domain) + " (%p) maps [" + map(form.domain.size(), form.read) +
              ", " + map(form.domain.size(), form.result) + "] outside [0.5] : (" + tensorType(form.operand) + ") -> " +
              tensorType(y) + " {\n^bb0(%a: tensor<f64>):\n%s = nn.sin %a : tensor<f64>\n" +
              "%r = nn.mul %s, %a : tensor<f64>\nnn.yield %r : tensor<f64>\n}"};
}

/// Operands and result are numbers: the sum over i of sin(p · q) · i, which is read three times.
Instance numbers() {
  return {"",
          "of numbers",
          {{"p", {}}, {"q", {}}},
          {},
          "%y = nn.generic add over <3> (%p, %q) maps [affine_map<(i) -> ()>, affine_map<(i) -> ()>, affine_map<(i) -> "
          "()>] : (tensor<f64>, tensor<f64>) -> tensor<f64> {\n^bb0(%a: tensor<f64>, %b: tensor<f64>, %i: "
          "tensor<i64>):\n%m = nn.mul %a, %b : tensor<f64>\n%s = nn.sin %m : tensor<f64>\n%f = nn.cast %i : "
          "tensor<i64> -> tensor<f64>\n%r = nn.mul %s, %f : tensor<f64>\nnn.yield %r : tensor<f64>\n}"};
}

std::optional<Instance> generic(Draw &draw, const Extents &shape) {
  if (count(shape) > 200)
    return std::nullopt;
  if (shape.empty())
    return numbers();
  if (draw.chance(40))
    return product(draw, shape);
  int64_t n = shape[0], m = shape.size() > 1 ? shape[1] : 3;
  if (n > 17 || m > 17 || n == 0 || m == 0)
    return product(draw, shape);
  const std::vector<Access> forms = {
      {"slice", {n, m}, {n}, "d0, " + std::to_string(m - 1), "d0"},
      {"shift", {n, m}, {n, m}, "d0, d1 + 1", "d0, d1"},
      {"window", {n + 2}, {n, 3}, "d0 + d1", "d0"},
      {"dilated window", {n + 1}, {n, m}, "d0 + 2 * d1 - 1", "d0"},
      {"stride", {2 * n + 1}, {n}, "2 * d0 + 1", "d0"},
      {"backwards", {n}, {n}, std::to_string(n - 1) + " - d0", "d0"},
      {"diagonal", {n, n}, {n}, "d0, d0", "d0"},
      {"transposed", {m, n}, {n, m}, "d1, d0", "d0, d1"},
  };
  return access(draw.pick(forms));
}

/// sin(p) · q, whose own derivative is the true one; it reads what the forward computed. A second result that is not a
/// float takes no cotangent.
std::optional<Instance> custom(Draw &, const Extents &shape) {
  std::string t = tensorType(shape), b = tensorType(shape, "i1");
  auto line = [&](const std::string &op, const std::string &type) { return op + " : " + type + "\n"; };
  return Instance{"",
                  "",
                  {{"p", shape}, {"q", shape}},
                  shape,
                  "%y, %z = nn.custom(%p, %q) : (" + t + ", " + t + ") -> (" + t + ", " + b + ") {\n^bb0(%a: " + t +
                      ", %b: " + t + "):\n" + line("%s = nn.sin %a", t) + line("%c = nn.cos %a", t) +
                      line("%m = nn.mul %s, %b", t) + line("%n = nn.compare lt %a, %b", t + " -> " + b) +
                      line("nn.yield %m, %n, %s, %c", t + ", " + b + ", " + t + ", " + t) + "} backward {\n^bb0(%a: " +
                      t + ", %b: " + t + ", %r: " + t + ", %n: " + b + ", %s: " + t + ", %c: " + t + ", %g: " + t +
                      "):\n" + line("%e = nn.mul %g, %b", t) + line("%f = nn.mul %e, %c", t) +
                      line("%h = nn.mul %g, %s", t) + line("nn.yield %f, %h", t + ", " + t) + "}"};
}

} // namespace

void addGenericGenerators(std::map<std::string, Generator> &all) {
  all["nn.generic"] = generic;
  all["nn.custom"] = custom;
}

} // namespace nnc::test
