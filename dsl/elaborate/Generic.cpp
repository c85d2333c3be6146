// Definitions that the program does not use are checked too: with sizes that stand for any number.
#include "dsl/elaborate/Builder.h"

#include <algorithm>
#include <set>

namespace nnc::dsl {

namespace {

/// Errors that hold for every use; others may depend on numbers that only a use gives.
bool holdsAlways(const support::Diagnostic &diagnostic) {
  static const std::set<std::string> codes = {"E0202", "E0204", "E0205", "E0207", "E0208", "E0209", "E0210", "E0215",
                                              "E0216", "E0224", "E0225", "E0226", "E0301", "E0302", "E0307", "E0308",
                                              "E0309", "E0310", "E0311", "E0312", "E0317", "E0328", "E0332", "E0337",
                                              "E0338", "E0361", "E0362", "E0363", "E0364", "E0365"};
  return codes.count(diagnostic.info->code);
}

/// A value that stands for any of a kind; false for kinds that a body may take apart.
bool anyValue(const ast::Param &param, const Module &module, Frame &inner, Frame &outer, Value &value) {
  const std::string &kind = param.type.name.text;
  if (param.type.isList() || param.type.hasShape)
    return false;
  if (kind == "int") {
    inner.toRoot[param.name.text] = inner.toCaller[param.name.text] = Size::symbol(param.name.text);
    value = number(Size::symbol(param.name.text));
  } else if (kind == "float") {
    value = real(0.5);
  } else if (kind == "bool") {
    value = BoolValue{true};
  } else if (kind == "Init") {
    value = real(0);
  } else if (kind == "Layer") {
    auto identity = std::make_shared<Instance>();
    identity->definition = module.layer("Identity", true);
    identity->home = &outer;
    value = LayerValue{identity};
  } else {
    return false;
  }
  return true;
}

} // namespace

/// Behind an error the other models alone: what the model at hand would have used is not known.
void ProgramBuilder::checkUnusedDefinitions(bool modelsOnly) {
  for (const auto &definition : module.definitions) {
    if (modelsOnly && !std::count(module.models.begin(), module.models.end(), definition.get()))
      continue;
    if (definition->library || definition.get() == model || elaborator->visited.count(definition.get()))
      continue;
    Program scratch;
    support::DiagnosticSink own;
    Elaborator one(module, scratch, sources, own, program.precision);
    one.generic = true;
    one.beginEntry(EntryKind::Forward);
    Frame &outer = one.newFrame(nullptr, nullptr, {});
    Frame &inner = one.newFrame(&outer, definition.get(), {});
    inner.makesLayers = definition->layer != nullptr;
    bool ok = true;
    for (const std::string &name : one.introducedSizes(*definition))
      inner.toRoot[name] = inner.toCaller[name] = Size::symbol(name);
    if (definition->layer && definition->layer->hyper)
      for (const ast::Param &param : definition->layer->hyper->params)
        ok = ok && anyValue(param, module, inner, outer, inner.scopes[0][param.name.text]);
    for (const ast::Param &param : definition->data().params) {
      if (!ok)
        break;
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
      if (!param.type.hasShape && param.type.name.text != "float" &&
          anyValue(param, module, inner, outer, inner.scopes[0][param.name.text]))
        continue;
      auto type = one.typeFrom(param.type, inner);
      ok = type.has_value();
      if (!ok)
        break;
      Input input;
      input.type = one.concrete(inner, *type, param.range);
      inner.scopes[0][param.name.text] = TensorValue{*type, one.addInput(std::move(input)), 0};
    }
    if (ok)
      one.runBody(*definition, inner, outer, definition->nameRange);
    for (const support::Diagnostic &diagnostic : own.diagnostics())
      if (holdsAlways(diagnostic))
        sink.add(diagnostic);
  }
}

} // namespace nnc::dsl
