// What stands inside items: types, statements, expressions.
//
// Long chains are flat (`a + b - c` is one Chain with two links, `f(x)[0].y` one Postfix with three suffixes, `else if`
// is one more branch), so that a walk recurses only as deep as the text nests, which the parser limits to 256. Nothing
// that was written is dropped: single parentheses survive as Expr::parenthesized. No parsing, no checking, no MLIR.
#pragma once
#include "support/SourceMap.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace nnc::dsl::ast {

using support::SourceRange;

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

struct Ident {
  std::string text;
  SourceRange range;
};

/// A string literal, its escapes decoded; the range includes the quotes.
struct StringLiteral {
  std::string value;
  SourceRange range;
};

/// A name or a string before `:` in lists and pipelines, or a label of a dim.
struct Label {
  std::string text;
  bool isString = false;
  SourceRange range;
};

// ---------------------------------------------------------------------------------------------------------------------
// Types

/// One axis of a shape: an expression, or `...` with an optional name (`...S`).
/// `without` is for the library's `builtin fn` only: `...S without over`.
struct Axis {
  bool ellipsis = false;
  ExprPtr size; // null for a bare `...`
  std::optional<Ident> without;
  SourceRange range;
};

/// `float[B, 4]`, `int`, `Mood`, `Layer`; or a list type `[int]`, then `element` is set and the rest is empty.
struct Type {
  Ident name;
  bool hasShape = false;
  std::vector<Axis> shape;
  std::unique_ptr<Type> element;
  SourceRange range;

  bool isList() const { return element != nullptr; }
};

struct Param {
  Ident name;
  Type type;
  ExprPtr defaultValue; // null if it has none
  SourceRange range;
};

struct ParamList {
  std::vector<Param> params;
  SourceRange range; // with the parentheses
};

/// One result of a signature; `name` is empty in `-> float[B]`.
struct ResultItem {
  Ident name;
  Type type;
  SourceRange range;
};

/// `-> type`, `-> (a: type, b: type)`, or, for `builtin fn` only, `-> (type for id in count)`: `count` results.
struct Result {
  bool named = false;
  std::vector<ResultItem> items;
  std::optional<Ident> countName;
  ExprPtr count;
  SourceRange range;
};

// ---------------------------------------------------------------------------------------------------------------------
// Statements

struct Stmt;

struct Block {
  std::vector<Stmt> statements;
  SourceRange range; // with the braces
};

/// `name` or `name in range`, on the left of an index definition and in a reducer.
struct Index {
  Ident name;
  ExprPtr in; // null if the range comes from subscripts
  SourceRange range;
};

/// `for names in over`, in statements and comprehensions.
struct ForClause {
  std::vector<Ident> names;
  ExprPtr over;
  SourceRange range;
};

struct IfBranch {
  ExprPtr condition;
  Block block;
};

/// `param name: type = init`, `state …`; with `if condition else otherwise` behind it.
struct ParamStmt {
  bool isState = false;
  Ident name;
  Type type;
  ExprPtr init;
  ExprPtr condition; // null without `if`
  ExprPtr otherwise;
};

/// `name <- value`
struct UpdateStmt {
  Ident name;
  ExprPtr value;
};

/// `name[i, j in T] = value`
struct IndexDefStmt {
  Ident name;
  std::vector<Index> indices;
  ExprPtr value;
};

struct Target {
  Ident name; // `_` discards
  std::optional<Type> type;
  SourceRange range;
};

/// `a, b: type = values`
struct BindStmt {
  std::vector<Target> targets;
  std::vector<ExprPtr> values;
};

/// `values` alone; the last of a block is its result.
struct ExprStmt {
  std::vector<ExprPtr> values;
};

struct ForStmt {
  ForClause clause;
  Block body;
};

/// `if` as a statement. One that ends a block, with `else`, also is the block's result if its blocks have one.
struct IfStmt {
  std::vector<IfBranch> branches; // `if`, then each `else if`
  std::optional<Block> otherwise;
};

struct AssertStmt {
  ExprPtr fact;
  StringLiteral message;
};

struct YieldStmt {
  std::vector<ExprPtr> values;
};

struct Stmt {
  using Node =
      std::variant<ParamStmt, UpdateStmt, IndexDefStmt, BindStmt, ExprStmt, ForStmt, IfStmt, AssertStmt, YieldStmt>;
  Node node;
  SourceRange range;
};

// ---------------------------------------------------------------------------------------------------------------------
// Expressions

/// A number; `3`, `20_000`, `2GiB` are integers, `1e-3`, `1.0` are not.
struct NumberExpr {
  bool isInteger = false;
  int64_t integer = 0; // 0 unless isInteger
  double value = 0;    // always set
  std::string spelling;
};

struct StringExpr {
  std::string value;
};

struct BoolExpr {
  bool value = false;
};

struct NameExpr {
  std::string name;
};

