// Operators, from `|>` to `**`, and reductions. Each level is a first operand and a flat list of tails.
#pragma once
#include "dsl/grammar/Actions.h"

namespace nnc::dsl::grammar {

inline constexpr TokenParser compareOp{[](Iterator at) { return at->kind >= Tok::Lt && at->kind <= Tok::Ne; }};
inline constexpr TokenParser sumOp{[](Iterator at) { return at->kind == Tok::Plus || at->kind == Tok::Minus; }};
inline constexpr TokenParser productOp{[](Iterator at) {
  return at->kind == Tok::Star || at->kind == Tok::Slash || at->kind == Tok::Percent || at->kind == Tok::At;
}};
/// `sum`, `max`, `min`, `mean` before `[`; before anything else they are names.
inline constexpr TokenParser reduceWord{[](Iterator at) {
  return at->kind == Tok::Name && at[1].kind == Tok::LBracket &&
         (at->text == "sum" || at->text == "max" || at->text == "min" || at->text == "mean");
}};
/// What can stand before `:` in a pipeline.
inline constexpr TokenParser labelToken{[](Iterator at) { return at->kind == Tok::Name || at->kind == Tok::String; }};

#define NNC_TAIL(OP, OPERAND)                                                                                          \
  OP[Set<&OperatorTail::op>{}] >> need("an expression", eg::Expression, OPERAND)[Set<&OperatorTail::operand>{}]

const auto expr_def = node(castExpr[Take{}] >> *stage[Do<addStage>{}]);
const auto stage_def =
    node(token<Tok::Pipe>[Do<setPipe>{}] >> -(&labelAhead >> labelToken[Set<&ast::Stage::label>{}] >> colon) >>
         need("a stage", eg::Pipeline, castExpr)[Set<&ast::Stage::value>{}]);
const auto castExpr_def = node(orExpr[Take{}] >> *castStep[Do<addCast>{}]);
const auto castStep_def =
    node(x3::omit[token<Tok::As>] >> need("a shape", eg::Cast, shape)[Set<&ast::CastStep::shape>{}]);

const auto orExpr_def = node(andExpr[Take{}] >> *orTail[Do<addLink>{}]);
const auto orTail_def = NNC_TAIL(token<Tok::Or>, andExpr);
const auto andExpr_def = node(notExpr[Take{}] >> *andTail[Do<addLink>{}]);
const auto andTail_def = NNC_TAIL(token<Tok::And>, notExpr);
const auto notExpr_def =
    node((token<Tok::Not>[Do<startUnary>{}] >> need("an expression", eg::Expression, notExpr)[Do<finishUnary>{}]) |
         compareExpr[Take{}]);

const auto compareExpr_def = node(rangeExpr[Take{}] >> *compareTail[DoWithState<addCompare>{}]);
const auto compareTail_def = NNC_TAIL(compareOp, rangeExpr);
const auto rangeExpr_def = node(sumExpr[Take{}] >> -rangeTail[Do<addRange>{}]);
const auto rangeTail_def = NNC_TAIL(token<Tok::DotDot>, sumExpr);

const auto sumExpr_def = node(productExpr[Take{}] >> *sumTail[Do<addLink>{}]);
const auto sumTail_def = NNC_TAIL(sumOp, productExpr);
const auto productExpr_def = node(unaryExpr[Take{}] >> *productTail[DoWithState<addProduct>{}]);
const auto productTail_def = NNC_TAIL(productOp, unaryExpr);

const auto unaryExpr_def =
    node((token<Tok::Minus>[Do<startUnary>{}] >> need("an expression", eg::Expression, unaryExpr)[Do<finishUnary>{}]) |
         reduceExpr[Do<takeReduce>{}] | (postfix[Take{}] >> -powerTail[DoWithState<addPower>{}]));
const auto powerTail_def = NNC_TAIL(token<Tok::Power>, unaryExpr);

const auto reduceExpr_def =
    node(reduceWord[Do<setReduceKind>{}] >> lbracket >>
         need("an index", eg::Reduce, index)[Push<&ast::ReduceExpr::indices>{}] >>
         *(comma >> need("an index", eg::Reduce, index)[Push<&ast::ReduceExpr::indices>{}]) >>
         -(kwWhere >> need("an expression", eg::Reduce, expr)[Set<&ast::ReduceExpr::where>{}]) >>
         need("`,`, `where` or `]`", eg::Reduce, rbracket) >>
         need("what is reduced", eg::Reduce, productExpr)[Set<&ast::ReduceExpr::body>{}]);

const auto index_def = node(name[Set<&ast::Index::name>{}] >>
                            -(kwIn >> need("an expression", eg::Reduce, sumExpr)[Set<&ast::Index::in>{}]));

const auto exprs_def = node(expr[Push<&Exprs::values>{}] >>
                            *(comma >> need("an expression", eg::Expression, expr)[Push<&Exprs::values>{}]));

BOOST_SPIRIT_DEFINE(expr, stage, castExpr, castStep, orExpr, orTail, andExpr, andTail, notExpr, compareExpr,
                    compareTail, rangeExpr, rangeTail, sumExpr, sumTail, productExpr, productTail, unaryExpr, powerTail,
                    reduceExpr, index, exprs)

} // namespace nnc::dsl::grammar
