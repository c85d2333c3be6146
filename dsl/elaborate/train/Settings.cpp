#include "dsl/elaborate/train/Settings.h"

#include "dsl/ForeignWords.h"
#include "support/Suggest.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <set>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

namespace {

class Reader {
public:
  Reader(const ast::TrainItem &item, const support::SourceMap &sources, support::DiagnosticSink &sink,
         TrainSettings &settings)
      : item(item), sources(sources), sink(sink), settings(settings), words(sources, sink) {}

  bool run() {
    size_t before = sink.errorCount();
    settings.item = &item;
    for (const ast::Setting &setting : item.settings) {
      if (checkSettingName(setting, SettingBlock::Train, "train", seen, sink))
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
                  (name == "epochs" ? "`, or `steps = 1_000`, in the block" : "` in the block"));
    if (sink.errorCount() == before)
      checkTogether();
    return sink.errorCount() == before;
  }

private:
  const ast::TrainItem &item;
  const support::SourceMap &sources;
  support::DiagnosticSink &sink;
  TrainSettings &settings;
  WordReader words;
  std::map<std::string, SourceRange> seen;

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
    if (name == "loss") {
      settings.loss = setting.value.get();
      if (setting.value->as<ast::StringExpr>())
        wrong(setting, "an expression, such as cross_entropy(logits, y)");
    } else if (name == "metrics") {
      settings.metrics = setting.value.get();
    } else if (name == "watch") {
      settings.watch = setting.value.get();
    } else if (name == "epochs") {
      settings.epochs = whole(setting, 1).value_or(1);
    } else if (name == "steps") {
      settings.steps = whole(setting, 1).value_or(1);
    } else if (name == "seed") {
      settings.seed = whole(setting, 0).value_or(0);
    } else if (name == "accumulate") {
      settings.accumulate = whole(setting, 1, INT32_MAX).value_or(1);
    } else if (name == "batch") {
      readBatch(setting);
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
    } else {
      readCalls(setting);
    }
  }

  void readCalls(const ast::Setting &setting) {
    const std::string &name = setting.name.text;
    if (name == "clip")
      readClip(setting);
    else if (name == "optimizer")
      readOptimizer(setting);
    else if (name == "freeze")
      settings.freeze = words.paths(*setting.value, name);
    else if (name == "stop")
      readStop(setting);
    else if (name == "groups")
      readGroups(setting);
    else if (name == "constrain")
      readConstraints(setting);
    else if (name == "carry")
      settings.carry = readCarry(*setting.value, words);
    else if (name == "start")
      readStart(setting);
  }

  std::optional<WordUse> use(const ast::Expr &expr, CallGroup group, const char *example) {
    return words.use(expr, group, example);
  }
  double numberArg(const WordUse &use, const std::string &name) { return words.number(use, name); }

  /// `batch = 32`, `all`, `lanes(32)`
  void readBatch(const ast::Setting &setting) {
    WordCallSite site = callSite(*setting.value);
    if (site.name && !site.call && site.name->name == "all") {
      settings.batchAll = true;
    } else if (site.name) {
      if (auto word = use(*setting.value, CallGroup::Batch, "batch = lanes(32)")) {
        settings.lanes = true;
        settings.batch = words.whole(*word, "n", 1);
      }
    } else {
      if (setting.value->as<ast::StringExpr>())
        wrong(setting, "a whole number, at least 1, or one of the words all and lanes(n)");
      else
        settings.batch = whole(setting, 1, INT32_MAX).value_or(1);
    }
  }

  /// `groups = [encoder: 0.1]`
  void readGroups(const ast::Setting &setting) {
    const auto *list = setting.value->as<ast::ListExpr>();
    if (!list) {
      wrong(setting, "a list `path: factor`, such as [encoder: 0.1]");
      return;
    }
    for (const ast::Element &element : list->elements) {
      auto factor = element.spread || !element.label ? std::nullopt : constantOf(*element.value);
      if (!factor || !(*factor >= 0 && *factor <= FLT_MAX)) {
        words.wrong(element.range, "groups", "a list `path: factor`, such as [encoder: 0.1]");
        continue;
      }
      GroupSetting group{{element.label->text, element.label->range}, *factor};
      for (const GroupSetting &other : settings.groups)
        if (other.path.path == group.path.path)
          sink.report(diag::DefinedTwice, group.path.range, group.path.path)
              .note(other.path.range, "the first one")
              .cause(group.path.range);
      settings.groups.push_back(std::move(group));
    }
  }

