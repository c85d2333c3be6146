// `builtin fn`: which op it is. Its types come from its signature, as for every function; only how axes and the like
// become attributes is known here.
#include "dsl/elaborate/Hints.h"
#include "dsl/elaborate/functions/MergedAxes.h"
#include "dsl/elaborate/masks/Domain.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

namespace {

enum class Form {
  Plain,
  Aligned,
  Mix,
  Dropout,
  Window,
  Attention,
  Reduce,
  Mean,
  ArgReduce,
  Row,
  Cumulative,
  CrossEntropy
};

struct Builtin {
  const char *name, *op, *kind;
  Form form;

  /// What a reduction, or softmax, does not notice.
  double neutral() const {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    std::string word = *kind ? kind : op;
    if (word == "max" || word == "arg_max" || word == "softmax" || word == "log_softmax" || word == "logsumexp")
      return -infinity;
    if (word == "min" || word == "arg_min")
      return infinity;
    return word == "mul" || word == "all" ? 1 : 0;
  }
};

const Builtin builtins[] = {
    {"exp", "exp", "", Form::Plain},
    {"log", "log", "", Form::Plain},
    {"sqrt", "sqrt", "", Form::Plain},
    {"rsqrt", "rsqrt", "", Form::Plain},
    {"tanh", "tanh", "", Form::Plain},
    {"sigmoid", "sigmoid", "", Form::Plain},
    {"relu", "relu", "", Form::Plain},
    {"abs", "abs", "", Form::Plain},
    {"sign", "sign", "", Form::Plain},
    {"floor", "floor", "", Form::Plain},
    {"ceil", "ceil", "", Form::Plain},
    {"round", "round", "", Form::Plain},
    {"erf", "erf", "", Form::Plain},
    {"sin", "sin", "", Form::Plain},
    {"cos", "cos", "", Form::Plain},
    {"log1p", "log1p", "", Form::Plain},
    {"expm1", "expm1", "", Form::Plain},
    {"softplus", "softplus", "", Form::Plain},
    {"step", "step", "", Form::Plain},
    {"gelu", "gelu", "", Form::Plain},
    {"stop_gradient", "stop_gradient", "", Form::Plain},
    {"mse", "mse", "", Form::Plain},
    {"maximum", "max", "", Form::Aligned},
    {"minimum", "min", "", Form::Aligned},
    {"select", "select", "", Form::Aligned},
    {"mix", "", "", Form::Mix},
    {"drop", "dropout", "", Form::Dropout},
    {"convolve", "conv", "", Form::Window},
    {"deconvolve", "conv_input_grad", "", Form::Window},
    {"max_pool", "max_pool", "", Form::Window},
    {"avg_pool", "avg_pool", "", Form::Window},
    {"sum", "reduce", "add", Form::Reduce},
    {"max", "reduce", "max", Form::Reduce},
    {"min", "reduce", "min", Form::Reduce},
    {"prod", "reduce", "mul", Form::Reduce},
    {"any", "reduce", "any", Form::Reduce},
    {"all", "reduce", "all", Form::Reduce},
    {"mean", "reduce", "add", Form::Mean},
    {"argmax", "arg_max", "", Form::ArgReduce},
    {"argmin", "arg_min", "", Form::ArgReduce},
    {"softmax", "softmax", "", Form::Row},
    {"log_softmax", "log_softmax", "", Form::Row},
    {"logsumexp", "logsumexp", "", Form::Row},
    {"cumsum", "cumsum", "", Form::Cumulative},
    {"attention", "attention", "", Form::Attention},
    {"cross_entropy", "softmax_cross_entropy", "", Form::CrossEntropy},
};

const Builtin *findBuiltin(const std::string &name) {
  for (const Builtin &builtin : builtins)
    if (name == builtin.name)
      return &builtin;
  return nullptr;
}

} // namespace

