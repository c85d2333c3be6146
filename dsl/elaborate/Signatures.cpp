// Types as they are written, and as they are shown.
#include "dsl/elaborate/Elaborator.h"
#include "support/Suggest.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

ElemType Elaborator::elemFrom(const ast::Type &type, Frame &frame, bool &ok, bool quiet) {
  static const std::map<std::string, ElemType::Kind> kinds = {
      {"float", ElemType::Float}, {"f32", ElemType::F32}, {"f64", ElemType::F64},  {"int", ElemType::Int},
      {"i64", ElemType::Int},     {"i32", ElemType::I32}, {"bool", ElemType::Bool}};
  ok = true;
  auto found = kinds.find(type.name.text);
  if (found != kinds.end())
    return {found->second, {}};
  const std::string &name = type.name.text;
  if (module.dims.count(name) || frame.toRoot.count(name))
    return {ElemType::Label, Size::symbol(name)};
  ok = false;
  if (!quiet) {
    auto builder = error(diag::UnknownElement, frame, type.name.range, name);
    std::vector<std::string> known{"float", "int", "bool"};
    for (const auto &[dim, value] : module.dims)
      known.push_back(dim);
    if (auto near = support::nearestName(name, known))
      builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{type.name.range, *near}});
    else
      builder.fact("elements are float, f32, f64, int, i32, i64, bool, or the members of a dim");
    builder.cause(type.name.range);
  }
  return {};
}

/// `float[batch, 8]`, `float[Batch, 8]`: in a shape small letters are hyperparameters, and a size is in capitals (rule
/// name-1).
void Elaborator::reportAxisName(const std::string &name, SourceRange range, Frame &frame) {
  std::vector<std::string> known;
  for (const auto &[other, size] : frame.toRoot)
    known.push_back(other);
  auto builder = error(diag::UnknownName, frame, range, name);
  bool isSmall = name[0] >= 'a' && name[0] <= 'z';
  std::string letter(1, name == "None" ? 'B' : isSmall ? char(name[0] - 'a' + 'A') : name[0]);
  if (auto near = support::nearestName(name, known); near && !isSizeName(*near))
    builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{range, *near}});
  else if (isSmall)
    builder.help("a size is in capitals, such as `" + letter + "`; in small letters it is a hyperparameter");
  else
    builder.help("a size is in capitals and digits, such as `" + letter + "`; `" + name + "` would be a dim");
  builder.cause(range);
}

std::optional<TensorType> Elaborator::typeFrom(const ast::Type &type, Frame &frame, const AxesValue *over) {
  if (type.isList()) {
    later(frame, type.range, "a list as data");
    return std::nullopt;
  }
  bool ok = true;
  TensorType result{elemFrom(type, frame, ok, false), {}};
  for (const ast::Axis &axis : type.shape) {
    if (!axis.ellipsis) {
      const auto *name = axis.size->as<ast::NameExpr>();
      if (name && !isSizeName(name->name) && !frame.inLibrary() && !module.dims.count(name->name) &&
          isFree(name->name, frame)) {
        reportAxisName(name->name, axis.range, frame);
        return std::nullopt;
      }
      auto size = evalSize(*axis.size, frame);
      if (!size)
        return std::nullopt;
      result.from.resize(result.shape.size());
      result.shape.push_back(*size);
      result.from.push_back(frame.inLibrary() ? support::SourceRange() : axis.range);
      continue;
    }
    const auto *name = axis.size ? axis.size->as<ast::NameExpr>() : nullptr;
    auto pack = frame.packs.find(name ? name->name : "...");
    if (pack == frame.packs.end()) {
      error(diag::UnknownPack, frame, axis.range, text(axis.range)).cause(axis.range);
      return std::nullopt;
    }
    std::vector<Size> axes = pack->second;
    if (axis.without && over) {
      auto dims = axesOf(*over, {result.elem, axes}, axis.range, frame);
      if (!dims)
        return std::nullopt;
      for (auto dim = dims->rbegin(); dim != dims->rend(); ++dim)
        axes.erase(axes.begin() + *dim);
    }
    result.shape.insert(result.shape.end(), axes.begin(), axes.end());
  }
  return ok ? std::optional(result) : std::nullopt;
}