  /// `constrain = [nonnegative(conv.weight), max_norm(fc.weight, 3)]`
  void readConstraints(const ast::Setting &setting) {
    const auto *list = setting.value->as<ast::ListExpr>();
    if (!list) {
      wrong(setting, "a list of constraints, such as [max_norm(fc.weight, 3)]");
      return;
    }
    for (const ast::Element &element : list->elements) {
      auto word = use(*element.value, CallGroup::Constraint, "max_norm(fc.weight, 3)");
      auto path = word ? words.path(*word->args.at("path"), "path") : std::nullopt;
      if (!path)
        continue;
      ConstraintSetting made{word->word->name, *path, 0};
      if (made.kind == "max_norm")
        made.bound = numberArg(*word, "c");
      settings.constraints.push_back(std::move(made));
    }
  }

  /// `start = weights("resnet18.safetensors", except = [fc])`
  void readStart(const ast::Setting &setting) {
    auto word = use(*setting.value, CallGroup::Start, "start = weights(\"old.safetensors\")");
    if (!word)
      return;
    StartSetting start;
    const ast::Expr &source = *word->args.at("source");
    start.range = source.range;
    start.at = setting.value->range;
    if (const auto *name = source.as<ast::NameExpr>()) {
      start.source = name->name;
      start.isBlock = true;
    } else if (const auto *path = source.as<ast::StringExpr>(); path && !path->value.empty()) {
      start.source = path->value;
    } else {
      words.wrong(source.range, "source", "the path of a file, or the name of a `weights` block");
      return;
    }
    if (const ast::Expr *except = word->find("except"))
      start.except = words.paths(*except, "except");
    if (const ast::Expr *into = word->find("into"))
      start.into = words.path(*into, "into");
    start.strip = words.string(*word, "strip");
    settings.start = std::move(start);
  }

  /// Settings that exclude each other.
  void checkTogether() {
    auto conflict = [&](const char *name, const std::string &kind) { words.wrong(seen.at(name), name, kind); };
    if (settings.lanes && seen.count("shuffle") && settings.shuffle)
      conflict("shuffle", "false with `batch = lanes(n)`: the places of a stream are read in order");
    if (settings.lanes)
      settings.shuffle = false;
    if (settings.batchAll && settings.accumulate > 1)
      conflict("accumulate", "1 with `batch = all`: there is one batch an epoch");
    if (!settings.carry.empty() && !settings.lanes)
      conflict("carry", "used with `batch = lanes(n)`: memory goes from a batch to the one that reads on");
    for (const GroupSetting &group : settings.groups)
      for (const PathUse &frozen : settings.freeze)
        if (group.path.path == frozen.path || group.path.path.starts_with(frozen.path + "."))
          words.wrong(group.path.range, "groups", "of parts that learn: `" + frozen.path + "` is frozen");
  }

  void readClip(const ast::Setting &setting) {
    auto word = use(*setting.value, CallGroup::Clip, "clip = norm(1.0)");
    if (!word)
      return;
    Clip clip;
    clip.kind = word->word->name == "norm" ? Clip::Norm : Clip::Value;
    clip.bound = numberArg(*word, "bound");
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
    static const std::map<std::string, const char *> kinds = {
        {"SGD", "sgd"}, {"Adam", "adam"}, {"AdamW", "adamw"}, {"RMSprop", "rmsprop"}, {"Adagrad", "adagrad"}};
    made.kind = kinds.at(kind);
    readRate(*word, made);
    if (kind == "SGD" || kind == "RMSprop")
      made.momentum = numberArg(*word, "momentum");
    if (kind == "SGD") {
      made.nesterov = words.flag(*word, "nesterov");
      if (made.nesterov && made.momentum == 0)
        words.wrong(setting.value->range, "momentum", "more than 0 with nesterov");
    } else {
      made.eps = numberArg(*word, "eps");
    }
    if (kind == "RMSprop")
      made.alpha = numberArg(*word, "alpha");
    if (kind == "Adam" || kind == "AdamW")
      readBetas(*word, made);
    made.weightDecay = numberArg(*word, "weight_decay");
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
    auto a = pair && pair->elements.size() == 2 ? constantOf(*pair->elements[0]) : std::nullopt;
    auto b = a ? constantOf(*pair->elements[1]) : std::nullopt;
    if (!a || !b || word.word->broken("betas", *a) || word.word->broken("betas", *b)) {
      sink.report(diag::SettingValue, found->second->range, "betas", "two numbers below 1, such as (0.9, 0.999)")
          .cause(found->second->range);
      return;
    }
    made.beta1 = *a;
    made.beta2 = *b;
  }

