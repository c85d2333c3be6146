// Calls: functions that are known while compiling, casts, bodies and what they give, functions by their arguments.
#include "dsl/Vocabulary.h"
#include "dsl/elaborate/Hints.h"
#include "dsl/elaborate/layers/ByPlace.h"
#include "dsl/elaborate/masks/Domain.h"
#include "support/Suggest.h"

#include <algorithm>
#include <cmath>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

Value Elaborator::call(const std::string &name, const std::vector<ast::Arg> &args, SourceRange range,
                       SourceRange nameRange, Frame &frame, const Hint &hint, const Value *flowing,
                       SourceRange flowingRange) {
  if (auto made = compileTimeCall(name, args, range, frame); made && !flowing)
    return *made;
  if (findCall(CallGroup::Init, name) && !flowing)
    if (auto init = initCall(name, args, range, frame))
      return *init;
  if (const Definition *layer = module.layer(name, frame.definition)) {
    const Definition &definition = *layer;
    if (definition.layer->hyper || args.empty())
      return makeLayer(definition, &args, range, frame, hint);
    // A layer with one list has no hyperparameters: it is applied.
    Value made = makeLayer(definition, nullptr, nameRange, frame, hint);
    auto values = dataArgs(args, frame);
    return values ? applyValue(made, *values, range, frame, hint) : Value();
  }
  if (const Definition *mask = module.mask(name, frame.definition))
    return makeMask(*mask, &args, range, frame);
  if (const auto *functions = module.functions(name, frame.definition))
    return callFunction(name, *functions, args, range, frame, flowing, flowingRange);
  if (reportForeignCall(*this, name, args, range, nameRange, frame))
    return {};
  return evalName(name, nameRange, frame); // reports what is wrong with the name
}

static bool isWholeTensor(const Value &value) {
  const auto *tensor = value.as<TensorValue>();
  return tensor && (tensor->type.elem.kind == ElemType::Int || tensor->type.elem.kind == ElemType::I32);
}

/// floor(a / b), ceil(a / b) of whole numbers of which one is known only when the program runs; nothing if the other
/// one is not whole.
static std::optional<Value> divideInts(Elaborator &e, const std::pair<Value, SourceRange> &a,
                                       const std::pair<Value, SourceRange> &b, bool isCeil, SourceRange range,
                                       Frame &frame) {
  auto isWhole = [](const Value &value) {
    const auto *number = value.as<NumberValue>();
    return number ? number->whole : isWholeTensor(value);
  };
  if (!isWhole(a.first) || !isWhole(b.first))
    return std::nullopt;
  const auto *x = a.first.as<TensorValue>(), *y = b.first.as<TensorValue>();
  if (x && y && x->type.elem.kind != y->type.elem.kind)
    return std::nullopt;
  if (e.wholeOf(b.first, frame) == 0) {
    e.error(diag::DivisionByZero, frame, b.second).cause(range);
    return Value();
  }
  ElemType elem{(x ? x : y)->type.elem.kind, {}};
  auto left = e.asTensor(a.first, elem, a.second, frame), right = e.asTensor(b.first, elem, b.second, frame);
  auto aligned = left && right ? e.align({*left, *right}, {a.second, b.second}, "/", range, frame) : std::nullopt;
  if (!aligned)
    return Value();
  TensorValue &over = (*aligned)[0];
  TensorType type = over.type.with(elem);
  if (isCeil) // ceil(a / b) is -floor(-a / b)
    over = e.emit(frame, "neg", {over}, type, range);
  TensorValue quotient = e.emit(frame, "floor_div", *aligned, type, range);
  return isCeil ? e.emit(frame, "neg", {quotient}, type, range) : quotient;
}

