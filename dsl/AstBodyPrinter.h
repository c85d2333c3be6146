// Prints what stands inside items: types, expressions, statements. For AstPrinter.cpp alone.
#pragma once
#include "dsl/AstPrinter.h"

namespace nnc::dsl::ast {

inline const char *spelling(BinaryOp op) {
  constexpr const char *all[] = {"or", "and", "+", "-", "*", "/", "%", "@"};
  return all[static_cast<size_t>(op)];
}
inline const char *spelling(CompareOp op) {
  constexpr const char *all[] = {"<", "<=", ">", ">=", "==", "!="};
  return all[static_cast<size_t>(op)];
}
inline const char *spelling(ReduceKind kind) {
  constexpr const char *all[] = {"sum", "max", "min", "mean"};
  return all[static_cast<size_t>(kind)];
}

class BodyPrinter {
public:
  void expr(const Expr &expr) {
    if (expr.parenthesized)
      text("(paren ");
    std::visit([&](const auto &node) { print(node); }, expr.node);
    if (expr.parenthesized)
      text(")");
  }

  std::string out;

protected:
  void text(std::string_view piece) { out += piece; }
  void margin() { out.append(depth, ' '); }

  template <typename Body> void indented(Body body) {
    depth += 2;
    body();
    depth -= 2;
  }

  /// A line of its own at the present indentation.
  template <typename Body> void line(Body body) {
    margin();
    body();
    text("\n");
  }

  template <typename List, typename Each> void commas(const List &list, Each each) {
    bool first = true;
    for (const auto &entry : list) {
      if (!first)
        text(", ");
      first = false;
      each(entry);
    }
  }

  void doc(const char *kind, const std::string &lines) {
    for (size_t begin = 0; begin < lines.size();) {
      size_t end = std::min(lines.find('\n', begin), lines.size());
      line([&] { text(std::string(kind) + " " + quoted(lines.substr(begin, end - begin))); });
      begin = end + 1;
    }
  }

  void names(const std::vector<Ident> &list) {
    commas(list, [&](const Ident &name) { text(name.text); });
  }
  void exprs(const std::vector<ExprPtr> &list) {
    commas(list, [&](const ExprPtr &each) { expr(*each); });
  }
  void label(const Label &label) { text(label.isString ? quoted(label.text) : label.text); }

  // Types

  void axis(const Axis &axis) {
    if (axis.ellipsis)
      text("...");
    if (axis.size)
      expr(*axis.size);
    if (axis.without)
      text(" without " + axis.without->text);
  }

  void shape(const std::vector<Axis> &axes) {
    text("[");
    commas(axes, [&](const Axis &each) { axis(each); });
    text("]");
  }

  void type(const Type &type) {
    if (type.isList()) {
      text("[");
      this->type(*type.element);
      text("]");
      return;
    }
    text(type.name.text);
    if (type.hasShape)
      shape(type.shape);
  }

  void params(const char *kind, const ParamList &list) {
    if (list.params.empty())
      line([&] { text(std::string(kind) + " none"); });
    for (const Param &param : list.params)
      line([&] {
        text(std::string(kind) + " " + param.name.text + ": ");
        type(param.type);
        if (param.defaultValue) {
          text(" = ");
          expr(*param.defaultValue);
        }
      });
  }

  void signature(const Result &result, const std::vector<ExprPtr> &where) {
    for (const ResultItem &each : result.items)
      line([&] {
        text("result ");
        if (result.named)
          text(each.name.text + ": ");
        type(each.type);
        if (result.countName) {
          text(" for " + result.countName->text + " in ");
          expr(*result.count);
        }
      });
    for (const ExprPtr &fact : where)
      line([&] {
        text("where ");
        expr(*fact);
      });
  }

  // Expressions

  void print(const NumberExpr &number) { text(number.spelling); }
  void print(const StringExpr &string) { text(quoted(string.value)); }
  void print(const BoolExpr &value) { text(value.value ? "true" : "false"); }
  void print(const NameExpr &name) { text(name.name); }

  void print(const VectorExpr &vector) {
    text("(vector ");
    exprs(vector.elements);
    text(")");
  }

  void element(const Element &element) {
    if (element.spread)
      text("...");
    if (element.label) {
      label(*element.label);
      text(": ");
    }
    expr(*element.value);
  }

  void print(const ListExpr &list) {
    text("[");
    commas(list.elements, [&](const Element &each) { element(each); });
    text("]");
  }

  void clause(const ForClause &clause) {
    text("for ");
    names(clause.names);
    text(" in ");
    expr(*clause.over);
  }

  void print(const ComprehensionExpr &comprehension) {
    text("[");
    element(*comprehension.element);
    for (const ForClause &each : comprehension.clauses) {
      text(" ");
      clause(each);
    }
    text("]");
  }

  void branches(const std::vector<IfBranch> &list, const Block *otherwise) {
    bool first = true;
    for (const IfBranch &branch : list) {
      text(first ? "if " : " else if ");
      first = false;
      expr(*branch.condition);
      text(" ");
      block(branch.block);
    }
    if (otherwise) {
      text(" else ");
      block(*otherwise);
    }
  }

  void print(const IfExpr &value) {
    text("(");
    branches(value.branches, &value.otherwise);
    text(")");
  }

  void print(const ScanExpr &scan) {
    text(scan.reverse ? "(scan reverse " : "(scan ");
    commas(scan.inputs, [&](const ScanInput &input) {
      text(input.name.text + " in ");
      expr(*input.value);
    });
    text(" over ");
    expr(*scan.over);
    if (scan.upto) {
      text(" upto ");
      expr(*scan.upto);
    }
    for (const Carry &carry : scan.carries) {
      text(", " + carry.name.text + " = ");
      expr(*carry.start);
    }
    text(" ");
    block(scan.body);
    text(")");
  }

