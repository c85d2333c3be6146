// Blocks and statements. What a statement is can be told from its first tokens and the partner of its first bracket.
#pragma once
#include "dsl/grammar/Actions.h"

namespace nnc::dsl::grammar {

inline constexpr TokenParser paramWord{[](Iterator at) { return at->kind == Tok::Param || at->kind == Tok::State; }};
inline constexpr AheadParser updateAhead{
    [](Iterator at) { return at->kind == Tok::Name && at[1].kind == Tok::Update; }};
/// `name [ … ] =`
inline constexpr AheadParser indexDefAhead{[](Iterator at) {
  return at->kind == Tok::Name && at[1].kind == Tok::LBracket && at[1 + at[1].partner + 1].kind == Tok::Assign;
}};
/// Names, with commas between, up to `=` or to the `:` of a type.
inline constexpr AheadParser bindAhead{[](Iterator at) {
  while (at->kind == Tok::Name && at[1].kind == Tok::Comma)
    at += 2;
  return at->kind == Tok::Name && (at[1].kind == Tok::Assign || at[1].kind == Tok::Colon);
}};

const auto block_def = node(lbrace >> *(!rbrace >> statement[PushUnlessFailed<&ast::Block::statements>{}]) >> rbrace);

const auto statement_def = node(recover(need("a statement", eg::Bind, statementBody)[Take{}] >>
                                        need("the end of the line", eg::Bind, newline | &rbrace)));

const auto statementBody_def =
    node(paramStmt[SetNode{}] | forStmt[SetNode{}] | ifStmt[SetNode{}] | assertStmt[SetNode{}] | yieldStmt[SetNode{}] |
         updateStmt[SetNode{}] | indexDefStmt[SetNode{}] | bindStmt[SetNode{}] | exprStmt[SetNode{}]);

const auto paramStmt_def = node(
    paramWord[Do<setParamKind>{}] >> need("a name", eg::ParamStmt, name)[Set<&ast::ParamStmt::name>{}] >>
    need("`:`", eg::ParamStmt, colon) >> need("a type", eg::ParamStmt, type)[Set<&ast::ParamStmt::type>{}] >>
    need("`=`", eg::ParamStmt, assign) >> need("an expression", eg::ParamStmt, expr)[Set<&ast::ParamStmt::init>{}] >>
    -(kwIf >> need("a condition", eg::ParamStmt, expr)[Set<&ast::ParamStmt::condition>{}] >>
      need("`else`", eg::ParamStmt, kwElse) >>
      need("an expression", eg::ParamStmt, expr)[Set<&ast::ParamStmt::otherwise>{}]));

const auto updateStmt_def = node(&updateAhead >> name[Set<&ast::UpdateStmt::name>{}] >> x3::omit[token<Tok::Update>] >>
                                 need("an expression", eg::Update, expr)[Set<&ast::UpdateStmt::value>{}]);

const auto indexDefStmt_def =
    node(&indexDefAhead >> name[Set<&ast::IndexDefStmt::name>{}] >> lbracket >>
         need("an index", eg::IndexDef, index)[Push<&ast::IndexDefStmt::indices>{}] >>
         *(comma >> need("an index", eg::IndexDef, index)[Push<&ast::IndexDefStmt::indices>{}]) >>
         need("`,`, `in` or `]`", eg::IndexDef, rbracket) >> assign >>
         need("an expression", eg::IndexDef, expr)[Set<&ast::IndexDefStmt::value>{}]);

const auto target_def =
    node(name[Set<&ast::Target::name>{}] >> -(colon >> need("a type", eg::Bind, type)[Set<&ast::Target::type>{}]));

const auto bindStmt_def =
    node(&bindAhead >> target[Push<&ast::BindStmt::targets>{}] >>
         *(comma >> need("a name", eg::Bind, target)[Push<&ast::BindStmt::targets>{}]) >>
         need("`=`", eg::Bind, assign) >> need("an expression", eg::Bind, exprs)[Set<&ast::BindStmt::values>{}]);

const auto exprStmt_def = node(exprs[Set<&ast::ExprStmt::values>{}]);

const auto forStmt_def =
    node(forClause[Set<&ast::ForStmt::clause>{}] >> need("`{`", eg::For, block)[Set<&ast::ForStmt::body>{}]);

const auto ifStmt_def =
    node(ifBranches[Do<setIf>{}] >> -(kwElse >> need("`{` or `if`", eg::If, block)[Set<&ast::IfStmt::otherwise>{}]));

const auto assertStmt_def =
    node(x3::omit[token<Tok::Assert>] >> need("a fact", eg::Assert, expr)[Set<&ast::AssertStmt::fact>{}] >>
         need("`,`", eg::Assert, comma) >> need("a string", eg::Assert, string)[Set<&ast::AssertStmt::message>{}]);

const auto yieldStmt_def =
    node(x3::omit[token<Tok::Yield>] >> need("an expression", eg::Yield, exprs)[Set<&ast::YieldStmt::values>{}]);

BOOST_SPIRIT_DEFINE(block, statement, statementBody, paramStmt, updateStmt, indexDefStmt, target, bindStmt, exprStmt,
                    forStmt, ifStmt, assertStmt, yieldStmt)

} // namespace nnc::dsl::grammar
