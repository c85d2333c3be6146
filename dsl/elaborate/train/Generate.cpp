#include "dsl/elaborate/train/Generate.h"

#include "data/Words.h"
#include "dsl/elaborate/data/Dataset.h"
#include "dsl/elaborate/train/Settings.h"
#include "support/Suggest.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace nnc::dsl {

using nlohmann::json;
using support::SourceRange;
namespace diag = support::diag;

std::optional<MemberUse> memberOf(const ast::Expr &expr) {
  const auto *postfix = expr.as<ast::PostfixExpr>();
  const auto *dim = postfix ? postfix->base->as<ast::NameExpr>() : nullptr;
  if (!dim || postfix->suffixes.size() != 1)
    return std::nullopt;
  const ast::Suffix &suffix = postfix->suffixes[0];
  if (const auto *member = std::get_if<ast::MemberSuffix>(&suffix.node))
    return MemberUse{dim->name, member->name.text, postfix->base->range, member->name.range};
  const auto *subscript = std::get_if<ast::SubscriptSuffix>(&suffix.node);
  const ast::Slice *slice = subscript && subscript->slices.size() == 1 ? &subscript->slices[0] : nullptr;
  const auto *text =
      slice && !slice->colon && !slice->ellipsis && slice->lower ? slice->lower->as<ast::StringExpr>() : nullptr;
  if (!text)
    return std::nullopt;
  return MemberUse{dim->name, text->value, postfix->base->range, slice->range};
}

bool readGenerate(const ast::GenerateItem &item, const support::SourceMap &sources, support::DiagnosticSink &sink,
                  GenerateSettings &settings) {
  size_t before = sink.errorCount();
  WordReader words(sources, sink);
  std::map<std::string, SourceRange> seen;
  settings.item = &item;
  for (const ast::Setting &setting : item.settings) {
    if (!checkSettingName(setting, SettingBlock::Generate, "generate", seen, sink))
      continue;
    const std::string &name = setting.name.text;
    if (name == "prompt")
      settings.prompt = setting.value.get();
    else if (name == "until")
      settings.until = setting.value.get();
    else if (name == "limit")
      settings.limit = setting.value.get();
    else if (name == "carry")
      settings.carry = readCarry(*setting.value, words);
    else if (const auto *word = setting.value->as<ast::NameExpr>(); word && word->name == "greedy")
      settings.greedy = true;
    else if (setting.value->as<ast::StringExpr>())
      words.wrong(setting.value->range, "pick", "greedy or sample(…), without quotes");
    else if (auto sample = words.use(*setting.value, CallGroup::Pick, "pick = sample(temperature = 0.8)")) {
      settings.greedy = false;
      settings.temperature = words.number(*sample, "temperature");
      settings.topP = words.number(*sample, "top_p");
      const ast::Expr *most = sample->find("top_k");
      const auto *all = most ? most->as<ast::NameExpr>() : nullptr;
      if (most && !(all && all->name == "all"))
        settings.topK = words.whole(*sample, "top_k", 1);
    }
  }
  if (sink.errorCount() == before && !seen.count("until") && !seen.count("limit"))
    sink.report(diag::GenerateWithoutEnd, item.model.range)
        .help("write `limit = 100`, or `until = " + item.over.text + "'s last member`");
  return sink.errorCount() == before;
}

namespace {

class Checker {
public:
  Checker(const GenerateSettings &settings, const Module &module, const Definition &model, const Entry &forward,
          const support::SourceMap &sources, support::DiagnosticSink &sink)
      : settings(settings), module(module), model(model), forward(forward), sink(sink), words(sources, sink) {}

  json run() {
    size_t before = sink.errorCount();
    json made = {{"over", settings.item->over.text}};
    if (!checkOver())
      return nullptr;
    if (settings.prompt)
      made["prompt"] = prompt(*settings.prompt);
    if (settings.until)
      made["until"] = member(*settings.until, "until");
    if (settings.limit)
      made["limit"] = limit(*settings.limit);
    made["pick"] =
        settings.greedy
            ? json("greedy")
            : json({{"temperature", settings.temperature}, {"top_k", settings.topK}, {"top_p", settings.topP}});
    json carried = json::array();
    for (const PathUse &name : settings.carry)
      carried.push_back(name.path);
    if (!carried.empty())
      made["carry"] = carried;
    return sink.errorCount() == before ? made : json();
  }

private:
  const GenerateSettings &settings;
  const Module &module;
  const Definition &model;
  const Entry &forward;
  support::DiagnosticSink &sink;
  WordReader words;
  std::string dim; // of the input that grows

  bool refuse(SourceRange range, const std::string &why) {
    sink.report(diag::GenerateOver, range, settings.item->over.text, why)
        .note(model.nameRange, "the model")
        .cause(range);
    return false;
  }

