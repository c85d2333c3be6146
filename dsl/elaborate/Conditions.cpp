// Conditions that are known while compiling, and the facts that they give (rules size-5 to size-7).
#include "dsl/Multiples.h"
#include "dsl/elaborate/Comparisons.h"
#include "dsl/elaborate/Elaborator.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

std::optional<bool> Elaborator::evalCondition(const ast::Expr &expr, Frame &frame) {
  chose.insert(frame.definition);
  Value value = eval(expr, frame);
  if (const BoolValue *b = value.as<BoolValue>())
    return b->value;
  if (!value.nothing()) {
    auto builder = error(diag::ConditionNotConstant, frame, expr.range, show(value));
    const auto *tensor = value.as<TensorValue>();
    if (tensor && tensor->type.elem.kind == ElemType::Bool && !text(frame.statement).starts_with("assert"))
      builder.help("element by element a value is chosen by `select(" + text(expr.range) + ", a, b)`");
    builder.cause(expr.range);
  }
  return std::nullopt;
}

Value Elaborator::evalIf(const ast::IfExpr &expr, Frame &frame, const Hint &hint) {
  for (const ast::IfBranch &branch : expr.branches) {
    std::optional<bool> taken = evalCondition(*branch.condition, frame);
    if (!taken)
      return {};
    assume(*branch.condition, *taken, frame);
    if (*taken)
      return evalBlock(branch.block, frame, false, hint);
  }
  return evalBlock(expr.otherwise, frame, false, hint);
}

/// Facts that a condition gives: `C == planes`, `D % heads == 0`, joined by `and`. They hold in the rest of the body,
/// too: this is the body as the choice makes it (rule size-6).
void Elaborator::assume(const ast::Expr &expr, bool holds, Frame &frame) {
  if (const auto *chain = expr.as<ast::ChainExpr>()) {
    if (chain->links[0].op != (holds ? ast::BinaryOp::And : ast::BinaryOp::Or))
      return;
    assume(*chain->first, holds, frame);
    for (const ast::ChainLink &link : chain->links)
      assume(*link.operand, holds, frame);
    return;
  }
  if (const auto *negated = expr.as<ast::UnaryExpr>(); negated && negated->op == ast::UnaryOp::Not)
    return assume(*negated->operand, !holds, frame);
  const auto *compare = expr.as<ast::CompareExpr>();
  if (!compare)
    return;
  if (compare->op != (holds ? ast::CompareOp::Eq : ast::CompareOp::Ne)) {
    bool isLess = compare->op == ast::CompareOp::Lt || compare->op == ast::CompareOp::Le;
    bool isMore = compare->op == ast::CompareOp::Gt || compare->op == ast::CompareOp::Ge;
    if (!isLess && !isMore)
      return;
    Value a = eval(*compare->lhs, frame), b = eval(*compare->rhs, frame);
    const NumberValue *x = a.as<NumberValue>(), *y = b.as<NumberValue>();
    if (!x || !y || !x->whole || !y->whole)
      return;
    // a < b that does not hold is a >= b.
    bool isStrict = (compare->op == ast::CompareOp::Lt || compare->op == ast::CompareOp::Gt) == holds;
    Size difference = isLess == holds ? y->size - x->size : x->size - y->size;
    frame.facts.addNotNegative(difference - Size(isStrict));
    return;
  }
  const auto *left = compare->lhs->as<ast::ChainExpr>();
  if (left && left->links.size() == 1 && left->links[0].op == ast::BinaryOp::Mod) {
    Value a = eval(*left->first, frame), b = eval(*left->links[0].operand, frame), c = eval(*compare->rhs, frame);
    const NumberValue *whole = a.as<NumberValue>(), *part = b.as<NumberValue>(), *rest = c.as<NumberValue>();
    if (whole && part && rest && whole->whole && part->whole && rest->whole)
      frame.facts.addDivides(whole->size - rest->size, part->size);
    return;
  }
  Value a = eval(*compare->lhs, frame), b = eval(*compare->rhs, frame);
  const NumberValue *x = a.as<NumberValue>(), *y = b.as<NumberValue>();
  if (!x || !y || !x->whole || !y->whole)
    return;
  // `T % 2 == 0`, `0 == T % 2` and `2 * floor(T / 2) == T` say the same.
  std::vector<Divides> divides = dividesBy({Fact{x->size, y->size, "eq", "", {}}});
  for (const Divides &one : divides)
    frame.facts.addDivides(one.size, one.divisor);
  if (divides.empty())
    frame.facts.addEqual(x->size, y->size);
}