/// Values of elementary functions at numbers that are known now.
std::optional<double> Elaborator::foldBuiltin(const std::string &name, const std::vector<double> &args) const {
  static const std::map<std::string, double (*)(double)> unary = {
      {"exp", std::exp},   {"log", std::log},         {"sqrt", std::sqrt},   {"tanh", std::tanh},
      {"sin", std::sin},   {"cos", std::cos},         {"erf", std::erf},     {"floor", std::floor},
      {"ceil", std::ceil}, {"round", std::nearbyint}, {"log1p", std::log1p}, {"expm1", std::expm1},
      {"abs", std::fabs}};
  auto found = unary.find(name);
  if (found != unary.end() && args.size() == 1)
    return found->second(args[0]);
  if (args.size() == 2 && name == "maximum")
    return std::max(args[0], args[1]);
  if (args.size() == 2 && name == "minimum")
    return std::min(args[0], args[1]);
  return std::nullopt;
}

/// `softmax(x)` without `over`: what PyTorch's `dim = -1` is here.
static Value overMissing(Elaborator &e, const Definition &definition, const TensorType &x, SourceRange range,
                         Frame &frame) {
  auto builder = e.error(diag::OverMissing, frame, range, definition.name, e.show(x), int64_t(x.shape.size()));
  builder.cause(e.blame(frame, range));
  std::string written = e.text(range);
  if (frame.inLibrary() || !written.starts_with(definition.name))
    return {};
  bool isCall = written.ends_with(")"), isEmpty = written.ends_with("()");
  SourceRange at = isCall ? SourceRange{range.file, range.end - 1, range.end - 1} : range.after();
  std::string over = "over = axis(-1)";
  builder.help("for the last axis write `" + over + "`", {{at, isEmpty  ? over
                                                               : isCall ? ", " + over
                                                                        : "(" + over + ")"}});
  return {};
}

/// Makes `dims` of x one axis. What of them counts, by `where` or `length`, is told of that axis then.
static std::optional<MergedAxes> mergeAxes(Elaborator &e, const std::string &name, TensorValue &x,
                                           std::vector<int64_t> &dims, Domain &domain, SourceRange range,
                                           Frame &frame) {
  MergedAxes merged(e, frame, x.type.shape, dims, range);
  if (!merged.fits()) {
    e.error(diag::SizeOverflow, frame, range).cause(range);
    return std::nullopt;
  }
  if (domain) {
    auto condition = DomainReader(e, frame, name, domain, range).condition(x.type, dims);
    if (!condition)
      return std::nullopt;
    domain = Domain();
    domain.where = Given{"where", merged.merge(*condition), range, range};
  }
  x = merged.merge(x);
  dims = {merged.axis()};
  return merged;
}

/// Members of a dim are chosen, and are equal or not: nothing is between them. `select` takes those of one dim.
static bool labelsFit(Elaborator &e, const Definition &definition, const std::vector<const Given *> &placed,
                      Frame &frame) {
  const Given *first = nullptr;
  bool chooses = definition.name == "select"; // behind its condition
  for (size_t i = chooses; i < placed.size() && !first; ++i)
    if (const auto *tensor = placed[i]->value.as<TensorValue>(); tensor && tensor->type.elem.kind == ElemType::Label)
      first = placed[i];
  if (!first)
    return true;
  if (!chooses) {
    auto builder = e.error(diag::OperandKind, frame, first->range, definition.name, e.show(first->value));
    builder.fact("members of a dim are equal or not, and have no order");
    std::string cast = definition.name == "mix" ? "float" : "int";
    std::vector<support::Edit> edits;
    for (const Given *given : placed)
      if (const auto *tensor = given->value.as<TensorValue>(); tensor && tensor->type.elem.kind == ElemType::Label)
        for (support::Edit &edit : around(given->range, cast + "(", ")"))
          edits.push_back(std::move(edit));
    builder.help("`" + cast + "(…)` gives the numbers of members", edits).cause(first->range);
    return false;
  }
  const Size &members = first->value.as<TensorValue>()->type.elem.members;
  for (size_t i = 1; i < placed.size(); ++i) {
    const auto *tensor = placed[i]->value.as<TensorValue>();
    const auto *member = placed[i]->value.as<MemberValue>();
    bool same = tensor   ? tensor->type.elem.kind == ElemType::Label && tensor->type.elem.members == members
                : member ? member->members == members
                         : placed[i]->value.nothing();
    if (same)
      continue;
    e.error(diag::OperandKinds, frame, placed[i]->range, definition.name, e.show(first->value),
            e.show(placed[i]->value))
        .fact("both are members of one dim, such as `" + members.str() + "(0)`")
        .cause(placed[i]->range);
    return false;
  }
  return true;
}

