// Definitions are checked for all uses: with sizes that stand for any number, and each way that a condition may go
// (rule size-6). So what the program does not use is checked, too.
#include "dsl/elaborate/Builder.h"
#include "dsl/elaborate/Walk.h"
#include "dsl/elaborate/masks/MaskReader.h"

#include <algorithm>
#include <set>

namespace nnc::dsl {

namespace {

/// Errors that hold for every use; others may depend on numbers that only a use gives.
bool holdsAlways(const support::Diagnostic &diagnostic) {
  static const std::set<std::string> codes = {"E0202", "E0204", "E0205", "E0207", "E0208", "E0209", "E0210", "E0215",
                                              "E0216", "E0224", "E0225", "E0226", "E0301", "E0302", "E0307", "E0308",
                                              "E0309", "E0310", "E0311", "E0312", "E0317", "E0328", "E0332", "E0337",
                                              "E0338", "E0361", "E0362", "E0363", "E0364", "E0365", "E0602", "E0604"};
  return codes.count(diagnostic.info->code);
}

/// `kernel: int[2]`: numbers that are not known.
std::optional<Value> anyNumbers(const ast::Param &param, Frame &inner) {
  const auto *count = param.type.shape.size() == 1 && param.type.shape[0].size
                          ? param.type.shape[0].size->as<ast::NumberExpr>()
                          : nullptr;
  if (param.type.name.text != "int" || !count || count->integer > 16)
    return std::nullopt;
  ListValue list;
  list.vector = true;
  for (int64_t i = 0; i < count->integer; ++i) {
    std::string name = param.name.text + "[" + std::to_string(i) + "]";
    inner.toRoot[name] = inner.toCaller[name] = Size::symbol(name);
    list.elements.push_back({"", std::make_shared<Value>(number(Size::symbol(name)))});
  }
  return list;
}

/// A value that stands for any of a kind; nothing for kinds that a body may take apart.
std::optional<Value> anyValue(const ast::Param &param, const Module &module, Frame &inner, Frame &outer,
                              Choices &choices) {
  const std::string &kind = param.type.name.text, &name = param.name.text;
  if (param.type.isList())
    return std::nullopt;
  if (param.type.hasShape)
    return anyNumbers(param, inner);
  if (kind == "int") {
    inner.toRoot[name] = inner.toCaller[name] = Size::symbol(name);
    return number(Size::symbol(name));
  }
  if (kind == "float")
    return real(0.5);
  if (kind == "bool")
    return BoolValue{choices.decide(name)};
  if (kind == "Init")
    return real(0);
  if (kind == "Mask")
    return MaskValue{std::make_shared<MaskTree>()};
  if (kind == "Layer") {
    auto identity = std::make_shared<Instance>();
    identity->definition = module.layer("Identity", true);
    identity->home = &outer;
    return LayerValue{identity};
  }
  return std::nullopt;
}

/// The axes of `...S`: two, of any size.
void openPacks(const ast::Param &param, Frame &inner) {
  for (const ast::Axis &axis : param.type.shape) {
    const auto *named = axis.ellipsis && axis.size ? axis.size->as<ast::NameExpr>() : nullptr;
    std::string name = named ? named->name : "...";
    if (!axis.ellipsis || inner.packs.count(name))
      continue;
    for (const char *number : {"0", "1"}) {
      std::string local = (named ? name + "." : name) + number;
      inner.toRoot[local] = inner.toCaller[local] = Size::symbol(local);
      inner.packs[name].push_back(Size::symbol(local));
    }
  }
}

/// A definition by itself: its sizes and parameters stand for any.
struct Trial {
  const Definition &definition;
  Program scratch;
  Elaborator elaborator;
  Frame &outer, &inner;

  Trial(const Module &module, support::SourceMap &sources, support::DiagnosticSink &sink, Elem precision,
        const Definition &definition, Choices &choices)
      : definition(definition), elaborator(module, scratch, sources, sink, precision), outer(begin(choices)),
        inner(elaborator.newFrame(&outer, &definition, {})) {
    inner.makesLayers = definition.layer != nullptr;
  }

