#include "dsl/elaborate/data/DataValues.h"

#include "support/Suggest.h"

#include <algorithm>
#include <set>

namespace nnc::dsl {

using nlohmann::json;
using support::SourceRange;
namespace diag = support::diag;

namespace {

/// The columns whose cells an expression computes with.
void numericColumns(const json &expr, const std::vector<std::string> &header, std::vector<std::string> &names) {
  if (!expr.is_array() || expr.empty() || !expr[0].is_string())
    return;
  std::string word = expr[0].get<std::string>();
  if (word == "column")
    names.push_back(expr[1].get<std::string>());
  if (word == "columns") {
    auto first = std::find(header.begin(), header.end(), expr[1].get<std::string>());
    auto last = std::find(first, header.end(), expr[2].get<std::string>());
    names.insert(names.end(), first, last == header.end() ? last : last + 1);
  }
  static const std::set<std::string> arithmetic = {"list",  "standardize", "neg", "minmax", "window",
                                                   "ahead", "add",         "sub", "mul",    "div"};
  for (size_t i = 1; arithmetic.count(word) && i < expr.size(); ++i)
    numericColumns(expr[i], header, names);
}

/// The columns that an expression takes as they are; false if it computes with one.
bool plainColumns(const json &expr, const std::vector<std::string> &header, std::vector<std::string> &names) {
  if (!expr.is_array() || expr.empty() || !expr[0].is_string())
    return false;
  if (expr[0] == "column" || expr[0] == "columns") {
    numericColumns(expr, header, names);
    return true;
  }
  bool isPlain = expr[0] == "list";
  for (size_t i = 1; isPlain && i < expr.size(); ++i)
    isPlain = plainColumns(expr[i], header, names);
  return isPlain;
}

class Values {
public:
  Values(DatasetInfo &info, const DataFile &file, const Module &module, const support::SourceMap &sources,
         support::DiagnosticSink &sink)
      : info(info), file(file), module(module), sources(sources), sink(sink) {}

  void run() {
    if (!file.error.empty() || !checkNumbersOfFields())
      return;
    for (const DatasetFieldInfo &field : info.fields)
      if (!field.dim.empty() && !checkLabels(field))
        return;
  }

private:
  DatasetInfo &info;
  const DataFile &file;
  const Module &module;
  const support::SourceMap &sources;
  support::DiagnosticSink &sink;

  bool checkNumbersOfFields() {
    std::vector<std::string> columns;
    std::map<std::string, SourceRange> users;
    for (const DatasetFieldInfo &field : info.fields) {
      const Dim *dim = field.dim.empty() ? nullptr : &module.dims.at(field.dim);
      bool isNumber =
          dim ? dim->labels.empty() && dim->vocabulary.empty() : field.members.empty() && field.elem != Elem::Bool;
      size_t before = columns.size();
      if (isNumber)
        numericColumns(field.expression, file.header, columns);
      for (size_t i = before; i < columns.size(); ++i)
        users.try_emplace(columns[i], field.valueRange);
    }
    auto wrong = columns.empty() ? std::nullopt : findNoNumber(file, columns);
    if (!wrong)
      return true;
    SourceRange at = users.at(wrong->column);
    sink.report(diag::DataFileBroken, at, wrong->text).cause(at);
    info.ok = false;
    return false;
  }

  /// The columns of labels, if they stand in the file as they are.
  std::vector<std::string> columnsOf(const DatasetFieldInfo &field, bool named) const {
    json source = field.expression;
    if (named)
      source = source.size() > 2 && source[0] == "label" ? json(source[2]) : json();
    if (!field.window.empty() && source.is_array() && source[0] == field.window)
      source = json(source[1]);
    std::vector<std::string> names;
    return plainColumns(source, file.header, names) ? names : std::vector<std::string>();
  }

  /// False if the file cannot be read.
  bool checkLabels(const DatasetFieldInfo &field) {
    const Dim &dim = module.dims.at(field.dim);
    bool named = !dim.labels.empty();
    if (!named && !dim.vocabulary.empty())
      return true;
    std::vector<std::string> columns = columnsOf(field, named);
    for (const std::string &column : columns) {
      LabelCheck check = named ? checkColumn(file, column, dim.labels) : checkNumbers(file, column, dim.size);
      if (!check.broken.empty()) {
        sink.report(diag::DataFileBroken, info.pathRange, check.broken).cause(info.pathRange);
        info.ok = false;
        return false;
      }
      bool hasUnknown = std::count(dim.specials.begin(), dim.specials.end(), "unknown") > 0; // the others are that one
      if (check.outside && !hasUnknown) {
        report(field, dim, check, columns.size() == 1 ? "" : column);
        return true;
      }
    }
    return true;
  }

  /// `column`: of several, or "".
  void report(const DatasetFieldInfo &field, const Dim &dim, const LabelCheck &check, const std::string &column) {
    SourceRange at = field.valueRange;
    std::string value(sources.text(at));
    const std::string &first = check.spellings.front().text;
    bool isNamed = !dim.labels.empty(), isOne = column.empty() && field.window.empty();
    bool isSmall = isNamed && check.fitSmall, isSpaced = isNamed && check.fitTrimmed;
    auto builder = sink.report(diag::LabelOutside, at, first, field.dim);
    builder.fact(outsideText(check, field.dim, info.path, column));
    auto near = support::nearestName(first, dim.labels);
    if (near && !isSmall && !isSpaced)
      builder.note(dim.nameRange, "did you mean `" + first + "` where `" + *near + "` stands here?");
    else
      builder.note(dim.nameRange, field.dim + " is defined here");
    if (isSpaced)
      builder.help("without the spaces around them they are: remove these in the file");
    else if (isSmall && isOne)
      builder.help("in small letters all are: write `lower(" + value + ")`", {{at, "lower(" + value + ")"}});
    if (!isNamed && check.smallest == 1 && check.largest == dim.size && isOne)
      builder.help("members are counted from 0: write `" + value + " - 1`", {{at.after(), " - 1"}});
    builder.cause(at);
    info.ok = false;
  }
};

} // namespace

void checkValues(DatasetInfo &info, const DataFile &file, const Module &module, const support::SourceMap &sources,
                 support::DiagnosticSink &sink) {
  Values(info, file, module, sources, sink).run();
}

} // namespace nnc::dsl
