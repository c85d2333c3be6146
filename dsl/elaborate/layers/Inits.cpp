// Starts of parameters: distributions with their numbers worked out from the shape, in f64 (rule path-4).
#include "dsl/Vocabulary.h"
#include "dsl/elaborate/Elaborator.h"

#include <cmath>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

std::optional<Value> Elaborator::initCall(const std::string &name, const std::vector<ast::Arg> &args, SourceRange range,
                                          Frame &frame) {
  const WordCall &word = *findCall(CallGroup::Init, name);
  InitValue init{name, 0};
  if (word.params.empty()) {
    if (!args.empty()) {
      error(diag::WrongArgumentCount, frame, range, name, "0", std::to_string(args.size())).cause(range);
      return Value();
    }
    return init;
  }
  const WordParam &param = word.params[0];
  if (args.size() > 1 || (args.empty() && param.defaultText.empty())) {
    error(diag::WrongArgumentCount, frame, range, name, "1", std::to_string(args.size())).cause(range);
    return Value();
  }
  if (args.empty()) {
    init.argument = std::strtod(param.defaultText.c_str(), nullptr);
    return init;
  }
  if (args[0].name && args[0].name->text != param.name) {
    error(diag::UnknownArgument, frame, args[0].name->range, name, args[0].name->text)
        .fact("arguments: " + param.name)
        .cause(range);
    return Value();
  }
  Value value = eval(*args[0].value, frame);
  if (value.nothing())
    return Value();
  auto known = realOf(value, frame);
  // In the library it follows from a size that has been refused.
  if (known && !std::isfinite(*known) && frame.inLibrary() && sink.hasErrors())
    return Value();
  if (!known || !std::isfinite(*known)) {
    error(diag::WrongKind, frame, args[0].value->range, param.name, name, "float", show(value)).cause(range);
    return Value();
  }
  if (word.broken(param.name, *known)) {
    error(diag::SettingValue, frame, args[0].value->range, param.name, word.allowed(param.name)).cause(range);
    return Value();
  }
  if (!fitsElem(*known, precision, args[0].value->range, frame))
    return Value();
  init.argument = *known;
  return init;
}

/// Numbers of a (nested) list, in order; false if it is not of the given shape.
static bool listNumbers(const Value &value, const std::vector<int64_t> &shape, size_t depth,
                        std::vector<double> &numbers) {
  if (depth == shape.size()) {
    const auto *n = value.as<NumberValue>();
    if (!n || (n->whole && !n->size.constant()))
      return false;
    numbers.push_back(n->whole ? double(*n->size.constant()) : n->real);
    return true;
  }
  const auto *list = value.as<ListValue>();
  if (!list || int64_t(list->elements.size()) != shape[depth])
    return false;
  for (const ListElement &element : list->elements)
    if (!listNumbers(*element.value, shape, depth + 1, numbers))
      return false;
  return true;
}

std::optional<Init> Elaborator::makeInit(const Value &value, const std::vector<int64_t> &shape, SourceRange range,
                                         Frame &frame) {
  Init init;
  if (auto known = realOf(value, frame)) {
    if (!fitsElem(*known, precision, range, frame))
      return std::nullopt;
    init.a = *known;
    return init;
  }
  if (value.as<ListValue>()) {
    init.kind = Init::Values;
    if (listNumbers(value, shape, 0, init.values))
      return init;
    error(diag::InitMismatch, frame, range, "a list of the parameter's shape").cause(range);
    return std::nullopt;
  }
  const auto *given = value.as<InitValue>();
  if (!given) {
    error(diag::InitMismatch, frame, range, "a number, a list of numbers or a start such as uniform(0.1)")
        .fact("it is " + show(value))
        .cause(range);
    return std::nullopt;
  }
  double a = given->argument;
  if (given->kind == "uniform") {
    init.kind = Init::Uniform;
    init.a = -a;
    init.b = a;
    return init;
  }
  if (given->kind == "normal") {
    init.kind = Init::Normal;
    init.b = a;
    return init;
  }
  if (shape.size() < 2) {
    error(diag::InitNeedsMatrix, frame, range, given->kind).cause(range);
    return std::nullopt;
  }
  if (given->kind == "orthogonal") {
    init.kind = Init::Orthogonal;
    init.a = a;
    return init;
  }
  // A weight is [out, in, taps…].
  double receptive = 1;
  for (size_t i = 2; i < shape.size(); ++i)
    receptive *= double(shape[i]);
  double fanIn = double(shape[1]) * receptive, fanOut = double(shape[0]) * receptive;
  bool xavier = given->kind.find("xavier") == 0, isUniform = given->kind.find("_uniform") != std::string::npos;
  double variance = xavier ? 2 / (fanIn + fanOut) : 2 / ((1 + a * a) * fanIn);
  if (isUniform) {
    init.kind = Init::Uniform;
    init.b = xavier ? std::sqrt(6 / (fanIn + fanOut)) : std::sqrt(6 / ((1 + a * a) * fanIn));
    init.a = -init.b;
  } else {
    init.kind = Init::Normal;
    init.b = std::sqrt(variance);
  }
  return init;
}

} // namespace nnc::dsl
