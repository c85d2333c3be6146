#include "dsl/Format.h"
#include "dsl/doc/Page.h"
#include <algorithm>
#include <map>

namespace nnc::dsl::doc {
namespace {

/// A number for a hyperparameter that has no default, as text; "" for a kind that no number stands for.
std::string sampleOf(const ast::Param &param) {
  const std::string &name = param.name.text;
  if (param.type.isList())
    return param.type.element->name.text == "int" ? "[8]" : "";
  const std::string &kind = param.type.name.text;
  if (kind == "int")
    return name == "kernel" ? "3" : name == "heads" || name == "groups" || name == "n" || name == "k" ? "2" : "8";
  if (kind == "float")
    return "0.5";
  if (kind == "bool")
    return "true";
  return kind == "Axes" ? "axis(1)" : kind == "Mask" ? "all" : kind == "Merge" ? "concat" : "";
}

bool isIdentifier(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// A model that uses a function or a layer: its sizes are 8, its numbers small.
class Example {
public:
  Example(const Names &names, const Definition &one) : names(names), one(one) {}

  /// Nothing if some argument cannot be made up.
  std::optional<std::string> text() {
    const ast::ParamList &data = one.layer() ? one.layer()->data : one.function()->params;
    const ast::ParamList *hyper = one.layer() && one.layer()->hyper ? &*one.layer()->hyper : nullptr;
    findLabels(hyper, data);
    if ((hyper && !takeHyper(*hyper)) || !takeData(data))
      return std::nullopt;
    if (inputs.empty()) // a tensor out of sizes
      return "model Example(x: float[B, 8]) -> float[B, 8] {\n  x + " + one.name + "(B, 8)\n}\n";
    std::string body = one.layer() ? "  part = " + one.name + (given.empty() ? "" : "(" + given + ")") + "\n" : "";
    body += "  " + results() + " = " + (one.layer() ? "part" : one.name) + "(" + arguments + ")\n";
    body += resultElement() == "float" ? "  mean(y)\n" : "  mean(float(y))\n";
    return std::string(labels.empty() ? "" : "dim Label = 8\n") + "model Example(" + inputs + ") -> float {\n" + body +
           "}\n";
  }

private:
  const ast::Result &result() const { return one.layer() ? one.layer()->result : one.function()->result; }
  std::string resultElement() const { return result().items.empty() ? "float" : result().items[0].type.name.text; }

  /// `y`, and `_` for each result more.
  std::string results() const {
    std::string made = "y";
    for (size_t i = 1; i < (result().countName ? 2 : result().items.size()); ++i)
      made += ", _";
    return made;
  }

  /// Sizes and hyperparameters that are the element of a tensor: a dim stands for them.
  void findLabels(const ast::ParamList *hyper, const ast::ParamList &data) {
    for (const ast::Param &param : data.params) {
      const std::string &element = param.type.name.text;
      bool isHyper = hyper && std::any_of(hyper->params.begin(), hyper->params.end(),
                                          [&](const ast::Param &one) { return one.name.text == element; });
      if (isHyper || (element.size() == 1 && element[0] >= 'A' && element[0] <= 'Z'))
        labels = element;
    }
  }

  bool takeHyper(const ast::ParamList &hyper) {
    for (const ast::Param &param : hyper.params) {
      if (param.defaultValue) {
        values[param.name.text] = names.text(param.defaultValue->range);
        continue;
      }
      std::string value = param.name.text == labels ? "Label" : sampleOf(param);
      if (value.empty())
        return false;
      values[param.name.text] = value;
      given += (given.empty() ? "" : ", ") + param.name.text + " = " + value;
    }
    return true;
  }

  bool takeData(const ast::ParamList &data) {
    for (const ast::Param &param : data.params) {
      if (param.defaultValue && param.type.name.text == "Axes")
        arguments += ", " + param.name.text + " = axis(1)";
      if (param.defaultValue)
        continue;
      std::string argument = param.name.text;
      const auto *count = param.type.shape.size() == 1 && param.type.shape[0].size
                              ? param.type.shape[0].size->as<ast::NumberExpr>()
                              : nullptr;
      if (count && param.type.name.text == "int") // a number for each axis
        argument = "2";
      else if (param.type.isList() && param.type.element->hasShape) {
        inputs += (inputs.empty() ? "" : ", ") + param.name.text + ": " + typeOf(*param.type.element);
        argument = "[" + argument + ", " + argument + "]";
      } else if (param.type.hasShape) {
        inputs += (inputs.empty() ? "" : ", ") + param.name.text + ": " + typeOf(param.type);
      } else {
        argument = sampleOf(param);
      }
      if (argument.empty())
        return false;
      arguments += (arguments.empty() ? "" : ", ") + argument;
    }
    return true;
  }

  std::string typeOf(const ast::Type &type) const {
    bool hasBatch = std::any_of(type.shape.begin(), type.shape.end(), [&](const ast::Axis &axis) {
      return !axis.ellipsis && axis.size && names.text(axis.size->range) == "B";
    });
    std::string text = (type.name.text == labels ? "Label" : type.name.text) + "[";
    for (size_t i = 0; i < type.shape.size(); ++i) {
      const ast::Axis &axis = type.shape[i];
      text += i ? ", " : "";
      text += axis.ellipsis ? (hasBatch ? "8, 8" : "B, 8") : numbered(names.text(axis.size->range));
    }
    return text + "]";
  }

  /// An axis with numbers for its names.
  std::string numbered(const std::string &text) const {
    std::string made;
    for (size_t at = 0; at < text.size();) {
      size_t end = at;
      while (end < text.size() && isIdentifier(text[end]))
        ++end;
      if (end == at) {
        made += text[at++];
        continue;
      }
      std::string word = text.substr(at, end - at);
      auto known = values.find(word);
      bool isSize = word[0] >= 'A' && word[0] <= 'Z';
      made += known != values.end() ? known->second : !isSize || word == "B" ? word : word == labels ? "Label" : "8";
      at = end;
    }
    return made;
  }

  const Names &names;
  const Definition &one;
  std::map<std::string, std::string> values; ///< of hyperparameters
  std::string labels, given, inputs, arguments;
};

/// A model whose attention the mask restricts.
std::string maskExample(const Names &names, const Definition &one) {
  const auto &mask = std::get<ast::MaskItem>(one.item->node);
  std::string given, inputs;
  for (size_t i = 0; mask.params && i < mask.params->params.size(); ++i) {
    const ast::Param &param = mask.params->params[i];
    if (param.type.hasShape)
      inputs += ", " + param.name.text + ": " + names.text(param.type.range);
    given += (i ? ", " : "") + (param.type.hasShape ? param.name.text : sampleOf(param));
  }
  return "model Example(q: float[B, 2, T, 8]" + inputs + ") -> float {\n  mean(attention(q, q, q, mask = " + one.name +
         (mask.params ? "(" + given + ")" : "") + "))\n}\n";
}

/// Whether it may stand outside of the library as it is.
bool canStandOutside(const Definition &one) {
  if (!one.isBuiltin())
    return true;
  const ast::FunctionItem &function = *one.function();
  bool plainParams = std::none_of(function.params.params.begin(), function.params.params.end(), [](const auto &param) {
    return param.type.name.text == "Axes" || param.type.name.text == "Sizes" || param.type.isList();
  });
  return plainParams && !one.isElementary() && !function.result.countName;
}

std::string docLines(const std::string &doc, const char *slashes) {
  std::string made;
  for (size_t begin = 0; begin < doc.size();) {
    size_t end = std::min(doc.find('\n', begin), doc.size());
    made += std::string(slashes) + (end > begin ? " " : "") + doc.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  return made;
}

/// A documentation in two: what it says, and the items of its ```nn block.
std::pair<std::string, std::string> withoutExample(const std::string &doc) {
  size_t open = doc.find("```nn\n"), close = open == std::string::npos ? open : doc.find("\n```", open);
  if (close == std::string::npos)
    return {doc, ""};
  size_t begin = open + 6, behind = std::min(close + 5, doc.size());
  std::string rest = doc.substr(0, open) + doc.substr(behind);
  while (rest.ends_with('\n'))
    rest.pop_back();
  return {rest, doc.substr(begin, close - begin) + "\n"};
}

} // namespace

/// Without `builtin` lines that went on below an argument stand elsewhere.
static std::string formatted(const std::string &text) {
  SourceMap sources;
  DiagnosticSink silent;
  std::optional<FileId> file = addSource("alone.nn", text, sources, silent);
  return file ? formatSource(sources, *file, silent).value_or(text) : text;
}

std::optional<std::string> alone(const Names &names, const std::string &name) {
  auto found = names.find(name);
  if (found.empty())
    return std::nullopt;
  std::string text = "// " + name + " of " + (found[0]->isLibrary ? "nnc's " : "") + found[0]->place + "\n";
  for (const Definition *one : found) {
    std::string source = names.text(one->item->range);
    // Only the library gives a name several signatures, of which the first that fits is taken.
    bool outside = one == found[0] && canStandOutside(*one);
    if (found.size() > 1 && one == found[1])
      text += "\n// In the library the name has further signatures; the first that fits is taken:\n";
    if (outside && one->isBuiltin())
      source.erase(0, source.find("fn "));
    while (!source.empty() && (source.back() == '\n' || source.back() == ' '))
      source.pop_back();
    std::string doc = withoutExample(one->item->doc).first;
    text += "\n" + docLines(doc, outside ? "///" : "//") + (outside ? source + "\n" : docLines(source, "//"));
  }
  const Definition &one = *found[0];
  if (!canStandOutside(one))
    text += "// It is an operation of the compiler.\n";
  if (one.kind == "mask")
    text += "\n" + maskExample(names, one);
  std::string example = withoutExample(one.item->doc).second; // where none can be made up
  if (!example.empty())
    text += "\n" + example;
  else if (one.kind == "fn" || one.kind == "layer")
    if (auto made = Example(names, one).text())
      text += "\n" + *made;
  return formatted(text);
}

} // namespace nnc::dsl::doc
