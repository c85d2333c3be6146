// The tree of a `.nn` file: plain structs, one for each form of the grammar in LANGUAGE.md, each with its source range.
#pragma once
#include "dsl/AstBody.h"

namespace nnc::dsl::ast {

struct ImportItem {
  StringLiteral path;
  std::vector<Ident> names;
};

/// `dim Name = { labels }`, or `dim Name = value` with `value` set.
struct DimItem {
  Ident name;
  std::vector<Label> labels;
  ExprPtr value;
};

struct DatasetField {
  Ident name;
  Type type;
  ExprPtr value;
};

struct DatasetCall {
  Ident name;
  std::vector<Arg> args;
};

struct DatasetEntry {
  std::variant<DatasetField, DatasetCall> node;
  SourceRange range;
};

struct DatasetItem {
  Ident name;
  ExprPtr source;
  std::vector<DatasetEntry> entries;
};

/// `skip "name"`, or `"from" -> "to" transpose`.
struct WeightsRule {
  bool skip = false;
  StringLiteral from;
  StringLiteral to; // empty for skip
  bool transpose = false;
  SourceRange range;
};

struct WeightsItem {
  Ident name;
  ExprPtr source;
  std::vector<WeightsRule> rules;
};

struct MaskItem {
  Ident name;
  std::optional<ParamList> params;
  std::vector<Ident> indices;
  ExprPtr predicate;
};

struct BackwardClause {
  std::vector<Ident> names;
  Block block;
  SourceRange range;
};

struct FunctionItem {
  bool isBuiltin = false;
  Ident name;
  ParamList params;
  Result result;
  std::vector<ExprPtr> where;
  Block body;
  std::optional<BackwardClause> backward;
};

/// `layer` and `model`. `data` is the last list; `hyper` the one before it, if there are two.
struct LayerItem {
  bool isModel = false;
  Ident name;
  std::optional<ParamList> hyper;
  ParamList data;
  Result result;
  std::vector<ExprPtr> where;
  Block body;
};

struct Setting {
  Ident name;
  ExprPtr value;
  SourceRange range;
};

struct TrainItem {
  Ident model;
  std::vector<Arg> args;
  Ident dataset;
  std::vector<Setting> settings;
};

struct GenerateItem {
  Ident model;
  Ident over;
  std::vector<Setting> settings;
};

struct Item {
  using Node = std::variant<ImportItem, DimItem, DatasetItem, WeightsItem, MaskItem, FunctionItem, LayerItem, TrainItem,
                            GenerateItem>;
  Node node;
  std::string doc; // the `///` lines right before it, without the slashes, joined by newlines
  SourceRange docRange;
  SourceRange range;
};

struct File {
  std::string doc; // the `//!` lines
  std::vector<Item> items;
  support::FileId file = support::FileId::None;
};

} // namespace nnc::dsl::ast