static void collectNames(const ast::Expr &expr, std::vector<std::string> &names) {
  if (const auto *name = expr.as<ast::NameExpr>())
    names.push_back(name->name);
  if (const auto *chain = expr.as<ast::ChainExpr>()) {
    collectNames(*chain->first, names);
    for (const ast::ChainLink &link : chain->links)
      collectNames(*link.operand, names);
  }
  if (const auto *postfix = expr.as<ast::PostfixExpr>())
    for (const ast::Suffix &suffix : postfix->suffixes)
      if (const auto *call = std::get_if<ast::CallSuffix>(&suffix.node))
        for (const ast::Arg &arg : call->args)
          collectNames(*arg.value, names);
  if (const auto *unary = expr.as<ast::UnaryExpr>())
    collectNames(*unary->operand, names);
}

/// Capital names in the shapes of the inputs; they become sizes of the definition (rule name-1).
std::vector<std::string> Elaborator::introducedSizes(const Definition &definition) const {
  std::vector<std::string> names;
  for (const ast::Param &param : definition.data().params)
    for (const ast::Axis &axis : param.type.shape)
      if (axis.size && !axis.ellipsis)
        collectNames(*axis.size, names);
  std::erase_if(names, [&](const std::string &name) { return !isSizeName(name) || module.dims.count(name); });
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string Elaborator::show(const TensorType &type) const {
  static const char *names[] = {"float", "f32", "f64", "int", "i32", "bool"};
  std::string text = type.elem.kind == ElemType::Label ? type.elem.members.str() : names[type.elem.kind];
  if (type.shape.empty())
    return text;
  std::string axes, previousPack;
  for (const Size &axis : type.shape) {
    std::string one = axis.str();
    // The axes of a pack are called `...0`, `...1` or `S.0`: a run of them is shown as it was written.
    size_t dot = one.find("...") == 0 ? 3 : one.find('.');
    if (dot != std::string::npos && axis.symbolName()) {
      std::string pack = one.find("...") == 0 ? "..." : "..." + one.substr(0, dot);
      if (pack == previousPack)
        continue;
      previousPack = one = pack;
    } else {
      previousPack.clear();
    }
    axes += (axes.empty() ? "" : ", ") + one;
  }
  return text + "[" + axes + "]";
}

std::string Elaborator::show(const Value &value) const {
  if (const auto *tensor = value.as<TensorValue>())
    return show(tensor->type);
  if (const auto *n = value.as<NumberValue>()) {
    if (n->whole)
      return n->size.str();
    char buffer[40];
    snprintf(buffer, sizeof buffer, "%.15g", n->real);
    return buffer;
  }
  if (const auto *member = value.as<MemberValue>())
    return member->text;
  if (const auto *b = value.as<BoolValue>())
    return b->value ? "true" : "false";
  if (const auto *t = value.as<TextValue>())
    return t->word ? t->text : "\"" + t->text + "\"";
  if (value.as<ListValue>())
    return "a list";
  if (const auto *layer = value.as<LayerValue>())
    return "the layer " + layer->instance->definition->name;
  if (const auto *function = value.as<FunctionValue>())
    return "the function " + function->name;
  if (value.as<InitValue>())
    return "a start of a parameter";
  if (const auto *results = value.as<ResultsValue>())
    return std::to_string(results->values.size()) + " results";
  if (const auto *mask = value.as<MaskValue>())
    return mask->tree->kind == MaskTree::Item ? "the mask " + mask->tree->frame->definition->name : "a mask";
  if (value.as<AxesValue>() || value.as<PackValue>())
    return "axes";
  return "nothing";
}

std::string Elaborator::showType(const ast::Type &type) const { return text(type.range); }

} // namespace nnc::dsl
