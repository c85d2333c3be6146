#include "dsl/elaborate/Dataset.h"

#include "dsl/Vocabulary.h"
#include "dsl/elaborate/DataFile.h"
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

/// What an expression of a block gives for one row.
struct Row {
  json expression;
  std::optional<std::vector<int64_t>> shape; // unknown: `columns` without the file
  bool ok = false;
};

class Checker {
public:
  Checker(const ast::DatasetItem &item, const Module &module, Elem precision, const CompileOptions &options,
          support::SourceMap &sources, support::DiagnosticSink &sink)
      : item(item), module(module), precision(precision), options(options), sources(sources), sink(sink) {}

  DatasetInfo run() {
    info.name = item.name.text;
    info.range = item.name.range;
    readSource();
    if (!info.path.empty() && options.checkData)
      file = openDataFile(options.dataDir, info.path, info.format == "tsv" ? '\t' : ',');
    for (const ast::DatasetEntry &entry : item.entries)
      if (const auto *field = std::get_if<ast::DatasetField>(&entry.node))
        readField(*field, entry.range);
    for (const ast::DatasetEntry &entry : item.entries)
      if (const auto *call = std::get_if<ast::DatasetCall>(&entry.node))
        readCall(*call, entry.range);
    if (file && info.ok)
      checkLabels();
    return std::move(info);
  }

private:
  const ast::DatasetItem &item;
  const Module &module;
  Elem precision;
  const CompileOptions &options;
  support::SourceMap &sources;
  support::DiagnosticSink &sink;
  DatasetInfo info;
  std::optional<DataFile> file;
  bool fileReported = false;

  template <typename... Slots>
  support::DiagnosticBuilder error(const support::DiagnosticKind<Slots...> &kind, SourceRange range,
                                   std::type_identity_t<Slots>... slots) {
    info.ok = false;
    auto builder = sink.report(kind, range, slots...);
    builder.cause(range);
    return builder;
  }

