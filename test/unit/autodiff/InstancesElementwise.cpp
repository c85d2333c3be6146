// Instances of elementwise ops, and of those that read state.
#include "test/unit/autodiff/InstanceGenerators.h"

namespace nnc::test {
namespace {

using All = std::map<std::string, Generator>;

std::string bools(const Extents &shape) { return tensorType(shape, "i1"); }

/// "%NAME = nn.OP OPERANDS : TYPE"
std::string line(const std::string &name, const std::string &op, const std::string &operands, const std::string &type) {
  return "%" + name + " = nn." + op + " " + operands + " : " + type + "\n";
}

std::string splat(const std::string &name, const std::string &value, const Extents &shape) {
  std::string type = tensorType(shape);
  return "%" + name + " = nn.constant dense<" + value + "> : " + type + " : " + type + "\n";
}

/// %NAME = OPERAND < 0.
std::string isNegative(const std::string &name, const std::string &operand, const Extents &shape) {
  return splat(name + "_zero", "0.0", shape) +
         line(name, "compare lt", operand + ", %" + name + "_zero", tensorType(shape) + " -> " + bools(shape));
}

void unary(All &all, const std::string &op, Fill fill) {
  all["nn." + op] = [op, fill](Draw &, const Extents &shape) {
    return Instance{"", "", {{"p", shape, fill}}, shape, line("y", op, "%p", tensorType(shape))};
  };
}

/// Constant almost everywhere: %q alone has a derivative.
void flat(All &all, const std::string &op, Fill fill) {
  all["nn." + op] = [op, fill](Draw &, const Extents &shape) {
    std::string type = tensorType(shape);
    return Instance{"",
                    "",
                    {{"p", shape, fill}, {"q", shape}},
                    shape,
                    line("s", op, "%p", type) + line("y", "mul", "%s, %q", type)};
  };
}

void binary(All &all, const std::string &op, Fill fill) {
  all["nn." + op] = [op, fill](Draw &draw, const Extents &shape) {
    bool twice = (op == "add" || op == "mul") && draw.chance(20); // x - x and x / x are constant: any formula is right
    Instance made{"", twice ? "with itself" : "", {{"p", shape, fill}}, shape, ""};
    if (!twice)
      made.parameters.push_back({"q", shape, fill});
    made.body = line("y", op, twice ? "%p, %p" : "%p, %q", tensorType(shape));
    return made;
  };
}

/// y = select(condition of p and q, p, q).
void logical(All &all, const std::string &op, const std::string &operands) {
  all["nn." + op] = [op, operands](Draw &, const Extents &shape) {
    return Instance{"",
                    "",
                    {{"p", shape, Fill::AwayFromZero}, {"q", shape, Fill::AwayFromZero}},
                    shape,
                    isNegative("a", "%p", shape) + isNegative("b", "%q", shape) +
                        line("c", op, operands, bools(shape)) +
                        line("y", "select", "%c, %p, %q", bools(shape) + ", " + tensorType(shape))};
  };
}

Instance compare(Draw &draw, const Extents &shape) {
  static const std::vector<std::string> predicates = {"eq", "ne", "lt", "le", "gt", "ge"};
  std::string predicate = draw.pick(predicates);
  return {"",
          predicate,
          {{"p", shape, Fill::Distinct}, {"q", shape, Fill::Distinct}},
          shape,
          line("c", "compare " + predicate, "%p, %q", tensorType(shape) + " -> " + bools(shape)) +
              line("d", "sin", "%q", tensorType(shape)) +
              line("y", "select", "%c, %p, %d", bools(shape) + ", " + tensorType(shape))};
}

Instance select(Draw &, const Extents &shape) {
  return {"",
          "",
          {{"p", shape, Fill::AwayFromZero}, {"q", shape}},
          shape,
          isNegative("c", "%p", shape) + line("y", "select", "%c, %p, %q", bools(shape) + ", " + tensorType(shape))};
}

/// Through another type and back. Through a float the derivative passes, through an integer it does not.
Instance cast(Draw &draw, const Extents &shape) {
  static const std::vector<std::string> elements = {"f32", "i32", "i64", "i1"};
  std::string element = draw.pick(elements), type = tensorType(shape), other = tensorType(shape, element);
  return {"",
          element,
          {{"p", shape, Fill::Fractional}, {"q", shape}},
          shape,
          line("a", "cast", "%p", type + " -> " + other) + line("b", "cast", "%a", other + " -> " + type) +
              line("y", "mul", "%b, %q", type)};
}

Instance stopGradient(Draw &, const Extents &shape) {
  std::string type = tensorType(shape);
  return {"",
          "",
          {{"p", shape}},
          shape,
          line("e", "exp", "%p", type) + line("s", "stop_gradient", "%e", type) + line("y", "mul", "%s, %p", type),
          false};
}

Instance reluGrad(Draw &, const Extents &shape) {
  return {"",
          "",
          {{"p", shape, Fill::AwayFromZero}, {"q", shape}},
          shape,
          line("y", "relu_grad", "%p, %q", tensorType(shape))};
}

void addState(All &all) {
  all["nn.get"] = [](Draw &, const Extents &shape) {
    std::string type = tensorType(shape);
    return Instance{"",
                    "read twice",
                    {{"p", shape}},
                    shape,
                    line("again", "get", "@p", type) + line("s", "sin", "%again", type) +
                        line("y", "mul", "%s, %p", type)};
  };
  all["nn.constant"] = [](Draw &, const Extents &shape) {
    return Instance{
        "", "", {{"p", shape}}, shape, splat("c", "1.75", shape) + line("y", "mul", "%c, %p", tensorType(shape))};
  };
  all["nn.size"] = [](Draw &, const Extents &shape) {
    std::string type = tensorType(shape);
    return Instance{"",
                    "",
                    {{"p", shape}},
                    shape,
                    line("n", "size", "\"B\"", "tensor<f64>") +
                        line("b", "broadcast", "%n dims []", "tensor<f64> -> " + type) +
                        line("y", "mul", "%b, %p", type)};
  };
}

} // namespace

void addElementwiseGenerators(All &all) {
  for (const char *op : {"neg", "exp", "expm1", "tanh", "sigmoid", "softplus", "gelu", "erf", "sin", "cos"})
    unary(all, op, Fill::Any);
  for (const char *op : {"log", "log1p", "sqrt", "rsqrt"})
    unary(all, op, Fill::Positive);
  for (const char *op : {"relu", "abs"})
    unary(all, op, Fill::AwayFromZero);
  for (const char *op : {"sign", "step", "floor", "ceil", "round"})
    flat(all, op, Fill::Fractional);
  for (const char *op : {"add", "sub", "mul", "mse"})
    binary(all, op, Fill::Any);
  for (const char *op : {"div", "pow"})
    binary(all, op, Fill::Positive);
  for (const char *op : {"max", "min"})
    binary(all, op, Fill::Distinct);
  logical(all, "and", "%a, %b");
  logical(all, "or", "%a, %b");
  logical(all, "not", "%a");
  all["nn.compare"] = compare;
  all["nn.select"] = select;
  all["nn.cast"] = cast;
  all["nn.stop_gradient"] = stopGradient;
  all["nn.relu_grad"] = reluGrad;
  addState(all);
}

} // namespace nnc::test