  bool checkOver() {
    const ast::Ident &over = settings.item->over;
    std::vector<std::string> known;
    const Input *input = nullptr;
    for (const Input &one : forward.inputs) {
      known.push_back(one.name);
      if (one.name == over.text)
        input = &one;
    }
    if (!input) {
      auto builder = sink.report(diag::GenerateOver, over.range, over.text, "the model has no such input");
      if (auto near = support::nearestName(over.text, known))
        builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{over.range, *near}});
      std::string list;
      for (const std::string &one : known)
        list += (list.empty() ? "" : ", ") + one;
      builder.fact("inputs: " + list).note(model.nameRange, "the model").cause(over.range);
      return false;
    }
    dim = input->type.members;
    if (dim.empty())
      return refuse(over.range, "it holds no members of a dim");
    if (input->type.shape.size() != 2)
      return refuse(over.range, "its axes must be the batch and the places");
    const Output &first = forward.outputs.front();
    Type result = forward.valueTypes()[first.value];
    if (result.dims.empty() || result.dims.back() != dim)
      return refuse(over.range, "the last axis of the first result, `" + first.name + "`, is not " + dim);
    return true;
  }

  json member(const ast::Expr &expr, const char *what) {
    auto found = memberOf(expr);
    if (!found || found->dim != dim) {
      const auto *text = expr.as<ast::StringExpr>();
      std::string written = dim + "[" + std::string(words.textOf(expr.range)) + "]";
      auto builder = words.wrong(expr.range, what, "a member of " + dim + ", such as " + dim + ".end");
      if (text && module.dims.at(dim).placeOf(text->value))
        builder.help("write `" + written + "`", {{expr.range, written}});
      return nullptr;
    }
    const Dim &known = module.dims.at(dim);
    if (!known.labels.empty() && !known.placeOf(found->label)) {
      auto builder = sink.report(diag::NoSuchMember, found->labelRange, dim, found->label);
      bool isText = known.vocabulary == "words" || known.vocabulary == "characters";
      if (auto near = support::nearestName(found->label, known.labels); isText && !near)
        builder.help("members that stand in no text are named by `special = [" + found->label + "]` of the dim");
      else if (near)
        builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{found->labelRange, *near}});
      builder.cause(found->labelRange);
    }
    return json::array({"member", dim, found->label});
  }

  json prompt(const ast::Expr &expr) {
    if (const auto *text = expr.as<ast::StringExpr>()) {
      checkText(text->value, expr.range);
      return json::array({"text", text->value});
    }
    const auto *list = expr.as<ast::ListExpr>();
    if (!list)
      return memberOf(expr) ? member(expr, "prompt") : (wrongPrompt(expr.range), json());
    json numbers = json::array({"numbers"});
    const int64_t size = module.dims.at(dim).size;
    if (list->elements.empty())
      words.wrong(expr.range, "prompt", promptKind());
    for (const ast::Element &element : list->elements) {
      const auto *n = element.label || element.spread ? nullptr : element.value->as<ast::NumberExpr>();
      if (!n || !n->isInteger || n->integer < 0 || n->integer >= size)
        words.wrong(element.range, "prompt",
                    "numbers of members of " + dim + ", from 0 to " + std::to_string(size - 1));
      else
        numbers.push_back(n->integer);
    }
    return numbers;
  }

  void wrongPrompt(SourceRange range) { words.wrong(range, "prompt", promptKind()); }

  std::string promptKind() const {
    return "a string, a member of " + dim + " or a list of numbers, that the model can begin to read";
  }

  /// The words or characters of a text are members of the dim, as the program would cut it.
  void checkText(const std::string &text, SourceRange range) {
    const Dim &known = module.dims.at(dim);
    const std::vector<std::string> &labels = known.labels;
    bool isEmpty = true;
    auto check = [&](const char *what, std::string_view one) {
      isEmpty = false;
      if (labels.empty() || std::ranges::count(labels, one) || std::ranges::count(labels, "unknown"))
        return;
      auto builder = sink.report(diag::PromptOutside, range, what, one, dim);
      if (auto near = support::nearestName(std::string(one), labels))
        builder.label("did you mean `" + *near + "`?");
      builder.fact("a member `unknown` would take the place of what is outside").cause(range);
    };
    if (known.vocabulary == "characters") {
      for (size_t at = 0; at < text.size();) {
        size_t length = std::max<size_t>(data::characterLength(std::string_view(text).substr(at)), 1);
        check("character", std::string_view(text).substr(at, length));
        at += length;
      }
    } else if (known.vocabulary == "words") {
      data::forEachWord(text, [&](std::string_view word) { check("word", word); });
    } else { // of labels what stands between spaces is a word
      std::istringstream parts(text);
      for (std::string word; parts >> word;)
        check("word", word);
    }
    if (isEmpty)
      wrongPrompt(range);
  }

  /// A whole number, or arithmetic with the int inputs of one example.
  json limit(const ast::Expr &expr) {
    if (const auto *n = expr.as<ast::NumberExpr>(); n && n->isInteger && n->integer > 0)
      return n->integer;
    if (const auto *name = expr.as<ast::NameExpr>())
      for (const Input &input : forward.inputs)
        if (input.name == name->name && input.type.elem == Elem::I64 && input.type.shape.size() <= 1)
          return json::array({"input", name->name});
    if (const auto *chain = expr.as<ast::ChainExpr>()) {
      json value = limit(*chain->first);
      for (const ast::ChainLink &link : chain->links) {
        const char *op = link.op == ast::BinaryOp::Add   ? "add"
                         : link.op == ast::BinaryOp::Sub ? "sub"
                         : link.op == ast::BinaryOp::Mul ? "mul"
                                                         : nullptr;
        if (!op) {
          words.wrong(link.opRange, "limit", limitKind);
          return nullptr;
        }
        value = json::array({op, value, limit(*link.operand)});
      }
      return value;
    }
    words.wrong(expr.range, "limit", limitKind);
    return nullptr;
  }

  static constexpr const char *limitKind = "a whole number, at least 1, or made of int inputs with `+ - *`";
};

} // namespace

json checkGenerate(const GenerateSettings &settings, const Module &module, const Definition &model,
                   const Program &program, const support::SourceMap &sources, support::DiagnosticSink &sink) {
  const Entry *forward = program.entry(EntryKind::Forward);
  return forward && !forward->outputs.empty() ? Checker(settings, module, model, *forward, sources, sink).run()
                                              : json();
}

} // namespace nnc::dsl