/// Functions of things known now: `floor(a / b)`, `len(list)`, casts.
std::optional<Value> Elaborator::compileTimeCall(const std::string &name, const std::vector<ast::Arg> &args,
                                                 SourceRange range, Frame &frame) {
  static const std::set<std::string> casts = {"float", "int", "bool", "f32", "f64"};
  if (casts.count(name))
    return castCall(name, args, range, frame);
  if (!frame.inLibrary() && module.ownFunctions.count(name))
    return std::nullopt; // a name of the file hides the library's (rule name-3)
  if (auto size = sizeFunction(name, args, range, frame))
    return size;
  if (name == "zip")
    return zip(args, range, frame);
  if (name == "product" && args.size() == 2)
    return elementsOver(args, range, frame);
  if (args.size() != 1 || args[0].name)
    return std::nullopt;
  const ast::Expr &arg = *args[0].value;
  if (name == "inference")
    return inference(eval(arg, frame), range, frame);
  if (name == "len" || name == "product") {
    Value value = eval(arg, frame);
    if (const auto *list = value.as<ListValue>(); list && name == "len")
      return number(Size(int64_t(list->elements.size())));
    if (const auto *pack = value.as<PackValue>(); pack && name == "product") {
      Size product(1);
      for (const Size &axis : pack->axes)
        product = product * axis;
      return number(product);
    }
    if (!value.nothing())
      error(diag::NotAList, frame, arg.range, show(value)).cause(range);
    return Value();
  }
  // floor and ceil see the exact quotient of whole numbers (rule size-4).
  const auto *chain = arg.as<ast::ChainExpr>();
  if ((name != "floor" && name != "ceil") || !chain || chain->links.back().op != ast::BinaryOp::Div)
    return std::nullopt;
  Value a = eval(*chain->first, frame);
  for (size_t i = 0; i + 1 < chain->links.size(); ++i) {
    const ast::ChainLink &link = chain->links[i];
    a = binary(link.op, a, eval(*link.operand, frame), chain->first->range, link.opRange, link.operand->range, frame);
  }
  const ast::ChainLink &last = chain->links.back();
  Value b = eval(*last.operand, frame);
  if (a.nothing() || b.nothing())
    return Value();
  const NumberValue *x = a.as<NumberValue>(), *y = b.as<NumberValue>();
  if (!x || !y || !x->whole || !y->whole) {
    if (isWholeTensor(a) || isWholeTensor(b))
      if (auto whole =
              divideInts(*this, {a, chain->first->range}, {b, last.operand->range}, name == "ceil", range, frame))
        return *whole;
    Value ratio = binary(last.op, a, b, chain->first->range, last.opRange, last.operand->range, frame);
    if (auto known = realOf(ratio, frame))
      return real(name == "floor" ? std::floor(*known) : std::ceil(*known));
    if (const TensorValue *tensor = ratio.as<TensorValue>(); tensor && tensor->type.elem.isFloat())
      return emit(frame, name, {*tensor}, tensor->type, range);
    return Value();
  }
  if (wholeOf(b, frame) == 0) {
    error(diag::DivisionByZero, frame, last.opRange).cause(range);
    return Value();
  }
  return number(name == "floor" ? Size::floorDiv(x->size, y->size) : Size::ceilDiv(x->size, y->size));
}

Value Elaborator::castCall(const std::string &name, const std::vector<ast::Arg> &args, SourceRange range,
                           Frame &frame) {
  static const std::map<std::string, ElemType::Kind> kinds = {{"float", ElemType::Float},
                                                              {"int", ElemType::Int},
                                                              {"bool", ElemType::Bool},
                                                              {"f32", ElemType::F32},
                                                              {"f64", ElemType::F64}};
  if (args.size() != 1 || args[0].name) {
    error(diag::WrongArgumentCount, frame, range, name, "1", std::to_string(args.size())).cause(range);
    return {};
  }
  Value value = eval(*args[0].value, frame);
  ElemType elem{kinds.at(name), {}};
  if (value.nothing())
    return {};
  if (value.as<NumberValue>()) {
    auto known = realOf(value, frame);
    if (known && elem.isFloat())
      return real(*known);
    if (known && elem.kind == ElemType::Int && std::abs(*known) < 9e18)
      return number(Size(int64_t(*known)));
    if (elem.isFloat())
      return sizeValue(frame, value.as<NumberValue>()->size, elem, range);
  }
  const TensorValue *x = value.as<TensorValue>();
  if (!x) {
    error(diag::NotATensor, frame, args[0].range, show(value)).cause(range);
    return {};
  }
  if (elemOf(x->type.elem) == elemOf(elem) && x->type.elem.kind != ElemType::Label)
    return TensorValue{{elem, x->type.shape}, x->id, x->level};
  return emit(frame, "cast", {*x}, {elem, x->type.shape}, range);
}

