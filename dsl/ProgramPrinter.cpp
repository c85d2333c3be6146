// The text of --emit=program.
#include "dsl/Program.h"

#include <cstdio>

namespace nnc::dsl {

namespace {

std::string numberText(double value) {
  char buffer[40];
  snprintf(buffer, sizeof buffer, "%.17g", value);
  double back;
  char shorter[40];
  for (int digits = 1; digits < 17; ++digits) {
    snprintf(shorter, sizeof shorter, "%.*g", digits, value);
    if (sscanf(shorter, "%lf", &back) == 1 && back == value)
      return shorter;
  }
  return buffer;
}

template <typename List, typename F> std::string join(const List &list, const char *separator, F &&text) {
  std::string result;
  for (const auto &element : list)
    result += (result.empty() ? "" : separator) + text(element);
  return result;
}

std::string attrText(const Attr &attr) {
  struct Visitor {
    std::string operator()(bool b) const { return b ? "true" : "false"; }
    std::string operator()(int64_t i) const { return std::to_string(i); }
    std::string operator()(double d) const { return numberText(d); }
    std::string operator()(const std::string &s) const { return "\"" + s + "\""; }
    std::string operator()(const std::vector<int64_t> &list) const {
      return "[" + join(list, ", ", [](int64_t i) { return std::to_string(i); }) + "]";
    }
    std::string operator()(const std::vector<double> &list) const {
      return "[" + join(list, ", ", [](double d) { return numberText(d); }) + "]";
    }
  };
  return std::visit(Visitor(), attr);
}

std::string affine(const AffineIndex &at, const std::vector<std::string> &names) {
  std::string result;
  for (size_t i = 0; i < at.factors.size(); ++i) {
    if (!at.factors[i])
      continue;
    std::string factor = at.factors[i] == 1 ? "" : std::to_string(at.factors[i]) + " * ";
    result += (result.empty() ? "" : " + ") + factor + names[i];
  }
  if (at.offset || result.empty())
    result += (result.empty() ? "" : " + ") + std::to_string(at.offset);
  return result;
}

/// The names of a mask's indices.
std::vector<std::string> maskIndices(const Node &node) {
  if (node.op == "attention")
    return {"b", "h", "q", "k"};
  std::vector<std::string> names;
  for (size_t i = 0; i < 16; ++i)
    names.push_back("i" + std::to_string(i));
  return names;
}

std::string value(ValueId id) { return "%" + std::to_string(id); }

class Printer {
public:
  explicit Printer(const Program &program) : program(program) {}

  std::string run() {
    text += "program " + program.model + " from " + program.source + ", " + spell(program.precision) + "\n";
    for (const Param &param : program.params)
      text += "param " + param.name + " : " + str(param.type) + " = " + initText(param.init) +
              (param.trainable ? "" : " frozen") + (param.decay ? "" : " no_decay") + "\n";
    for (const State &state : program.states)
      text += "state " + state.name + " : " + str(state.type) + " = " + initText(state.init) + "\n";
    for (const Entry &entry : program.entries)
      printEntry(entry);
    if (program.optimizer)
      printOptimizer(*program.optimizer);
    if (program.clip)
      text += std::string("clip ") + (program.clip->kind == Clip::Norm ? "norm " : "value ") +
              numberText(program.clip->bound) + "\n";
    for (const Setting &setting : program.settings)
      text += "setting " + setting.name + " = " + numberText(setting.value) + "\n";
    text += "recipe " + program.recipe + "\n";
    return std::move(text);
  }

private:
  const Program &program;
  std::string text;

  static std::string initText(const Init &init) {
    switch (init.kind) {
    case Init::Constant:
      return numberText(init.a);
    case Init::Uniform:
      return "uniform(" + numberText(init.a) + ", " + numberText(init.b) + ")";
    case Init::Normal:
      return "normal(" + numberText(init.a) + ", " + numberText(init.b) + ")";
    case Init::Orthogonal:
      return "orthogonal(" + numberText(init.a) + ")";
    case Init::Values:
      return attrText(init.values);
    }
    return "";
  }

