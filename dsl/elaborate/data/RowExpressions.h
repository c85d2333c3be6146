// The right sides of a `dataset` block: what one row of a field is, in terms of the columns of its source (rule
// data-1).
#pragma once

#include "dsl/elaborate/data/DataFile.h"
#include "dsl/elaborate/data/Dataset.h"
#include "dsl/elaborate/train/WordUse.h"

#include <map>
#include <set>

namespace nnc::dsl {

/// Steps of a series: `call` is window, ahead, crop or segments.
struct Span {
  std::string call;
  int64_t length = 0;
  bool operator==(const Span &) const = default;
};

/// What an expression of a block gives for one row.
struct Row {
  /// Cell: as the file has it, a number or a text. Number: computed, perhaps whole. Real: computed, never whole.
  /// Tokens: members of a vocabulary, of any number; Members: labels.
  enum class Kind { Cell, Number, Real, Truth, Text, Tokens, Members };

  nlohmann::json expression;
  std::optional<std::vector<int64_t>> shape = {}; // unknown: only the file knows; an axis of -1 as well
  bool ok = false;
  std::optional<Span> span = {}; // of a series, whose steps are the first axis
  bool bareColumns = false;      // a column outside of any window
  /// Standardized: every value is one, so that one constant a value gives the units of the data back.
  enum class Scale { Raw, Standardized, Mixed } scale = Scale::Raw;
  Kind kind = Kind::Number;
};

/// "a number", "text": for messages.
const char *describe(Row::Kind kind);

/// Reads expressions and reports what is wrong with them; the base of the block's checker.
class RowExpressions {
protected:
  RowExpressions(const ast::DatasetItem &item, const Module &module, support::SourceMap &sources,
                 support::DiagnosticSink &sink)
      : item(item), module(module), sources(sources), sink(sink), words(sources, sink) {}

  Row evaluate(const ast::Expr &expr);
  /// `inExpression`: a column whose name is no word is written `column("…")` there, elsewhere as a string.
  bool hasColumn(const std::string &name, support::SourceRange range, bool inExpression = true);
  // ColumnNames.cpp
  struct MeantLabels {
    std::string written; // "" if nothing that could be written would compile
    std::string told;
  };
  MeantLabels meantLabels(const std::string &column, const std::string &written, support::SourceRange range,
                          char separator) const;
  std::optional<std::string> unreadColumn(const std::vector<std::string> &header) const;
  bool reportForeignSeparator(support::DiagnosticBuilder &builder);
  support::SourceRange causeOf(const std::string &name, support::SourceRange range, bool isNear);
  std::map<std::string, support::SourceRange> missing; // columns that are not there, where each was told
  void reportOneColumn(support::DiagnosticBuilder &builder, const std::string &name, support::SourceRange range,
                       char separator);
  /// Whether the block has a field of that name, also one that has had its error.
  bool isWritten(const std::string &name) const;
  void unknownWord(support::SourceRange range, const std::string &name, const std::vector<std::string> &known);
  static const ast::CallSuffix *callOf(const ast::Expr &expr, const ast::NameExpr *&name);
  static bool sameShape(const std::vector<int64_t> &a, const std::vector<int64_t> &b);
  bool isNumeric(const Row &row, support::SourceRange range, const std::string &op);
  static std::string shapeText(const std::vector<int64_t> &shape);
  std::string text(support::SourceRange range) const { return std::string(sources.text(range)); }

  template <typename... Slots>
  support::DiagnosticBuilder error(const support::DiagnosticKind<Slots...> &kind, support::SourceRange range,
                                   std::type_identity_t<Slots>... slots) {
    info.ok = false;
    auto builder = sink.report(kind, range, slots...);
    builder.cause(range);
    return builder;
  }