  void unknownWord(SourceRange range, const std::string &name, const std::vector<std::string> &known) {
    if (comesLater(name)) {
      error(diag::ComesLater, range, name);
      return;
    }
    auto builder = error(diag::UnknownName, range, name);
    if (auto near = support::nearestName(name, known))
      builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{range, *near}});
  }

  static const ast::CallSuffix *callOf(const ast::Expr &expr, const ast::NameExpr *&name) {
    const auto *postfix = expr.as<ast::PostfixExpr>();
    name = postfix ? postfix->base->as<ast::NameExpr>() : nullptr;
    return postfix && name && postfix->suffixes.size() == 1 ? std::get_if<ast::CallSuffix>(&postfix->suffixes[0].node)
                                                            : nullptr;
  }

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
      if (arg.name && arg.name->text != "path")
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
    made.expression = made.dim.empty() || module.dims.at(made.dim).labels.empty()
                          ? row.expression
                          : json::array({"label", made.dim, row.expression});
    info.fields.push_back(std::move(made));
  }

  static std::string shapeText(const std::vector<int64_t> &shape) {
    std::string axes;
    for (int64_t axis : shape)
      axes += (axes.empty() ? "" : ", ") + std::to_string(axis);
    return shape.empty() ? "one value" : "float[" + axes + "]";
  }

  std::string text(SourceRange range) const { return std::string(sources.text(range)); }

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
      } else {
        error(diag::FieldAxis, axis.range, text(axis.range));
        return false;
      }
    }
    return true;
  }

  // -------------------------------------------------------------------------------------------------------------------

  Row column(const std::string &name, SourceRange range) {
    if (std::find(info.columns.begin(), info.columns.end(), name) == info.columns.end())
      info.columns.push_back(name);
    if (file && !hasColumn(name, range))
      return {};
    return {json::array({"column", name}), std::vector<int64_t>(), true};
  }

  bool hasColumn(const std::string &name, SourceRange range) {
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
    if (auto near = support::nearestName(name, header)) {
      builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{range, *near}});
    } else {
      builder.label("not in the header");
    }
    std::string shown;
    for (size_t i = 0; i < header.size() && i < 12; ++i)
      shown += (i ? ", " : "") + header[i];
    if (header.size() > 12)
      shown += ", … (" + std::to_string(header.size()) + " columns)";
    builder.fact("columns: " + shown);
    char other = info.format == "tsv" ? ',' : '\t';
    if (header.size() == 1 && header[0].find(other) != std::string::npos)
      builder.fact(std::string("the file is separated by ") +
                   (other == '\t' ? "tabs: write `tsv(…)`" : "commas: write `csv(…)`"));
    return false;
  }

  Row evaluate(const ast::Expr &expr) {
    if (const auto *n = expr.as<ast::NumberExpr>())
      return {json::array({"number", n->value}), std::vector<int64_t>(), true};
    if (const auto *name = expr.as<ast::NameExpr>())
      return column(name->name, expr.range);
    if (const auto *list = expr.as<ast::ListExpr>())
      return evaluateList(*list, expr.range);
    if (const auto *unary = expr.as<ast::UnaryExpr>(); unary && unary->op == ast::UnaryOp::Neg) {
      Row row = evaluate(*unary->operand);
      if (row.ok)
        row.expression = json::array({"neg", row.expression});
      return row;
    }
    if (const auto *chain = expr.as<ast::ChainExpr>())
      return evaluateChain(*chain, expr.range);
    const ast::NameExpr *name = nullptr;
    if (const ast::CallSuffix *call = callOf(expr, name))
      return evaluateCall(*name, *call, expr);
    error(diag::ComesLater, expr.range, "this expression in a dataset");
    return {};
  }

  Row evaluateList(const ast::ListExpr &list, SourceRange range) {
    Row row{json::array({"list"}), std::vector<int64_t>{int64_t(list.elements.size())}, true};
    std::optional<std::vector<int64_t>> inner;
    for (const ast::Element &element : list.elements) {
      if (element.label || element.spread) {
        error(diag::ComesLater, element.range, "a label or `...` in a list of columns");
        return {};
      }
      Row one = evaluate(*element.value);
      row.ok &= one.ok;
      if (!one.ok)
        continue;
      if (!one.shape || (inner && *inner != *one.shape)) {
        error(diag::UnevenList, element.range);
        return {};
      }
      inner = one.shape;
      row.expression.push_back(one.expression);
    }
    if (list.elements.empty()) {
      error(diag::UnevenList, range);
      return {};
    }
    if (inner)
      row.shape->insert(row.shape->end(), inner->begin(), inner->end());
    return row;
  }

  Row evaluateChain(const ast::ChainExpr &chain, SourceRange range) {
    Row row = evaluate(*chain.first);
    for (const ast::ChainLink &link : chain.links) {
      static const std::map<ast::BinaryOp, const char *> words = {{ast::BinaryOp::Add, "add"},
                                                                  {ast::BinaryOp::Sub, "sub"},
                                                                  {ast::BinaryOp::Mul, "mul"},
                                                                  {ast::BinaryOp::Div, "div"}};
      auto word = words.find(link.op);
      if (word == words.end()) {
        error(diag::ComesLater, link.opRange, "this operator in a dataset");
        return {};
      }
      Row right = evaluate(*link.operand);
      if (!row.ok || !right.ok)
        return {};
      bool fits =
          !row.shape || !right.shape || row.shape->empty() || right.shape->empty() || *row.shape == *right.shape;
      if (!fits) {
        error(diag::ShapeMismatch, link.opRange, text(link.opRange))
            .label(chain.first->range, shapeText(*row.shape))
            .label(link.operand->range, shapeText(*right.shape));
        return {};
      }
      bool takeRight = row.shape && row.shape->empty();
      row.expression = json::array({word->second, row.expression, right.expression});
      if (takeRight)
        row.shape = right.shape;
    }
    (void)range;
    return row;
  }

  Row evaluateCall(const ast::NameExpr &name, const ast::CallSuffix &call, const ast::Expr &expr) {
    SourceRange nameRange = expr.as<ast::PostfixExpr>()->base->range;
    const WordCall *word = findCall(CallGroup::Row, name.name);
    if (!word) {
      unknownWord(nameRange, name.name, callNames(CallGroup::Row));
      return {};
    }
    bool named =
        std::any_of(call.args.begin(), call.args.end(), [](const ast::Arg &arg) { return arg.name.has_value(); });
    if (call.args.size() != word->params.size() || named) {
      error(diag::WrongArgumentCount, expr.range, name.name, std::to_string(word->params.size()),
            std::to_string(call.args.size()));
      return {};
    }
    if (name.name == "standardize") {
      Row row = evaluate(*call.args[0].value);
      if (row.ok)
        row.expression = json::array({"standardize", row.expression});
      return row;
    }
    std::vector<std::string> names;
    for (const ast::Arg &arg : call.args) {
      const auto *string = arg.value->as<ast::StringExpr>();
      const auto *id = arg.value->as<ast::NameExpr>();
      if (!string && !id) {
        error(diag::ColumnName, arg.range);
        return {};
      }
      names.push_back(string ? string->value : id->name);
    }
    if (name.name == "column")
      return column(names[0], call.args[0].range);
    Row row{json::array({"columns", names[0], names[1]}), std::nullopt, true};
    if (!file)
      return row;
    if (!hasColumn(names[0], call.args[0].range) || !hasColumn(names[1], call.args[1].range))
      return {};
    auto place = [&](const std::string &one) {
      return std::find(file->header.begin(), file->header.end(), one) - file->header.begin();
    };
    if (place(names[1]) < place(names[0])) {
      error(diag::ColumnOrder, expr.range, names[1], names[0]);
      return {};
    }
    row.shape = std::vector<int64_t>{place(names[1]) - place(names[0]) + 1};
    return row;
  }

  // -------------------------------------------------------------------------------------------------------------------

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
        if (n && n->isInteger && n->integer >= 0)
          info.split["seed"] = n->integer;
        else
          error(diag::SettingValue, arg.value->range, "seed", "a whole number");
      } else if (name == "stratify") {
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
      } else if (name == "by") {
        error(diag::ComesLater, arg.range, "`by =` of split");
      } else {
        SourceRange at = arg.name ? arg.name->range : arg.range;
        auto builder = error(diag::UnknownArgument, at, "split", name.empty() ? text(arg.range) : name);
        if (auto near = support::nearestName(name, {"train", "valid", "test", "stratify", "seed"}))
          builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{at, *near}});
        builder.fact("arguments: train, valid, test, stratify, seed");
      }
    }
    if (total > 1 + 1e-9)
      error(diag::SplitTotal, range, json(total).dump());
    if (!info.split.contains("seed"))
      info.split["seed"] = 0;
    info.split["at"] = placeText(sources, range);
  }

  /// Every label of a column must be a member of its dim (rule size-11).
  void checkLabels() {
    for (const DatasetFieldInfo &field : info.fields) {
      if (field.dim.empty() || module.dims.at(field.dim).labels.empty() || !file->error.empty())
        continue;
      const json &source = field.expression[2];
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
