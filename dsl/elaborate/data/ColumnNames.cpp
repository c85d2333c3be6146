// What is said of a column that the file does not have: what it has instead, and whether the labels there fit.
#include "dsl/elaborate/data/RowExpressions.h"

#include "support/Suggest.h"

#include <algorithm>
#include <set>
#include <utility>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

static bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool isLetterOrDigit(char c) { return isLetter(c) || (c >= '0' && c <= '9'); }
static bool isWord(const std::string &name) {
  return !name.empty() && isLetter(name[0]) && std::ranges::all_of(name, isLetterOrDigit);
}

/// The one column of `header` that no field reads.
std::optional<std::string> RowExpressions::unreadColumn(const std::vector<std::string> &header) const {
  std::set<std::string> read;
  for (const ast::DatasetEntry &entry : item.entries)
    if (const auto *field = std::get_if<ast::DatasetField>(&entry.node)) {
      std::string right = text(field->value->range) + " ", word;
      for (char c : right)
        if (isLetterOrDigit(c))
          word += c;
        else
          read.insert(std::exchange(word, ""));
    }
  std::optional<std::string> unread;
  for (const std::string &column : header) {
    if (read.count(column))
      continue;
    if (unread)
      return std::nullopt;
    unread = column;
  }
  return unread;
}

/// What stands for the labels of a column that is meant, and what is told of those that are no members.
RowExpressions::MeantLabels RowExpressions::meantLabels(const std::string &column, const std::string &written,
                                                        SourceRange range, char separator) const {
  MeantLabels meant{written, ""};
  bool isField = current && current->valueRange == range && !current->dim.empty();
  const Dim *dim = isField ? &module.dims.at(current->dim) : nullptr;
  if (!dim || dim->labels.empty())
    return meant;
  DataFile meantFile = *file;
  meantFile.separator = separator;
  LabelCheck check = checkColumn(meantFile, column, dim->labels);
  if (!check.broken.empty() || !check.outside)
    return meant;
  meant.told = outsideText(check, current->dim, info.path, "");
  std::string small = "lower(" + written + ")";
  auto near = support::nearestName(check.spellings.front().text, dim->labels);
  meant.written = check.fitSmall && !check.fitTrimmed ? small : "";
  if (check.fitTrimmed)
    meant.told += "; without the spaces around them they are";
  else if (check.fitSmall)
    meant.told += "; did you mean " + small + "?";
  else if (near)
    meant.told += "; did you mean `" + *near + "`?";
  return meant;
}

/// The header is one text that holds the separator of the other form: `tsv` is meant, or `csv`.
void RowExpressions::reportOneColumn(support::DiagnosticBuilder &builder, const std::string &name, SourceRange range,
                                     char separator) {
  const std::string line = file->header[0], form = separator == '\t' ? "tsv" : "csv";
  builder.label("not in the header below");
  support::FileId shown = sources.add(info.path, line);
  builder.label(SourceRange{shown, 0, uint32_t(line.size())},
                std::string("read as one column: the file is separated by ") + (separator == '\t' ? "tabs" : "commas"));
  builder.cause(info.pathRange); // one error for all its columns
  std::vector<std::string> header{""};
  for (char c : line)
    if (c == separator)
      header.emplace_back();
    else
      header.back() += c;
  std::vector<support::Edit> edits{{item.source->as<ast::PostfixExpr>()->base->range, form}};
  std::string help = "write `" + form + "(\"" + info.path + "\")`";
  bool isThere = std::find(header.begin(), header.end(), name) != header.end();
  auto unread = isThere ? std::nullopt : unreadColumn(header);
  bool isMeant = unread && isWord(*unread);
  const std::string &column = isMeant ? *unread : name;
  MeantLabels meant = isMeant || isThere ? meantLabels(column, column, range, separator) : MeantLabels();
  std::string beside = isMeant ? "and the column there is `" + *unread + "`" : "";
  if (meant.written.empty()) {
    builder.help(help + (isMeant ? ", " + beside : "")); // an edit would not compile
  } else {
    if (meant.written != name)
      edits.push_back({range, meant.written});
    if (isMeant)
      builder.edit(edits, beside);
    else
      builder.help(help, edits);
  }
  if (!meant.told.empty())
    builder.last(meant.told);
}

/// The header is one text with signs that separate the columns of other programs: no form of a table here reads it.
bool RowExpressions::reportForeignSeparator(support::DiagnosticBuilder &builder) {
  const std::string &line = file->header[0];
  static const std::vector<std::pair<char, const char *>> signs = {{';', "semicolons"}, {'|', "bars"}};
  for (const auto &[sign, words] : signs) {
    if (line.find(sign) == std::string::npos)
      continue;
    builder.label("not in the header below");
    builder.label(SourceRange{sources.add(info.path, line), 0, uint32_t(line.size())},
                  std::string("read as one column: the file is separated by ") + words);
    builder.help("write the file with commas, or with tabs and `tsv`");
    builder.cause(info.pathRange); // one error for all its columns
    return true;
  }
  return false;
}

bool RowExpressions::hasColumn(const std::string &name, SourceRange range, bool inExpression) {
  const std::vector<std::string> &header = file->header;
  if (file->error.empty() && std::find(header.begin(), header.end(), name) != header.end())
    return true;
  if (!file->error.empty()) {
    if (!fileReported)
      error(diag::DataFileBroken, info.pathRange, file->error);
    fileReported = true;
    info.ok = false;
    return false;
  }
  auto builder = error(diag::NoSuchColumn, range, info.path, name);
  char other = info.format == "tsv" ? ',' : '\t';
  if (header.size() == 1 && header[0].find(other) != std::string::npos) {
    reportOneColumn(builder, name, range, other);
    return false;
  }
  if (header.size() == 1 && reportForeignSeparator(builder))
    return false;
  builder.cause(causeOf(name, range, true));
  if (auto near = support::nearestName(name, header)) {
    std::string quoted = "\"" + *near + "\"";
    std::string written = isWord(*near) ? *near : inExpression ? "column(" + quoted + ")" : quoted;
    MeantLabels meant = meantLabels(*near, written, range, file->separator);
    builder.label("did you mean `" + written + "`?");
    if (!meant.written.empty())
      builder.help("write `" + meant.written + "`", {{range, meant.written}});
    if (!meant.told.empty())
      builder.last(meant.told);
  } else {
    builder.label("not in the header");
  }
  std::string shown;
  for (size_t i = 0; i < header.size() && i < 12; ++i)
    shown += (i ? ", " : "") + header[i];
  if (header.size() > 12)
    shown += ", … (" + std::to_string(header.size()) + " columns)";
  builder.fact("columns: " + shown);
  return false;
}

} // namespace nnc::dsl
