// Layers: making instances with fixed hyperparameters, applying them, pipelines (rules layer-1, layer-2, path-1).
#include "dsl/ForeignWords.h"
#include "dsl/Paths.h"
#include "dsl/Vocabulary.h"
#include "dsl/elaborate/Elaborator.h"
#include "dsl/elaborate/layers/ByPlace.h"
#include "support/Suggest.h"

#include <algorithm>
#include <cmath>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

Hint Elaborator::hintFor(const std::string &name, const Frame &frame) const {
  Hint hint;
  hint.named = frame.named;
  hint.leafPattern = frame.leafPattern;
  // A name that begins with `_` adds nothing (path-3).
  hint.path = name[0] == '_' ? frame.path : frame.path.empty() ? name : frame.path + "." + name;
  return hint;
}

Value Elaborator::makeLayer(const Definition &definition, const std::vector<ast::Arg> *args, SourceRange range,
                            Frame &frame, const Hint &hint) {
  auto instance = instances.emplace_back(std::make_shared<Instance>());
  instance->definition = &definition;
  instance->home = &frame;
  instance->path = hint.path;
  instance->named = hint.named;
  instance->leafPattern = hint.leafPattern;
  instance->order = frame.order;
  instance->order.push_back(frame.bindings++);
  instance->made = range;
  instance->madeInScan = frame.scan || frame.madeInScan;
  if (!bindHyper(definition, *instance, args, range, frame))
    return {};
  return LayerValue{instance};
}

/// Kinds that are a choice of words (rule size-2).
static const std::vector<std::string> *wordsOf(const ast::Type &kind) {
  static const std::map<std::string, std::vector<std::string>> kinds = {{"Merge", {"concat", "sum", "mean", "product"}},
                                                                        {"Bias", {"none", "single", "double"}},
                                                                        {"Padding", {"same", "causal"}}};
  auto found = kind.isList() || kind.hasShape ? kinds.end() : kinds.find(kind.name.text);
  return found == kinds.end() ? nullptr : &found->second;
}

bool Elaborator::fitsKind(const ast::Type &kind, const Value &value, const Frame &frame) const {
  const NumberValue *n = value.as<NumberValue>();
  const ListValue *list = value.as<ListValue>();
  if (kind.isList() || kind.hasShape) {
    if (!list)
      return kind.hasShape && n && (n->whole || kind.name.text == "float");
    const auto *count = kind.hasShape && kind.shape.size() == 1 && kind.shape[0].size
                            ? kind.shape[0].size->as<ast::NumberExpr>()
                            : nullptr;
    if (count && !list->repeats && int64_t(list->elements.size()) != count->integer)
      return false;
    for (const ListElement &element : list->elements) {
      const NumberValue *one = element.value->as<NumberValue>();
      const std::string &wanted = kind.isList() ? kind.element->name.text : kind.name.text;
      if (!one || (wanted == "int" && !one->whole))
        return false;
    }
    return true;
  }
  const std::string &name = kind.name.text;
  if (name == "int")
    return n && n->whole;
  if (name == "float")
    return n && realOf(value, frame);
  if (name == "bool")
    return value.as<BoolValue>();
  if (name == "string")
    return value.as<TextValue>() && !value.as<TextValue>()->word;
  if (name == "Mask")
    return asMask(value) != nullptr;
  if (name == "Layer")
    return value.as<LayerValue>() || value.as<FunctionValue>() || list;
  if (name == "Init")
    return value.as<InitValue>() || n || list;
  if (name == "Padding" && (n || list))
    return list ? std::all_of(list->elements.begin(), list->elements.end(),
                              [](const ListElement &element) {
                                const auto *one = element.value->as<NumberValue>();
                                return one && one->whole;
                              })
                : n->whole;
  const auto *word = value.as<TextValue>();
  const std::vector<std::string> *words = wordsOf(kind);
  return word && word->word && words && std::find(words->begin(), words->end(), word->text) != words->end();
}

