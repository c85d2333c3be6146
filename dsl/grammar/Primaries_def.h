// What operators join: literals, names, calls, subscripts, lists, `if` and `scan` as values.
#pragma once
#include "dsl/grammar/Actions.h"

namespace nnc::dsl::grammar {

NNC_WORD(uptoWord, "upto")

inline constexpr TokenParser literal{[](Iterator at) {
  return at->kind == Tok::Name || at->kind == Tok::Number || at->kind == Tok::String || at->kind == Tok::True ||
         at->kind == Tok::False;
}};
/// The name of an argument: a name or `where`, before `=`.
inline constexpr TokenParser argName{
    [](Iterator at) { return (at->kind == Tok::Name || at->kind == Tok::Where) && at[1].kind == Tok::Assign; }};
inline constexpr TokenParser elementLabel{
    [](Iterator at) { return (at->kind == Tok::Name || at->kind == Tok::String) && at[1].kind == Tok::Colon; }};
/// A path before `:`, `encoder.embedding: 0.1`, which names a part of a model.
inline constexpr AheadParser pathLabelAhead{[](Iterator at) {
  if (at->kind != Tok::Name || at[1].kind != Tok::Dot)
    return false;
  auto isPart = [](Iterator part) {
    return part->kind == Tok::Name ||
           (part->kind == Tok::Number && part->text.find_first_not_of("0123456789") == std::string_view::npos);
  };
  while (at[1].kind == Tok::Dot && isPart(at + 2))
    at += 2;
  return at[1].kind == Tok::Colon;
}};
/// A member by its name, or an element by its place.
inline constexpr TokenParser memberName{[](Iterator at) {
  return at->kind == Tok::Name ||
         (at->kind == Tok::Number && at->text.find_first_not_of("0123456789") == std::string_view::npos);
}};
/// `reverse` is a word of its own only before the name of what is scanned.
inline constexpr TokenParser reverseWord{
    [](Iterator at) { return at->kind == Tok::Name && at->text == "reverse" && at[1].kind == Tok::Name; }};
inline constexpr AheadParser sliceEnd{[](Iterator at) { return at->kind == Tok::RBracket || at->kind == Tok::Comma; }};
inline constexpr AheadParser elseIfAhead{[](Iterator at) { return at->kind == Tok::Else && at[1].kind == Tok::If; }};

const auto postfix_def = node(atom[Take{}] >> *suffix[Do<addSuffix>{}]);

const auto suffix_def = node(arguments[Do<setCall>{}] | subscript[SetNode{}] |
                             (x3::omit[token<Tok::Dot>] >> need("a name", eg::Member, memberName)[Do<setMember>{}]));

const auto arguments_def =
    node(lparen >> (rparen | (need("an argument or `)`", eg::Call, arg)[Push<&Arguments::args>{}] >>
                              *(comma >> (&rparen | need("an argument", eg::Call, arg)[Push<&Arguments::args>{}])) >>
                              need("`,` or `)`", eg::Call, rparen))));

const auto arg_def =
    node((argName[Set<&ast::Arg::name>{}] >> assign >> need("an expression", eg::Call, expr)[Set<&ast::Arg::value>{}]) |
         expr[Set<&ast::Arg::value>{}]);

const auto subscript_def =
    node(lbracket >> need("a subscript", eg::Subscript, slice)[Push<&ast::SubscriptSuffix::slices>{}] >>
         *(comma >> need("a subscript", eg::Subscript, slice)[Push<&ast::SubscriptSuffix::slices>{}]) >>
         need("`,` or `]`", eg::Subscript, rbracket));

const auto slice_def =
    node(!sliceEnd >> -ellipsis[Raise<&ast::Slice::ellipsis>{}] >> -expr[Set<&ast::Slice::lower>{}] >>
         -(colon[Raise<&ast::Slice::colon>{}] >> -expr[Set<&ast::Slice::upper>{}]) >>
         -(kwElse >> need("an expression", eg::Subscript, expr)[Set<&ast::Slice::otherwise>{}]));

const auto atom_def = node(literal[Do<takeLiteral>{}] | group[Do<takeGroup>{}] | list[Do<takeList>{}] |
                           ifValue[Do<takeIf>{}] | scan[Do<takeScan>{}]);

const auto group_def =
    node(lparen >> need("an expression", eg::Group, expr)[Push<&Exprs::values>{}] >>
         *(comma >> need("an expression", eg::Group, expr)[Push<&Exprs::values>{}]) >> need("`)`", eg::Group, rparen));

const auto list_def =
    node(lbracket >>
         (rbracket | (need("an element or `]`", eg::List, element)[Push<&ListParts::elements>{}] >>
                      ((+forClause[Push<&ListParts::clauses>{}] >> need("`for` or `]`", eg::Comprehension, rbracket)) |
                       (*(comma >> (&rbracket | need("an element", eg::List, element)[Push<&ListParts::elements>{}])) >>
                        need("`,` or `]`", eg::List, rbracket))))));

const auto element_def = node(
    (ellipsis[Raise<&ast::Element::spread>{}] >> need("a list", eg::List, unaryExpr)[Set<&ast::Element::value>{}]) |
    (-((elementLabel[Set<&ast::Element::label>{}] | (&pathLabelAhead >> postfix[Do<setPathLabel>{}])) >> colon) >>
     expr[Set<&ast::Element::value>{}]));

const auto forClause_def = node(kwFor >> need("a name", eg::Comprehension, name)[Push<&ast::ForClause::names>{}] >>
                                *(comma >> need("a name", eg::Comprehension, name)[Push<&ast::ForClause::names>{}]) >>
                                need("`in`", eg::Comprehension, kwIn) >>
                                need("an expression", eg::Comprehension, expr)[Set<&ast::ForClause::over>{}]);

const auto ifBranch_def = node(need("a condition", eg::If, expr)[Set<&ast::IfBranch::condition>{}] >>
                               need("`{`", eg::If, block)[Set<&ast::IfBranch::block>{}]);

const auto ifBranches_def = node(kwIf >> ifBranch[Push<&IfParts::branches>{}] >>
                                 *(&elseIfAhead >> kwElse >> kwIf >> ifBranch[Push<&IfParts::branches>{}]));

const auto ifValue_def = node(ifBranches[Take{}] >> need("`else`", eg::IfValue, kwElse) >>
                              need("`{` or `if`", eg::IfValue, block)[Set<&IfParts::otherwise>{}]);

const auto scan_def = node(x3::omit[token<Tok::Scan>] >> -reverseWord[Raise<&ast::ScanExpr::reverse>{}] >>
                           need("a name", eg::Scan, scanInput)[Push<&ast::ScanExpr::inputs>{}] >>
                           *(comma >> need("a name", eg::Scan, scanInput)[Push<&ast::ScanExpr::inputs>{}]) >>
                           need("`,` or `over`", eg::Scan, x3::omit[overWord]) >>
                           need("an axis", eg::Scan, postfix)[Set<&ast::ScanExpr::over>{}] >>
                           -(x3::omit[uptoWord] >> need("a length", eg::Scan, postfix)[Set<&ast::ScanExpr::upto>{}]) >>
                           *(comma >> need("a carry", eg::Scan, carry)[Push<&ast::ScanExpr::carries>{}]) >>
                           need("`,` or `{`", eg::Scan, block)[Set<&ast::ScanExpr::body>{}]);

const auto scanInput_def = node(name[Set<&ast::ScanInput::name>{}] >> need("`in`", eg::Scan, kwIn) >>
                                need("an expression", eg::Scan, expr)[Set<&ast::ScanInput::value>{}]);

const auto carry_def = node(name[Set<&ast::Carry::name>{}] >> need("`=`", eg::Scan, assign) >>
                            need("an expression", eg::Scan, expr)[Set<&ast::Carry::start>{}]);

BOOST_SPIRIT_DEFINE(postfix, suffix, arguments, arg, subscript, slice, atom, group, list, element, forClause, ifBranch,
                    ifBranches, ifValue, scan, scanInput, carry)

} // namespace nnc::dsl::grammar