  /// Gives the hyperparameters and data values that stand for any; false where none can.
  bool bind();

private:
  Frame &begin(Choices &choices) {
    elaborator.generic = elaborator.sketch = true;
    elaborator.choices = &choices;
    elaborator.beginEntry(EntryKind::Forward);
    return elaborator.newFrame(nullptr, nullptr, {});
  }
  bool bindWord(const ast::Param &param);
};

/// Whether a body applies a layer that it is given to several values, or to none: a cell is no stage.
static bool takesSeveral(const ast::Expr &expr, const std::string &layer) {
  const auto *postfix = expr.as<ast::PostfixExpr>();
  const auto *name = postfix ? postfix->base->as<ast::NameExpr>() : nullptr;
  const auto *call = name && name->name == layer ? std::get_if<ast::CallSuffix>(&postfix->suffixes[0].node) : nullptr;
  bool found = call && call->args.size() != 1;
  forEachChild(expr, [&](const ast::Expr &child) { found = found || takesSeveral(child, layer); });
  return found;
}

bool Trial::bindWord(const ast::Param &param) {
  bool isCell = false;
  if (param.type.name.text == "Layer")
    forEachChild(definition.body(),
                 [&](const ast::Expr &expr) { isCell = isCell || takesSeveral(expr, param.name.text); });
  if (isCell) // no layer stands for any of them: each use is checked
    return false;
  auto value = anyValue(param, elaborator.module, inner, outer, *elaborator.choices);
  if (value)
    inner.scopes[0][param.name.text] = *value;
  return value.has_value();
}

bool Trial::bind() {
  for (const std::string &name : elaborator.introducedSizes(definition))
    inner.toRoot[name] = inner.toCaller[name] = Size::symbol(name);
  if (definition.layer && definition.layer->hyper)
    for (const ast::Param &param : definition.layer->hyper->params)
      if (!bindWord(param))
        return false;
  elaborator.assumeDivisors(definition, inner);
  for (const ast::Param &param : definition.data().params) {
    openPacks(param, inner);
    // A number with a default is a setting, known while compiling where it is one of an op.
    bool isSetting = param.type.name.text != "float" || param.defaultValue;
    if (!param.type.hasShape && isSetting && bindWord(param))
      continue;
    auto type = elaborator.typeFrom(param.type, inner);
    if (!type)
      return false;
    Input input;
    input.type = elaborator.concrete(inner, *type, param.range);
    inner.scopes[0][param.name.text] = TensorValue{*type, elaborator.addInput(std::move(input)), 0};
  }
  for (const ast::ExprPtr &condition : definition.where())
    elaborator.assume(*condition, true, inner);
  return true;
}

} // namespace

/// One combination of the conditions in a definition. Returns how much work it was.
uint64_t ProgramBuilder::checkCombination(const Definition &definition, Choices &choices,
                                          support::DiagnosticSink &own) {
  Trial trial(module, sources, own, program.precision, definition, choices);
  if (trial.bind())
    trial.elaborator.runBody(definition, trial.inner, trial.outer, definition.nameRange);
  return trial.elaborator.stepsTaken() + 100;
}

/// A mask that nothing uses: over axes of any size.
void ProgramBuilder::checkMask(const Definition &definition) {
  support::DiagnosticSink own;
  Choices choices;
  choices.next();
  Trial trial(module, sources, own, program.precision, definition, choices);
  if (!trial.bind())
    return;
  std::vector<Size> axes;
  for (const char *name : {"b", "h", "q", "k"})
    axes.push_back(trial.outer.toRoot[name] = Size::symbol(name));
  MaskTree tree;
  tree.kind = MaskTree::Item;
  tree.frame = &trial.inner;
  MaskReader(trial.elaborator, trial.outer, axes, {0, 1, 2, 3}, "attention", definition.nameRange).read(tree);
  for (const support::Diagnostic &diagnostic : own.diagnostics())
    if (holdsAlways(diagnostic))
      sink.add(diagnostic);
}

/// What all uses of a definition have wrong, of the first combination of its conditions that has anything.
const std::vector<support::Diagnostic> &ProgramBuilder::errorsOf(const Definition &definition) {
  auto [known, isNew] = alone.try_emplace({&definition, program.precision});
  std::vector<support::Diagnostic> &errors = known->second;
  Choices choices;
  for (uint64_t steps = 0; isNew && errors.empty() && steps < 300'000 && choices.next();) {
    support::DiagnosticSink own;
    steps += checkCombination(definition, choices, own);
    for (support::Diagnostic diagnostic : own.diagnostics())
      if (holdsAlways(diagnostic)) {
        if (std::string when = choices.str(); !when.empty())
          diagnostic.facts.push_back(when);
        errors.push_back(std::move(diagnostic));
      }
  }
  return errors;
}

/// Behind an error the other models alone: what the model at hand would have used is not known. What was used is
/// checked once more if it has conditions: for the ways that no use took.
void ProgramBuilder::checkDefinitions(bool modelsOnly) {
  for (const auto &definition : module.definitions) {
    bool isModel = std::count(module.models.begin(), module.models.end(), definition.get());
    bool isUsed = definition.get() == model || elaborator->visited.count(definition.get());
    if (definition->isLibrary || (modelsOnly && !isModel))
      continue;
    if (isUsed && (modelsOnly || !elaborator->chose.count(definition.get())))
      continue;
    for (const support::Diagnostic &diagnostic : errorsOf(*definition))
      sink.add(diagnostic);
  }
  for (const auto &mask : module.maskDefinitions)
    if (!modelsOnly && !mask->isLibrary && !elaborator->visited.count(mask.get()))
      checkMask(*mask);
}

} // namespace nnc::dsl