// ---------------------------------------------------------------------------------------------------------------------

/// Where the caller wrote what an axis of a result is: an argument that is a size of its own, else what came with the
/// data, else a number.
SourceRange Elaborator::writtenFor(const Size &axis, const Frame &inner) const {
  SourceRange first;
  for (const std::string &name : axis.symbols()) {
    auto known = inner.origins.find(name);
    if (known == inner.origins.end())
      continue;
    SourceRange own = known->second;
    if (inner.instance)
      if (auto hyper = inner.instance->written.find(name.substr(0, name.find('[')));
          hyper != inner.instance->written.end()) {
        own = hyper->second;
        if (substitute(Size::symbol(name), inner.toCaller).named())
          return own;
      }
    first = first.valid() ? first : own;
  }
  return first;
}

TensorType Elaborator::translate(const TensorType &type, const Frame &inner) const {
  TensorType result = type;
  result.elem.members = substitute(type.elem.members, inner.toCaller);
  result.from.clear();
  for (Size &axis : result.shape) {
    result.from.push_back(writtenFor(axis, inner));
    axis = substitute(axis, inner.toCaller);
  }
  return result;
}

Value Elaborator::translate(const Value &value, const Frame &inner) const {
  if (const auto *tensor = value.as<TensorValue>())
    return TensorValue{translate(tensor->type, inner), tensor->id, tensor->level, tensor->kept};
  if (const auto *n = value.as<NumberValue>(); n && n->whole)
    return number(substitute(n->size, inner.toCaller));
  if (const auto *results = value.as<ResultsValue>()) {
    ResultsValue made;
    for (const auto &[name, one] : results->values)
      made.values.emplace_back(name, translate(one, inner));
    return made;
  }
  return value;
}

/// `0 Linear(x: float[B, 4])` in the text of --emit=types: what this use of a definition was given.
void Elaborator::noteCall(const Definition &definition, const Frame &inner) {
  if (!firstEntry)
    return;
  std::string line(inner.depth * 2 - 2, ' ');
  if (definition.layer && inner.caller && inner.path != inner.caller->path)
    line += inner.path + " ";
  line += definition.name + "(";
  const char *separator = "";
  for (const ast::Param &param : definition.data().params)
    if (const Value *value = inner.find(param.name.text)) {
      line += separator + param.name.text + ": ";
      const auto *tensor = value->as<TensorValue>();
      line += tensor ? show(tensor->type) : show(*value);
      separator = ", ";
    }
  types += line + ")\n";
}

/// `-> float[B, 16]` behind the bindings of the body.
void Elaborator::noteResults(const ResultsValue &results, const Frame &inner) {
  if (!firstEntry)
    return;
  std::string line = std::string(inner.depth * 2 - 2, ' ') + "-> ";
  const char *separator = "";
  for (const auto &[name, value] : results.values) {
    const auto *tensor = value.as<TensorValue>();
    line += separator + (name.empty() ? "" : name + ": ") + (tensor ? show(tensor->type) : show(value));
    separator = ", ";
  }
  types += line + "\n";
}

/// The argument `over` of a function, for results such as `float[...S without over]`.
static const AxesValue *axesArgument(const Definition &definition, const Frame &inner) {
  for (const ast::Param &param : definition.data().params)
    if (const Value *value = param.type.name.text == "Axes" ? inner.find(param.name.text) : nullptr)
      return value->as<AxesValue>();
  return nullptr;
}