/// The value of a hyperparameter: where a word is wanted, a name that means nothing else is a word, also if the library
/// has a function of that name (`merge = sum`).
Value Elaborator::evalHyper(const ast::Type &kind, const ast::Expr &expr, Frame &frame, const Hint &hint) {
  const auto *name = expr.as<ast::NameExpr>();
  bool mayBeSize = kind.name.text == "Padding" && name && frame.toRoot.count(name->name);
  if (name && wordsOf(kind) && !frame.find(name->name) && !mayBeSize)
    return TextValue{name->name, true};
  return eval(expr, frame, hint);
}

/// `before` is the argument in front of it, if both are given by place.
void Elaborator::reportKind(const Definition &definition, const ast::Param &param, const Given &given,
                            const Given *before, Frame &frame) {
  const Value &value = given.value;
  const auto *word = value.as<TextValue>();
  const auto *list = value.as<ListValue>();
  bool isPlain = value.as<NumberValue>() || word || value.as<BoolValue>();
  const auto *n = value.as<NumberValue>();
  // A number with a point is shown as it is written: 3.0 is not 3.
  std::string shown = n && !n->whole ? "`" + text(given.range) + "`" : isPlain ? "`" + show(value) + "`" : show(value);
  if (list && list->vector)
    shown += " of " + std::to_string(list->elements.size());
  auto builder =
      error(diag::WrongKind, frame, given.range, param.name.text, definition.name, showType(param.type), shown);
  if (const auto *words = wordsOf(param.type)) {
    std::string all;
    for (const std::string &one : *words)
      all += (all.empty() ? "" : ", ") + one;
    builder.fact("its words: " + all);
    if (word && !word->word && std::find(words->begin(), words->end(), word->text) != words->end())
      builder.help("it is a word, not a string: write `" + word->text + "`", {{given.range, word->text}});
  }
  if (auto foreign = word ? foreignWord(definition.name, param.name.text + " = " + word->text) : std::nullopt)
    builder.fact(*foreign);
  bool isLayer = param.type.name.text == "Layer" && word && !word->word;
  if (isLayer && (module.functions(word->text, frame.definition) || module.layer(word->text, frame.definition)))
    builder.help("it is a name, not a string: write `" + word->text + "`", {{given.range, word->text}});
  if (word && !word->word && param.type.name.text == "Init" && findCall(CallGroup::Init, word->text))
    builder.help("it is a call, not a string: write `" + word->text + "()`", {{given.range, word->text + "()"}});
  if (value.as<TensorValue>())
    builder.fact("what a layer is applied to flows in, `x |> " + definition.name +
                 "(…)`; here stand its hyperparameters");
  if (n && !n->whole && param.type.name.text == "int" && std::abs(n->real) >= 0x1p63)
    builder.fact("whole numbers have 64 bits");
  else if (n && !n->whole && param.type.name.text == "int" && n->real == std::floor(n->real))
    builder.help("write it without a point", {{given.range, std::to_string(int64_t(n->real))}});
  if (before && definition.isLibrary && param.type.name.text == "bool" && n && n->whole) // Linear(in, out)
    builder.help("how much comes in follows from x: write only what comes out",
                 {{SourceRange{given.range.file, before->range.begin, given.range.begin}, ""}});
  builder.note(param.range, "declared here").cause(given.range);
}

static const std::vector<ast::Param> &hyperOf(const Definition &definition) {
  static const std::vector<ast::Param> none;
  return definition.layer->hyper ? definition.layer->hyper->params : none;
}

