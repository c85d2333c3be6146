// From what a parser matched to the node of its rule. The work is in plain functions; these adapt them to X3.
#pragma once
#include "dsl/grammar/Rules.h"

namespace nnc::dsl::grammar {

// Conversions to what a node keeps.
ast::Ident toIdent(const Token &token);
ast::StringLiteral toString(const Token &token);
ast::Label toLabel(const Token &token);

/// The node's member becomes what was matched.
template <auto Member> struct Set {
  template <typename Ctx> void operator()(Ctx &context) const { assign(x3::_val(context).*Member, x3::_attr(context)); }
  template <typename T, typename A> static void assign(T &member, A &matched) { member = std::move(matched); }
  static void assign(ast::Ident &member, Token &matched) { member = toIdent(matched); }
  static void assign(std::optional<ast::Ident> &member, Token &matched) { member = toIdent(matched); }
  static void assign(ast::StringLiteral &member, Token &matched) { member = toString(matched); }
  static void assign(std::optional<ast::Label> &member, Token &matched) { member = toLabel(matched); }
  static void assign(std::vector<ast::Arg> &member, Arguments &matched) { member = std::move(matched.args); }
  static void assign(std::vector<ast::Axis> &member, Shape &matched) { member = std::move(matched.axes); }
  static void assign(std::vector<ast::ExprPtr> &member, Exprs &matched) { member = std::move(matched.values); }
};

/// What was matched is added to the list that the node's member is.
template <auto Member> struct Push {
  template <typename Ctx> void operator()(Ctx &context) const { add(x3::_val(context).*Member, x3::_attr(context)); }
  template <typename T> static void add(std::vector<T> &list, T &matched) { list.push_back(std::move(matched)); }
  static void add(std::vector<ast::Ident> &list, Token &matched) { list.push_back(toIdent(matched)); }
  static void add(std::vector<ast::Label> &list, Token &matched) { list.push_back(toLabel(matched)); }
};

/// As Push, unless what was matched was wrong and has been reported.
template <auto Member> struct PushUnlessFailed {
  template <typename Ctx> void operator()(Ctx &context) const {
    State &state = x3::get<StateTag>(context);
    if (!state.failed)
      (x3::_val(context).*Member).push_back(std::move(x3::_attr(context)));
    state.failed = false;
  }
};

/// The flag becomes true.
template <auto Member> struct Raise {
  template <typename Ctx> void operator()(Ctx &context) const { x3::_val(context).*Member = true; }
};

/// The variant `node` of a statement, item or entry becomes what was matched.
struct SetNode {
  template <typename Ctx> void operator()(Ctx &context) const {
    x3::_val(context).node = std::move(x3::_attr(context));
  }
};

/// The node becomes what was matched.
struct Take {
  template <typename Ctx> void operator()(Ctx &context) const { x3::_val(context) = std::move(x3::_attr(context)); }
};

/// Function(node, matched)
template <auto Function> struct Do {
  template <typename Ctx> void operator()(Ctx &context) const { Function(x3::_val(context), x3::_attr(context)); }
};

/// Function(node, matched, state)
template <auto Function> struct DoWithState {
  template <typename Ctx> void operator()(Ctx &context) const {
    Function(x3::_val(context), x3::_attr(context), x3::get<StateTag>(context));
  }
};

// Expressions
void addStage(ast::ExprPtr &value, ast::Stage &stage);
void addCast(ast::ExprPtr &value, ast::CastStep &step);
void addLink(ast::ExprPtr &value, OperatorTail &tail);
void addProduct(ast::ExprPtr &value, OperatorTail &tail, State &state);
void addCompare(ast::ExprPtr &value, OperatorTail &tail, State &state);
void addRange(ast::ExprPtr &value, OperatorTail &tail);
void addPower(ast::ExprPtr &value, OperatorTail &tail, State &state);
void startUnary(ast::ExprPtr &value, const Token &op);
void finishUnary(ast::ExprPtr &value, ast::ExprPtr &operand);
void setReduceKind(ast::ReduceExpr &reduce, const Token &word);
void takeReduce(ast::ExprPtr &value, ast::ReduceExpr &reduce);
void setPipe(ast::Stage &stage, const Token &op);

// Primaries
void addSuffix(ast::ExprPtr &value, ast::Suffix &suffix);
void setCall(ast::Suffix &suffix, Arguments &arguments);
void setPathLabel(ast::Element &element, ast::ExprPtr &path);
void setMember(ast::Suffix &suffix, const Token &name);
void takeLiteral(ast::ExprPtr &value, const Token &token);
void takeGroup(ast::ExprPtr &value, Exprs &group);
void takeList(ast::ExprPtr &value, ListParts &list);
void takeIf(ast::ExprPtr &value, IfParts &parts);
void takeScan(ast::ExprPtr &value, ast::ScanExpr &scan);

// Types, statements and items
void setElement(ast::Type &type, ast::Type &element);
void setShape(ast::Type &type, Shape &shape);
void setPlainResult(ast::Result &result, ast::Type &type);
void setIf(ast::IfStmt &stmt, IfParts &parts);
void setParamKind(ast::ParamStmt &stmt, const Token &word);
void addDataParams(ast::LayerItem &layer, ast::ParamList &params);
void setLayerKind(ast::LayerItem &layer, const Token &word);
void setFunctionSignature(ast::FunctionItem &function, Signature &signature);
void setLayerSignature(ast::LayerItem &layer, Signature &signature);

} // namespace nnc::dsl::grammar
