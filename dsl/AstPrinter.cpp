#include "dsl/AstBodyPrinter.h"

namespace nnc::dsl {
namespace {

using namespace ast;

class Printer : public BodyPrinter {
public:
  void file(const File &file) {
    text("file\n");
    indented([&] {
      doc("file-doc", file.doc);
      for (const Item &each : file.items)
        item(each);
    });
  }

  void item(const Item &item) {
    doc("doc", item.doc);
    std::visit([&](const auto &node) { print(node); }, item.node);
  }

private:
  using BodyPrinter::print;

  template <typename Body> void titled(const std::string &title, Body body) {
    line([&] { text(title); });
    indented(body);
  }

  void field(const char *name, const Expr &value) {
    line([&] {
      text(std::string(name) + " ");
      expr(value);
    });
  }

  void body(const Block &value) {
    line([&] {
      text("body ");
      block(value);
    });
  }

  void print(const ImportItem &item) {
    line([&] {
      text("import " + quoted(item.path.value) + " ");
      names(item.names);
    });
  }

  void print(const DimItem &item) {
    line([&] {
      text("dim " + item.name.text + " = ");
      if (item.value) {
        expr(*item.value);
        return;
      }
      text("{ ");
      commas(item.labels, [&](const Label &each) { label(each); });
      text(" }");
    });
  }

  void print(const DatasetItem &item) {
    titled("dataset " + item.name.text, [&] {
      field("source", *item.source);
      for (const DatasetEntry &entry : item.entries)
        line([&] { std::visit([&](const auto &node) { print(node); }, entry.node); });
    });
  }

  void print(const DatasetField &field) {
    text("field " + field.name.text + ": ");
    type(field.type);
    text(" = ");
    expr(*field.value);
  }

  void print(const DatasetCall &call) {
    text("call " + call.name.text);
    text(call.args.empty() ? "" : " ");
    commas(call.args, [&](const Arg &each) { arg(each); });
  }

  void print(const WeightsItem &item) {
    titled("weights " + item.name.text, [&] {
      field("source", *item.source);
      for (const WeightsRule &rule : item.rules)
        line([&] {
          text((rule.skip ? "skip " : "rename ") + quoted(rule.from.value));
          if (!rule.skip)
            text(" -> " + quoted(rule.to.value) + (rule.transpose ? " transpose" : ""));
        });
    });
  }

  void print(const MaskItem &item) {
    titled("mask " + item.name.text, [&] {
      if (item.params)
        params("param", *item.params);
      line([&] {
        text("indices ");
        names(item.indices);
      });
      field("predicate", *item.predicate);
    });
  }

  void print(const FunctionItem &item) {
    titled((item.isBuiltin ? "builtin fn " : "fn ") + item.name.text, [&] {
      params("param", item.params);
      signature(item.result, item.where);
      body(item.body);
      if (item.backward)
        line([&] {
          text("backward ");
          names(item.backward->names);
          text(" ");
          block(item.backward->block);
        });
    });
  }

  void print(const LayerItem &item) {
    titled((item.isModel ? "model " : "layer ") + item.name.text, [&] {
      if (item.hyper)
        params("hyper", *item.hyper);
      params("data", item.data);
      signature(item.result, item.where);
      body(item.body);
    });
  }

  void settings(const std::vector<Setting> &list) {
    for (const Setting &setting : list)
      field(("set " + setting.name.text + " =").c_str(), *setting.value);
  }

  void print(const TrainItem &item) {
    titled("train " + item.model.text + " on " + item.dataset.text, [&] {
      for (const Arg &each : item.args)
        line([&] {
          text("arg ");
          arg(each);
        });
      settings(item.settings);
    });
  }

  void print(const GenerateItem &item) {
    titled("generate " + item.model.text + " over " + item.over.text, [&] { settings(item.settings); });
  }
};

} // namespace

std::string quoted(const std::string &text) {
  std::string made = "\"";
  for (char c : text) {
    switch (c) {
    case '\n':
      made += "\\n";
      break;
    case '\t':
      made += "\\t";
      break;
    case '"':
    case '\\':
      made += '\\';
      made += c;
      break;
    default:
      made += c;
    }
  }
  return made + "\"";
}

std::string printAst(const File &file) {
  Printer printer;
  printer.file(file);
  return std::move(printer.out);
}

std::string printAst(const Item &item) {
  Printer printer;
  printer.item(item);
  return std::move(printer.out);
}

std::string printAst(const Expr &expr) {
  Printer printer;
  printer.expr(expr);
  return std::move(printer.out);
}

} // namespace nnc::dsl
