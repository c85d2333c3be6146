// The right sides of a `dataset` block: what one row of a field is, in terms of the columns of its source (rule
// data-1).
#pragma once

#include "dsl/elaborate/DataFile.h"
#include "dsl/elaborate/Dataset.h"

namespace nnc::dsl {

/// A window of a series: `call` is window or ahead.
struct Span {
  std::string call;
  int64_t length = 0;
  bool operator==(const Span &) const = default;
};

/// What an expression of a block gives for one row.
struct Row {
  nlohmann::json expression;
  std::optional<std::vector<int64_t>> shape; // unknown: `columns` without the file
  bool ok = false;
  std::optional<Span> span; // of a window, whose steps are the first axis
  bool bareColumns = false; // a column outside of any window
  /// Standardized: every value is one, so that one constant a value gives the units of the data back.
  enum class Scale { Raw, Standardized, Mixed } scale = Scale::Raw;
};

/// Reads expressions and reports what is wrong with them; the base of the block's checker.
class RowExpressions {
protected:
  RowExpressions(const ast::DatasetItem &item, support::SourceMap &sources, support::DiagnosticSink &sink)
      : item(item), sources(sources), sink(sink) {}

  Row evaluate(const ast::Expr &expr);
  bool hasColumn(const std::string &name, support::SourceRange range);
  void unknownWord(support::SourceRange range, const std::string &name, const std::vector<std::string> &known);
  static const ast::CallSuffix *callOf(const ast::Expr &expr, const ast::NameExpr *&name);
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

  const ast::DatasetItem &item;
  support::SourceMap &sources;
  support::DiagnosticSink &sink;
  DatasetInfo info;
  std::optional<DataFile> file;
  bool fileReported = false;

private:
  Row column(const std::string &name, support::SourceRange range);
  Row evaluateList(const ast::ListExpr &list, support::SourceRange range);
  Row evaluateChain(const ast::ChainExpr &chain);
  bool joinSpans(Row &row, const Row &right, support::SourceRange at);
  Row evaluateCall(const ast::NameExpr &name, const ast::CallSuffix &call, const ast::Expr &expr);
  Row evaluateWindow(const std::string &word, const ast::CallSuffix &call, const ast::Expr &expr);
  Row evaluateColumns(const ast::CallSuffix &call, const std::vector<std::string> &names, const ast::Expr &expr);
};

} // namespace nnc::dsl
