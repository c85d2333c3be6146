// Members of dims as values: `Species.setosa`, `Species["Iris setosa"]`, `Word(7)`; parameters by the name of their
// layer (rules size-11, layer-1).
#include "dsl/ForeignWords.h"
#include "dsl/elaborate/index/IndexScope.h"
#include "dsl/elaborate/layers/InnerLayers.h"
#include "support/Suggest.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

/// The dim that an expression names, if nothing else in sight has its name.
static const Dim *dimOf(const ast::PostfixExpr &expr, const Module &module, const Frame &frame) {
  const auto *name = expr.base->as<ast::NameExpr>();
  auto found = name && !frame.find(name->name) ? module.dims.find(name->name) : module.dims.end();
  return found == module.dims.end() ? nullptr : &found->second;
}

/// The member that `Dim.name` or `Dim["name"]` means; nothing if the expression is something else.
std::optional<Value> Elaborator::memberOfDim(const ast::PostfixExpr &expr, Frame &frame) {
  const Dim *dim = expr.suffixes.size() == 1 ? dimOf(expr, module, frame) : nullptr;
  if (!dim)
    return std::nullopt;
  const ast::Suffix &suffix = expr.suffixes[0];
  if (const auto *member = std::get_if<ast::MemberSuffix>(&suffix.node))
    return memberByName(*dim, member->name.text, member->name.range, frame);
  if (const auto *call = std::get_if<ast::CallSuffix>(&suffix.node))
    return memberByNumber(*dim, call->args, support::join(expr.base->range, suffix.range), frame);
  const auto &slices = std::get<ast::SubscriptSuffix>(suffix.node).slices;
  const auto *label =
      slices.size() == 1 && slices[0].lower && !slices[0].colon ? slices[0].lower->as<ast::StringExpr>() : nullptr;
  return label ? std::optional(memberByName(*dim, label->value, slices[0].range, frame)) : std::nullopt;
}

Value Elaborator::memberByName(const Dim &dim, const std::string &name, SourceRange range, Frame &frame) {
  if (auto place = dim.placeOf(name))
    return MemberValue{Size::symbol(dim.name), *place, dim.name + "." + name};
  auto builder = error(diag::NoSuchMember, frame, range, "the dim " + dim.name, name);
  if (auto near = support::nearestName(name, dim.labels))
    builder.label("did you mean `" + *near + "`?");
  if (!dim.vocabulary.empty())
    builder.fact("its " + std::to_string(dim.size) + " members are " +
                 (dim.vocabulary == "labels" ? "the lines" : "the " + dim.vocabulary) + " of `" + dim.path + "`" +
                 (dim.vocabulary == "words" ? ", the most frequent ones" : ""));
  if (dim.labels.empty())
    builder.help("its members have no names: write " + dim.name + "(0) to " + dim.name + "(" +
                 std::to_string(dim.size - 1) + ")");
  builder.note(dim.nameRange, dim.name + " is defined here").cause(range);
  return {};
}

/// `Word(7)`: a number that is known now is checked now, others when the program runs (rule num-2).
Value Elaborator::memberByNumber(const Dim &dim, const std::vector<ast::Arg> &args, SourceRange range, Frame &frame) {
  if (args.size() != 1 || args[0].name) {
    error(diag::WrongArgumentCount, frame, range, dim.name, "1", std::to_string(args.size())).cause(range);
    return {};
  }
  Value value = eval(*args[0].value, frame);
  SourceRange at = args[0].range;
  if (auto place = wholeOf(value, frame)) {
    if (*place >= 0 && *place < dim.size)
      return MemberValue{Size::symbol(dim.name), *place, dim.name + "(" + std::to_string(*place) + ")"};
    error(diag::MemberOutside, frame, at, dim.name, dim.size, *place)
        .note(dim.nameRange, dim.name + " is defined here")
        .cause(at);
    return {};
  }
  const auto *tensor = value.as<TensorValue>();
  bool isWhole = tensor && (tensor->type.elem.kind == ElemType::Int || tensor->type.elem.kind == ElemType::I32);
  if (!isWhole) {
    if (!value.nothing())
      error(diag::NotWholeNumber, frame, at, show(value)).cause(at);
    return {};
  }
  if (!indexScopes.empty())
    return later(frame, range, "`" + dim.name + "(…)` inside index notation");
  // The table of all members, read where the numbers say: what is outside of it is found when the program runs.
  ElemType elem{ElemType::Label, Size::symbol(dim.name)};
  return gather(positionsOf(Size::symbol(dim.name), elem, range, frame), *tensor, 0, true, range, frame);
}