/// The values of arguments that are written as hyperparameters; nothing after an error.
std::optional<std::vector<Given>> Elaborator::hyperArgs(const Definition &definition, const Instance &instance,
                                                        const std::vector<ast::Arg> &args, Frame &frame) {
  const std::vector<ast::Param> &params = hyperOf(definition);
  std::vector<Given> given;
  for (size_t i = 0; i < args.size(); ++i) {
    const ast::Arg &arg = args[i];
    Hint hint; // a layer made in an argument is named by the hyperparameter (path-2)
    hint.named = instance.named;
    std::string name = arg.name ? arg.name->text : i < params.size() ? params[i].name.text : "";
    hint.path = instance.path.empty() ? name : instance.path + "." + name;
    auto param = std::find_if(params.begin(), params.end(), [&](const auto &one) { return one.name.text == name; });
    Value value =
        param == params.end() ? eval(*arg.value, frame, hint) : evalHyper(param->type, *arg.value, frame, hint);
    if (value.nothing())
      return std::nullopt;
    given.push_back(
        {arg.name ? arg.name->text : "", std::move(value), arg.value->range, arg.name ? arg.name->range : arg.range});
  }
  return given;
}

bool Elaborator::bindHyper(const Definition &definition, Instance &instance, const std::vector<ast::Arg> *args,
                           SourceRange range, Frame &frame) {
  static const std::vector<ast::Arg> none;
  auto given = hyperArgs(definition, instance, args ? *args : none, frame);
  return given && placeHyper(definition, instance, *given, range, frame);
}

/// Puts values to the hyperparameters of an instance; reports what does not fit.
bool Elaborator::placeHyper(const Definition &definition, Instance &instance, const std::vector<Given> &given,
                            SourceRange range, Frame &frame) {
  const std::vector<ast::Param> &params = hyperOf(definition);
  std::vector<const Given *> placed;
  if (!place(params, given, definition.name, range, frame, placed, false))
    return false;
  for (size_t i = 0; i < params.size(); ++i) {
    if (!placed[i])
      continue;
    if (!fitsKind(params[i].type, placed[i]->value, frame)) {
      bool byPlace = i > 0 && placed[i - 1] && placed[i - 1]->name.empty() && placed[i]->name.empty();
      reportKind(definition, params[i], *placed[i], byPlace ? placed[i - 1] : nullptr, frame);
      return false;
    }
    instance.hyper.emplace_back(params[i].name.text, placed[i]->value);
    const Given &one = *placed[i];
    instance.given[params[i].name.text] = one.range;
    instance.written[params[i].name.text] = one.name.empty() ? one.range : support::join(one.nameRange, one.range);
  }
  return true;
}

static bool isHyper(const Frame &frame, const std::string &name) {
  const auto *hyper = frame.definition && frame.definition->layer && frame.definition->layer->hyper
                          ? &frame.definition->layer->hyper->params
                          : nullptr;
  return hyper && std::any_of(hyper->begin(), hyper->end(), [&](const auto &param) { return param.name.text == name; });
}

/// The names of `frame` for which `same` holds: the one, or the one that is a hyperparameter, or nothing.
template <typename Same> static std::optional<std::string> onlyName(const Frame &frame, Same &&same) {
  std::vector<std::string> names, hypers;
  for (const auto &[local, value] : frame.toRoot)
    if (same(local)) {
      names.push_back(local);
      if (isHyper(frame, local))
        hypers.push_back(local);
    }
  if (names.size() == 1)
    return names[0];
  return hypers.size() == 1 ? std::optional(hypers[0]) : std::nullopt;
}

/// A size of `home`, where a layer was made, in the terms of `frame`, where it is applied: the name that was given this
/// very size on the way, else one that is the same number, if there is exactly one.
Size Elaborator::adopt(const Size &size, const Frame &home, const Frame &frame) const {
  bool inside = false;
  for (const Frame *f = &frame; f && !inside; f = f->caller)
    inside = f == &home;
  auto atHome = [&](const std::string &local) {
    Size result = Size::symbol(local);
    for (const Frame *f = &frame; f != &home; f = f->caller)
      result = substitute(result, f->toCaller);
    return result;
  };
  Size root = home.rootSize(size);
  std::optional<std::string> name;
  if (inside && size.named())
    name = onlyName(frame, [&](const std::string &local) { return atHome(local) == size; });
  if (!name)
    name = onlyName(frame, [&](const std::string &local) { return frame.toRoot.at(local) == root; });
  return name ? Size::symbol(*name) : root;
}

