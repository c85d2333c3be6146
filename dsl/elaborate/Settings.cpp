#include "dsl/elaborate/Settings.h"

#include "dsl/Vocabulary.h"
#include "support/Suggest.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

namespace {

/// `Adam(lr = 1e-2)`: a word of the vocabulary with its arguments by parameter name.
struct WordUse {
  const WordCall *word = nullptr;
  std::map<std::string, const ast::Expr *> args;
};

class Reader {
public:
  Reader(const ast::TrainItem &item, const support::SourceMap &sources, support::DiagnosticSink &sink,
         TrainSettings &settings)
      : item(item), sources(sources), sink(sink), settings(settings) {}

  bool run() {
    size_t before = sink.errorCount();
    settings.item = &item;
    for (const ast::Setting &setting : item.settings) {
      if (!checkName(setting))
        continue;
      read(setting);
    }
    std::vector<std::string> missing;
    if (!seen.count("loss"))
      missing.push_back("loss");
    if (!seen.count("optimizer"))
      missing.push_back("optimizer");
    if (!seen.count("epochs") && !seen.count("steps"))
      missing.push_back("epochs");
    if (!missing.empty() && sink.errorCount() == before)
      for (const std::string &name : missing)
        sink.report(diag::SettingMissing, item.model.range, name)
            .help("write `" + name + " = " +
                  (name == "loss"        ? "cross_entropy(…)"
                   : name == "optimizer" ? "Adam(lr = 1e-3)"
                                         : "10") +
                  "` in the block");
    return sink.errorCount() == before;
  }

private:
  const ast::TrainItem &item;
  const support::SourceMap &sources;
  support::DiagnosticSink &sink;
  TrainSettings &settings;
  std::map<std::string, SourceRange> seen;

  static std::string settingNames() {
    std::string list;
    for (const WordSetting &one : vocabularySettings())
      list += (list.empty() ? "" : ", ") + one.name;
    return list;
  }

  bool checkName(const ast::Setting &setting) {
    std::vector<std::string> known;
    for (const WordSetting &one : vocabularySettings())
      known.push_back(one.name);
    const std::string &name = setting.name.text;
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      auto builder = sink.report(diag::UnknownSetting, setting.name.range, "train", name);
      if (auto near = support::nearestName(name, known)) {
        builder.label("did you mean `" + *near + "`?");
        builder.help("write `" + *near + "`", {{setting.name.range, *near}});
        seen.try_emplace(*near, setting.name.range); // not missing as well
      }
      builder.fact("settings: " + settingNames()).cause(setting.name.range);
      return false;
    }
    auto [first, fresh] = seen.try_emplace(name, setting.name.range);
    if (!fresh)
      sink.report(diag::DefinedTwice, setting.name.range, name).note(first->second, "the first one");
    return fresh;
  }

  void wrong(const ast::Setting &setting, std::string_view kind) {
    sink.report(diag::SettingValue, setting.value->range, setting.name.text, kind).cause(setting.value->range);
  }

  std::optional<int64_t> whole(const ast::Setting &setting, int64_t min, int64_t max = int64_t(1) << 40) {
    const auto *n = setting.value->as<ast::NumberExpr>();
    if (n && n->isInteger && n->integer >= min && n->integer <= max)
      return n->integer;
    if (n && n->isInteger && n->integer > max)
      wrong(setting, "at most " + support::formatNumber(max));
    else
      wrong(setting, min > 0 ? "a whole number, at least 1" : "a whole number");
    return std::nullopt;
  }