Value Elaborator::callBuiltin(const Definition &definition, Frame &inner, Frame &frame,
                              const std::vector<const Given *> &placed, const Domain &domain, SourceRange range) {
  const Builtin *builtin = findBuiltin(definition.name);
  if (!builtin)
    return later(frame, range, definition.name);
  std::vector<double> numbers;
  for (const Given *given : placed)
    if (given)
      if (auto known = realOf(given->value, frame))
        numbers.push_back(*known);
  if (numbers.size() == placed.size())
    if (auto folded = foldBuiltin(definition.name, numbers))
      return real(*folded);

  if (builtin->form == Form::Aligned || builtin->form == Form::Mix) {
    if (!labelsFit(*this, definition, placed, frame))
      return {};
    std::vector<TensorValue> operands;
    std::vector<SourceRange> ranges;
    // Literals take the type they meet.
    ElemType elem{ElemType::Float, {}};
    for (const Given *given : placed)
      if (const auto *tensor = given->value.as<TensorValue>(); tensor && tensor->type.elem.kind != ElemType::Bool)
        elem = tensor->type.elem;
    for (size_t i = 0; i < placed.size(); ++i) {
      bool condition = definition.name == "select" && i == 0;
      auto tensor = asTensor(placed[i]->value, elem, placed[i]->range, frame);
      if (!tensor)
        return {};
      bool isBool = tensor->type.elem.kind == ElemType::Bool;
      if (condition ? !isBool : elemOf(tensor->type.elem) != elemOf(elem) || isBool) {
        error(diag::ArgumentMismatch, frame, placed[i]->range, definition.name, show(placed[i]->value),
              definition.data().params[i].name.text, showType(definition.data().params[i].type))
            .cause(placed[i]->range);
        return {};
      }
      operands.push_back(*tensor);
      ranges.push_back(placed[i]->range);
    }
    auto aligned = align(operands, ranges, definition.name, range, frame);
    if (!aligned)
      return {};
    TensorType type{elem, (*aligned)[0].type.shape};
    if (builtin->form == Form::Aligned)
      return emit(frame, builtin->op, *aligned, type, range);
    TensorValue way = emit(frame, "sub", {(*aligned)[1], (*aligned)[0]}, type, range);
    way = emit(frame, "mul", {(*aligned)[2], way}, type, range);
    return emit(frame, "add", {(*aligned)[0], way}, type, range);
  }

  if (!bindSignature(definition, inner, frame, placed, range, false))
    return {};
  if (builtin->form == Form::Window)
    return windowFunction(definition, inner, frame, range);
  if (builtin->form == Form::Attention)
    return attention(inner, frame, range);
  std::vector<TensorValue> operands;
  const AxesValue *over = nullptr;
  double smoothing = 0;
  for (const ast::Param &param : definition.data().params) {
    const Value &value = inner.scopes[0][param.name.text];
    if (param.name.text == "smoothing") {
      smoothing = realOf(value, inner).value_or(0);
      continue;
    }
    if (const auto *axes = value.as<AxesValue>())
      over = axes;
    else if (builtin->form == Form::Dropout && !value.as<TensorValue>())
      continue;
    else if (auto tensor = asTensor(value, {ElemType::Float, {}}, range, inner))
      operands.push_back(*tensor);
    else
      return {};
  }
  // From here on in the terms of the caller: axes are named there.
  for (TensorValue &operand : operands)
    operand.type = translate(operand.type, inner);
  const TensorType &x = operands[0].type;
  SourceRange overRange = placed.size() > 1 && placed[1] ? placed[1]->range : range;
  std::vector<int64_t> dims;
  if (over) {
    auto found = axesOf(*over, x, overRange, frame);
    if (!found)
      return {};
    dims = *found;
  }
  bool goesAlong = builtin->form == Form::Row || builtin->form == Form::ArgReduce || builtin->form == Form::Cumulative;
  std::optional<MergedAxes> merged;
  Domain counted = domain;
  if (goesAlong && dims.size() != 1) {
    if (dims.size() > 1 && !(placed.size() > 1 && placed[1]) && definition.name != "logsumexp")
      return overMissing(*this, definition, x, range, frame);
    if (builtin->form == Form::Cumulative) {
      error(diag::OneAxisOnly, frame, overRange, definition.name, int64_t(dims.size())).cause(overRange);
      return {};
    }
    auto made = mergeAxes(*this, definition.name, operands[0], dims, counted, range, frame);
    if (!made)
      return {};
    merged.emplace(*made);
  }
  // What is outside of the domain is what changes nothing.
  DomainReader reader(*this, frame, definition.name, counted, range);
  std::optional<TensorValue> condition;
  bool isMasked = domain && definition.name == "softmax" && !merged;
  if (domain && !isMasked) {
    condition = reader.condition(x, dims);
    if (!condition)
      return {};
    operands[0] = reader.select(*condition, operands[0], builtin->neutral());
  }
  TensorType reduced = x;
  for (auto dim = dims.rbegin(); dim != dims.rend(); ++dim)
    reduced.shape.erase(reduced.shape.begin() + *dim);
  switch (builtin->form) {
  case Form::Dropout:
    return dropout(operands[0], *realOf(inner.scopes[0]["rate"], inner), range, frame);
  case Form::Plain:
    return emit(frame, builtin->op, operands, x, range);
  case Form::Reduce:
  case Form::Mean: {
    TensorValue total = dims.empty() ? operands[0]
                                     : emit(frame, "reduce", operands, reduced, range,
                                            {{"kind", std::string(builtin->kind)}, {"dims", dims}});
    if (builtin->form == Form::Reduce)
      return total;
    if (condition)
      return meanOf(total, *condition, dims, range, frame);
    Size count(1);
    for (int64_t dim : dims)
      count = count * x.shape[dim];
    TensorValue divisor = sizeValue(frame, count, x.elem, range);
    auto aligned = align({total, divisor}, {range, range}, "/", range, frame);
    return emit(frame, "div", *aligned, reduced, range);
  }
  case Form::ArgReduce:
  case Form::Cumulative:
  case Form::Row: {
    std::map<std::string, Attr> attrs{{"axis", dims[0]}};
    if (isMasked)
      return softmaxWhere(operands[0], dims, reader, range, frame);
    if (definition.name == "logsumexp")
      return emit(frame, builtin->op, operands, reduced, range, attrs);
    if (builtin->form != Form::ArgReduce) {
      TensorValue row = emit(frame, builtin->op, operands, x, range, attrs);
      if (condition && builtin->form == Form::Row)
        row = reader.select(*condition, row, definition.name == "softmax" ? 0 : builtin->neutral());
      return merged ? merged->split(row) : row;
    }
    reduced.elem = {ElemType::Int, {}};
    TensorValue index = emit(frame, builtin->op, operands, reduced, range, attrs);
    // The place in a named axis is a member of it: argmax over Species gives Species.
    const Size &axis = x.shape[dims[0]];
    if (!axis.symbolName())
      return index;
    return emit(frame, "cast", {index}, {{ElemType::Label, axis}, reduced.shape}, range);
  }
  case Form::CrossEntropy: {
    TensorType loss = operands[0].type;
    loss.shape.pop_back();
    std::map<std::string, Attr> attrs;
    if (smoothing != 0)
      attrs["smoothing"] = smoothing;
    return emitMany(frame, builtin->op, operands, {loss, loss}, range, attrs)[0];
  }
  case Form::Aligned:
  case Form::Mix:
  case Form::Window:
  case Form::Attention:
    break;
  }
  return {};
}