/// Runs the body. The value is in the terms of `inner`.
Value Elaborator::runBody(const Definition &definition, Frame &inner, Frame &frame, SourceRange range) {
  noteCall(definition, inner);
  Value value = evalBlock(definition.body(), inner, true);
  return value.nothing() ? Value() : checkResults(definition, value, inner);
}

/// Compares what a body gives with the declared results.
Value Elaborator::checkResults(const Definition &definition, const Value &value, Frame &inner) {
  const ast::Result &declared = definition.result();
  ResultsValue results;
  if (const auto *several = value.as<ResultsValue>())
    results = *several;
  else
    results.values.emplace_back("", value);
  SourceRange last =
      definition.body().statements.empty() ? definition.body().range : definition.body().statements.back().range;
  if (results.values.size() != declared.items.size()) {
    auto builder = error(diag::ResultCount, inner, last, definition.name, int64_t(declared.items.size()),
                         int64_t(results.values.size()));
    const auto *list = value.as<ListValue>();
    if (list && list->vector && list->elements.size() == declared.items.size() && text(last).starts_with("("))
      builder.help("results stand side by side, without parentheses",
                   {{{last.file, last.begin, last.begin + 1}, ""}, {{last.file, last.end - 1, last.end}, ""}});
    builder.cause(last);
    return {};
  }
  const auto *listed = definition.body().statements.empty()
                           ? nullptr
                           : std::get_if<ast::ExprStmt>(&definition.body().statements.back().node);
  bool isListed = listed && listed->values.size() == declared.items.size();
  for (size_t i = 0; i < declared.items.size(); ++i) {
    const ast::ResultItem &item = declared.items[i];
    SourceRange at = isListed ? listed->values[i]->range : last;
    auto type = typeFrom(item.type, inner, axesArgument(definition, inner));
    if (!type)
      return {};
    Value &one = results.values[i].second;
    results.values[i].first = item.name.text;
    if (one.as<NumberValue>() && type->shape.empty() && !item.type.hasShape)
      continue;
    auto tensor = asTensor(one, type->elem, at, inner);
    if (!tensor)
      return {};
    bool sameShape = tensor->type.shape.size() == type->shape.size();
    for (size_t axis = 0; sameShape && axis < type->shape.size(); ++axis)
      sameShape = inner.sameSize(tensor->type.shape[axis], type->shape[axis]);
    if (!sameShape || elemOf(tensor->type.elem) != elemOf(type->elem)) {
      std::string who = declared.items.size() > 1 && !item.name.text.empty()
                            ? "`" + item.name.text + "` of `" + definition.name + "`"
                            : "`" + definition.name + "`";
      auto builder = error(diag::ResultMismatch, inner, at, who, show(*type), show(tensor->type));
      builder.label(show(tensor->type));
      builder.label(item.type.range, "declared here").cause(at);
      bool isNumber = type->elem.kind == ElemType::Int || type->elem.isFloat();
      if (sameShape && isNumber && at != last) {
        std::string cast = std::string(type->elem.isFloat() ? "float(" : "int(") + text(at) + ")";
        builder.help("write `" + cast + "`", {{at, cast}});
      }
      hintDim(builder, tensor->type, *type, module, sources);
      hintMoreAxes(builder, tensor->type, *type, inner.facts);
      hintDivisors(builder, type->shape, tensor->type.shape, inner.facts);
      return {};
    }
    one = TensorValue{*type, tensor->id, tensor->level, tensor->kept};
  }
  noteResults(results, inner);
  return results.values.size() == 1 ? results.values[0].second : Value(results);
}

// ---------------------------------------------------------------------------------------------------------------------

std::optional<std::vector<Elaborator::Given>> Elaborator::dataArgs(const std::vector<ast::Arg> &args, Frame &frame) {
  std::vector<Given> given;
  for (const ast::Arg &arg : args) {
    given.push_back({arg.name ? arg.name->text : "", eval(*arg.value, frame), arg.value->range,
                     arg.name ? arg.name->range : arg.range});
    if (given.back().value.nothing())
      return std::nullopt;
  }
  return given;
}

