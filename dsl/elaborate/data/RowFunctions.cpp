// The functions of a `dataset` block: what each takes, and what one row of it is (rules data-1 to data-3).
#include "dsl/elaborate/data/RowExpressions.h"

#include "support/Suggest.h"

#include <algorithm>
#include <set>

namespace nnc::dsl {

using nlohmann::json;
using support::SourceRange;
namespace diag = support::diag;

/// A word of the block, a cast, a function of the library or of the program.
Row RowExpressions::evaluateCall(const ast::NameExpr &name, const ast::CallSuffix &call, const ast::Expr &expr) {
  SourceRange nameRange = expr.as<ast::PostfixExpr>()->base->range;
  if (const WordCall *word = findCall(CallGroup::Row, name.name)) {
    auto use = words.arguments(*word, call.args, expr.range);
    info.ok &= use.has_value();
    return use ? evaluateWord(*use, expr) : Row();
  }
  static const std::set<std::string> casts = {"float", "int", "bool"};
  if (casts.count(name.name) || module.dims.count(name.name))
    return castCall(name.name, call, expr);
  if (auto own = module.ownFunctions.find(name.name); own != module.ownFunctions.end())
    return functionCall(*own->second.front(), call, expr);
  static const std::set<std::string> math = {"exp",   "log",  "sqrt", "sin",     "cos",     "abs",     "sign", "round",
                                             "floor", "ceil", "tanh", "sigmoid", "minimum", "maximum", "clamp"};
  if (math.count(name.name))
    return mathCall(name.name, call, expr);
  std::vector<std::string> known = callNames(CallGroup::Row);
  known.insert(known.end(), math.begin(), math.end());
  for (const auto &[own, definitions] : module.ownFunctions)
    known.push_back(own);
  unknownWord(nameRange, name.name, known);
  return {};
}

Row RowExpressions::evaluateWord(const WordUse &use, const ast::Expr &expr) {
  const std::string &name = use.word->name;
  static const std::set<std::string> read = {"standardize", "column", "columns", "window", "ahead"};
  if (!read.count(name))
    later(name, expr.range);
  if (name == "standardize" || name == "minmax")
    return rescale(use);
  if (name == "window" || name == "ahead" || name == "crop" || name == "segments")
    return evaluateWindow(use);
  if (name == "columns")
    return evaluateColumns(use);
  if (name == "column") {
    auto column = columnName(*use.args.at("name"));
    return column ? this->column(*column, use.args.at("name")->range, false) : Row();
  }
  if (name == "normalize")
    return normalize(use);
  if (name == "one_hot")
    return oneHot(use);
  if (name == "tokenize")
    return tokenize(use);
  if (name == "pad")
    return padded(use);
  if (name == "count")
    return counted(use);
  if (name == "bag")
    return bag(use);
  if (name == "draw")
    return draw(use);
  if (name == "chance")
    return {.expression = json::array({"chance", words.number(use, "p")}),
            .shape = std::vector<int64_t>(),
            .ok = true,
            .kind = Row::Kind::Truth};
  Row row = evaluate(*use.args.at("s")); // lower
  if (!row.ok || !needs(row, {Row::Kind::Cell, Row::Kind::Text}, use, "text"))
    return {};
  row.expression = json::array({"lower", row.expression});
  row.kind = Row::Kind::Text;
  return row;
}

bool RowExpressions::needs(const Row &row, std::initializer_list<Row::Kind> kinds, const WordUse &use,
                           const char *what) {
  if (std::find(kinds.begin(), kinds.end(), row.kind) != kinds.end())
    return true;
  error(diag::WrongRow, use.args.at(use.word->params[0].name)->range, use.word->name, what, describe(row.kind));
  return false;
}

/// A whole number of steps or places; 0 after an error.
int64_t RowExpressions::length(const WordUse &use, const char *name, int64_t max) {
  const ast::Expr &given = *use.args.at(name);
  const auto *n = given.as<ast::NumberExpr>();
  if (n && n->isInteger && n->integer >= 1 && n->integer <= max)
    return n->integer;
  if (max == maxSteps)
    error(diag::WindowLength, given.range, use.word->name);
  else
    error(diag::RowNumber, given.range, name, use.word->name, "a whole number from 1 to " + support::formatNumber(max));
  return 0;
}

Row RowExpressions::rescale(const WordUse &use) {
  Row row = evaluate(*use.args.at("x"));
  if (!row.ok || !needs(row, {Row::Kind::Cell, Row::Kind::Number, Row::Kind::Real}, use, "numbers"))
    return {};
  if (use.word->name == "minmax") {
    double low = words.number(use, "lo");
    double high = use.find("hi") ? words.number(use, "hi") : 1;
    if (high <= low)
      error(diag::RowNumber, use.find("hi") ? use.find("hi")->range : use.range, "hi", "minmax", "more than `lo`");
    row.expression = json::array({"minmax", row.expression, low, high});
    row.scale = Row::Scale::Mixed;
  } else {
    row.expression = json::array({"standardize", row.expression});
    row.scale = row.scale == Row::Scale::Raw ? Row::Scale::Standardized : Row::Scale::Mixed;
  }
  row.kind = Row::Kind::Real;
  return row;
}

Row RowExpressions::normalize(const WordUse &use) {
  Row row = evaluate(*use.args.at("pixels"));
  const auto *constants = use.args.at("constants")->as<ast::NameExpr>();
  if (!constants || constants->name != "imagenet") {
    error(diag::RowNumber, use.args.at("constants")->range, "constants", "normalize", "imagenet");
    return {};
  }
  bool isPicture = row.shape && row.shape->size() == 3 && (*row.shape)[0] == 3;
  if (!row.ok)
    return {};
  if (!isPicture) {
    error(diag::WrongRow, use.args.at("pixels")->range, "normalize", "pictures, float[3, height, width]",
          row.shape ? shapeText(*row.shape) : std::string(describe(row.kind)));
    return {};
  }
  row.expression = json::array({"normalize", row.expression, "imagenet"});
  row.kind = Row::Kind::Real;
  row.scale = Row::Scale::Mixed;
  return row;
}

/// The dim of the last axis of the field at hand.
const Dim *RowExpressions::lastDim(const WordUse &use, const char *what) {
  auto name = current && !current->shape.empty() ? current->shape.back().symbolName() : std::nullopt;
  auto found = name ? module.dims.find(*name) : module.dims.end();
  if (found != module.dims.end())
    return &found->second;
  error(diag::WrongRow, use.range, use.word->name, what,
        current ? "the field `" + current->name + ": " + text(current->typeRange) + "`" : "inside a function");
  return nullptr;
}

Row RowExpressions::oneHot(const WordUse &use) {
  const Dim *dim = lastDim(use, "a field whose last axis is the dim of its labels");
  Row row = evaluate(*use.args.at("label"));
  if (!dim || !row.ok ||
      !needs(row, {Row::Kind::Cell, Row::Kind::Number, Row::Kind::Text, Row::Kind::Members}, use, "labels"))
    return {};
  row.expression = json::array({"one_hot", dim->name, row.expression});
  row.kind = Row::Kind::Number;
  if (row.shape)
    row.shape->push_back(dim->size);
  return row;
}

/// Whether text can be looked up in a dim: it has labels, or members that stand in a file.
static bool namesMembers(const Dim &dim) { return !dim.vocabulary.empty() || !dim.labels.empty(); }

/// The vocabulary of the field at hand: the dim of its elements.
const Dim *RowExpressions::vocabulary(const WordUse &use) {
  auto found = current ? module.dims.find(current->dim) : module.dims.end();
  if (found != module.dims.end() && namesMembers(found->second))
    return &found->second;
  auto builder = error(diag::NeedsVocabulary, use.range, use.word->name, current ? current->name : "");
  const ast::Expr *cell = use.find("s");
  std::string column = cell && cell->as<ast::NameExpr>() ? cell->as<ast::NameExpr>()->name : "NAME";
  std::string source =
      info.format == "csv" || info.format == "tsv" ? info.path + "\", column = " + column : info.path + "\"";
  builder.help("give the field the elements of a dim such as `dim Word = words(\"" + source + ", size = 10_000)`");
  return nullptr;
}

Row RowExpressions::tokenize(const WordUse &use) {
  Row row = evaluate(*use.args.at("s"));
  if (!row.ok || !needs(row, {Row::Kind::Cell, Row::Kind::Text}, use, "text"))
    return {};
  bool begin = words.flag(use, "begin"), end = words.flag(use, "end");
  // `count` and `bag` say themselves whose members are meant.
  bool counting = tokensAreCounted;
  const Dim *dim = counting ? nullptr : vocabulary(use);
  if (!counting && !dim)
    return {};
  for (const char *member : {"begin", "end"})
    if (dim && (member[0] == 'b' ? begin : end) && !dim->labels.empty() && !dim->placeOf(member)) {
      error(diag::NoSuchMember, use.args.at(member)->range, dim->name, member)
          .help(dim->vocabulary == "words" || dim->vocabulary == "characters"
                    ? "write `special = [" + std::string(member) + "]` among the arguments of its vocabulary"
                    : "write `" + std::string(member) + "` among its labels");
      return {};
    }
  row.expression = json::array({"tokenize", dim ? json(dim->name) : json(), row.expression, begin, end});
  row.kind = Row::Kind::Tokens;
  return row;
}

Row RowExpressions::padded(const WordUse &use) {
  int64_t n = length(use, "n", maxPlaces);
  Row row = evaluate(*use.args.at("x"));
  if (!row.ok || !n || !needs(row, {Row::Kind::Tokens}, use, "tokens"))
    return {};
  Padding padding{row.expression, n, current ? current->dim : ""};
  if (padding.tokens[0] == "tokenize")
    padding.tokens[1] = nullptr;
  pads.push_back(std::move(padding));
  row.expression = json::array({"pad", row.expression, n});
  row.kind = Row::Kind::Members;
  row.shape = std::vector<int64_t>{n};
  return row;
}

Row RowExpressions::counted(const WordUse &use) {
  int64_t n = length(use, "n", maxPlaces);
  bool outer = std::exchange(tokensAreCounted, true);
  Row row = evaluate(*use.args.at("x"));
  tokensAreCounted = outer;
  if (!row.ok || !n || !needs(row, {Row::Kind::Tokens}, use, "tokens"))
    return {};
  counts.push_back({{row.expression, n, ""}, info.fields.size(), use.range});
  row.expression = json::array({"count", row.expression, n});
  row.kind = Row::Kind::Number;
  row.shape = std::vector<int64_t>();
  return row;
}

void RowExpressions::resolveCounts() {
  for (const Counting &count : counts) {
    auto fits = [&](const Padding &pad) {
      return pad.tokens == count.padding.tokens && pad.length == count.padding.length;
    };
    auto pad = std::find_if(pads.begin(), pads.end(), fits);
    if (pad == pads.end()) {
      error(diag::CountWithoutPad, count.range, text(count.range))
          .help("write the same arguments as in a `pad` of the block: it is the number that this `pad` keeps");
      continue;
    }
    if (count.field < info.fields.size() && info.fields[count.field].expression[0] == "count")
      info.fields[count.field].expression[1][1] = pad->dim;
  }
}

Row RowExpressions::bag(const WordUse &use) {
  const Dim *dim = lastDim(use, "a field whose last axis is a vocabulary, such as float[Word]");
  bool outer = std::exchange(tokensAreCounted, true);
  Row row = evaluate(*use.args.at("tokens"));
  tokensAreCounted = outer;
  if (!dim || !row.ok || !needs(row, {Row::Kind::Tokens}, use, "tokens"))
    return {};
  if (!namesMembers(*dim)) {
    error(diag::NeedsVocabulary, use.range, "bag", current->name);
    return {};
  }
  row.expression[1] = dim->name;
  row.expression = json::array({"bag", dim->name, row.expression});
  row.kind = Row::Kind::Number;
  row.shape = std::vector<int64_t>{dim->size};
  return row;
}

Row RowExpressions::draw(const WordUse &use) {
  int64_t n = length(use, "n", maxPlaces);
  Row row = evaluate(*use.args.at("column"));
  using Kind = Row::Kind;
  if (!row.ok || !n ||
      !needs(row, {Kind::Cell, Kind::Number, Kind::Real, Kind::Truth, Kind::Text, Kind::Members}, use,
             "a column with one value a row"))
    return {};
  row.expression = json::array({"draw", row.expression, n, words.number(use, "power")});
  if (row.shape)
    row.shape->insert(row.shape->begin(), n);
  return row;
}

/// `time = day` at the source, and `by = day` in the split, if a column of the file holds times.
std::vector<support::Edit> RowExpressions::timeEdits() const {
  if (!file || !file->error.empty())
    return {};
  auto isTime = [&](const std::string &name) { return checkTimes(*file, name, true).complete; };
  auto time = std::find_if(file->header.begin(), file->header.end(), isTime);
  if (time == file->header.end())
    return {};
  std::vector<support::Edit> edits{{info.pathRange.after(), ", time = " + *time}};
  for (const ast::DatasetEntry &entry : item.entries) {
    const auto *call = std::get_if<ast::DatasetCall>(&entry.node);
    bool isSplit = call && call->name.text == "split" && !call->args.empty();
    if (isSplit &&
        std::ranges::none_of(call->args, [](const ast::Arg &arg) { return arg.name && arg.name->text == "by"; }))
      edits.push_back({call->args[0].range.before(), "by = " + *time + ", "});
  }
  return edits;
}

/// `window([load, wind], 48)`: the steps become the first axis.
Row RowExpressions::evaluateWindow(const WordUse &use) {
  const std::string &word = use.word->name;
  if (!hasSeries()) {
    auto builder = error(diag::SeriesNeedsTime, use.range, word, info.path);
    builder.cause(info.pathRange).note(info.pathRange, "the file"); // one error for all windows
    if (!info.path.empty() && findCall(CallGroup::Source, info.format)->signature.find("time") != std::string::npos)
      builder.help("name the column of times: `" + info.format + "(\"" + info.path + "\", time = COLUMN)`",
                   timeEdits());
    return {};
  }
  int64_t steps = length(use, use.word->params[1].name.c_str(), maxSteps);
  Row row = steps ? evaluate(*use.args.at("x")) : Row();
  if (!row.ok)
    return {};
  if (row.span) {
    error(diag::WindowPlace, use.args.at("x")->range, row.span->call, "another `" + word + "`");
    return {};
  }
  if (row.kind == Row::Kind::Text) {
    error(diag::WrongRow, use.args.at("x")->range, word, "steps", "text")
        .help("make tokens of it: `" + word + "(tokenize(" + text(use.args.at("x")->range) + "), " +
              std::to_string(steps) + ")`");
    return {};
  }
  row.span = Span{word, steps};
  row.bareColumns = false;
  row.expression = json::array({word, row.expression, steps});
  if (row.kind == Row::Kind::Tokens)
    row.kind = Row::Kind::Members;
  if (row.shape)
    row.shape->insert(row.shape->begin(), steps);
  return row;
}

std::optional<std::string> RowExpressions::columnName(const ast::Expr &expr) {
  const auto *string = expr.as<ast::StringExpr>();
  const auto *id = expr.as<ast::NameExpr>();
  if (!string && !id)
    error(diag::ColumnName, expr.range);
  return string ? std::optional(string->value) : id ? std::optional(id->name) : std::nullopt;
}

Row RowExpressions::evaluateColumns(const WordUse &use) {
  const ast::Expr &firstExpr = *use.args.at("first"), &lastExpr = *use.args.at("last");
  auto first = columnName(firstExpr), last = first ? columnName(lastExpr) : std::nullopt;
  if (!last || !knownColumn(*first, firstExpr.range) || !knownColumn(*last, lastExpr.range))
    return {};
  Row row{
      .expression = json::array({"columns", *first, *last}), .ok = true, .bareColumns = true, .kind = Row::Kind::Cell};
  if (!file && header.empty())
    return row;
  if (file && (!hasColumn(*first, firstExpr.range, false) || !hasColumn(*last, lastExpr.range, false)))
    return {};
  const std::vector<std::string> &names = file ? file->header : header;
  auto place = [&](const std::string &one) { return std::find(names.begin(), names.end(), one) - names.begin(); };
  if (place(*last) < place(*first)) {
    error(diag::ColumnOrder, use.range, *last, *first);
    return {};
  }
  row.shape = std::vector<int64_t>{place(*last) - place(*first) + 1};
  return row;
}

} // namespace nnc::dsl