  void read(const ast::Setting &setting) {
    const std::string &name = setting.name.text;
    if (comesLater(name)) {
      sink.report(diag::ComesLater, setting.name.range, name).cause(setting.name.range);
    } else if (name == "loss") {
      settings.loss = setting.value.get();
    } else if (name == "metrics") {
      settings.metrics = setting.value.get();
    } else if (name == "epochs") {
      settings.epochs = whole(setting, 1).value_or(1);
    } else if (name == "steps") {
      settings.steps = whole(setting, 1).value_or(1);
    } else if (name == "seed") {
      settings.seed = whole(setting, 0).value_or(0);
    } else if (name == "batch") {
      if (const auto *word = setting.value->as<ast::NameExpr>(); word && word->name == "all")
        sink.report(diag::ComesLater, setting.value->range, "batch = all").cause(setting.value->range);
      else
        settings.batch = whole(setting, 1, INT32_MAX).value_or(1);
    } else if (name == "shuffle") {
      if (const auto *b = setting.value->as<ast::BoolExpr>())
        settings.shuffle = b->value;
      else
        wrong(setting, "true or false");
    } else if (name == "precision") {
      const auto *word = setting.value->as<ast::NameExpr>();
      if (word && (word->name == "f32" || word->name == "f64"))
        settings.precision = word->name == "f64" ? Elem::F64 : Elem::F32;
      else
        wrong(setting, "f32 or f64");
    } else if (name == "clip") {
      readClip(setting);
    } else if (name == "optimizer") {
      readOptimizer(setting);
    } else if (name == "freeze") {
      readFreeze(setting);
    } else if (name == "stop") {
      readStop(setting);
    }
  }

  // -------------------------------------------------------------------------------------------------------------------

