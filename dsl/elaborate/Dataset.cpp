#include "dsl/elaborate/Dataset.h"

#include "data/Shares.h"
#include "dsl/Vocabulary.h"
#include "dsl/elaborate/RowExpressions.h"
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
      : RowExpressions(item, sources, sink), module(module), precision(precision), options(options) {}

  DatasetInfo run() {
    info.name = item.name.text;
    info.range = item.name.range;
    readSource();
    if (!info.path.empty() && options.checkData)
      file = openDataFile(options.dataDir, info.path, info.format == "tsv" ? '\t' : ',');
    // Else the split would be told that its column is not this one.
    hasTime = info.time.empty() || !file || hasColumn(info.time, info.timeRange);
    for (const ast::DatasetEntry &entry : item.entries)
      if (const auto *field = std::get_if<ast::DatasetField>(&entry.node))
        readField(*field, entry.range);
    for (const ast::DatasetEntry &entry : item.entries)
      if (const auto *call = std::get_if<ast::DatasetCall>(&entry.node))
        readCall(*call, entry.range);
    if (info.isSeries() && info.split.is_null())
      info.split = json::object({{"train", 1}, {"by", info.time}});
    if (file && info.ok)
      checkSeries();
    if (file && info.ok)
      checkLabels();
    return std::move(info);
  }

private:
  const Module &module;
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
    if (!findCall(CallGroup::Source, name->name)) {
      unknownWord(nameRange, name->name, callNames(CallGroup::Source));
      return;
    }
    info.format = name->name;
    for (const ast::Arg &arg : call->args) {
      const auto *path = arg.value->as<ast::StringExpr>();
      if (arg.name && arg.name->text == "time")
        readTime(arg);
      else if (arg.name && arg.name->text != "path")
        error(diag::ComesLater, arg.range, "`" + arg.name->text + " =` of a source");
      else if (!path || !info.path.empty() || path->value.empty())
        error(diag::DatasetSource, arg.range);
      else {
        info.path = path->value;
        info.pathRange = arg.value->range;
      }
    }
    if (call->args.empty())
      error(diag::DatasetSource, item.source->range);
  }

  void readTime(const ast::Arg &arg) {
    const auto *string = arg.value->as<ast::StringExpr>();
    const auto *name = arg.value->as<ast::NameExpr>();
    if (!string && !name) {
      error(diag::ColumnName, arg.value->range);
    } else if (!info.time.empty()) {
      error(diag::ArgumentTwice, arg.range, "time", info.format);
    } else {
      info.time = string ? string->value : name->name;
      info.timeRange = arg.value->range;
    }
  }

  void readField(const ast::DatasetField &field, SourceRange range) {
    DatasetFieldInfo made;
    made.name = field.name.text;
    made.range = range;
    made.nameRange = field.name.range;
    made.typeRange = field.type.range;
    made.valueRange = field.value->range;
    if (const DatasetFieldInfo *first = info.field(made.name)) {
      error(diag::DefinedTwice, field.name.range, made.name).note(first->nameRange, "the first one");
      return;
    }
    if (!readType(field.type, made))
      return;
    Row row = evaluate(*field.value);
    if (!row.ok)
      return;
    std::vector<int64_t> declared;
    for (const Size &axis : made.shape)
      declared.push_back(*substitute(axis, module.dimSizes).constant());
    if (row.shape && *row.shape != declared) {
      error(diag::FieldShape, field.type.range, made.name, text(field.type.range), shapeText(*row.shape))
          .note(field.value->range, "the right side gives " + shapeText(*row.shape));
      return;
    }
    if (row.span) {
      made.window = row.span->call;
      made.steps = row.span->length;
    }
    made.standardized = row.scale == Row::Scale::Standardized;
    if (!info.fields.empty() && info.fields[0].window.empty() != made.window.empty()) {
      const DatasetFieldInfo &first = info.fields[0];
      std::string one = "one value of each row", many = "windows of a series";
      error(diag::RowsDiffer, made.valueRange, made.name, made.window.empty() ? one : many, first.name,
            made.window.empty() ? many : one)
          .note(first.valueRange, "all fields of a block have the same rows");
      return;
    }
    made.expression = made.dim.empty() || module.dims.at(made.dim).labels.empty()
                          ? row.expression
                          : json::array({"label", made.dim, row.expression});
    info.fields.push_back(std::move(made));
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
      } else if (n && n->isInteger) {
        error(diag::EmptyAxis, axis.range, "that of a field", text(axis.range)).cause(axis.range);
        return false;
      } else {
        error(diag::FieldAxis, axis.range, text(axis.range));
        return false;
      }
    }
    return true;
  }

  void readCall(const ast::DatasetCall &call, SourceRange range) {
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
        if (arg.value->as<ast::StringExpr>()) {
          error(diag::ComesLater, arg.range, "another file as a part");
        } else if (!n || n->value < 0 || n->value > 1) {
          error(diag::SplitShare, arg.range);
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
    if (random && byTime)
      error(diag::SplitByShares, random->range, random->name->text);
    else if (info.isSeries() && !byTime && info.ok)
      error(diag::SplitByTime, call.name.range).help("write `by = " + info.time + "` among its arguments");
    if (!info.split.contains("seed") && !byTime)
      info.split["seed"] = 0;
    info.split["at"] = placeText(sources, range);
    info.splitRange = range;
  }

  void readStratify(const ast::Arg &arg) {
    const auto *field = arg.value->as<ast::NameExpr>();
    const DatasetFieldInfo *found = field ? info.field(field->name) : nullptr;
    if (found && found->dim.empty())
      error(diag::StratifyField, arg.value->range, field->name);
    else if (found)
      info.split["stratify"] = field->name;
    else if (info.ok || !field) {
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

  /// Every label of a column must be a member of its dim (rule size-11).
  void checkLabels() {
    for (const DatasetFieldInfo &field : info.fields) {
      if (field.dim.empty() || module.dims.at(field.dim).labels.empty() || !file->error.empty())
        continue;
      json source = field.expression[2];
      if (!field.window.empty() && source.is_array() && source[0] == field.window)
        source = json(source[1]);
      if (!source.is_array() || source.size() != 2 || source[0] != "column")
        continue;
      const Dim &dim = module.dims.at(field.dim);
      LabelCheck check = checkColumn(*file, source[1].get<std::string>(), dim.labels);
      if (!check.broken.empty()) {
        error(diag::DataFileBroken, info.pathRange, check.broken);
        return;
      }
      if (!check.outside)
        continue;
      SourceRange at = field.valueRange;
      auto builder = error(diag::LabelOutside, at, check.first, field.dim);
      builder.fact(std::to_string(check.outside) + " of " + std::to_string(check.rows) + " labels are not in " +
                   field.dim + ": the first is in " + info.path + ":" + std::to_string(check.line));
      if (auto near = support::nearestName(check.first, dim.labels))
        builder.note(dim.nameRange, "did you mean `" + check.first + "` where `" + *near + "` stands here?");
      else
        builder.note(dim.nameRange, field.dim + " is defined here");
    }
  }
};

} // namespace

DatasetInfo checkDataset(const ast::DatasetItem &item, const Module &module, Elem precision,
                         const CompileOptions &options, support::SourceMap &sources, support::DiagnosticSink &sink) {
  return Checker(item, module, precision, options, sources, sink).run();
}

} // namespace nnc::dsl