  void readRate(const WordUse &optimizer, Optimizer &made) {
    const ast::Expr &expr = *optimizer.args.at("lr");
    if (auto value = constantOf(expr)) {
      if (words.fits(*optimizer.word, "lr", value, expr.range))
        made.lr = *value;
      return;
    }
    WordCallSite site = callSite(expr);
    if (site.name && !site.call && !findCall(CallGroup::Schedule, site.name->name)) {
      made.schedule.kind = "fn";
      settings.schedule = PathUse{site.name->name, expr.range};
      return;
    }
    auto word = use(expr, CallGroup::Schedule, "lr = cosine(1e-3, warmup = 100)");
    if (!word)
      return;
    made.schedule.kind = word->word->name;
    made.lr = numberArg(*word, "lr");
    for (const WordParam &param : word->word->params)
      if (param.kind == "int")
        made.schedule.args.emplace_back(param.name, countArg(*word, param.name));
      else if (param.name != "lr")
        made.schedule.args.emplace_back(param.name, numberArg(*word, param.name));
  }

  /// So many steps or epochs.
  double countArg(const WordUse &use, const std::string &name) {
    const ast::Expr *given = use.find(name);
    auto value = given ? constantOf(*given) : std::nullopt;
    if (!given || (value && !use.word->broken(name, *value) && *value <= 1e15 && *value == std::floor(*value)))
      return given ? *value : numberArg(use, name);
    bool isPositive = use.word->broken(name, 0) != nullptr;
    words.wrong(given->range, name, isPositive ? "a whole number, at least 1" : "a whole number, at least 0");
    return isPositive;
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
    stop.tolerance = numberArg(*word, "tol");
    settings.stop = stop;
  }
};

} // namespace

bool checkSettingName(const ast::Setting &setting, SettingBlock block, const char *word,
                      std::map<std::string, SourceRange> &seen, support::DiagnosticSink &sink) {
  std::vector<std::string> known = settingNames(block);
  const std::string &name = setting.name.text;
  if (comesLater(name)) {
    sink.report(diag::ComesLater, setting.name.range, name).cause(setting.name.range);
    return false;
  }
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    auto builder = sink.report(diag::UnknownSetting, setting.name.range, word, name);
    auto foreign = foreignWord(block == SettingBlock::Train ? "train" : "generate", name);
    if (foreign) {
      builder.fact(*foreign);
      seen.try_emplace(nameIn(*foreign).value_or(name), setting.name.range); // not missing as well
      if (auto here = nameIn(*foreign))
        builder.help("write `" + *here + "`", {{setting.name.range, *here}});
    } else if (auto near = support::nearestName(name, known)) {
      builder.label("did you mean `" + *near + "`?");
      builder.help("write `" + *near + "`", {{setting.name.range, *near}});
      seen.try_emplace(*near, setting.name.range); // not missing as well
    }
    std::string list;
    for (const std::string &one : known)
      list += (list.empty() ? "" : ", ") + one;
    builder.fact("settings: " + list).cause(setting.name.range);
    return false;
  }
  auto [first, fresh] = seen.try_emplace(name, setting.name.range);
  if (!fresh)
    sink.report(diag::DefinedTwice, setting.name.range, name).note(first->second, "the first one");
  return fresh;
}

std::vector<PathUse> readCarry(const ast::Expr &expr, WordReader &words) {
  const auto *list = expr.as<ast::ListExpr>();
  std::vector<PathUse> names;
  for (size_t i = 0; list && i < list->elements.size(); ++i) {
    const ast::Element &element = list->elements[i];
    const auto *name = element.label || element.spread ? nullptr : element.value->as<ast::NameExpr>();
    if (!name)
      words.wrong(element.range, "carry", "a list of results");
    else
      names.push_back({name->name, element.range});
  }
  if (!list)
    words.wrong(expr.range, "carry", "a list of results, such as [memory]");
  return names;
}

bool readSettings(const ast::TrainItem &item, const support::SourceMap &sources, support::DiagnosticSink &sink,
                  TrainSettings &settings) {
  return Reader(item, sources, sink, settings).run();
}

} // namespace nnc::dsl
