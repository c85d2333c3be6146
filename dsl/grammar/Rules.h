// Every rule of the grammar with its attribute, the node it makes. Definitions: Types, Expressions, Primaries,
// Statements, Items (`_def.h`, each instantiated by the .cpp of its name).
#pragma once
#include "dsl/Ast.h"
#include "dsl/grammar/Parsers.h"

namespace nnc::dsl::grammar {

using Context = x3::context<StateTag, State>;

/// `node(p)`: the node that the rule makes gets the range of the tokens that p matched. (X3's on_success handlers see
/// no attribute in rules with semantic actions.)
template <typename Subject> struct NodeDirective : x3::unary_parser<Subject, NodeDirective<Subject>> {
  using base = x3::unary_parser<Subject, NodeDirective<Subject>>;
  static bool const is_pass_through_unary = true;
  static bool const handles_container = Subject::handles_container;

  constexpr explicit NodeDirective(Subject const &subject) : base(subject) {}

  template <typename Context, typename Node, typename Attribute>
  bool parse(Iterator &first, Iterator const &last, Context const &context, Node &made, Attribute &attribute) const {
    Iterator start = first;
    if (!this->subject.parse(first, last, context, made, attribute))
      return false;
    SourceRange range = support::join(start->range, first[-1].range);
    if constexpr (std::is_same_v<Node, ast::ExprPtr>) {
      if (!made->range.valid())
        made->range = range;
    } else if constexpr (requires { made.range; }) {
      made.range = range;
    }
    return true;
  }
};

template <typename Subject> constexpr auto node(Subject const &subject) {
  using Parser = typename x3::extension::as_parser<Subject>::value_type;
  return NodeDirective<Parser>(x3::as_parser(subject));
}

/// An operator and what stands to its right.
struct OperatorTail {
  Token op;
  ast::ExprPtr operand;
};

struct Arguments {
  std::vector<ast::Arg> args;
  SourceRange range;
};

struct Shape {
  std::vector<ast::Axis> axes;
  SourceRange range;
};

struct Exprs {
  std::vector<ast::ExprPtr> values;
  SourceRange range;
};

struct ListParts {
  std::vector<ast::Element> elements;
  std::vector<ast::ForClause> clauses;
  SourceRange range;
};

struct IfParts {
  std::vector<ast::IfBranch> branches;
  std::optional<ast::Block> otherwise;
  SourceRange range;
};

struct Signature {
  ast::Result result;
  std::vector<ast::ExprPtr> where;
};

#define NNC_RULE(NAME, ATTRIBUTE)                                                                                      \
  struct NAME##Id {};                                                                                                  \
  using NAME##Rule = x3::rule<NAME##Id, ATTRIBUTE>;                                                                    \
  inline const NAME##Rule NAME = #NAME;                                                                                \
  BOOST_SPIRIT_DECLARE(NAME##Rule)

// Types
NNC_RULE(axis, ast::Axis)
NNC_RULE(shape, Shape)
NNC_RULE(type, ast::Type)
NNC_RULE(param, ast::Param)
NNC_RULE(paramList, ast::ParamList)
NNC_RULE(resultItem, ast::ResultItem)
NNC_RULE(result, ast::Result)
NNC_RULE(signature, Signature)

// Expressions, from the loosest to the tightest
NNC_RULE(expr, ast::ExprPtr)
NNC_RULE(stage, ast::Stage)
NNC_RULE(castExpr, ast::ExprPtr)
NNC_RULE(castStep, ast::CastStep)
NNC_RULE(orExpr, ast::ExprPtr)
NNC_RULE(orTail, OperatorTail)
NNC_RULE(andExpr, ast::ExprPtr)
NNC_RULE(andTail, OperatorTail)
NNC_RULE(notExpr, ast::ExprPtr)
NNC_RULE(compareExpr, ast::ExprPtr)
NNC_RULE(compareTail, OperatorTail)
NNC_RULE(rangeExpr, ast::ExprPtr)
NNC_RULE(rangeTail, OperatorTail)
NNC_RULE(sumExpr, ast::ExprPtr)
NNC_RULE(sumTail, OperatorTail)
NNC_RULE(productExpr, ast::ExprPtr)
NNC_RULE(productTail, OperatorTail)
NNC_RULE(unaryExpr, ast::ExprPtr)
NNC_RULE(powerTail, OperatorTail)
NNC_RULE(reduceExpr, ast::ReduceExpr)
NNC_RULE(index, ast::Index)
NNC_RULE(exprs, Exprs)

// Primaries
NNC_RULE(postfix, ast::ExprPtr)
NNC_RULE(suffix, ast::Suffix)
NNC_RULE(arguments, Arguments)
NNC_RULE(arg, ast::Arg)
NNC_RULE(subscript, ast::SubscriptSuffix)
NNC_RULE(slice, ast::Slice)
NNC_RULE(atom, ast::ExprPtr)
NNC_RULE(group, Exprs)
NNC_RULE(list, ListParts)
NNC_RULE(element, ast::Element)
NNC_RULE(forClause, ast::ForClause)
NNC_RULE(ifBranch, ast::IfBranch)
NNC_RULE(ifBranches, IfParts)
NNC_RULE(ifValue, IfParts)
NNC_RULE(scan, ast::ScanExpr)
NNC_RULE(scanInput, ast::ScanInput)
NNC_RULE(carry, ast::Carry)

// Statements
NNC_RULE(block, ast::Block)
NNC_RULE(statement, ast::Stmt)
NNC_RULE(statementBody, ast::Stmt)
NNC_RULE(paramStmt, ast::ParamStmt)
NNC_RULE(updateStmt, ast::UpdateStmt)
NNC_RULE(indexDefStmt, ast::IndexDefStmt)
NNC_RULE(target, ast::Target)
NNC_RULE(bindStmt, ast::BindStmt)
NNC_RULE(exprStmt, ast::ExprStmt)
NNC_RULE(forStmt, ast::ForStmt)
NNC_RULE(ifStmt, ast::IfStmt)
NNC_RULE(assertStmt, ast::AssertStmt)
NNC_RULE(yieldStmt, ast::YieldStmt)

// Items
NNC_RULE(importItem, ast::ImportItem)
NNC_RULE(dimItem, ast::DimItem)
NNC_RULE(datasetItem, ast::DatasetItem)
NNC_RULE(datasetEntry, ast::DatasetEntry)
NNC_RULE(datasetField, ast::DatasetField)
NNC_RULE(datasetCall, ast::DatasetCall)
NNC_RULE(weightsItem, ast::WeightsItem)
NNC_RULE(weightsRule, ast::WeightsRule)
NNC_RULE(maskItem, ast::MaskItem)
NNC_RULE(functionItem, ast::FunctionItem)
NNC_RULE(backward, ast::BackwardClause)
NNC_RULE(layerItem, ast::LayerItem)
NNC_RULE(trainItem, ast::TrainItem)
NNC_RULE(generateItem, ast::GenerateItem)
NNC_RULE(setting, ast::Setting)
NNC_RULE(item, ast::Item)

} // namespace nnc::dsl::grammar