  /// `row`, or nothing after an error if its expression is deeper than programs read.
  Row limited(Row row, support::SourceRange range);
  /// Whether columns can be read as a series: sorted by time, a text, a whole array.
  bool hasSeries() const;
  /// What the runtime of this version cannot read.
  void later(const std::string &feature, support::SourceRange range) { info.pending.emplace_back(feature, range); }
  std::optional<std::string> columnName(const ast::Expr &expr);
  /// Each `count` uses a `pad` of the block (rule data-3).
  void resolveCounts();

  const ast::DatasetItem &item;
  const Module &module;
  support::SourceMap &sources;
  support::DiagnosticSink &sink;
  WordReader words;
  DatasetInfo info;
  std::optional<DataFile> file;
  std::vector<std::string> header;           // of a source whose columns are known without its file
  const DatasetFieldInfo *current = nullptr; // the field whose right side is read
  bool fileReported = false;
  std::set<std::string> columnsRead; // those of info.columns
  std::map<std::string, support::SourceRange> fieldNames;

private:
  struct Padding {
    nlohmann::json tokens; // without the vocabulary
    int64_t length = 0;
    std::string dim;
  };
  struct Counting {
    Padding padding;
    size_t field = 0;
    support::SourceRange range;
  };
  std::vector<Padding> pads;
  std::vector<Counting> counts;
  struct Call {
    const Definition *function = nullptr;
    std::map<std::string, Row> locals; // arguments, and what is bound in the body
  };
  std::vector<Call> calls; // of the program's functions, which are written out: the one at hand is the last
  uint64_t stepsTaken = 0;
  bool tokensAreCounted = false; // no member is looked at: `count`, `bag`
  static constexpr int64_t maxSteps = 1'000'000'000, maxPlaces = 10'000'000;
  static constexpr int64_t maxDepth = 90; // of expressions: a recipe nests 100 deep (runtime/core/Json.h)

  bool knownColumn(const std::string &name, support::SourceRange range);
  Row graphColumn(const ast::PostfixExpr &expr, support::SourceRange range);
  Row evaluateCast(const ast::CastExpr &cast);
  Row compare(const ast::CompareExpr &expr, support::SourceRange range);
  Row logic(const ast::ChainExpr &chain, support::SourceRange range);
  Row castCall(const std::string &name, const ast::CallSuffix &call, const ast::Expr &expr);
  Row mathCall(const std::string &name, const ast::CallSuffix &call, const ast::Expr &expr);
  Row functionCall(const Definition &function, const ast::CallSuffix &call, const ast::Expr &expr);
  Row functionBody(const Definition &function, const ast::Expr &expr);
  bool countSteps(uint64_t count, support::SourceRange range);
  std::optional<Row> local(const std::string &name, support::SourceRange range);
  Row evaluateWord(const WordUse &use, const ast::Expr &expr);
  Row rescale(const WordUse &use);
  Row normalize(const WordUse &use);
  Row oneHot(const WordUse &use);
  Row tokenize(const WordUse &use);
  Row padded(const WordUse &use);
  Row counted(const WordUse &use);
  Row bag(const WordUse &use);
  Row draw(const WordUse &use);
  bool needs(const Row &row, std::initializer_list<Row::Kind> kinds, const WordUse &use, const char *what);
  int64_t length(const WordUse &use, const char *name, int64_t max);
  const Dim *vocabulary(const WordUse &use);
  const Dim *lastDim(const WordUse &use, const char *what);
  Row column(const std::string &name, support::SourceRange range, bool inExpression = true);
  std::vector<support::Edit> timeEdits() const;
  Row evaluateList(const ast::ListExpr &list, support::SourceRange range);
  Row evaluateChain(const ast::ChainExpr &chain);
  bool joinSpans(Row &row, const Row &right, support::SourceRange at);
  Row evaluateCall(const ast::NameExpr &name, const ast::CallSuffix &call, const ast::Expr &expr);
  Row evaluateWindow(const WordUse &use);
  Row evaluateColumns(const WordUse &use);
};

} // namespace nnc::dsl