/// `product(x, over)`: how many elements lie along these axes.
Value Elaborator::elementsOver(const std::vector<ast::Arg> &args, SourceRange range, Frame &frame) {
  Value value = eval(*args[0].value, frame);
  const auto *x = value.as<TensorValue>();
  auto over = x ? evalAxes(*args[1].value, frame) : std::nullopt;
  auto dims = over ? axesOf(*over, x->type, range, frame) : std::nullopt;
  if (!dims) {
    if (!x && !value.nothing())
      error(diag::NotATensor, frame, args[0].value->range, show(value)).cause(range);
    return {};
  }
  Size count(1);
  for (int64_t dim : *dims)
    count = count * x->type.shape[dim];
  return number(count);
}

/// `over = T`, `over = [B, ...S]`, `over = axis(1)` (rule size-9).
std::optional<AxesValue> Elaborator::evalAxes(const ast::Expr &expr, Frame &frame) {
  AxesValue axes;
  auto one = [&](const ast::Expr &element) {
    // The word, not the function of that name.
    if (const auto *name = element.as<ast::NameExpr>(); name && name->name == "all" && !frame.find("all"))
      return axes.all = true;
    const auto *postfix = element.as<ast::PostfixExpr>();
    const auto *base = postfix ? postfix->base->as<ast::NameExpr>() : nullptr;
    const auto *call = postfix ? std::get_if<ast::CallSuffix>(&postfix->suffixes[0].node) : nullptr;
    if (base && call && base->name == "axis" && call->args.size() == 1) {
      if (const auto &name = call->args[0].name) {
        error(diag::UnknownArgument, frame, name->range, "axis", name->text)
            .help("write axis(i), counted from 0, or from the end with negative numbers")
            .cause(name->range);
        return false;
      }
      Value number = eval(*call->args[0].value, frame);
      auto place = wholeOf(number, frame);
      if (!place) {
        if (!number.nothing())
          error(diag::NotAnAxis, frame, element.range, "axis(" + show(number) + ")")
              .help("write axis(i), counted from 0, or from the end with negative numbers")
              .cause(element.range);
        return false;
      }
      axes.places.push_back(*place);
      return true;
    }
    Value value = eval(element, frame);
    if (const auto *n = value.as<NumberValue>(); n && n->whole && n->size.named()) {
      axes.sizes.push_back(n->size);
      return true;
    }
    if (const auto *pack = value.as<PackValue>()) {
      axes.sizes.insert(axes.sizes.end(), pack->axes.begin(), pack->axes.end());
      return true;
    }
    if (const auto *given = value.as<AxesValue>()) {
      axes = *given;
      return true;
    }
    if (!value.nothing()) {
      auto builder = error(diag::NotAnAxis, frame, element.range, show(value));
      std::string call = "axis(" + text(element.range) + ")";
      builder.help("write axis(i), counted from 0, or from the end with negative numbers",
                   wholeOf(value, frame) ? std::vector<support::Edit>{{element.range, call}}
                                         : std::vector<support::Edit>());
      builder.cause(element.range);
    }
    return false;
  };
  if (const auto *list = expr.as<ast::ListExpr>()) {
    for (const ast::Element &element : list->elements)
      if (!one(*element.value))
        return std::nullopt;
    return axes;
  }
  return one(expr) ? std::optional(axes) : std::nullopt;
}

