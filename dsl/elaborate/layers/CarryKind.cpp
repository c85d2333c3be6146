#include "dsl/elaborate/layers/CarryKind.h"

#include <algorithm>

namespace nnc::dsl {

CarryKind::CarryKind(const ast::ScanExpr &scan, const Frame &frame) : scan(scan), frame(frame) { collect(scan.body); }

void CarryKind::collect(const ast::Block &block) {
  for (const ast::Stmt &stmt : block.statements) {
    if (const auto *bind = std::get_if<ast::BindStmt>(&stmt.node); bind && bind->targets.size() == bind->values.size())
      for (size_t i = 0; i < bind->targets.size(); ++i)
        assigned[bind->targets[i].name.text].push_back(bind->values[i].get());
    else if (bind)
      for (const ast::Target &target : bind->targets)
        assigned[target.name.text].push_back(nullptr);
    if (const auto *loop = std::get_if<ast::ForStmt>(&stmt.node))
      collect(loop->body);
    if (const auto *choice = std::get_if<ast::IfStmt>(&stmt.node)) {
      for (const ast::IfBranch &branch : choice->branches)
        collect(branch.block);
      if (choice->otherwise)
        collect(*choice->otherwise);
    }
  }
}

bool CarryKind::isInt(const ast::Carry &carry) {
  return of(*carry.start) == Int || (assigned.count(carry.name.text) && ofName(carry.name.text) != Other);
}

CarryKind::Kind CarryKind::meet(Kind a, Kind b) { return a == Other || b == Other ? Other : std::max(a, b); }

CarryKind::Kind CarryKind::ofName(const std::string &name) {
  if (!open.insert(name).second)
    return Whole; // adds nothing to itself
  Kind kind = Whole;
  auto carry = std::ranges::find(scan.carries, name, [](const ast::Carry &one) { return one.name.text; });
  auto input = std::ranges::find(scan.inputs, name, [](const ast::ScanInput &one) { return one.name.text; });
  auto inBody = assigned.find(name);
  if (carry != scan.carries.end())
    kind = of(*carry->start);
  else if (input != scan.inputs.end())
    kind = input->value->as<ast::RangeExpr>() ? Int : of(*input->value);
  else if (inBody == assigned.end()) {
    const Value *known = frame.find(name);
    const auto *tensor = known ? known->as<TensorValue>() : nullptr;
    const auto *constant = known ? known->as<NumberValue>() : nullptr;
    bool isSize = !known && frame.toRoot.count(name);
    bool isInt = tensor && (tensor->type.elem.kind == ElemType::Int || tensor->type.elem.kind == ElemType::I32);
    kind = isInt ? Int : isSize || (constant && constant->whole) ? Whole : Other;
  }
  if (inBody != assigned.end())
    for (const ast::Expr *value : inBody->second)
      kind = value ? meet(kind, of(*value)) : Other;
  open.erase(name);
  return kind;
}

CarryKind::Kind CarryKind::of(const ast::Expr &expr) {
  if (const auto *number = expr.as<ast::NumberExpr>())
    return number->isInteger ? Whole : Other;
  if (const auto *name = expr.as<ast::NameExpr>())
    return ofName(name->name);
  if (const auto *unary = expr.as<ast::UnaryExpr>())
    return unary->op == ast::UnaryOp::Neg ? of(*unary->operand) : Other;
  if (const auto *chain = expr.as<ast::ChainExpr>()) {
    Kind kind = of(*chain->first);
    for (const ast::ChainLink &link : chain->links)
      kind = meet(kind, of(*link.operand));
    return kind;
  }
  if (const auto *cast = expr.as<ast::CastExpr>())
    return of(*cast->value);
  if (const auto *choice = expr.as<ast::IfExpr>()) {
    Kind kind = ofBlock(choice->otherwise);
    for (const ast::IfBranch &branch : choice->branches)
      kind = meet(kind, ofBlock(branch.block));
    return kind;
  }
  const auto *call = expr.as<ast::PostfixExpr>();
  return call ? ofCall(*call) : Other;
}

CarryKind::Kind CarryKind::ofBlock(const ast::Block &block) {
  const auto *last = block.statements.empty() ? nullptr : std::get_if<ast::ExprStmt>(&block.statements.back().node);
  return last && last->values.size() == 1 ? of(*last->values[0]) : Other;
}

/// Casts say what they make; these functions make what they are given; a subscript takes a part.
CarryKind::Kind CarryKind::ofCall(const ast::PostfixExpr &call) {
  const auto *name = call.base->as<ast::NameExpr>();
  const auto *made = std::get_if<ast::CallSuffix>(&call.suffixes[0].node);
  bool partsOnly = std::all_of(call.suffixes.begin() + (made ? 1 : 0), call.suffixes.end(), [](const ast::Suffix &one) {
    return std::holds_alternative<ast::SubscriptSuffix>(one.node);
  });
  if (!partsOnly)
    return Other;
  if (!made)
    return of(*call.base);
  static const std::map<std::string, std::pair<size_t, size_t>> same = {
      {"select", {1, 3}}, {"minimum", {0, 2}}, {"maximum", {0, 2}}, {"abs", {0, 1}},
      {"sum", {0, 1}},    {"max", {0, 1}},     {"min", {0, 1}},     {"clamp", {0, 3}}};
  if (!name || frame.find(name->name))
    return Other;
  if (name->name == "int")
    return Int;
  auto found = same.find(name->name);
  if (found == same.end() || made->args.size() < found->second.second)
    return Other;
  Kind kind = Whole;
  for (size_t i = found->second.first; i < found->second.second; ++i)
    kind = meet(kind, of(*made->args[i].value));
  return kind;
}

} // namespace nnc::dsl