  void printEntry(const Entry &entry) {
    text += std::string("entry ") + spell(entry.kind) + "\n";
    for (const FreeSize &size : entry.sizes)
      text += "  size " + size.name + " from " + std::to_string(size.min) +
              (size.max < 0 ? "" : " to " + std::to_string(size.max)) + "\n";
    for (const Fact &fact : entry.facts)
      text += "  fact " + fact.left.str() + " " + fact.predicate + " " + fact.right.str() + "  // " + fact.text + "\n";
    ValueId next = 0;
    for (const Input &input : entry.inputs)
      text += "  " + value(next++) + " = input " + input.name + " : " + str(input.type) + membersText(input) + "\n";
    for (const Node &node : entry.nodes)
      printNode(node, next, "  ");
    for (const Output &output : entry.outputs)
      text += "  output " + output.name + " = " + value(output.value) +
              (output.finish == Finish::None ? "" : std::string(" sum, finish ") + spell(output.finish)) + "\n";
    for (const Update &update : entry.updates)
      text += "  update " + update.symbol + " = " + value(update.value) + "\n";
  }

  static std::string membersText(const Input &input) {
    if (input.indexBound < 0)
      return input.indexSize ? " below " + input.indexSize->str() : "";
    std::string labels = join(input.labels, ", ", [](const std::string &label) { return label; });
    return " below " + std::to_string(input.indexBound) + (labels.empty() ? "" : " {" + labels + "}");
  }

  void printNode(const Node &node, ValueId &next, const std::string &indent) {
    std::string results = join(node.results, ", ", [&](const Type &) { return value(next++); });
    text += indent + results + " = " + node.op;
    if (!node.operands.empty())
      text += " " + join(node.operands, ", ", value);
    if (!node.attrs.empty())
      text += " {" +
              join(node.attrs, ", ", [](const auto &attr) { return attr.first + " = " + attrText(attr.second); }) + "}";
    text += " : " + join(node.results, ", ", [](const Type &type) { return str(type); });
    if (!node.place.empty())
      text += "  // " + (node.path.empty() ? "" : node.path + " ") +
              join(node.place, " > ", [&](const Place &place) { return program.str(place); });
    text += "\n";
    if (node.mask)
      text += indent + "  where " + str(*node.mask, maskIndices(node)) + "\n";
    if (node.generic)
      printGeneric(*node.generic, node.operands.size(), indent + "  ");
    if (node.scan)
      printScan(node, *node.scan, indent + "  ");
    if (node.custom)
      printCustom(node, *node.custom, indent + "  ");
  }

  void printCustom(const Node &node, const Custom &custom, const std::string &indent) {
    ValueId next = node.operands.size();
    text += indent + "forward of " + std::to_string(next) + "\n";
    for (const Node &inner : custom.forward)
      printNode(inner, next, indent);
    text += indent + "yield " + join(custom.made, ", ", value) + "\n";
    next = node.operands.size() + custom.made.size();
    for (const Type &result : node.results)
      next += result.elem == Elem::F32 || result.elem == Elem::F64;
    text += indent + "backward of " + std::to_string(next) + "\n";
    for (const Node &inner : custom.backward)
      printNode(inner, next, indent);
    text += indent + "yield " + join(custom.given, ", ", value) + "\n";
  }

  void printScan(const Node &node, const Scan &scan, const std::string &indent) {
    text += indent + "steps " + scan.steps.str() + (scan.reverse ? " reverse" : "") +
            (scan.lengths ? " upto " + value(node.operands.back()) : "") + "\n";
    for (size_t i = 0; i < scan.arguments.size(); ++i) {
      std::string what = "step";
      if (i > scan.consts + scan.carries)
        what = "slice of " + value(node.operands[i - 1]) + " along " +
               std::to_string(scan.xsAxes[i - 1 - scan.consts - scan.carries]);
      else if (i > 0)
        what = (i > scan.consts ? "carry from " : "const ") + value(node.operands[i - 1]);
      text += indent + value(i) + " = " + what + " : " + str(scan.arguments[i]) + "\n";
    }
    ValueId next = scan.arguments.size();
    for (const Node &inner : scan.body)
      printNode(inner, next, indent);
    for (size_t i = 0; i < scan.yields.size(); ++i)
      text += indent + (i < scan.carries ? "carry " : "yield ") + value(scan.yields[i]) +
              (i < scan.carries ? "" : " along " + std::to_string(scan.ysAxes[i - scan.carries])) + "\n";
  }