/// What `where` says divides a size holds in the shapes of the signature and in the other conditions, too.
void Elaborator::assumeDivisors(const Definition &definition, Frame &frame) {
  for (const ast::Expr *condition : statedBy(definition.where())) {
    const auto *compare = condition->as<ast::CompareExpr>();
    const auto *left = compare ? compare->lhs->as<ast::ChainExpr>() : nullptr;
    std::vector<std::string> names;
    usedNames(*condition, names);
    bool isKnown = std::ranges::all_of(
        names, [&](const std::string &name) { return frame.find(name) || frame.toRoot.count(name) != 0; });
    if (left && isKnown && left->links.back().op == ast::BinaryOp::Mod && compare->op == ast::CompareOp::Eq)
      assume(*condition, true, frame);
  }
}

/// Whether a condition makes axes equal that the program has as two: only the model's signature can (rule size-7).
bool Elaborator::equatesSizes(const ast::CompareExpr &condition, const Size &left, const Size &right) const {
  const auto *chain = condition.lhs->as<ast::ChainExpr>();
  if (generic || condition.op != ast::CompareOp::Eq || (chain && chain->links.back().op == ast::BinaryOp::Mod) ||
      left == right)
    return false;
  Size difference = left - right;
  return std::ranges::any_of(difference.symbols(),
                             [&](const std::string &name) { return solveFor(difference, name).has_value(); });
}

/// `assert`: a fact from here on, which the entry checks if its sizes are free (rule size-6).
bool Elaborator::assertFact(const ast::AssertStmt &stmt, SourceRange range, Frame &frame) {
  const auto *compare = stmt.fact->as<ast::CompareExpr>();
  Value a = compare ? eval(*compare->lhs, frame) : Value(), b = compare ? eval(*compare->rhs, frame) : Value();
  const NumberValue *x = a.as<NumberValue>(), *y = b.as<NumberValue>();
  if (compare && (a.nothing() || b.nothing()))
    return false;
  if (x && y && x->whole && y->whole) {
    Size left = substitute(frame.rootSize(x->size), module.dimSizes);
    Size right = substitute(frame.rootSize(y->size), module.dimSizes);
    if (auto difference = (left - right).constant()) {
      if (!nnc::dsl::holds(compare->op, *difference, int64_t(0)))
        error(diag::AssertFails, frame, stmt.fact->range, stmt.message.value).cause(range);
      assume(*stmt.fact, true, frame);
      return true;
    }
    bool isOpen = (left - right).named();
    if (isOpen && equatesSizes(*compare, left, right)) {
      error(diag::ConditionNotConstant, frame, stmt.fact->range, "a comparison of free sizes")
          .help("free sizes are made equal where they are named: `where " + text(stmt.fact->range) + "` in the model")
          .cause(range);
      return false;
    }
    if (isOpen && !generic)
      stateFact(frame, left, predicateOf(compare->op), right, text(stmt.fact->range) + " (" + stmt.message.value + ")",
                stmt.fact->range);
    if (isOpen) {
      assume(*stmt.fact, true, frame);
      return true;
    }
  }
  auto holds = evalCondition(*stmt.fact, frame);
  if (holds && !*holds)
    error(diag::AssertFails, frame, stmt.fact->range, stmt.message.value).cause(range);
  if (holds)
    assume(*stmt.fact, true, frame);
  return holds.has_value();
}

} // namespace nnc::dsl
