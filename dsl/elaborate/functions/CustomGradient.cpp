// `fn … { … } backward(d, …) { … }`: a function with a gradient of its own (rule train-2). Where a gradient may be
// taken it is one node that holds both blocks; elsewhere it is its body.
#include "dsl/elaborate/functions/FunctionCall.h"
#include "dsl/elaborate/layers/ScanScope.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

class CustomGradient : FunctionCall {
public:
  explicit CustomGradient(const FunctionCall &call) : FunctionCall(call), backward(*definition.function->backward) {}

  Value run();

private:
  const ast::BackwardClause &backward;
  ScanScope scope;
  Custom custom;
  std::vector<Type> arguments;
  ValueId end = 0; // of the values of the function's own block
  std::vector<TensorValue> operands;
  std::vector<std::string> operandNames;

  const std::vector<ast::Param> &params() const { return definition.data().params; }
  void open();
  std::optional<std::vector<std::pair<std::string, Value>>> forward();
  bool derive(const std::vector<std::pair<std::string, Value>> &results);
  void renumber();
  bool take(const ast::Param &param, const Value &given, SourceRange at);
  Value close(bool ok, const std::vector<std::pair<std::string, Value>> &results);
};

Value Elaborator::customFunction(const Definition &definition, Frame &inner, Frame &frame, SourceRange range) {
  if (!indexScopes.empty())
    return later(frame, range, "a function with `backward` inside index notation");
  return CustomGradient(FunctionCall{*this, definition, inner, frame, range}).run();
}

/// In the blocks the arguments are the first values.
void CustomGradient::open() {
  e.targets.emplace_back();
  scope.loop = false;
  e.targets.back().scan = &scope;
  int level = int(e.targets.size()) - 1;
  for (const ast::Param &param : params()) {
    auto *tensor = inner.scopes[0][param.name.text].as<TensorValue>();
    if (!tensor)
      continue;
    operands.push_back(*tensor);
    operandNames.push_back(param.name.text);
    arguments.push_back(e.concrete(inner, tensor->type, param.range));
    *tensor = TensorValue{tensor->type, ValueId(arguments.size() - 1), level};
  }
  e.targets.back().types = arguments;
}

/// The function's own block; its names stay for `backward`.
std::optional<std::vector<std::pair<std::string, Value>>> CustomGradient::forward() {
  const ast::Block &block = definition.body();
  Elaborator::collectBindings(block, inner.later.back());
  Value value;
  for (size_t i = 0; i < block.statements.size(); ++i)
    if (!e.runStatement(block.statements[i], inner, i + 1 == block.statements.size(), true, {}, value))
      return std::nullopt;
  if (!value.nothing())
    value = e.checkResults(definition, value, inner);
  if (value.nothing())
    return std::nullopt;
  const auto *several = value.as<ResultsValue>();
  std::vector<std::pair<std::string, Value>> results;
  if (several)
    results = several->values;
  else
    results.emplace_back(definition.result().items[0].name.text, value);
  SourceRange last = block.statements.back().range;
  for (auto &[name, one] : results) {
    auto tensor = e.asTensor(one, {ElemType::Float, {}}, last, inner);
    if (!tensor)
      return std::nullopt;
    custom.made.push_back(e.use(*tensor));
    one = *tensor;
  }
  custom.forward = std::move(e.targets.back().nodes);
  e.targets.back().nodes.clear();
  return results;
}

bool CustomGradient::derive(const std::vector<std::pair<std::string, Value>> &results) {
  if (backward.names.size() != results.size()) {
    e.error(diag::BackwardNames, inner, backward.range, definition.name, int64_t(results.size()),
            int64_t(backward.names.size()))
        .cause(backward.range);
    return false;
  }
  auto &types = e.targets.back().types;
  int level = int(e.targets.size()) - 1;
  end = types.size();
  inner.scopes.emplace_back();
  for (size_t i = 0; i < results.size(); ++i) {
    const TensorType &type = results[i].second.as<TensorValue>()->type;
    if (!type.elem.isFloat())
      continue;
    if (backward.names[i].text != "_")
      inner.scopes.back()[backward.names[i].text] = TensorValue{type, ValueId(types.size()), level};
    types.push_back(e.concrete(inner, type, backward.range));
  }
  Value value = e.evalBlock(backward.block, inner, true);
  if (value.nothing())
    return false;
  std::vector<Value> given{value};
  if (const auto *several = value.as<ResultsValue>()) {
    given.clear();
    for (const auto &[name, one] : several->values)
      given.push_back(one);
  }
  std::vector<const ast::Param *> wanted;
  for (const ast::Param &param : params()) {
    bool ok = true;
    if (e.elemFrom(param.type, inner, ok, true).isFloat() && ok)
      wanted.push_back(&param);
  }
  SourceRange last = backward.block.statements.back().range;
  if (given.size() != wanted.size()) {
    e.error(diag::BackwardCount, inner, last, definition.name, int64_t(wanted.size()), int64_t(given.size()))
        .cause(last);
    return false;
  }
  for (size_t i = 0; i < given.size(); ++i)
    if (!take(*wanted[i], given[i], last))
      return false;
  custom.backward = std::move(e.targets.back().nodes);
  renumber();
  return true;
}