void Elaborator::defineHyper(const std::string &name, const Value &value, const Frame &home, Frame &inner,
                             Frame &frame) {
  auto symbol = [&](const std::string &local, const Size &size) {
    Size root = home.rootSize(size);
    inner.toRoot[local] = root;
    inner.toCaller[local] = &home == &frame   ? size
                            : &home == &inner ? substitute(size, inner.toCaller)
                                              : adopt(size, home, frame);
    return number(Size::symbol(local));
  };
  const NumberValue *n = value.as<NumberValue>();
  if (n && n->whole) {
    inner.scopes[0][name] = symbol(name, n->size);
    return;
  }
  const ListValue *list = value.as<ListValue>();
  if (!list) {
    inner.scopes[0][name] = value;
    return;
  }
  ListValue made;
  made.vector = list->vector;
  made.repeats = list->repeats;
  for (size_t i = 0; i < list->elements.size(); ++i) {
    const Value &one = *list->elements[i].value;
    const NumberValue *size = one.as<NumberValue>();
    Value element = size && size->whole ? symbol(name + "[" + std::to_string(i) + "]", size->size) : one;
    made.elements.push_back({list->elements[i].label, std::make_shared<Value>(std::move(element))});
  }
  inner.scopes[0][name] = made;
}

/// `kernel: int[2] = 3`: one number is spread; that of a `Padding` stands for each axis (rule size-2).
void Elaborator::defineNumbers(const ast::Param &param, Value value, const Frame &home, Frame &inner, Frame &frame) {
  const std::string &name = param.name.text;
  if (value.as<NumberValue>()) {
    bool isVector = !param.type.shape.empty() && param.type.shape[0].size;
    auto count = isVector ? evalSize(*param.type.shape[0].size, inner) : std::optional(Size(1));
    ListValue spread;
    spread.vector = true;
    spread.repeats = !isVector;
    for (int64_t i = 0; count && count->constant() && i < std::min<int64_t>(*count->constant(), 16); ++i)
      spread.elements.push_back({"", std::make_shared<Value>(value)});
    value = spread;
  }
  if (auto origin = inner.origins.find(name); origin != inner.origins.end())
    if (const auto *list = value.as<ListValue>())
      for (size_t i = 0; i < list->elements.size(); ++i)
        inner.origins[name + "[" + std::to_string(i) + "]"] = origin->second;
  defineHyper(name, value, home, inner, frame);
}

/// Gives the hyperparameters of an instance their values in its frame: what was given, else the defaults.
bool Elaborator::setHyper(const Definition &definition, const Instance &instance, Frame &inner, Frame &frame) {
  if (!definition.layer->hyper)
    return true;
  for (const ast::Param &param : definition.layer->hyper->params) {
    const std::string &name = param.name.text;
    auto given =
        std::find_if(instance.hyper.begin(), instance.hyper.end(), [&](const auto &one) { return one.first == name; });
    Value value;
    if (given != instance.hyper.end()) {
      value = given->second;
    } else {
      value = evalHyper(param.type, *param.defaultValue, inner, {});
      if (value.nothing())
        return false;
      if (!fitsKind(param.type, value, inner)) {
        error(diag::WrongKind, inner, param.defaultValue->range, name, definition.name, showType(param.type),
              show(value))
            .cause(param.range);
        return false;
      }
    }
    bool isFloat = !param.type.isList() && !param.type.hasShape && param.type.name.text == "float";
    const Frame &home = given != instance.hyper.end() ? *instance.home : inner;
    if (param.type.hasShape || param.type.name.text == "Padding")
      defineNumbers(param, value, home, inner, frame);
    else if (isFloat)
      inner.scopes[0][name] = real(*realOf(value, home));
    else if (&home == &inner && value.as<NumberValue>() && value.as<NumberValue>()->whole) {
      Size size = value.as<NumberValue>()->size;
      inner.toRoot[name] = inner.rootSize(size);
      inner.toCaller[name] = substitute(size, inner.toCaller);
      inner.scopes[0][name] = number(Size::symbol(name));
    } else
      defineHyper(name, value, home, inner, frame);
  }
  return true;
}