/// `(a, b)`: a compile-time vector of numbers; never of one element (see Expr::parenthesized).
struct VectorExpr {
  std::vector<ExprPtr> elements;
};

/// An element of a list: `value`, `label: value`, or `...value`.
struct Element {
  std::optional<Label> label;
  bool spread = false;
  ExprPtr value;
  SourceRange range;
};

struct ListExpr {
  std::vector<Element> elements;
};

/// `[element for a, b in xs for c in ys]`
struct ComprehensionExpr {
  std::unique_ptr<Element> element;
  std::vector<ForClause> clauses;
};

/// `if` as a value: always with `else`.
struct IfExpr {
  std::vector<IfBranch> branches;
  Block otherwise;
};

struct ScanInput {
  Ident name;
  ExprPtr value;
  SourceRange range;
};

/// `h = start`
struct Carry {
  Ident name;
  ExprPtr start;
  SourceRange range;
};

struct ScanExpr {
  bool reverse = false;
  std::vector<ScanInput> inputs;
  ExprPtr over;
  ExprPtr upto; // null without `upto`
  std::vector<Carry> carries;
  Block body;
};

enum class UnaryOp : uint8_t { Neg, Not };

struct UnaryExpr {
  UnaryOp op = UnaryOp::Neg;
  SourceRange opRange;
  ExprPtr operand;
};

enum class BinaryOp : uint8_t { Or, And, Add, Sub, Mul, Div, Mod, MatMul };

struct ChainLink {
  BinaryOp op = BinaryOp::Add;
  SourceRange opRange;
  ExprPtr operand;
};

/// Left-associative operators of one level: all `or`, all `and`, `+ -`, or `* / % @`. At least one link.
struct ChainExpr {
  ExprPtr first;
  std::vector<ChainLink> links;
};

enum class CompareOp : uint8_t { Lt, Le, Gt, Ge, Eq, Ne };

struct CompareExpr {
  CompareOp op = CompareOp::Lt;
  SourceRange opRange;
  ExprPtr lhs, rhs;
};

/// `low..high`
struct RangeExpr {
  SourceRange opRange;
  ExprPtr low, high;
};

/// `base ** exponent`
struct PowerExpr {
  SourceRange opRange;
  ExprPtr base, exponent;
};

struct CastStep {
  std::vector<Axis> shape;
  SourceRange range; // from `as`
};

/// `value as [shape] as [shape]`
struct CastExpr {
  ExprPtr value;
  std::vector<CastStep> steps;
};

struct Stage {
  std::optional<Label> label;
  SourceRange opRange; // of `|>`
  ExprPtr value;
  SourceRange range; // from `|>`
};

/// `first |> stage |> label: stage`
struct PipelineExpr {
  ExprPtr first;
  std::vector<Stage> stages;
};

enum class ReduceKind : uint8_t { Sum, Max, Min, Mean };

/// `sum[i, k in 3 where predicate] body`
struct ReduceExpr {
  ReduceKind kind = ReduceKind::Sum;
  SourceRange kindRange; // of the word
  std::vector<Index> indices;
  ExprPtr where; // null without `where`
  ExprPtr body;
};

/// `value` or `name = value`; the name may be `where`.
struct Arg {
  std::optional<Ident> name;
  ExprPtr value;
  SourceRange range;
};

struct CallSuffix {
  std::vector<Arg> args;
};

/// One subscript: `...`, `i`, `a:b`, `:b`, `a:`, `:`, each with `else value` behind it.
struct Slice {
  bool ellipsis = false;
  bool colon = false;
  ExprPtr lower; // the index itself if there is no colon
  ExprPtr upper;
  ExprPtr otherwise; // null without `else`
  SourceRange range;
};

struct SubscriptSuffix {
  std::vector<Slice> slices;
};

struct MemberSuffix {
  Ident name;
};

struct Suffix {
  std::variant<CallSuffix, SubscriptSuffix, MemberSuffix> node;
  SourceRange range; // of the suffix alone: `(…)`, `[…]`, `.name`
};

/// `base(args)[slices].name …`; at least one suffix.
struct PostfixExpr {
  ExprPtr base;
  std::vector<Suffix> suffixes;
};

struct Expr {
  using Node = std::variant<NumberExpr, StringExpr, BoolExpr, NameExpr, VectorExpr, ListExpr, ComprehensionExpr, IfExpr,
                            ScanExpr, UnaryExpr, ChainExpr, CompareExpr, RangeExpr, PowerExpr, CastExpr, PipelineExpr,
                            ReduceExpr, PostfixExpr>;
  Node node;
  SourceRange range;          // with its parentheses
  bool parenthesized = false; // `(x)`

  template <typename T> T *as() { return std::get_if<T>(&node); }
  template <typename T> const T *as() const { return std::get_if<T>(&node); }
};

template <typename T> ExprPtr makeExpr(T node, SourceRange range) {
  return std::make_unique<Expr>(Expr{Expr::Node(std::move(node)), range, false});
}

} // namespace nnc::dsl::ast
