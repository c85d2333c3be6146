// Types, parameter lists, results.
#pragma once
#include "dsl/grammar/Actions.h"

namespace nnc::dsl::grammar {

NNC_WORD(withoutWord, "without")

/// `(` type `for`: the results of a `builtin fn` counted by a number.
inline constexpr AheadParser namedResultAhead{
    [](Iterator at) { return at->kind == Tok::LParen && at[1].kind == Tok::Name && at[2].kind == Tok::Colon; }};

const auto axis_def = node((ellipsis[Raise<&ast::Axis::ellipsis>{}] >> -unaryExpr[Set<&ast::Axis::size>{}] >>
                            -(x3::omit[withoutWord] >> need("a name", eg::Type, name)[Set<&ast::Axis::without>{}])) |
                           expr[Set<&ast::Axis::size>{}]);

const auto shape_def =
    node(lbracket >> need("an axis", eg::Type, axis)[Push<&Shape::axes>{}] >>
         *(comma >> need("an axis", eg::Type, axis)[Push<&Shape::axes>{}]) >> need("`,` or `]`", eg::Type, rbracket));

const auto type_def =
    node((name[Set<&ast::Type::name>{}] >> -shape[Do<setShape>{}]) |
         (lbracket >> need("a type", eg::Type, type)[Do<setElement>{}] >> need("`]`", eg::Type, rbracket)));

const auto param_def = node(name[Set<&ast::Param::name>{}] >> need("`:`", eg::Params, colon) >>
                            need("a type", eg::Params, type)[Set<&ast::Param::type>{}] >>
                            -(assign >> need("an expression", eg::Params, expr)[Set<&ast::Param::defaultValue>{}]));

const auto paramList_def =
    node(lparen >> (rparen | (need("a parameter or `)`", eg::Params, param)[Push<&ast::ParamList::params>{}] >>
                              *(comma >> need("a parameter", eg::Params, param)[Push<&ast::ParamList::params>{}]) >>
                              need("`,` or `)`", eg::Params, rparen))));

const auto resultItem_def = node(name[Set<&ast::ResultItem::name>{}] >> need("`:`", eg::Function, colon) >>
                                 need("a type", eg::Function, type)[Set<&ast::ResultItem::type>{}]);

const auto result_def =
    node(type[Do<setPlainResult>{}] |
         (&namedResultAhead >> lparen[Raise<&ast::Result::named>{}] >> resultItem[Push<&ast::Result::items>{}] >>
          *(comma >> need("a result", eg::Function, resultItem)[Push<&ast::Result::items>{}]) >>
          need("`,` or `)`", eg::Function, rparen)) |
         (lparen >> need("a type or a result", eg::Function, type)[Do<setPlainResult>{}] >>
          need("`:` or `for`", eg::Function, kwFor) >>
          need("a name", eg::Function, name)[Set<&ast::Result::countName>{}] >> need("`in`", eg::Function, kwIn) >>
          need("an expression", eg::Function, expr)[Set<&ast::Result::count>{}] >> need("`)`", eg::Function, rparen)));

const auto signature_def =
    node(need("`->`", eg::Function, arrow) >> need("a type or `(`", eg::Function, result)[Set<&Signature::result>{}] >>
         -(kwWhere >> need("an expression", eg::Function, expr)[Push<&Signature::where>{}] >>
           *(comma >> need("an expression", eg::Function, expr)[Push<&Signature::where>{}])));

BOOST_SPIRIT_DEFINE(axis, shape, type, param, paramList, resultItem, result, signature)

} // namespace nnc::dsl::grammar
