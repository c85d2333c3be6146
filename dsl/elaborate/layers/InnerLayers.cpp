#include "dsl/elaborate/layers/InnerLayers.h"

#include <algorithm>

namespace nnc::dsl {
namespace {

/// In the order of an instance, where the real ones have the number of a making.
constexpr uint32_t foretold = UINT32_MAX;

/// The statement of a body that binds a name, and its place.
std::optional<size_t> bindingOf(const Definition &definition, const std::string &name) {
  const std::vector<ast::Stmt> &statements = definition.body().statements;
  std::optional<size_t> found;
  for (size_t i = 0; i < statements.size(); ++i)
    if (const auto *bind = std::get_if<ast::BindStmt>(&statements[i].node))
      for (const ast::Target &target : bind->targets)
        if (target.name.text == name) {
          if (found || bind->targets.size() != 1)
            return std::nullopt; // bound again: which of them is meant?
          found = i;
        }
  return found;
}

/// A frame of the layer in which the bindings of its body are made as far as its layers need them: hyperparameters and,
/// if the layer has been applied, sizes are known, its data are not.
class Foresight {
public:
  Foresight(Elaborator &e, const Instance &instance, Frame &inner, bool isApplied)
      : e(e), definition(*instance.definition), inner(inner), sizes(e.introducedSizes(definition)),
        isApplied(isApplied), order(instance.order) {}

  bool bind(const std::string &name, int depth = 0) {
    auto at = bindingOf(definition, name);
    if (!at || depth > 32)
      return false;
    const auto &stmt = std::get<ast::BindStmt>(definition.body().statements[*at].node);
    std::vector<std::string> used;
    e.usedNames(*stmt.values[0], used);
    for (const std::string &one : used)
      if (!inner.find(one) && !canUse(one, depth))
        return false;
    inner.order = order;
    inner.order.push_back(uint32_t(*at));
    inner.order.push_back(foretold);
    Value value = e.eval(*stmt.values[0], inner, e.hintFor(name, inner));
    bool holds = !value.nothing();
    inner.scopes.back()[name] = std::move(value);
    return holds;
  }

private:
  bool canUse(const std::string &name, int depth) {
    const std::vector<ast::Param> &data = definition.data().params;
    if (std::any_of(data.begin(), data.end(), [&](const ast::Param &param) { return param.name.text == name; }))
      return false;
    if (std::count(sizes.begin(), sizes.end(), name))
      return isApplied;
    for (const ast::Stmt &stmt : definition.body().statements) {
      if (const auto *param = std::get_if<ast::ParamStmt>(&stmt.node); param && param->name.text == name)
        return false;
      if (const auto *bound = std::get_if<ast::BindStmt>(&stmt.node))
        for (const ast::Target &target : bound->targets)
          if (target.name.text == name)
            return bind(name, depth + 1);
    }
    return true; // of the file or the library, or a name of the expression's own
  }

  Elaborator &e;
  const Definition &definition;
  Frame &inner;
  std::vector<std::string> sizes;
  bool isApplied;
  std::vector<uint32_t> order;
};

bool isLayers(const Value &value) {
  const auto *list = value.as<ListValue>();
  return value.as<LayerValue>() || (list && !list->vector && !holdsNumbers(*list));
}

/// The frame of a use of the layer: where the layers of its body were made.
const Frame *useOf(const Elaborator &e, const Instance &instance) {
  for (auto one = e.instances.rbegin(); one != e.instances.rend(); ++one)
    if ((*one)->home && (*one)->home->instance == &instance && !isForetold(**one))
      return (*one)->home;
  return nullptr;
}

} // namespace

bool isForetold(const Instance &instance) {
  return std::count(instance.order.begin(), instance.order.end(), foretold) > 0;
}

const Value *elementNamed(const Value &base, const std::string &name) {
  const auto *list = base.as<ListValue>();
  for (size_t i = 0; list && !list->vector && i < list->elements.size(); ++i)
    if (const ListElement &element = list->elements[i]; name == element.label || name == std::to_string(i))
      return element.value.get();
  return nullptr;
}

std::vector<std::string> innerNames(const Definition &definition) {
  std::vector<std::string> names;
  for (const ast::Stmt &stmt : definition.body().statements)
    if (const auto *bind = std::get_if<ast::BindStmt>(&stmt.node); bind && bind->targets.size() == 1) {
      const ast::Expr &value = *bind->values[0];
      const auto *call = value.as<ast::PostfixExpr>();
      const auto *maker = call ? call->base->as<ast::NameExpr>() : value.as<ast::NameExpr>();
      bool makes = maker && !maker->name.empty() && maker->name[0] >= 'A' && maker->name[0] <= 'Z';
      if (makes || value.as<ast::ListExpr>() || value.as<ast::ComprehensionExpr>())
        names.push_back(bind->targets[0].name.text);
    }
  return names;
}

std::optional<Value> innerLayer(Elaborator &e, const Instance &instance, const std::string &name, Frame &frame) {
  for (const auto &[hyper, value] : instance.hyper)
    if (hyper == name && isLayers(value))
      return value;
  const Definition &definition = *instance.definition;
  if (!bindingOf(definition, name))
    return std::nullopt;
  const Frame *use = useOf(e, instance);
  Frame &inner = e.newFrame(&frame, &definition, instance.made);
  inner.path = instance.named ? instance.path : frame.path;
  inner.named = instance.named;
  inner.leafPattern = instance.leafPattern;
  inner.instance = &instance;
  inner.madeInScan = instance.madeInScan;
  if (!e.setHyper(definition, instance, inner, frame))
    return std::nullopt;
  inner.origins.insert(instance.given.begin(), instance.given.end());
  if (use) {
    inner.toRoot.insert(use->toRoot.begin(), use->toRoot.end());
    inner.packs = use->packs;
    inner.facts = use->facts;
  }
  if (!Foresight(e, instance, inner, use != nullptr).bind(name))
    return std::nullopt;
  const Value *made = inner.find(name);
  return made && isLayers(*made) ? std::optional(*made) : std::nullopt;
}

} // namespace nnc::dsl