/// While the blocks grow their values are numbered on; the node hands what the second reads of the first over to it.
void CustomGradient::renumber() {
  ValueId first = arguments.size();
  std::map<ValueId, ValueId> places;
  for (size_t i = 0; i < custom.made.size(); ++i)
    places.try_emplace(custom.made[i], first + i);
  auto hand = [&](ValueId id) {
    if (id >= first && id < end && places.try_emplace(id, first + custom.made.size()).second)
      custom.made.push_back(id);
  };
  for (const Node &node : custom.backward)
    std::ranges::for_each(node.operands, hand);
  std::ranges::for_each(custom.given, hand);
  ValueId behind = first + custom.made.size();
  auto place = [&](ValueId &id) {
    if (id >= end)
      id = behind + (id - end);
    else if (id >= first)
      id = places.at(id);
  };
  for (Node &node : custom.backward)
    std::ranges::for_each(node.operands, place);
  std::ranges::for_each(custom.given, place);
}

/// The derivative by one argument has its shape; a number is that everywhere.
bool CustomGradient::take(const ast::Param &param, const Value &given, SourceRange at) {
  // An argument that is known while compiling has no derivative.
  bool isOperand = std::find(operandNames.begin(), operandNames.end(), param.name.text) != operandNames.end();
  if (!isOperand && given.as<NumberValue>())
    return true;
  auto wanted = e.typeFrom(param.type, inner);
  auto tensor = wanted ? e.asTensor(given, wanted->elem, at, inner) : std::nullopt;
  if (!tensor)
    return false;
  bool isNumber = tensor->type.shape.empty() && given.as<NumberValue>();
  bool same = isNumber || tensor->type.shape.size() == wanted->shape.size();
  for (size_t axis = 0; same && !isNumber && axis < wanted->shape.size(); ++axis)
    same = inner.sameSize(tensor->type.shape[axis], wanted->shape[axis]);
  if (!same || e.elemOf(tensor->type.elem) != e.elemOf(wanted->elem)) {
    e.error(diag::BackwardMismatch, inner, at, param.name.text, e.show(*wanted), e.show(tensor->type))
        .note(param.range, "declared here")
        .cause(at);
    return false;
  }
  if (isOperand)
    custom.given.push_back(e.use(e.broadcastTo(inner, *tensor, wanted->shape, {}, at)));
  return true;
}

/// The node, or, where no gradient is taken, the body once more in the entry itself.
Value CustomGradient::close(bool ok, const std::vector<std::pair<std::string, Value>> &results) {
  e.targets.pop_back();
  for (size_t i = 0; i < operands.size(); ++i)
    inner.scopes[0][operandNames[i]] = operands[i];
  if (!ok)
    return {};
  if (!scope.consts.empty())
    return e.later(frame, range, "a function with `backward` that draws random numbers");
  if ((!e.training() && !e.keepsBackward) || frame.atRest || e.generic)
    return e.runBody(definition, inner, frame, range);
  std::vector<TensorType> types;
  for (const auto &[name, one] : results)
    types.push_back(one.as<TensorValue>()->type);
  std::vector<TensorValue> made = e.emitMany(inner, "custom", operands, types, range);
  e.targets.back().nodes.back().custom = std::make_shared<const Custom>(std::move(custom));
  if (made.size() == 1)
    return made[0];
  ResultsValue several;
  for (size_t i = 0; i < made.size(); ++i)
    several.values.emplace_back(results[i].first, made[i]);
  return several;
}

Value CustomGradient::run() {
  open();
  inner.scopes.emplace_back();
  inner.later.emplace_back();
  auto results = forward();
  bool ok = results && derive(*results);
  inner.scopes.resize(1);
  inner.later.resize(1);
  return close(ok, results ? *results : std::vector<std::pair<std::string, Value>>());
}

} // namespace nnc::dsl