  std::optional<WordUse> use(const ast::Expr &expr, CallGroup group, const char *example) {
    const auto *postfix = expr.as<ast::PostfixExpr>();
    const auto *name = postfix ? postfix->base->as<ast::NameExpr>() : expr.as<ast::NameExpr>();
    const auto *call =
        postfix && postfix->suffixes.size() == 1 ? std::get_if<ast::CallSuffix>(&postfix->suffixes[0].node) : nullptr;
    if (!name || (postfix && !call)) {
      sink.report(diag::SettingCall, expr.range, example).cause(expr.range);
      return std::nullopt;
    }
    SourceRange nameRange = postfix ? postfix->base->range : expr.range;
    WordUse result;
    result.word = findCall(group, name->name);
    if (!result.word) {
      if (comesLater(name->name)) {
        sink.report(diag::ComesLater, nameRange, name->name).cause(nameRange);
        return std::nullopt;
      }
      auto builder = sink.report(diag::UnknownName, nameRange, name->name);
      std::vector<std::string> known = callNames(group);
      if (auto near = support::nearestName(name->name, known))
        builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{nameRange, *near}});
      std::string list;
      for (const std::string &one : known)
        list += (list.empty() ? "" : ", ") + one;
      builder.fact("known here: " + list).cause(nameRange);
      return std::nullopt;
    }
    if (!call) {
      sink.report(diag::SettingCall, expr.range, example).cause(expr.range);
      return std::nullopt;
    }
    size_t next = 0;
    for (const ast::Arg &arg : call->args) {
      std::string wanted = arg.name                            ? arg.name->text
                           : next < result.word->params.size() ? result.word->params[next].name
                                                               : "";
      ++next;
      auto known = std::find_if(result.word->params.begin(), result.word->params.end(),
                                [&](const WordParam &param) { return param.name == wanted; });
      if (known == result.word->params.end()) {
        SourceRange at = arg.name ? arg.name->range : arg.range;
        auto builder = sink.report(diag::UnknownArgument, at, name->name,
                                   arg.name ? wanted : std::string(sources.text(arg.range)));
        std::vector<std::string> names;
        for (const WordParam &param : result.word->params)
          names.push_back(param.name);
        if (auto near = support::nearestName(wanted, names))
          builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{at, *near}});
        builder.fact("arguments: " + result.word->signature).cause(at);
        return std::nullopt;
      }
      if (!result.args.emplace(wanted, arg.value.get()).second) {
        sink.report(diag::ArgumentTwice, arg.range, wanted, name->name).cause(arg.range);
        return std::nullopt;
      }
    }
    for (const WordParam &param : result.word->params)
      if (param.defaultText.empty() && !result.args.count(param.name)) {
        sink.report(diag::MissingArgument, expr.range, name->name, param.name, param.kind).cause(expr.range);
        return std::nullopt;
      }
    return result;
  }

  std::optional<double> constant(const ast::Expr &expr) const {
    if (const auto *n = expr.as<ast::NumberExpr>())
      return n->value;
    if (const auto *unary = expr.as<ast::UnaryExpr>(); unary && unary->op == ast::UnaryOp::Neg)
      if (auto inner = constant(*unary->operand))
        return -*inner;
    if (const auto *chain = expr.as<ast::ChainExpr>()) {
      auto sum = constant(*chain->first);
      for (const ast::ChainLink &link : chain->links) {
        auto right = constant(*link.operand);
        if (!sum || !right)
          return std::nullopt;
        if (link.op == ast::BinaryOp::Mul)
          *sum *= *right;
        else if (link.op == ast::BinaryOp::Div)
          *sum /= *right;
        else if (link.op == ast::BinaryOp::Add)
          *sum += *right;
        else if (link.op == ast::BinaryOp::Sub)
          *sum -= *right;
        else
          return std::nullopt;
      }
      return sum;
    }
    return std::nullopt;
  }

  /// A number argument within (low, high); the default if it is not given.
  double numberArg(const WordUse &use, const std::string &name, double low, double high) {
    auto found = use.args.find(name);
    if (found == use.args.end()) {
      for (const WordParam &param : use.word->params)
        if (param.name == name)
          return std::strtod(param.defaultText.c_str(), nullptr);
      return 0;
    }
    auto value = constant(*found->second);
    if (value && std::isfinite(*value) && *value >= low && *value <= high)
      return *value;
    std::string kind = "a number";
    if (low == 0 && high == 1)
      kind = "a number from 0 to 1";
    else if (low == 0)
      kind = "a number, at least 0";
    sink.report(diag::SettingValue, found->second->range, name, kind).cause(found->second->range);
    return 0;
  }

  void readClip(const ast::Setting &setting) {
    auto word = use(*setting.value, CallGroup::Clip, "clip = norm(1.0)");
    if (!word)
      return;
    Clip clip;
    clip.kind = word->word->name == "norm" ? Clip::Norm : Clip::Value;
    clip.bound = numberArg(*word, "bound", 0, 1e300);
    settings.clip = clip;
  }

  void readOptimizer(const ast::Setting &setting) {
    settings.optimizerRange = setting.value->range;
    settings.optimizerText = std::string(sources.text(setting.value->range));
    auto word = use(*setting.value, CallGroup::Optimizer, "optimizer = Adam(lr = 1e-3)");
    if (!word)
      return;
    Optimizer made;
    const std::string &kind = word->word->name;
    made.kind = kind == "SGD" ? "sgd" : kind == "Adam" ? "adam" : "adamw";
    readRate(*word->args.at("lr"), made);
    if (kind == "SGD") {
      made.momentum = numberArg(*word, "momentum", 0, 1);
      if (auto found = word->args.find("nesterov"); found != word->args.end()) {
        if (const auto *b = found->second->as<ast::BoolExpr>())
          made.nesterov = b->value;
        else
          sink.report(diag::SettingValue, found->second->range, "nesterov", "true or false")
              .cause(found->second->range);
      }
      if (made.nesterov && made.momentum == 0)
        sink.report(diag::SettingValue, setting.value->range, "momentum", "more than 0 with nesterov")
            .cause(setting.value->range);
    } else {
      readBetas(*word, made);
      made.eps = numberArg(*word, "eps", 0, 1);
    }
    made.weightDecay = numberArg(*word, "weight_decay", 0, 1e300);
    made.hasWeightDecay = word->args.count("weight_decay") || made.kind == "adamw";
    if (auto found = word->args.find("decay"); found != word->args.end()) {
      const auto *name = found->second->as<ast::NameExpr>();
      if (name && (name->name == "all" || name->name == "matrices"))
        made.decayAll = name->name == "all";
      else
        sink.report(diag::SettingValue, found->second->range, "decay", "matrices or all").cause(found->second->range);
    }
    settings.optimizer = made;
  }

  void readBetas(const WordUse &word, Optimizer &made) {
    auto found = word.args.find("betas");
    if (found == word.args.end())
      return;
    const auto *pair = found->second->as<ast::VectorExpr>();
    auto a = pair && pair->elements.size() == 2 ? constant(*pair->elements[0]) : std::nullopt;
    auto b = a ? constant(*pair->elements[1]) : std::nullopt;
    if (!a || !b || *a < 0 || *a >= 1 || *b < 0 || *b >= 1) {
      sink.report(diag::SettingValue, found->second->range, "betas", "two numbers below 1, such as (0.9, 0.999)")
          .cause(found->second->range);
      return;
    }
    made.beta1 = *a;
    made.beta2 = *b;
  }

  void readRate(const ast::Expr &expr, Optimizer &made) {
    if (auto value = constant(expr)) {
      if (std::isfinite(*value) && *value >= 0)
        made.lr = *value;
      else
        sink.report(diag::SettingValue, expr.range, "lr", "a number, at least 0").cause(expr.range);
      return;
    }
    auto word = use(expr, CallGroup::Schedule, "lr = cosine(1e-3, warmup = 100)");
    if (!word)
      return;
    made.schedule.kind = word->word->name;
    made.lr = numberArg(*word, "lr", 0, 1e300);
    for (const WordParam &param : word->word->params)
      if (param.name != "lr")
        made.schedule.args.emplace_back(param.name, numberArg(*word, param.name, 0, 1e15));
  }

  void readStop(const ast::Setting &setting) {
    auto word = use(*setting.value, CallGroup::Stop, "stop = early(valid.loss, patience = 5)");
    if (!word)
      return;
    StopSetting stop;
    const ast::Expr &figure = *word->args.at("figure");
    stop.range = figure.range;
    const auto *path = figure.as<ast::PostfixExpr>();
    const auto *part = path ? path->base->as<ast::NameExpr>() : nullptr;
    const auto *member =
        path && path->suffixes.size() == 1 ? std::get_if<ast::MemberSuffix>(&path->suffixes[0].node) : nullptr;
    if (!part || !member || (part->name != "valid" && part->name != "train") ||
        (part->name == "train" && member->name.text != "loss")) {
      sink.report(diag::SettingValue, figure.range, "figure", "valid.loss, valid.METRIC or train.loss")
          .cause(figure.range);
      return;
    }
    stop.part = part->name;
    stop.figure = member->name.text;
    const ast::Expr &patience = *word->args.at("patience");
    const auto *n = patience.as<ast::NumberExpr>();
    if (!n || !n->isInteger || n->integer < 1) {
      sink.report(diag::SettingValue, patience.range, "patience", "a whole number, at least 1").cause(patience.range);
      return;
    }
    stop.patience = n->integer;
    stop.tolerance = numberArg(*word, "tol", 0, 1e300);
    settings.stop = stop;
  }

  void readFreeze(const ast::Setting &setting) {
    const auto *list = setting.value->as<ast::ListExpr>();
    if (!list) {
      wrong(setting, "a list of paths");
      return;
    }
    for (const ast::Element &element : list->elements)
      settings.freeze.emplace_back(std::string(sources.text(element.range)), element.range);
  }
};

} // namespace

bool readSettings(const ast::TrainItem &item, const support::SourceMap &sources, support::DiagnosticSink &sink,
                  TrainSettings &settings) {
  return Reader(item, sources, sink, settings).run();
}

} // namespace nnc::dsl
