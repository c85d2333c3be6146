#include "tools/nnc/BackwardModel.h"

#include <algorithm>

namespace nnc::driver {
namespace {

namespace ast = dsl::ast;

/// The type of an input, its packs as sizes.
std::string typeText(const ast::Type &type, const support::SourceMap &sources) {
  std::string text(sources.text(type.name.range));
  for (size_t i = 0; i < type.shape.size(); ++i) {
    const ast::Axis &axis = type.shape[i];
    text += i ? ", " : "[";
    text += !axis.ellipsis ? std::string(sources.text(axis.range)) : axis.size ? "4" : "2, 3";
  }
  return text + (type.shape.empty() ? "" : "]");
}

/// A value of a kind that is no tensor.
std::string sampleOf(const std::string &kind) {
  return kind == "int" ? "2" : kind == "bool" ? "true" : kind == "Axes" ? "axis(-1)" : kind == "Mask" ? "all" : "none";
}

} // namespace

std::string modelAround(const ast::FunctionItem &function, const support::SourceMap &sources, const std::string &model,
                        bool withDefaults) {
  std::string inputs, arguments, facts, results = "y";
  auto add = [](std::string &list, const std::string &one) { list += (list.empty() ? "" : ", ") + one; };
  for (const ast::Param &param : function.params.params) {
    const std::string &name = param.name.text;
    bool isTensor = !param.type.isList() && (param.type.hasShape || param.type.name.text == "float");
    if (param.defaultValue && (withDefaults || !isTensor))
      continue;
    if (param.type.isList()) {
      add(inputs, name + ": " + typeText(*param.type.element, sources));
      add(arguments, name + " = [" + name + "]");
    } else if (isTensor) {
      add(inputs, name + ": " + typeText(param.type, sources));
      add(arguments, name + " = " + name);
    } else {
      add(arguments, name + " = " + sampleOf(param.type.name.text));
    }
  }
  for (const ast::ExprPtr &fact : function.where)
    add(facts, std::string(sources.text(fact->range)));
  for (size_t i = 1; i < function.result.items.size(); ++i)
    results += ", _";
  const ast::Type &first = function.result.items[0].type;
  std::string y = first.name.text == "float" ? "y" : "float(y)";
  return "\nmodel " + model + "(" + inputs + ") -> float" + (facts.empty() ? "" : " where " + facts) + " {\n  " +
         results + " = " + function.name.text + "(" + arguments + ")\n  " + (first.hasShape ? "mean(" + y + ")" : y) +
         "\n}\n";
}

} // namespace nnc::driver