bool Elaborator::evalArgs(const std::vector<Definition *> &overloads, const std::vector<ast::Arg> &args, Frame &frame,
                          std::vector<Given> &given) {
  const std::vector<ast::Param> &params = overloads[0]->data().params;
  for (const ast::Arg &arg : args) {
    if (&arg == beside)
      continue;
    std::string name = arg.name ? arg.name->text : "";
    size_t at = given.size();
    if (!name.empty())
      for (at = 0; at < params.size() && params[at].name.text != name; ++at)
        ;
    bool axes = at < params.size() && params[at].type.name.text == "Axes";
    Value value;
    if (axes) {
      if (auto over = evalAxes(*arg.value, frame))
        value = *over;
    } else {
      value = at < params.size() ? evalHyper(params[at].type, *arg.value, frame, {}) : eval(*arg.value, frame);
    }
    if (value.nothing())
      return false;
    given.push_back({name, std::move(value), arg.value->range, arg.name ? arg.name->range : arg.range});
  }
  return true;
}

Value Elaborator::callFunction(const std::string &name, const std::vector<Definition *> &overloads,
                               const std::vector<ast::Arg> &args, SourceRange range, Frame &frame, const Value *flowing,
                               SourceRange flowingRange) {
  std::vector<Given> given;
  if (flowing)
    given.push_back({"", *flowing, flowingRange, flowingRange});
  return evalArgs(overloads, args, frame, given) ? callGiven(name, overloads, std::move(given), range, frame) : Value();
}

Value Elaborator::callGiven(const std::string &name, const std::vector<Definition *> &overloads,
                            std::vector<Given> given, SourceRange range, Frame &frame) {
  Domain domain = domainOf(*overloads[0], given);
  // A function of the program that `train` compares with is a loss, too.
  bool isOwnLoss = !frame.definition && !overloads[0]->isLibrary;
  if (isOwnLoss)
    takeDomain(*overloads[0], given, domain);
  if (name == "next_token" && overloads[0]->isLibrary)
    followTokens(*this, given, domain, frame);
  if (!countStep(frame, range, 200))
    return {};
  if (overloads[0]->function->isBuiltin && isPartsFunction(name))
    return partsFunction(*overloads[0], given, range, frame);
  if (frame.depth > 200) {
    error(diag::TooDeep, frame, range).cause(range);
    return {};
  }
  const Definition *chosen = overloads[0];
  std::vector<const Given *> placed;
  for (Definition *candidate : overloads) {
    if (overloads.size() == 1)
      break;
    Frame &trial = newFrame(&frame, candidate, range);
    if (place(candidate->data().params, given, name, range, frame, placed, true) &&
        bindSignature(*candidate, trial, frame, placed, range, true)) {
      chosen = candidate;
      break;
    }
  }
  for (const Frame *f = &frame; f; f = f->caller)
    if (f->definition == chosen && !chosen->function->isBuiltin) {
      error(diag::ContainsItself, frame, range, name).cause(range);
      return {};
    }
  if (!place(chosen->data().params, given, name, range, frame, placed, false))
    return {};
  visited.insert(chosen);
  Frame &inner = newFrame(&frame, chosen, range);
  inner.makesLayers = false;
  inner.named = false;
  inner.path = frame.path;
  const bool loss = isLoss(*chosen) || isOwnLoss;
  const Domain none{};
  if (loss && !readCounted(*chosen, given, placed, domain, range, frame))
    return {};
  if (chosen->function->isBuiltin)
    return countOnly(callBuiltin(*chosen, inner, frame, placed, loss ? none : domain, range), name,
                     loss ? domain : none, range, frame);
  if (!bindSignature(*chosen, inner, frame, placed, range, false))
    return {};
  Value result =
      chosen->function->backward ? customFunction(*chosen, inner, frame, range) : runBody(*chosen, inner, frame, range);
  return countOnly(translate(result, inner), name, domain, range, frame);
}

} // namespace nnc::dsl
