// The leaves of the grammar over tokens, and the directive for expectation points.
#pragma once
#include "dsl/grammar/State.h"
#include <boost/spirit/home/x3.hpp>
#include <boost/throw_exception.hpp>

namespace nnc::dsl::grammar {

namespace x3 = boost::spirit::x3;

/// One token that satisfies a test; the test may look at the tokens behind it (the stream ends with End).
struct TokenParser : x3::parser<TokenParser> {
  using attribute_type = Token;
  static bool const has_attribute = true;
  static bool const handles_container = false;
  using Test = bool (*)(Iterator);

  constexpr explicit TokenParser(Test test) : test(test) {}

  template <typename Context, typename RContext, typename Attribute>
  bool parse(Iterator &first, Iterator const &last, Context const &, RContext &, Attribute &attribute) const {
    if (first == last || !test(first))
      return false;
    x3::traits::move_to(*first, attribute);
    ++first;
    return true;
  }

  Test test;
};

/// One token of a kind, without an attribute.
struct PunctuationParser : x3::parser<PunctuationParser> {
  using attribute_type = x3::unused_type;
  static bool const has_attribute = false;
  static bool const handles_container = false;

  constexpr explicit PunctuationParser(Tok kind) : kind(kind) {}

  template <typename Context, typename RContext, typename Attribute>
  bool parse(Iterator &first, Iterator const &last, Context const &, RContext &, Attribute &) const {
    if (first == last || first->kind != kind)
      return false;
    ++first;
    return true;
  }

  Tok kind;
};

/// A test of the tokens ahead that takes none.
struct AheadParser : x3::parser<AheadParser> {
  using attribute_type = x3::unused_type;
  static bool const has_attribute = false;
  static bool const handles_container = false;

  constexpr explicit AheadParser(TokenParser::Test test) : test(test) {}

  template <typename Context, typename RContext, typename Attribute>
  bool parse(Iterator &first, Iterator const &last, Context const &, RContext &, Attribute &) const {
    return first != last && test(first);
  }

  TokenParser::Test test;
};

/// `need(what, example, p)`: p must match here, or a SyntaxFailure says what was expected.
template <typename Subject> struct NeedDirective : x3::unary_parser<Subject, NeedDirective<Subject>> {
  using base = x3::unary_parser<Subject, NeedDirective<Subject>>;
  static bool const is_pass_through_unary = true;
  static bool const handles_container = Subject::handles_container;

  constexpr NeedDirective(Subject const &subject, const char *what, Example example)
      : base(subject), what(what), example(example) {}

  template <typename Context, typename RContext, typename Attribute>
  bool parse(Iterator &first, Iterator const &last, Context const &context, RContext &rcontext,
             Attribute &attribute) const {
    if (!this->subject.parse(first, last, context, rcontext, attribute))
      boost::throw_exception(SyntaxFailure(first, what, example));
    return true;
  }

  const char *what;
  Example example;
};

template <typename Subject> constexpr auto need(const char *what, Example example, Subject const &subject) {
  using Parser = typename x3::extension::as_parser<Subject>::value_type;
  return NeedDirective<Parser>(x3::as_parser(subject), what, example);
}

/// `recover(p)`: a failure inside a statement ends here; it is reported, and parsing goes on behind the statement
/// (lex-5). X3's own on_error handlers do not know where the rule began, which is what tells the depth of the
/// statement.
template <typename Subject> struct RecoverDirective : x3::unary_parser<Subject, RecoverDirective<Subject>> {
  using base = x3::unary_parser<Subject, RecoverDirective<Subject>>;
  static bool const is_pass_through_unary = true;
  static bool const handles_container = Subject::handles_container;

  constexpr explicit RecoverDirective(Subject const &subject) : base(subject) {}

  template <typename Context, typename RContext, typename Attribute>
  bool parse(Iterator &first, Iterator const &last, Context const &context, RContext &rcontext,
             Attribute &attribute) const {
    Iterator start = first;
    try {
      return this->subject.parse(first, last, context, rcontext, attribute);
    } catch (const x3::expectation_failure<Iterator> &failure) {
      reportFailure(failure, start, x3::get<StateTag>(context));
      first = endOfStatement(start, last);
      return true;
    }
  }
};

template <typename Subject> constexpr auto recover(Subject const &subject) {
  using Parser = typename x3::extension::as_parser<Subject>::value_type;
  return RecoverDirective<Parser>(x3::as_parser(subject));
}

template <Tok Kind> bool hasKind(Iterator at) { return at->kind == Kind; }
template <Tok Kind> inline constexpr TokenParser token{&hasKind<Kind>};

/// A contextual word, as `over`.
#define NNC_WORD(NAME, TEXT)                                                                                           \
  inline constexpr TokenParser NAME{[](Iterator at) { return at->kind == Tok::Name && at->text == TEXT; }};

NNC_WORD(overWord, "over")

inline constexpr TokenParser name = token<Tok::Name>;
inline constexpr TokenParser upperName{
    [](Iterator at) { return at->kind == Tok::Name && at->text[0] >= 'A' && at->text[0] <= 'Z'; }};
inline constexpr TokenParser string = token<Tok::String>;

inline constexpr PunctuationParser lparen{Tok::LParen}, rparen{Tok::RParen}, lbracket{Tok::LBracket},
    rbracket{Tok::RBracket}, lbrace{Tok::LBrace}, rbrace{Tok::RBrace}, comma{Tok::Comma}, colon{Tok::Colon},
    assign{Tok::Assign}, arrow{Tok::Arrow}, newline{Tok::Newline}, ellipsis{Tok::Ellipsis}, kwIn{Tok::In},
    kwIf{Tok::If}, kwElse{Tok::Else}, kwFor{Tok::For}, kwWhere{Tok::Where};

/// `name :` or `"text" :`, the label of an element or a stage.
inline constexpr AheadParser labelAhead{
    [](Iterator at) { return (at->kind == Tok::Name || at->kind == Tok::String) && at[1].kind == Tok::Colon; }};

} // namespace nnc::dsl::grammar