  void print(const UnaryExpr &unary) {
    text(unary.op == UnaryOp::Neg ? "(- " : "(not ");
    expr(*unary.operand);
    text(")");
  }

  void print(const ChainExpr &chain) {
    text("(");
    expr(*chain.first);
    for (const ChainLink &link : chain.links) {
      text(std::string(" ") + spelling(link.op) + " ");
      expr(*link.operand);
    }
    text(")");
  }

  void pair(const Expr &left, const char *op, const Expr &right) {
    text("(");
    expr(left);
    text(std::string(" ") + op + " ");
    expr(right);
    text(")");
  }
  void print(const CompareExpr &compare) { pair(*compare.lhs, spelling(compare.op), *compare.rhs); }
  void print(const RangeExpr &range) { pair(*range.low, "..", *range.high); }
  void print(const PowerExpr &power) { pair(*power.base, "**", *power.exponent); }

  void print(const CastExpr &cast) {
    text("(");
    expr(*cast.value);
    for (const CastStep &step : cast.steps) {
      text(" as ");
      shape(step.shape);
    }
    text(")");
  }

  void print(const PipelineExpr &pipeline) {
    text("(");
    expr(*pipeline.first);
    for (const Stage &stage : pipeline.stages) {
      text(" |> ");
      if (stage.label) {
        label(*stage.label);
        text(": ");
      }
      expr(*stage.value);
    }
    text(")");
  }

  void indices(const std::vector<Index> &list) {
    commas(list, [&](const Index &index) {
      text(index.name.text);
      if (index.in) {
        text(" in ");
        expr(*index.in);
      }
    });
  }

  void print(const ReduceExpr &reduce) {
    text(std::string("(") + spelling(reduce.kind) + "[");
    indices(reduce.indices);
    if (reduce.where) {
      text(" where ");
      expr(*reduce.where);
    }
    text("] ");
    expr(*reduce.body);
    text(")");
  }

  void arg(const Arg &arg) {
    if (arg.name)
      text(arg.name->text + " = ");
    expr(*arg.value);
  }

  void slice(const Slice &slice) {
    if (slice.ellipsis)
      text(slice.lower || slice.colon ? "... " : "...");
    if (slice.lower)
      expr(*slice.lower);
    if (slice.colon)
      text(":");
    if (slice.upper)
      expr(*slice.upper);
    if (slice.otherwise) {
      text(" else ");
      expr(*slice.otherwise);
    }
  }

  /// The last suffix is the outermost form, so its opening comes first; no recursion along the chain.
  void print(const PostfixExpr &postfix) {
    for (size_t i = postfix.suffixes.size(); i-- > 0;) {
      const auto &node = postfix.suffixes[i].node;
      text(std::holds_alternative<CallSuffix>(node)        ? "(call "
           : std::holds_alternative<SubscriptSuffix>(node) ? "(index "
                                                           : "(member ");
    }
    expr(*postfix.base);
    for (const Suffix &suffix : postfix.suffixes) {
      if (const auto *call = std::get_if<CallSuffix>(&suffix.node)) {
        text(call->args.empty() ? "" : " ");
        commas(call->args, [&](const Arg &each) { arg(each); });
      } else if (const auto *subscript = std::get_if<SubscriptSuffix>(&suffix.node)) {
        text(" [");
        commas(subscript->slices, [&](const Slice &each) { slice(each); });
        text("]");
      } else {
        text(" " + std::get<MemberSuffix>(suffix.node).name.text);
      }
      text(")");
    }
  }

  // Statements

  void block(const Block &block) {
    text("{\n");
    indented([&] {
      for (const Stmt &stmt : block.statements)
        line([&] { std::visit([&](const auto &node) { print(node); }, stmt.node); });
    });
    margin();
    text("}");
  }

  void print(const ParamStmt &stmt) {
    text((stmt.isState ? "state " : "param ") + stmt.name.text + ": ");
    type(stmt.type);
    text(" = ");
    expr(*stmt.init);
    if (stmt.condition) {
      text(" if ");
      expr(*stmt.condition);
      text(" else ");
      expr(*stmt.otherwise);
    }
  }

  void print(const UpdateStmt &stmt) {
    text("update " + stmt.name.text + " <- ");
    expr(*stmt.value);
  }

  void print(const IndexDefStmt &stmt) {
    text("define " + stmt.name.text + "[");
    indices(stmt.indices);
    text("] = ");
    expr(*stmt.value);
  }

  void print(const BindStmt &stmt) {
    text("bind ");
    commas(stmt.targets, [&](const Target &target) {
      text(target.name.text);
      if (target.type) {
        text(": ");
        type(*target.type);
      }
    });
    text(" = ");
    exprs(stmt.values);
  }

  void print(const ExprStmt &stmt) {
    text("expr ");
    exprs(stmt.values);
  }

  void print(const ForStmt &stmt) {
    clause(stmt.clause);
    text(" ");
    block(stmt.body);
  }

  void print(const IfStmt &stmt) { branches(stmt.branches, stmt.otherwise ? &*stmt.otherwise : nullptr); }

  void print(const AssertStmt &stmt) {
    text("assert ");
    expr(*stmt.fact);
    text(", " + quoted(stmt.message.value));
  }

  void print(const YieldStmt &stmt) {
    text("yield ");
    exprs(stmt.values);
  }

  size_t depth = 0;
};

} // namespace nnc::dsl::ast