/// Whether `freeze` holds the whole layer, or one that it belongs to.
bool Elaborator::isFrozen(const Frame &inner) const {
  return inner.named && !frozen.empty() && isUnderAny(inner.path, [&](const std::string &path) {
           return std::binary_search(frozen.begin(), frozen.end(), path);
         });
}

/// "Conv2d(6, kernel = 5)": a layer with the numbers and words that it was given, for readers; by name what was given
/// so.
static std::string textOf(const Elaborator &elaborator, const Instance &instance) {
  std::string arguments;
  for (const auto &[name, value] : instance.hyper) {
    const auto *n = value.as<NumberValue>();
    const auto *list = value.as<ListValue>();
    bool isShort = n || value.as<TextValue>() || value.as<BoolValue>() || (list && holdsNumbers(*list));
    if (!isShort)
      continue;
    bool isNamed = instance.written.at(name).begin != instance.given.at(name).begin;
    std::string one = n && n->whole ? instance.home->rootSize(n->size).str() : elaborator.show(value);
    arguments += (arguments.empty() ? "" : ", ") + (isNamed ? name + " = " : "") + one;
  }
  return instance.definition->name + (arguments.empty() ? "" : "(" + arguments + ")");
}

Value Elaborator::applyLayer(const std::shared_ptr<Instance> &instance, const std::vector<Given> &given, SourceRange at,
                             Frame &frame) {
  const Definition &definition = *instance->definition;
  if (!countStep(frame, at, 50))
    return {};
  for (const Frame *f = &frame; f; f = f->caller)
    if (f->definition == &definition && f->depth > 100) {
      error(diag::ContainsItself, frame, at, definition.name).cause(at);
      return {};
    }
  visited.insert(&definition);
  Frame &inner = newFrame(&frame, &definition, at);
  inner.path = instance->named ? instance->path : frame.path;
  inner.named = instance->named;
  inner.leafPattern = instance->leafPattern;
  inner.order = instance->order;
  inner.instance = instance.get();
  inner.makesLayers = frame.makesLayers;
  inner.madeInScan = instance->madeInScan;
  inner.atRest |= instance->atRest || isFrozen(inner);
  // The call is where the layer was applied; a parameter without a name is reported where it was made.
  inner.origins.insert(instance->given.begin(), instance->given.end());
  if (!setHyper(definition, *instance, inner, frame))
    return {};
  std::vector<const Given *> placed;
  if (!place(definition.data().params, given, definition.name, at, frame, placed, false) ||
      !bindSignature(definition, inner, frame, placed, at, false))
    return {};
  warnByPlace(*this, *instance, inner);
  size_t summaryAt = program.layers.size();
  if (firstEntry)
    program.layers.push_back({instance->named ? instance->path : "",
                              definition.name,
                              textOf(*this, *instance),
                              {},
                              placeOf(frame, at).front()});
  Value result = runBody(definition, inner, frame, at);
  if (result.nothing())
    return {};
  const auto *several = result.as<ResultsValue>();
  if (firstEntry)
    if (const auto *tensor = (several ? several->values[0].second : result).as<TensorValue>())
      program.layers[summaryAt].result = concrete(inner, tensor->type, at);
  return translate(result, inner);
}