  void printGeneric(const Generic &generic, size_t operands, const std::string &indent) {
    std::string domain;
    for (size_t i = 0; i < generic.names.size(); ++i)
      domain += (i ? ", " : "") + generic.names[i] + " in " + generic.domain[i].str();
    text += indent + "over " + domain + "; result has the first " + std::to_string(generic.resultRank) + "; reduce " +
            generic.reduce + "\n";
    for (size_t i = 0; i < generic.maps.size(); ++i) {
      text += indent + value(i) + " at [" +
              join(generic.maps[i], ", ", [&](const AffineIndex &at) { return affineText(generic, at); }) + "]";
      if (generic.outside[i])
        text += " else " + numberText(*generic.outside[i]);
      text += "\n";
    }
    ValueId next = operands;
    for (size_t i = 0; generic.indices && i < generic.names.size(); ++i)
      text += indent + value(next++) + " = index " + generic.names[i] + "\n";
    for (const Node &node : generic.body) {
      Node plain = node;
      plain.place.clear();
      printNode(plain, next, indent);
    }
    text += indent + "yield " + value(generic.result) + "\n";
  }

  static std::string affineText(const Generic &generic, const AffineIndex &at) { return affine(at, generic.names); }

  void printOptimizer(const Optimizer &o) {
    text += "optimizer " + o.kind + " lr = " + numberText(o.lr);
    if (o.kind == "sgd")
      text += ", momentum = " + numberText(o.momentum) + (o.nesterov ? ", nesterov" : "");
    else
      text += ", betas = (" + numberText(o.beta1) + ", " + numberText(o.beta2) + "), eps = " + numberText(o.eps);
    text += ", weight_decay = " + numberText(o.weightDecay) + (o.decayAll ? ", decay = all" : "");
    text += ", schedule = " + o.schedule.kind;
    for (const auto &[name, arg] : o.schedule.args)
      text += " " + name + " = " + numberText(arg);
    text += "\n";
  }
};

} // namespace

static std::string str(const MaskTerm &term, const std::vector<std::string> &indices, bool inside = false) {
  static const char *signs[] = {" + ", " * ", " / ", " % "};
  switch (term.kind) {
  case MaskTerm::Index:
    return indices[term.number];
  case MaskTerm::Constant:
    return term.size.str();
  case MaskTerm::Read: {
    std::string at = join(term.at, ", ", [&](uint32_t index) { return indices[index]; });
    return "$" + std::to_string(term.number) + (at.empty() ? "" : "[" + at + "]");
  }
  default: {
    std::string text =
        str(term.parts[0], indices, true) + signs[term.kind - MaskTerm::Add] + str(term.parts[1], indices, true);
    return inside ? "(" + text + ")" : text;
  }
  }
}

std::string str(const Mask &mask, const std::vector<std::string> &indices) {
  switch (mask.kind) {
  case Mask::All:
    return "all";
  case Mask::And:
  case Mask::Or:
    return "(" +
           join(mask.parts, mask.kind == Mask::And ? " and " : " or ",
                [&](const Mask &part) { return str(part, indices); }) +
           ")";
  case Mask::Not:
    return "not " + str(mask.parts[0], indices);
  case Mask::Compare:
    return str(mask.left, indices) + " " + mask.predicate + " " + str(mask.right, indices);
  }
  return "";
}

std::string dumpProgram(const Program &program) { return Printer(program).run(); }

} // namespace nnc::dsl
