// Instances of ops that move elements, and of the loop over time.
#include "test/unit/autodiff/InstanceGenerators.h"

#include <numeric>

namespace nnc::test {
namespace {

using Made = std::optional<Instance>;

/// y = OP(exp p): the operand is itself a result, so a cotangent has to pass on.
Instance moved(const std::string &what, const Extents &from, const Extents &to, const std::string &op,
               const std::string &attribute) {
  std::string type = tensorType(from);
  return {"",
          what,
          {{"p", from}},
          to,
          "%e = nn.exp %p : " + type + "\n%y = nn." + op + " %e " + attribute + " : " + type + " -> " + tensorType(to)};
}

Made broadcast(Draw &draw, const Extents &shape) {
  Extents from, dims;
  for (size_t i = 0; i < shape.size(); ++i)
    if (draw.chance(50)) {
      from.push_back(shape[i]);
      dims.push_back(int64_t(i));
    }
  return moved(list(dims) + " of " + text(shape), from, shape, "broadcast", "dims " + list(dims));
}

/// Neighbours merged, ones put in.
Made reshape(Draw &draw, const Extents &shape) {
  Extents to;
  for (int64_t extent : shape) {
    if (!to.empty() && draw.chance(50))
      to.back() *= extent;
    else
      to.push_back(extent);
    if (draw.chance(25))
      to.push_back(1);
  }
  return moved("to " + text(to), shape, to, "reshape", "");
}

Made transpose(Draw &draw, const Extents &shape) {
  Extents perm(shape.size()), to;
  std::iota(perm.begin(), perm.end(), 0);
  draw.shuffle(perm);
  for (int64_t from : perm)
    to.push_back(shape[from]);
  return moved(list(perm), shape, to, "transpose", "perm " + list(perm));
}

/// A box inside `shape`, and where it starts.
void drawBox(Draw &draw, const Extents &shape, Extents &low, Extents &box) {
  for (int64_t extent : shape) {
    low.push_back(draw.below(extent + 1));
    box.push_back(draw.below(extent - low.back() + 1));
  }
}

Made slice(Draw &draw, const Extents &shape) {
  Extents low, box;
  drawBox(draw, shape, low, box);
  return moved(list(low) + " to " + text(box), shape, box, "slice", "low " + list(low));
}

Made pad(Draw &draw, const Extents &shape) {
  Extents low, box;
  drawBox(draw, shape, low, box);
  return moved(list(low) + " to " + text(shape), box, shape, "pad", "low " + list(low));
}

/// `shape` cut along an axis into parts.
std::vector<Extents> cut(Draw &draw, const Extents &shape, size_t axis) {
  std::vector<Extents> parts;
  for (int64_t left = shape[axis]; left > 0 || parts.empty();) {
    Extents part = shape;
    part[axis] = parts.size() == 3 ? left : draw.below(left + 1);
    left -= part[axis];
    parts.push_back(part);
  }
  return parts;
}

std::string types(const std::vector<Extents> &shapes) {
  std::string joined;
  for (const Extents &shape : shapes)
    joined += (joined.empty() ? "" : ", ") + tensorType(shape);
  return "(" + joined + ")";
}

Made concat(Draw &draw, const Extents &shape) {
  if (shape.empty())
    return std::nullopt;
  size_t axis = draw.below(int64_t(shape.size()));
  std::vector<Extents> parts = cut(draw, shape, axis);
  Instance made{"", "axis " + std::to_string(axis), {}, shape, "%y = nn.concat "};
  for (size_t i = 0; i < parts.size(); ++i) {
    std::string name = std::string("p").append(std::to_string(i));
    made.parameters.push_back({name, parts[i]});
    made.body += (i ? ", %" : "%") + name;
  }
  made.body += " axis " + std::to_string(axis) + " : " + types(parts) + " -> " + tensorType(shape);
  if (parts.size() > 1) // a part read twice
    made.body = "%u = nn.sin %p0 : " + tensorType(parts[0]) + "\n" + made.body.replace(made.body.find("%p0"), 3, "%u");
  return made;
}

/// One of the parts is not read.
Made split(Draw &draw, const Extents &shape) {
  if (shape.empty())
    return std::nullopt;
  size_t axis = draw.below(int64_t(shape.size()));
  std::vector<Extents> parts = cut(draw, shape, axis);
  std::string names, first = "%s0";
  for (size_t i = 0; i < parts.size(); ++i)
    names += (i ? ", %s" : "%s") + std::to_string(i);
  size_t read = draw.below(int64_t(parts.size()));
  std::string type = tensorType(parts[read]), name = "%s" + std::to_string(read);
  return Instance{"",
                  "axis " + std::to_string(axis),
                  {{"p", shape}, {"q", parts[read]}},
                  parts[read],
                  "%e = nn.exp %p : " + tensorType(shape) + "\n" + names + " = nn.split %e axis " +
                      std::to_string(axis) + " : (" + tensorType(shape) + ") -> " + types(parts) + "\n%y = nn.mul " +
                      name + ", %q : " + type};
}

/// h' = tanh(h · a + x · b), c' = c + h' x; stacked or final results are read. `shape` is the sequence's, time
/// anywhere.
Made scan(Draw &draw, const Extents &shape) {
  if (shape.empty() || count(shape) > 300)
    return std::nullopt;
  size_t axis = draw.below(int64_t(shape.size()));
  Extents step = shape;
  step.erase(step.begin() + int64_t(axis));
  std::string h = tensorType(step), xs = tensorType(shape), at = std::to_string(axis);
  bool reverse = draw.chance(50), stacks = draw.chance(50);
  std::string y = stacks ? "%r#2" : "%r#0";
  return Instance{
      "",
      std::string(reverse ? "reverse" : "forward") + (stacks ? ", stacks" : ", final"),
      {{"p", shape}, {"a", step}, {"b", step}, {"h", step}, {"c", step}},
      stacks ? shape : step,
      std::string("%r:3 = nn.scan ") + (reverse ? "reverse " : "") + "steps #nn.dims<" + std::to_string(shape[axis]) +
          "> consts(%a, %b) init(%h, %c) xs(%p) [" + at + "] ys [" + at + "] : (" + h + ", " + h + ", " + h + ", " + h +
          ", " + xs + ") -> (" + h + ", " + h + ", " + xs + ") {\n^bb0(%t: tensor<i64>, %ka: " + h + ", %kb: " + h +
          ", %kh: " + h + ", %kc: " + h + ", %x: " + h + "):\n%ha = nn.mul %kh, %ka : " + h +
          "\n%xb = nn.mul %x, %kb : " + h + "\n%z = nn.add %ha, %xb : " + h + "\n%n = nn.tanh %z : " + h +
          "\n%nx = nn.mul %n, %x : " + h + "\n%nc = nn.add %kc, %nx : " + h + "\n%o = nn.mul %nc, %n : " + h +
          "\nnn.yield %n, %nc, %o : " + h + ", " + h + ", " + h + "\n}\n%f = nn.mul %r#1, %r#0 : " + h +
          "\n%s = nn.reduce add %f dims " + list([&] {
            Extents dims(step.size());
            std::iota(dims.begin(), dims.end(), 0);
            return dims;
          }()) +
          " : " + h + " -> tensor<f64>\n%u = nn.broadcast %s dims [] : tensor<f64> -> " +
          tensorType(stacks ? shape : step) + "\n%y = nn.add " + y + ", %u : " + tensorType(stacks ? shape : step)};
}

} // namespace

void addShapeGenerators(std::map<std::string, Generator> &all) {
  all["nn.broadcast"] = broadcast;
  all["nn.reshape"] = reshape;
  all["nn.transpose"] = transpose;
  all["nn.slice"] = slice;
  all["nn.pad"] = pad;
  all["nn.concat"] = concat;
  all["nn.split"] = split;
  all["nn.scan"] = scan;
}

} // namespace nnc::test
