// Functions in lists: `[Linear(8), leaky_relu(0.3)]`. What flows through the list is their first argument (rule
// layer-2).
#include "dsl/elaborate/Elaborator.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;

/// A number, written, by name, or computed from such: where a function wants a tensor, it is not the flowing value.
static bool isNumber(const ast::Expr &expr, const Frame &frame) {
  auto isOne = [&](const ast::Expr &part) { return isNumber(part, frame); };
  if (const auto *unary = expr.as<ast::UnaryExpr>())
    return isOne(*unary->operand);
  if (const auto *chain = expr.as<ast::ChainExpr>())
    return isOne(*chain->first) &&
           std::ranges::all_of(chain->links, [&](const ast::ChainLink &link) { return isOne(*link.operand); });
  if (const auto *postfix = expr.as<ast::PostfixExpr>()) {
    const auto *cast = postfix->suffixes.size() == 1 ? postfix->base->as<ast::NameExpr>() : nullptr;
    const auto *suffix = cast && (cast->name == "float" || cast->name == "int")
                             ? std::get_if<ast::CallSuffix>(&postfix->suffixes[0].node)
                             : nullptr;
    return suffix && std::ranges::all_of(suffix->args, [&](const ast::Arg &arg) { return isOne(*arg.value); });
  }
  const auto *name = expr.as<ast::NameExpr>();
  const Value *value = name ? frame.find(name->name) : nullptr;
  return expr.as<ast::NumberExpr>() || (value && value->as<NumberValue>());
}

/// `f(args)` of a function whose first argument is a tensor that `args` lack; nothing if it is an ordinary expression.
std::optional<Value> Elaborator::ofFlowing(const ast::Expr &expr, Frame &frame) {
  const auto *postfix = expr.as<ast::PostfixExpr>();
  const auto *name = postfix && postfix->suffixes.size() == 1 ? postfix->base->as<ast::NameExpr>() : nullptr;
  const auto *suffix = name ? std::get_if<ast::CallSuffix>(&postfix->suffixes[0].node) : nullptr;
  if (!suffix || suffix->args.empty() || frame.find(name->name))
    return std::nullopt;
  const auto *functions = module.functions(name->name, frame.definition);
  if (!functions || (!suffix->args[0].name && !isNumber(*suffix->args[0].value, frame)))
    return std::nullopt;
  std::vector<Given> given = {{"", Value(), expr.range, expr.range}};
  for (const ast::Arg &arg : suffix->args)
    if (!arg.name || (arg.name->text != "where" && arg.name->text != "length"))
      given.push_back({arg.name ? arg.name->text : "", Value(), arg.range, arg.range});
  auto fits = [&](const Definition *one) {
    const std::vector<ast::Param> &params = one->data().params;
    std::vector<const Given *> placed;
    return !params.empty() && params[0].type.hasShape &&
           place(params, given, name->name, expr.range, frame, placed, true);
  };
  if (std::none_of(functions->begin(), functions->end(), fits))
    return std::nullopt;
  given.resize(1);
  if (!evalArgs(*functions, suffix->args, frame, given))
    return Value();
  given.erase(given.begin());
  return FunctionValue{name->name, std::make_shared<const std::vector<Given>>(std::move(given)), &frame};
}

/// Whether the value means the same in every layer.
static bool hasNoSizes(const Value &value) {
  if (const auto *number = value.as<NumberValue>())
    return !number->whole || number->size.constant();
  if (const auto *axes = value.as<AxesValue>())
    return axes->sizes.empty();
  return value.as<BoolValue>() || value.as<TextValue>();
}

Value Elaborator::applyFunction(const FunctionValue &function, const Given &flowing, SourceRange at, Frame &frame) {
  const auto *functions = module.functions(function.name, function.home->definition);
  std::vector<Given> given = {flowing};
  if (function.given)
    given.insert(given.end(), function.given->begin(), function.given->end());
  for (size_t i = 1; i < given.size() && function.home != &frame; ++i)
    if (!hasNoSizes(given[i].value))
      return later(frame, at, "a function as a value with arguments that are no plain numbers");
  return functions ? callGiven(function.name, *functions, std::move(given), at, frame) : Value();
}

} // namespace nnc::dsl
