#include "dsl/elaborate/data/Dataset.h"

#include "data/Shares.h"
#include "dsl/Vocabulary.h"
#include "dsl/elaborate/data/DataValues.h"
#include "dsl/elaborate/data/RowExpressions.h"
#include "support/Suggest.h"

#include <algorithm>

namespace nnc::dsl {

using nlohmann::json;
using support::SourceRange;
namespace diag = support::diag;

std::string placeText(const support::SourceMap &sources, SourceRange range) {
  support::LineColumn place = sources.lineColumn(range.file, range.begin);
  std::string name(sources.name(range.file));
  name = name.substr(name.rfind('/') + 1); // a binary does not depend on where its source lay
  return name + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

const DatasetFieldInfo *DatasetInfo::field(const std::string &wanted) const {
  for (const DatasetFieldInfo &field : fields)
    if (field.name == wanted)
      return &field;
  return nullptr;
}

namespace {

class Checker : RowExpressions {
public:
  Checker(const ast::DatasetItem &item, const Module &module, Elem precision, const CompileOptions &options,
          support::SourceMap &sources, support::DiagnosticSink &sink)
      : RowExpressions(item, module, sources, sink), precision(precision), options(options) {}

  DatasetInfo run() {
    info.name = item.name.text;
    info.range = item.name.range;
    readSource();
    bool isTable = (info.format == "csv" || info.format == "tsv") && header.empty();
    if (!info.path.empty() && options.checkData && isTable)
      file = openDataFile(options.dataDir, info.path, info.format == "tsv" ? '\t' : ',');
    // Else the split would be told that its column is not this one.
    hasTime = info.time.empty() || !file || hasColumn(info.time, info.timeRange, false);
    for (const ast::DatasetEntry &entry : item.entries)
      if (const auto *field = std::get_if<ast::DatasetField>(&entry.node))
        readField(*field, entry.range);
    resolveCounts();
    for (const ast::DatasetEntry &entry : item.entries)
      if (const auto *call = std::get_if<ast::DatasetCall>(&entry.node))
        readCall(*call, entry.range);
    if (info.isSeries() && info.split.is_null() && !info.time.empty())
      info.split = json::object({{"train", 1}, {"by", info.time}});
    if (file && info.ok)
      checkSeries();
    if (file && info.ok)
      checkValues(info, *file, module, sources, sink);
    return std::move(info);
  }

private:
  Elem precision;
  const CompileOptions &options;
  bool hasTime = true; // the column of times is there, as far as is known

  void readSource() {
    const ast::NameExpr *name = nullptr;
    const ast::CallSuffix *call = callOf(*item.source, name);
    if (!call) {
      error(diag::DatasetSource, item.source->range);
      return;
    }
    SourceRange nameRange = item.source->as<ast::PostfixExpr>()->base->range;
    const WordCall *word = findCall(CallGroup::Source, name->name);
    if (!word) {
      unknownWord(nameRange, name->name, callNames(CallGroup::Source));
      return;
    }
    info.format = name->name;
    if (call->args.empty()) {
      error(diag::DatasetSource, item.source->range);
      return;
    }
    auto use = words.arguments(*word, call->args, item.source->range);
    info.ok &= use.has_value();
    if (!use)
      return;
    const auto *path = use->args.at("path")->as<ast::StringExpr>();
    if (!path || path->value.empty()) {
      error(diag::DatasetSource, use->args.at("path")->range).fact("the path stands in quotes");
      return;
    }
    info.path = path->value;
    info.pathRange = use->args.at("path")->range;
    if (const ast::Expr *time = use->find("time"))
      readTime(*time);
    if (const ast::Expr *columns = use->find("columns"))
      readHeader(*columns);
    if (const ast::Expr *size = use->find("size"))
      readSize(*size);
    static const std::map<std::string, std::vector<std::string>> known = {
        {"text", {"body"}}, {"idx", {"images", "labels"}}, {"images", {"pixels", "folder"}}, {"npy", {"array"}}};
    if (auto found = known.find(info.format); found != known.end())
      header = found->second;
    if (info.format != "csv" && info.format != "tsv")
      later(info.format, item.source->range);
  }

  /// `columns = [height, width]`: the file has no line of names.
  void readHeader(const ast::Expr &expr) {
    const auto *list = expr.as<ast::ListExpr>();
    if (!list || list->elements.empty()) {
      error(diag::SettingValue, expr.range, "columns", "a list of names, such as [height, width]");
      return;
    }
    for (const ast::Element &element : list->elements)
      if (auto name = element.label || element.spread ? std::nullopt : columnName(*element.value))
        header.push_back(*name);
    info.sourceArguments["columns"] = header;
    later("columns =", expr.range);
  }

  /// `size = (224, 224)`
  void readSize(const ast::Expr &expr) {
    const auto *pair = expr.as<ast::VectorExpr>();
    json sides = json::array();
    for (size_t i = 0; pair && i < pair->elements.size(); ++i)
      if (const auto *n = pair->elements[i]->as<ast::NumberExpr>(); n && n->isInteger && n->integer > 0)
        sides.push_back(std::min<int64_t>(n->integer, 1 << 20));
    bool isPair = pair && pair->elements.size() == 2 && sides.size() == 2;
    if (!isPair)
      error(diag::SettingValue, expr.range, "size", "height and width, such as (224, 224)");
    info.sourceArguments["size"] = isPair ? sides : json::array({1, 1});
  }

  void readTime(const ast::Expr &expr) {
    const auto *string = expr.as<ast::StringExpr>();
    const auto *name = expr.as<ast::NameExpr>();
    if (!string && !name) {
      error(diag::ColumnName, expr.range);
    } else {
      info.time = string ? string->value : name->name;
      info.timeRange = expr.range;
    }
  }

  void readField(const ast::DatasetField &field, SourceRange range) {
    DatasetFieldInfo made;
    made.name = field.name.text;
    made.range = range;
    made.nameRange = field.name.range;
    made.typeRange = field.type.range;
    made.valueRange = field.value->range;
    if (auto first = fieldNames.find(made.name); first != fieldNames.end())
      return void(error(diag::DefinedTwice, field.name.range, made.name).note(first->second, "the first one"));
    if (!readType(field.type, made))
      return;
    current = &made;
    Row row = limited(evaluate(*field.value), field.value->range);
    current = nullptr;
    if (!row.ok || !fitsElements(made, row))
      return;
    std::vector<int64_t> declared;
    for (const Size &axis : made.shape)
      declared.push_back(substitute(axis, module.dimSizes).constant().value_or(-1));
    if (row.shape && !sameShape(*row.shape, declared)) {
      auto builder =
          error(diag::FieldShape, field.type.range, made.name, text(field.type.range), shapeText(*row.shape));
      builder.note(field.value->range, "the right side gives " + shapeText(*row.shape));
      if (auto inOrder = reordered(*row.shape, declared))
        builder.help("the axes stand in another order: here it is " + shapeText(*inOrder));
      return;
    }
    if (row.span) {
      made.window = row.span->call;
      made.steps = row.span->length;
    }
    made.standardized = row.scale == Row::Scale::Standardized;
    if (!info.fields.empty() && rowsOf(info.fields[0]) != rowsOf(made)) {
      const DatasetFieldInfo &first = info.fields[0];
      error(diag::RowsDiffer, made.valueRange, made.name, rowsOf(made), first.name, rowsOf(first))
          .note(first.valueRange, "all fields of a block have the same rows");
      return;
    }
    bool isName = row.kind == Row::Kind::Cell || row.kind == Row::Kind::Text;
    made.expression = made.dim.empty() || module.dims.at(made.dim).labels.empty() || !isName
                          ? row.expression
                          : json::array({"label", made.dim, row.expression});
    fieldNames[made.name] = made.nameRange;
    info.fields.push_back(std::move(made));
  }

  /// The declared sizes in the order of a shape of which some are unknown, if these are the same: channels stand in
  /// front.
  static std::optional<std::vector<int64_t>> reordered(std::vector<int64_t> shape, std::vector<int64_t> declared) {
    if (shape.size() != declared.size())
      return std::nullopt;
    for (int64_t axis : shape) {
      auto found = std::find(declared.begin(), declared.end(), axis);
      if (axis >= 0 && found == declared.end())
        return std::nullopt;
      if (axis >= 0)
        declared.erase(found);
    }
    for (int64_t &axis : shape)
      if (axis < 0) {
        axis = declared.front();
        declared.erase(declared.begin());
      }
    return shape;
  }

  /// One example is the whole data set: sizes come from the data (rule data-4).
  bool isWhole() const { return info.format == "graph" || info.format == "npz" || info.format == "npy"; }

  /// What a row of a field is, for messages.
  static std::string rowsOf(const DatasetFieldInfo &field) {
    return field.window.empty()                                  ? "one value of each row"
           : field.window == "window" || field.window == "ahead" ? "windows of a series"
           : field.window == "crop"                              ? "one part of a series at a random place"
                                                                 : "neighbouring parts of a series";
  }

  /// The declared elements are those of the right side (rule data-1).
  bool fitsElements(const DatasetFieldInfo &made, const Row &row) {
    using Kind = Row::Kind;
    bool isLabel = !made.dim.empty(), isTruth = made.elem == Elem::Bool;
    bool fits = true;
    switch (row.kind) {
    case Kind::Cell:
      break;
    case Kind::Number:
      fits = !isTruth;
      break;
    case Kind::Real:
      fits = made.isFloat;
      break;
    case Kind::Truth:
      fits = isTruth;
      break;
    case Kind::Text:
      fits = isLabel && !row.span && info.format != "text";
      break;
    case Kind::Members:
      fits = isLabel;
      break;
    case Kind::Tokens:
      fits = false;
    }
    if (fits)
      return true;
    auto builder = error(diag::FieldElements, made.valueRange, made.name, text(made.typeRange), describe(row.kind));
    std::string value = text(made.valueRange);
    if (row.kind == Kind::Tokens)
      builder.help(hasSeries() ? "write `crop(" + value + ", n)` or `segments(" + value + ", n)`"
                               : "write `pad(" + value + ", n)`");
    else if (row.kind == Kind::Truth)
      builder.help("write `float(" + value + ")` or `int(" + value + ")` for 1 and 0");
    return false;
  }

  bool readType(const ast::Type &type, DatasetFieldInfo &made) {
    const std::string &name = type.name.text;
    static const std::map<std::string, Elem> elems = {{"f32", Elem::F32}, {"f64", Elem::F64}, {"int", Elem::I64},
                                                      {"i64", Elem::I64}, {"i32", Elem::I32}, {"bool", Elem::Bool}};
    if (type.isList()) {
      error(diag::ComesLater, type.range, "a list as a field");
      return false;
    }
    if (name == "float") {
      made.elem = precision;
    } else if (auto known = elems.find(name); known != elems.end()) {
      made.elem = known->second;
    } else if (module.dims.count(name)) {
      made.elem = Elem::I32;
      made.dim = name;
    } else if (isWhole() && isSizeName(name)) {
      made.elem = Elem::I32;
      made.members = name;
    } else {
      std::vector<std::string> known{"float", "int", "bool"};
      for (const auto &[dim, value] : module.dims)
        known.push_back(dim);
      auto builder = error(diag::UnknownElement, type.name.range, name);
      if (auto near = support::nearestName(name, known))
        builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{type.name.range, *near}});
      return false;
    }
    made.isFloat = made.elem == Elem::F32 || made.elem == Elem::F64;
    for (const ast::Axis &axis : type.shape) {
      const auto *n = !axis.ellipsis && axis.size ? axis.size->as<ast::NumberExpr>() : nullptr;
      const auto *dim = !axis.ellipsis && axis.size ? axis.size->as<ast::NameExpr>() : nullptr;
      if (n && n->isInteger && n->integer > 0) {
        made.shape.push_back(Size(n->integer));
      } else if (dim && module.dims.count(dim->name)) {
        made.shape.push_back(Size::symbol(dim->name));
      } else if (dim && isWhole() && isSizeName(dim->name)) {
        made.shape.push_back(Size::symbol(dim->name));
      } else if (n && n->isInteger) {
        error(diag::EmptyAxis, axis.range, "that of a field", text(axis.range)).cause(axis.range);
        return false;
      } else {
        error(diag::FieldAxis, axis.range, text(axis.range))
            .fact("a field is that of one row: the batch is not written");
        return false;
      }
    }
    return true;
  }

  void readCall(const ast::DatasetCall &call, SourceRange range) {
    if (call.name.text == "augment") {
      readAugment(call, range);
      return;
    }
    if (call.name.text != "split") {
      unknownWord(call.name.range, call.name.text, callNames(CallGroup::Block));
      return;
    }
    if (!info.split.is_null()) {
      error(diag::DefinedTwice, call.name.range, "split");
      return;
    }
    info.split = json::object();
    double total = 0;
    const ast::Arg *random = nullptr; // an argument of a random split
    bool byTime =
        std::ranges::any_of(call.args, [](const ast::Arg &arg) { return arg.name && arg.name->text == "by"; });
    for (const ast::Arg &arg : call.args) {
      std::string name = arg.name ? arg.name->text : "";
      const auto *n = arg.value->as<ast::NumberExpr>();
      if (name == "train" || name == "valid" || name == "test") {
        if (const auto *other = arg.value->as<ast::StringExpr>(); other && !other->value.empty()) {
          info.split[name] = other->value;
          later("another file as a part", arg.range);
        } else if (!n || n->value < 0 || n->value > 1) {
          reportShare(arg, n);
        } else {
          info.split[name] = n->value;
          total += n->value;
        }
      } else if (name == "seed") {
        random = &arg;
        if (n && n->isInteger && n->integer >= 0)
          info.split["seed"] = n->integer;
        else
          error(diag::SettingValue, arg.value->range, "seed", "a whole number");
      } else if (name == "stratify") {
        random = &arg;
        if (!byTime)
          readStratify(arg);
      } else if (name == "by") {
        readBy(arg);
      } else {
        SourceRange at = arg.name ? arg.name->range : arg.range;
        auto builder = error(diag::UnknownArgument, at, "split", name.empty() ? text(arg.range) : name);
        if (auto near = support::nearestName(name, {"train", "valid", "test", "by", "stratify", "seed"}))
          builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{at, *near}});
        builder.fact("arguments: train, valid, test, by, stratify, seed");
      }
    }
    if (total > 1 + 1e-9)
      error(diag::SplitTotal, range, json(total).dump());
    bool isTrained = std::ranges::any_of(
        module.trains, [&](const ast::TrainItem *one) { return one->dataset.text == item.name.text; });
    if (isTrained && info.ok && (!info.split.contains("train") || info.split["train"] == 0))
      error(diag::SettingValue, range, "train", "more than 0: a `train` block takes this part");
    if (random && byTime)
      error(diag::SplitByShares, random->range, random->name->text);
    else if (info.isSeries() && !byTime && !info.time.empty() && info.ok)
      error(diag::SplitByTime, call.name.range).help("write `by = " + info.time + "` among its arguments");
    if (!info.split.contains("seed") && !byTime)
      info.split["seed"] = 0;
    info.split["at"] = placeText(sources, range);
    info.splitRange = range;
  }

  void reportShare(const ast::Arg &arg, const ast::NumberExpr *n) {
    auto builder = error(diag::SplitShare, arg.range);
    bool isPercent = n && n->value > 1 && n->value <= 100;
    if (std::string share = isPercent ? json(n->value / 100).dump() : ""; isPercent)
      builder.help("these are percent: write `" + share + "`", {{arg.value->range, share}});
  }

  /// `augment(random_crop(image, padding = 16), random_flip(image))`
  void readAugment(const ast::DatasetCall &call, SourceRange range) {
    if (!info.augment.is_null()) {
      error(diag::DefinedTwice, call.name.range, "augment");
      return;
    }
    info.augment = json::array();
    later("augment", range);
    for (const ast::Arg &arg : call.args) {
      auto use = words.use(*arg.value, CallGroup::Augment, "random_flip(image)");
      const auto *name = use ? use->args.at("x")->as<ast::NameExpr>() : nullptr;
      const DatasetFieldInfo *field = name ? info.field(name->name) : nullptr;
      info.ok &= use.has_value();
      if (!use)
        continue;
      SourceRange at = use->args.at("x")->range;
      if (!field && isWritten(text(at)))
        continue;
      if (!field) {
        std::vector<std::string> known;
        for (const DatasetFieldInfo &one : info.fields)
          known.push_back(one.name);
        unknownWord(at, text(at), known);
        continue;
      }
      if (!field->isFloat || field->shape.size() != 3) {
        error(diag::AugmentField, at, use->word->name, field->name, text(field->typeRange))
            .note(field->typeRange, "a picture is float[channels, height, width]");
        continue;
      }
      json made = json::array({use->word->name, field->name});
      if (use->find("padding"))
        made.push_back(words.whole(*use, "padding", 1));
      info.augment.push_back(std::move(made));
    }
  }

  void readStratify(const ast::Arg &arg) {
    const auto *field = arg.value->as<ast::NameExpr>();
    const DatasetFieldInfo *found = field ? info.field(field->name) : nullptr;
    if (found && found->dim.empty())
      error(diag::StratifyField, arg.value->range, field->name);
    else if (found)
      info.split["stratify"] = field->name;
    else if (!field || !isWritten(field->name)) {
      std::vector<std::string> names;
      for (const DatasetFieldInfo &one : info.fields)
        names.push_back(one.name);
      unknownWord(arg.value->range, text(arg.value->range), names);
    }
  }

  void readBy(const ast::Arg &arg) {
    const auto *string = arg.value->as<ast::StringExpr>();
    const auto *name = arg.value->as<ast::NameExpr>();
    std::string column = string ? string->value : name ? name->name : "";
    info.split["by"] = column;
    if ((!column.empty() && column == info.time) || !hasTime)
      return;
    bool known = !info.time.empty();
    auto builder = error(diag::SplitByColumn, arg.value->range,
                         known ? "`" + info.time + "`" : "which `" + info.format + "(…, time = COLUMN)` names");
    if (known)
      builder.help("write `" + info.time + "`", {{arg.value->range, info.time}});
  }

  // -------------------------------------------------------------------------------------------------------------------

  /// The column of times, and whether the parts are long enough for one row each.
  void checkSeries() {
    if (info.time.empty())
      return;
    TimeCheck check = checkTimes(*file, info.time, info.isSeries());
    if (!check.wrong.empty()) {
      error(diag::TimeColumn, info.timeRange, check.wrong);
      return;
    }
    if (!check.complete || !info.isSeries())
      return;
    if (!check.uneven.empty())
      sink.report(diag::SeriesUneven, info.timeRange, check.uneven)
          .fact(check.count + ": `window` and `ahead` count rows, whatever time lies between them")
          .help("add the rows that are missing, or take the others out");
    int64_t past = 0, future = 0;
    for (const DatasetFieldInfo &field : info.fields)
      (field.window == "window" ? past : future) = std::max(field.window == "window" ? past : future, field.steps);
    auto tooShort = [&](SourceRange range, const std::string &what, int64_t has) {
      auto builder = error(diag::SeriesTooShort, range, what, steps(has), std::to_string(past + future));
      if (info.fields[0].window == "window" || info.fields[0].window == "ahead") // else one part of the series
        builder.fact(std::to_string(past) + " of `window` and " + std::to_string(future) + " of `ahead`");
    };
    if (check.rows < past + future) {
      tooShort(info.pathRange, "the series `" + info.path + "`", check.rows);
      return;
    }
    static const char *const parts[] = {"train", "valid", "test"};
    double shares[3] = {1, 0, 0};
    if (info.split.contains("by"))
      for (int part = 0; part < 3; ++part)
        shares[part] = info.split.value(parts[part], 0.0);
    std::array<uint32_t, 3> sizes = data::cut(uint32_t(check.rows), shares);
    for (int part = 0; part < 3; ++part)
      if (shares[part] > 0 && sizes[part] < past + future)
        tooShort(info.splitRange, std::string("the part `") + parts[part] + "`", sizes[part]);
  }

  static std::string steps(int64_t count) { return std::to_string(count) + (count == 1 ? " step" : " steps"); }
};

} // namespace

DatasetInfo checkDataset(const ast::DatasetItem &item, const Module &module, Elem precision,
                         const CompileOptions &options, support::SourceMap &sources, support::DiagnosticSink &sink) {
  return Checker(item, module, precision, options, sources, sink).run();
}

} // namespace nnc::dsl