std::optional<std::vector<int64_t>> Elaborator::axesOf(const AxesValue &over, const TensorType &type, SourceRange range,
                                                       Frame &frame) {
  std::vector<int64_t> dims;
  int64_t rank = type.shape.size();
  if (over.all)
    for (int64_t i = 0; i < rank; ++i)
      dims.push_back(i);
  for (const Size &size : over.sizes) {
    std::vector<int64_t> places;
    for (int64_t i = 0; i < rank; ++i)
      if (frame.facts.proveEqual(type.shape[i], size))
        places.push_back(i);
    if (places.size() != 1) {
      auto builder = error(diag::AxisNotFound, frame, range, size.str(), show(type));
      if (places.size() > 1)
        builder.fact("it occurs " + std::to_string(places.size()) + " times")
            .help("write axis(" + std::to_string(places.back()) + ")");
      builder.cause(range);
      return std::nullopt;
    }
    dims.push_back(places[0]);
  }
  for (int64_t place : over.places) {
    int64_t at = place < 0 ? place + rank : place;
    if (at < 0 || at >= rank) {
      error(diag::AxisNotFound, frame, range, "axis(" + std::to_string(place) + ")", show(type)).cause(range);
      return std::nullopt;
    }
    dims.push_back(at);
  }
  std::sort(dims.begin(), dims.end());
  if (std::adjacent_find(dims.begin(), dims.end()) != dims.end()) {
    error(diag::AxisTwice, frame, range).cause(range);
    return std::nullopt;
  }
  return dims;
}

} // namespace nnc::dsl
