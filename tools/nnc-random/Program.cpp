#include "tools/nnc-random/Program.h"

#include <algorithm>

namespace nnc::random {

int64_t Program::sizeOf(int number) const {
  const Size &size = sizes[number];
  switch (size.kind) {
  case Size::Number:
    return size.value;
  case Size::Product:
    return sizeOf(size.of[0]) * sizeOf(size.of[1]);
  case Size::Sum:
    return sizeOf(size.of[0]) + sizeOf(size.of[1]);
  case Size::Less:
    return sizeOf(size.of[0]) - size.value;
  }
  return 0;
}

bool Program::isValid() const {
  for (size_t i = 0; i < sizes.size(); ++i)
    if (sizeOf(int(i)) < (sizes[i].kind == Size::Less || i == 0))
      return false;
  for (const Type &type : values) {
    int64_t elements = 1;
    for (int dim : type.dims)
      elements *= sizeOf(dim);
    if (elements > mostElements)
      return false;
  }
  return true;
}

static const char *nameOf(Element element, bool wide) {
  switch (element) {
  case Element::Float:
    return wide ? "f64" : "f32";
  case Element::I32:
    return "i32";
  case Element::I64:
    return "i64";
  case Element::Bool:
    return "i1";
  }
  return "";
}

std::string Program::typeOf(const Type &type) const {
  std::string shape, dims;
  bool isFree = false;
  for (int dim : type.dims) {
    bool named = dim == 0 && freeBatch;
    std::string extent = std::to_string(sizeOf(dim));
    shape += (named ? "?" : extent) + "x";
    dims += (dims.empty() ? "" : ", ") + (named ? "B" : extent);
    isFree |= named;
  }
  return "tensor<" + shape + nameOf(type.element, wide) + (isFree ? ", #nn.dims<" + dims + ">" : "") + ">";
}

namespace {

class Printer {
public:
  explicit Printer(const Program &program) : p(program) {}

  std::string module() {
    std::string text;
    for (const Root &root : p.roots)
      if (root.kind != Root::Input)
        text += std::string(root.kind == Root::Param ? "nn.param @" : "nn.state @") + root.name() + " : " +
                p.typeOf(root.value) + " = <uniform, [" + std::to_string(root.low) + ", " + std::to_string(root.high) +
                "]>\n";
    if (p.loss < 0)
      return text + entry("forward", "");
    text += entry("grad", "");
    return p.optimizer.empty() ? text : text + entry("step", ", optimizer = " + p.optimizer);
  }

private:
  static std::string name(int value) { return "%v" + std::to_string(value); }

  std::string entry(const std::string &kind, const std::string &more) {
    std::string arguments, results, gets, outputs, types;
    for (const Root &root : p.roots)
      if (root.kind == Root::Input)
        arguments += (arguments.empty() ? "" : ", ") + name(root.value) + ": " + p.typeOf(root.value) +
                     " {nn.name = \"" + root.name() + "\"" + bound(root) + "}";
      else
        gets += "  " + name(root.value) + " = nn.get @" + root.name() + " : " + p.typeOf(root.value) + "\n";
    auto addOutput = [&](int value, const std::string &port) {
      std::string comma = results.empty() ? "" : ", ";
      results += comma + p.typeOf(value) + " {nn.name = \"" + port + "\"}";
      outputs += comma + name(value);
      types += comma + p.typeOf(value);
    };
    if (p.loss >= 0)
      addOutput(p.loss, "loss");
    for (size_t i = 0; i < p.outputs.size(); ++i)
      addOutput(p.outputs[i], "y" + std::to_string(i));
    std::string body;
    for (const Operation &operation : p.operations)
      body += "  " + line(operation) + "\n";
    return "nn.entry @" + kind + "(" + arguments + ") -> (" + results + ") attributes {sizes = [" +
           (p.freeBatch ? "#nn.size<\"B\" max 64>" : "") + "]" + more + "} {\n" + gets + body + "  nn.return " +
           (outputs.empty() ? "" : outputs + " : " + types) + updates() + "\n}\n";
  }

  std::string bound(const Root &root) const {
    if (p.values[root.value].element == Element::Float)
      return "";
    return ", nn.index_bound = " + std::to_string(root.bound < 0 ? 2 : p.sizeOf(root.bound)) + " : i64";
  }

  std::string updates() const {
    std::string targets, values, types;
    for (const Update &update : p.updates) {
      std::string comma = targets.empty() ? "" : ", ";
      targets += comma + "@" + p.roots[update.root].name();
      values += comma + name(update.value);
      types += comma + p.typeOf(update.value);
    }
    return targets.empty() ? "" : " update [" + targets + "] = " + values + " : " + types;
  }

  std::string line(const Operation &operation) const {
    std::string text;
    for (size_t i = 0; i < operation.results.size(); ++i)
      text += (i ? ", " : "") + name(operation.results[i]);
    text += " = ";
    const std::string &from = operation.text;
    for (size_t at = 0; at < from.size(); ++at) {
      if (from[at] != '$') {
        text += from[at];
        continue;
      }
      char what = from[++at];
      size_t number = 0;
      while (at + 1 < from.size() && std::isdigit(uint8_t(from[at + 1])))
        number = number * 10 + size_t(from[++at] - '0');
      text += what == 'v'   ? name(operation.operands[number])
              : what == 't' ? p.typeOf(operation.operands[number])
              : what == 'r' ? p.typeOf(operation.results[number])
              : what == 'd' ? (number == 0 && p.freeBatch ? "B" : std::to_string(p.sizeOf(int(number))))
                            : std::string(nameOf(Element::Float, p.wide));
    }
    return text;
  }

  const Program &p;
};

} // namespace

std::string Program::text() const { return Printer(*this).module(); }

void Program::sweep() {
  std::vector<bool> read(values.size());
  for (int value : outputs)
    read[value] = true;
  for (const Update &update : updates)
    read[update.value] = true;
  if (loss >= 0)
    read[loss] = true;
  for (size_t i = operations.size(); i-- > 0;) {
    const Operation &operation = operations[i];
    if (std::none_of(operation.results.begin(), operation.results.end(), [&](int value) { return read[value]; })) {
      operations.erase(operations.begin() + int64_t(i));
      continue;
    }
    for (int operand : operation.operands)
      read[operand] = true;
  }
  std::vector<int> place(roots.size(), -1);
  std::vector<Root> kept;
  for (size_t i = 0; i < roots.size(); ++i) {
    bool updated = std::any_of(updates.begin(), updates.end(), [&](const Update &u) { return u.root == int(i); });
    if (!read[roots[i].value] && !updated)
      continue;
    place[i] = int(kept.size());
    kept.push_back(roots[i]);
  }
  for (Update &update : updates)
    update.root = place[update.root];
  roots = std::move(kept);
}

} // namespace nnc::random