/// `wte.weight`: the parameter of a layer by its name; the layer need not have been applied if its shape is fixed.
Value Elaborator::paramOfLayer(const Instance &instance, const ast::Ident &name, Frame &frame) {
  const Definition &definition = *instance.definition;
  std::vector<std::string> known;
  const ast::ParamStmt *declared = nullptr;
  SourceRange range;
  for (const ast::Stmt &stmt : definition.body().statements)
    if (const auto *param = std::get_if<ast::ParamStmt>(&stmt.node)) {
      known.push_back(param->name.text);
      if (param->name.text != name.text)
        continue;
      declared = param;
      range = stmt.range;
      break;
    }
  if (!declared) {
    // `encoder.table.weight`: a layer that the layer makes.
    EntryLevel outside(*this);
    if (auto inner = innerLayer(*this, instance, name.text, frame))
      return *inner;
    std::vector<std::string> layers = innerNames(definition);
    if (std::count(layers.begin(), layers.end(), name.text)) {
      if (!generic)
        error(diag::ParamNotMade, frame, name.range, name.text, definition.name).cause(name.range);
      return {};
    }
    known.insert(known.end(), layers.begin(), layers.end());
    auto builder = error(diag::NoSuchMember, frame, name.range, "the layer " + definition.name, name.text);
    if (auto near = support::nearestName(name.text, known))
      builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{name.range, *near}});
    builder.cause(name.range);
    return {};
  }
  EntryLevel level(*this);
  Frame &inner = newFrame(&frame, &definition, name.range);
  inner.path = instance.named ? instance.path : frame.path;
  inner.named = instance.named;
  inner.leafPattern = instance.leafPattern;
  inner.order = instance.order;
  inner.instance = &instance;
  inner.madeInScan = instance.madeInScan;
  inner.bindings = uint32_t(known.size()) - 1; // its place among the parameters
  if (!setHyper(definition, instance, inner, frame))
    return {};
  inner.origins.insert(instance.given.begin(), instance.given.end());
  std::vector<std::string> sizes = introducedSizes(definition), used;
  for (const ast::Axis &axis : declared->type.shape)
    if (axis.size)
      usedNames(*axis.size, used);
  bool needsData = std::any_of(used.begin(), used.end(), [&](const std::string &one) {
    return std::find(sizes.begin(), sizes.end(), one) != sizes.end();
  });
  if (needsData)
    return appliedParam(instance, definition, name, frame);
  visited.insert(&definition);
  inner.scopes.emplace_back(); // of the body: a parameter may hide a hyperparameter of its name, on which it depends
  makeParam(*declared, range, inner);
  const Value *made = inner.find(name.text);
  return made ? translate(*made, inner) : Value();
}

/// A parameter whose shape only the application of its layer gives: it must have been applied above.
Value Elaborator::appliedParam(const Instance &instance, const Definition &definition, const ast::Ident &name,
                               Frame &frame) {
  std::string leaf = name.text;
  if (!instance.leafPattern.empty())
    leaf = std::string(instance.leafPattern).replace(instance.leafPattern.find('*'), 1, name.text);
  std::string path = instance.path.empty() ? leaf : instance.path + "." + leaf;
  auto known = ownedShapes.find(path);
  if (known == ownedShapes.end() || generic) {
    if (!generic)
      error(diag::ParamNotMade, frame, name.range, name.text, definition.name).cause(name.range);
    return {};
  }
  TensorType type;
  for (int64_t extent : known->second)
    type.shape.push_back(adopt(Size(extent), frame, frame));
  for (const Param &param : program.params)
    for (size_t axis = 0; param.name == path && axis < param.type.dims.size(); ++axis)
      if (!param.type.dims[axis].empty())
        type.shape[axis] = Size::symbol(param.type.dims[axis]);
  return parameter(frame, path, type, name.range);
}

/// `x.T`, a result by its name, a parameter of a layer.
Value Elaborator::member(const Value &base, const ast::Ident &name, Frame &frame) {
  if (const TensorValue *tensor = base.as<TensorValue>()) {
    size_t rank = tensor->type.shape.size();
    if (name.text == "T" && rank >= 2) {
      TensorType type = tensor->type;
      std::swap(type.shape[rank - 1], type.shape[rank - 2]);
      std::vector<int64_t> perm(rank);
      for (size_t i = 0; i < rank; ++i)
        perm[i] = i;
      std::swap(perm[rank - 1], perm[rank - 2]);
      return emit(frame, "transpose", {*tensor}, type, name.range, {{"perm", perm}});
    }
  }
  if (const ResultsValue *results = base.as<ResultsValue>())
    for (const auto &[label, value] : results->values)
      if (label == name.text)
        return value;
  if (const auto *layer = base.as<LayerValue>())
    return paramOfLayer(*layer->instance, name, frame);
  if (const Value *element = elementNamed(base, name.text))
    return *element;
  auto builder = error(diag::NoSuchMember, frame, name.range, show(base), name.text);
  if (auto foreign = foreignName(name.text))
    builder.fact(foreign->text);
  else if (base.as<TensorValue>() && module.functions(name.text, frame.definition))
    builder.help("it is a function: `" + name.text + "(x)`, or a stage `|> " + name.text + "`");
  builder.cause(name.range);
  return {};
}

} // namespace nnc::dsl