Value Elaborator::applyValue(const Value &callee, const std::vector<Given> &args, SourceRange at, Frame &frame,
                             const Hint &hint) {
  if (const auto *layer = callee.as<LayerValue>())
    return applyLayer(layer->instance, args, at, frame);
  if (const auto *list = callee.as<ListValue>(); list && args.size() == 1 && args[0].name.empty()) {
    Value value = args[0].value;
    for (const ListElement &element : list->elements) {
      // A copy first: the value holds what is taken out of it.
      if (const auto *several = value.as<ResultsValue>())
        value = Value(several->values[0].second);
      value = applyValue(*element.value, {{"", value, args[0].range, args[0].range}}, at, frame, hint);
      if (value.nothing())
        return {};
    }
    return value;
  }
  if (const auto *function = callee.as<FunctionValue>()) {
    if (args.size() == 1 && args[0].name.empty())
      return applyFunction(*function, args[0], at, frame);
    return later(frame, at, "a function as a value with several arguments");
  }
  if (!callee.nothing())
    error(diag::NotCallable, frame, at, show(callee)).cause(at);
  return {};
}

/// `inference(layer)`: the layer at rest, with the same weights (rule train-1).
Value Elaborator::inference(const Value &layer, SourceRange range, Frame &frame) {
  if (const auto *one = layer.as<LayerValue>()) {
    auto copy = instances.emplace_back(std::make_shared<Instance>(*one->instance));
    copy->atRest = true;
    return LayerValue{copy};
  }
  if (layer.nothing() || layer.as<FunctionValue>())
    return layer;
  const auto *list = layer.as<ListValue>();
  if (!list) {
    error(diag::NotCallable, frame, range, show(layer)).cause(range);
    return {};
  }
  ListValue resting = *list;
  for (ListElement &element : resting.elements) {
    element.value = std::make_shared<Value>(inference(*element.value, range, frame));
    if (element.value->nothing())
      return {};
  }
  return resting;
}

Value Elaborator::pipeline(const ast::PipelineExpr &expr, Frame &frame, const Hint &hint) {
  Value value = eval(*expr.first, frame);
  SourceRange flowing = expr.first->range;
  for (size_t i = 0; i < expr.stages.size(); ++i) {
    const ast::Stage &stage = expr.stages[i];
    if (value.nothing())
      return {};
    if (const auto *several = value.as<ResultsValue>()) {
      Value first = several->values[0].second; // a stage passes its first result on
      value = first;
    }
    Hint stageHint;
    if (stage.label)
      stageHint = hintFor(stage.label->text, frame);
    else if (hint.result)
      stageHint = hintFor(std::to_string(i), frame);
    // A function takes the flowing value as its first argument.
    const ast::Expr &stageExpr = *stage.value;
    const auto *name = stageExpr.as<ast::NameExpr>();
    const auto *postfix = stageExpr.as<ast::PostfixExpr>();
    const ast::CallSuffix *callSuffix = nullptr;
    if (postfix && postfix->suffixes.size() == 1) {
      callSuffix = std::get_if<ast::CallSuffix>(&postfix->suffixes[0].node);
      if (callSuffix)
        name = postfix->base->as<ast::NameExpr>();
    }
    static const std::vector<ast::Arg> none;
    const std::vector<ast::Arg> &args = callSuffix ? callSuffix->args : none;
    const auto *functions = name ? module.functions(name->name, frame.definition) : nullptr;
    if (functions && !frame.find(name->name)) {
      value = callFunction(name->name, *functions, args, stageExpr.range, frame, &value, flowing);
    } else if (name && callSuffix && frame.find(name->name)) {
      // An instance with more arguments: `x |> attend(memory)`.
      auto values = dataArgs(args, frame);
      if (!values)
        return {};
      values->insert(values->begin(), {"", value, flowing, flowing});
      Value callee = evalName(name->name, postfix->base->range, frame);
      value = applyValue(callee, *values, stageExpr.range, frame, stageHint);
    } else {
      Value callee = eval(stageExpr, frame, stageHint);
      if (callee.nothing())
        return {};
      value = applyValue(callee, {{"", value, flowing, flowing}}, stageExpr.range, frame, stageHint);
    }
    flowing = support::join(flowing, stageExpr.range);
  }
  return value;
}

} // namespace nnc::dsl
