// The direct subexpressions of an expression.
#pragma once

#include "dsl/Ast.h"

namespace nnc::dsl {

template <typename F> void forEachChild(const ast::Block &block, F &&visit);

template <typename F> void forEachChild(const ast::Stmt &stmt, F &&visit) {
  auto one = [&](const ast::ExprPtr &child) {
    if (child)
      visit(*child);
  };
  struct Visitor {
    decltype(one) &each;
    F &visit;
    void operator()(const ast::ParamStmt &s) {
      each(s.init);
      each(s.condition);
      each(s.otherwise);
    }
    void operator()(const ast::UpdateStmt &s) { each(s.value); }
    void operator()(const ast::IndexDefStmt &s) { each(s.value); }
    void operator()(const ast::BindStmt &s) {
      for (const ast::ExprPtr &value : s.values)
        each(value);
    }
    void operator()(const ast::ExprStmt &s) {
      for (const ast::ExprPtr &value : s.values)
        each(value);
    }
    void operator()(const ast::ForStmt &s) {
      each(s.clause.over);
      forEachChild(s.body, visit);
    }
    void operator()(const ast::IfStmt &s) {
      for (const ast::IfBranch &branch : s.branches) {
        each(branch.condition);
        forEachChild(branch.block, visit);
      }
      if (s.otherwise)
        forEachChild(*s.otherwise, visit);
    }
    void operator()(const ast::AssertStmt &s) { each(s.fact); }
    void operator()(const ast::YieldStmt &s) {
      for (const ast::ExprPtr &value : s.values)
        each(value);
    }
  };
  std::visit(Visitor{one, visit}, stmt.node);
}

template <typename F> void forEachChild(const ast::Block &block, F &&visit) {
  for (const ast::Stmt &stmt : block.statements)
    forEachChild(stmt, visit);
}

template <typename F> void forEachChild(const ast::Expr &expr, F &&visit) {
  auto one = [&](const ast::ExprPtr &child) {
    if (child)
      visit(*child);
  };
  struct Visitor {
    decltype(one) &each;
    F &visit;
    void operator()(const ast::NumberExpr &) {}
    void operator()(const ast::StringExpr &) {}
    void operator()(const ast::BoolExpr &) {}
    void operator()(const ast::NameExpr &) {}
    void operator()(const ast::VectorExpr &e) {
      for (const ast::ExprPtr &element : e.elements)
        each(element);
    }
    void operator()(const ast::ListExpr &e) {
      for (const ast::Element &element : e.elements)
        each(element.value);
    }
    void operator()(const ast::ComprehensionExpr &e) {
      each(e.element->value);
      for (const ast::ForClause &clause : e.clauses)
        each(clause.over);
    }
    void operator()(const ast::IfExpr &e) {
      for (const ast::IfBranch &branch : e.branches) {
        each(branch.condition);
        forEachChild(branch.block, visit);
      }
      forEachChild(e.otherwise, visit);
    }
    void operator()(const ast::ScanExpr &e) {
      for (const ast::ScanInput &input : e.inputs)
        each(input.value);
      each(e.over);
      each(e.upto);
      for (const ast::Carry &carry : e.carries)
        each(carry.start);
      forEachChild(e.body, visit);
    }
    void operator()(const ast::UnaryExpr &e) { each(e.operand); }
    void operator()(const ast::ChainExpr &e) {
      each(e.first);
      for (const ast::ChainLink &link : e.links)
        each(link.operand);
    }
    void operator()(const ast::CompareExpr &e) {
      each(e.lhs);
      each(e.rhs);
    }
    void operator()(const ast::RangeExpr &e) {
      each(e.low);
      each(e.high);
    }
    void operator()(const ast::PowerExpr &e) {
      each(e.base);
      each(e.exponent);
    }
    void operator()(const ast::CastExpr &e) { each(e.value); }
    void operator()(const ast::PipelineExpr &e) {
      each(e.first);
      for (const ast::Stage &stage : e.stages)
        each(stage.value);
    }
    void operator()(const ast::ReduceExpr &e) {
      each(e.where);
      each(e.body);
    }
    void operator()(const ast::PostfixExpr &e) {
      each(e.base);
      for (const ast::Suffix &suffix : e.suffixes) {
        if (const auto *call = std::get_if<ast::CallSuffix>(&suffix.node))
          for (const ast::Arg &arg : call->args)
            each(arg.value);
        if (const auto *subscript = std::get_if<ast::SubscriptSuffix>(&suffix.node))
          for (const ast::Slice &slice : subscript->slices) {
            each(slice.lower);
            each(slice.upper);
            each(slice.otherwise);
          }
      }
    }
  };
  std::visit(Visitor{one, visit}, expr.node);
}

} // namespace nnc::dsl
