// What a layer owns under its path: parameters, and states with their updates (rules path-1 to path-4, state-1).
#include "dsl/TakenNames.h"
#include "dsl/elaborate/Elaborator.h"
#include "dsl/elaborate/Hints.h"
#include "dsl/elaborate/layers/InnerLayers.h"
#include "dsl/elaborate/layers/ScanScope.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

/// Whether two instances are one layer of the program: a layer that makes layers makes them anew each time it is used,
/// and using it twice shares its weights (layer-1). The order tells the place of the making in the tree of layers.
static bool sameMaking(const Instance *a, const Instance *b) {
  return a == b || (a && b && a->made == b->made && (a->order == b->order || isForetold(*a) || isForetold(*b)));
}

/// Nothing is made in functions and scans, nor in a layer that was made in a scan or has no name.
bool Elaborator::mayOwn(const ast::ParamStmt &stmt, SourceRange range, Frame &frame) {
  const char *what = stmt.isState ? "state" : "parameter";
  if (!frame.makesLayers) {
    error(diag::ParamInFunction, frame, range, what, stmt.name.text).cause(range);
    return false;
  }
  if (!frame.scan)
    return true;
  error(diag::ParamInScan, frame, range, what, stmt.name.text).help("make it before the scan").cause(range);
  return false;
}

static bool isInLoop(const ast::Block &block, SourceRange at) {
  for (const ast::Stmt &stmt : block.statements) {
    if (stmt.range.file != at.file || at.begin < stmt.range.begin || at.end > stmt.range.end)
      continue;
    if (std::holds_alternative<ast::ForStmt>(stmt.node))
      return true;
    const auto *choice = std::get_if<ast::IfStmt>(&stmt.node);
    if (!choice)
      return false;
    return std::ranges::any_of(choice->branches, [&](const auto &branch) { return isInLoop(branch.block, at); }) ||
           (choice->otherwise && isInLoop(*choice->otherwise, at));
  }
  return false;
}

/// A layer that a loop would make in each of its turns.
static void hintLoopLayer(support::DiagnosticBuilder &builder, const std::string &made) {
  builder.help("a loop takes its layers from a list: `layers = [" + made +
               " for i in …]` before it, `layers[i]` in it");
}

bool Elaborator::hasPlace(Frame &frame) {
  if (frame.madeInScan) {
    const Instance &instance = *frame.instance;
    auto builder = error(diag::LayerInScan, *instance.home, instance.made, instance.definition->name);
    if (const ScanBody *scan = instance.home->scan; scan && scan->range.valid())
      builder.note(scan->range, "the scan");
    builder.help("make it before the scan: `name = " + text(instance.made) + "`").cause(instance.made);
    return false;
  }
  if (frame.named || !frame.instance)
    return true;
  const Instance *layer = outermost(frame.instance);
  auto builder = error(diag::LayerNeedsName, *layer->home, layer->made, layer->definition->name);
  if (layer->home->definition && isInLoop(layer->home->definition->body(), layer->made))
    hintLoopLayer(builder, text(layer->made));
  else
    builder.help("give it a name: `name = " + text(layer->made) + "`", nameBefore(*layer, sources));
  builder.cause(layer->made);
  return false;
}

static std::string pathOf(const std::string &name, const Frame &frame) {
  std::string leaf = name;
  if (!frame.leafPattern.empty()) {
    leaf = frame.leafPattern;
    leaf.replace(leaf.find('*'), 1, name);
  }
  return frame.path.empty() ? leaf : frame.path + "." + leaf;
}

/// A stored shape needs sizes that are free when the program runs: which, and what the data make of them.
static void reportFreeSize(Elaborator &e, const std::string &path, const Size &axis, SourceRange range, Frame &frame) {
  std::string names, values, numbers;
  std::vector<std::pair<std::string, SourceRange>> places;
  for (const std::string &name : axis.symbols()) {
    names += (names.empty() ? "" : ", ") + name;
    auto known = e.exampleSizes.find(name);
    auto value = known == e.exampleSizes.end() ? std::nullopt : substitute(known->second, e.module.dimSizes).constant();
    if (value) {
      values += (values.empty() ? "" : ", ") + name + " = " + std::to_string(*value);
      numbers += (numbers.empty() ? "" : ", ") + std::to_string(*value);
    }
    places.emplace_back(name, placeOfFree(Size::symbol(name), frame));
  }
  auto builder = e.error(diag::ParamNeedsFreeSize, frame, range, path, names);
  for (const auto &[name, place] : places)
    if (place.valid())
      builder.note(place, "`" + name + "` is any number when the program runs");
  builder.help(values.empty() ? "write a number, or a hyperparameter, where the size comes from"
                              : "the data have " + values + ": write " + numbers + ", or a hyperparameter");
  builder.cause(range);
}

/// The numbers of a shape that the program stores.
std::optional<std::vector<int64_t>> Elaborator::storedShape(const std::string &name, const Type &type,
                                                            SourceRange range, Frame &frame) {
  std::vector<int64_t> shape;
  for (const Size &axis : type.shape) {
    auto known = axis.constant();
    if (!known && generic)
      continue;
    if (!known) {
      std::string path = frame.path.empty() ? name : frame.path + "." + name;
      reportFreeSize(*this, path, axis, range, frame);
      return std::nullopt;
    }
    shape.push_back(*known);
  }
  return shape;
}

/// Two makings under one path: the second is where the mistake is.
static void reportTwice(Elaborator &e, const std::string &path, const Instance *first, SourceRange range,
                        Frame &frame) {
  const Instance *second = outermost(frame.instance);
  first = outermost(first);
  if (!second) {
    e.error(diag::PathTwice, frame, range, path).cause(range);
    return;
  }
  auto builder = e.error(diag::PathTwice, *second->home, second->made, path);
  bool isRepeated = first && first->made == second->made;
  const Instance *looped = isRepeated ? second : nullptr;
  while (looped && !(looped->home->definition && isInLoop(looped->home->definition->body(), looped->made)))
    looped = looped->home->instance;
  if (looped)
    hintLoopLayer(builder, e.text(looped->made));
  else if (isRepeated)
    builder.help("it is made several times: elements of a list are told apart by their numbers, or by labels such as "
                 "`\"part{i}\"`");
  else if (first)
    builder.note(first->made, "the first one").help("each layer has a name of its own");
  builder.cause(second->made);
}

/// "[50, 20]"
static std::string shown(const std::vector<int64_t> &shape) {
  std::string axes;
  for (int64_t axis : shape)
    axes += (axes.empty() ? "" : ", ") + std::to_string(axis);
  return "[" + axes + "]";
}

/// One body makes each of its parameters and states once.
bool Elaborator::isFirstOf(const std::string &path, SourceRange range, Frame &frame) {
  auto [first, fresh] = frame.owned.try_emplace(path, range);
  if (fresh)
    return true;
  auto builder = error(diag::PathTwice, frame, range, path);
  if (first->second == range)
    builder.help("a loop gets its parameters from layers: `layers = [NAME for i in …]` before it, `layers[i]` in it");
  else
    builder.note(first->second, "the first one").help("give one of them another name");
  builder.cause(range);
  return false;
}

/// What was read before its layer was used takes the place among the parameters that the use gives it.
static void placeAs(Elaborator &e, bool isState, const std::string &path, const std::vector<uint32_t> &order) {
  auto place = [&](const auto &owned, std::vector<std::vector<uint32_t>> &orders) {
    for (size_t i = 0; i < owned.size(); ++i)
      if (owned[i].name == path)
        orders[i] = order;
  };
  isState ? place(e.program.states, e.stateOrder) : place(e.program.params, e.paramOrder);
}

/// The parameter or state of a path: that which exists, or a new one. False after an error.
bool Elaborator::store(const ast::ParamStmt &stmt, const std::string &path, const Type &type,
                       const std::vector<int64_t> &shape, SourceRange range, Frame &frame) {
  auto [known, fresh] = made.try_emplace(path, frame.instance);
  if (!fresh && !sameMaking(known->second, frame.instance)) {
    reportTwice(*this, path, known->second, range, frame);
    return false;
  }
  bool wasForetold = known->second && isForetold(*known->second);
  if (wasForetold)
    known->second = frame.instance;
  // Its place counts each time: what is made behind it has the same place in every use of the layer.
  std::vector<uint32_t> order = frame.order;
  order.push_back(frame.bindings++);
  if (auto existing = ownedShapes.find(path); existing != ownedShapes.end()) {
    if (wasForetold)
      placeAs(*this, stmt.isState, path, order);
    if (existing->second == shape)
      return true;
    auto builder = error(diag::LayerOtherSizes, frame, range, path);
    builder.fact("its first use made it " + shown(existing->second) + ", here it would be " + shown(shape));
    if (auto first = firstUses.find(path); first != firstUses.end())
      builder.note(first->second, "the first use");
    builder.cause(range);
    return false;
  }
  if (takenByCompiler(path)) {
    error(diag::PathTaken, frame, range, path).help("give it another name").cause(range);
    return false;
  }
  // What runs a program names both: the numbers of an input, and those of a parameter.
  if (std::ranges::any_of(entry.inputs, [&](const Input &input) { return input.name == path; }) && !generic) {
    error(diag::ParamIsInput, frame, range, stmt.isState ? "state" : "parameter", path, "an input of the model")
        .help("give one of them another name")
        .cause(range);
    return false;
  }
  Value start = eval(*stmt.init, frame);
  if (start.nothing())
    return false;
  auto init = makeInit(start, shape, stmt.init->range, frame);
  if (!init)
    return false;
  ownedShapes[path] = shape;
  firstUses[path] = blame(frame, range);
  (stmt.isState ? stateOrder : paramOrder).push_back(std::move(order));
  if (stmt.isState)
    program.states.push_back({path, type, *init, placeOf(frame, range)});
  else
    program.params.push_back({path, type, *init, true, shape.size() >= 2, placeOf(frame, range)});
  return true;
}

/// The shape in the terms of the model, for what is said of files that have another one.
void Elaborator::noteShape(const std::string &path, const TensorType &type, const Frame &frame) {
  std::vector<Size> shape = type.shape;
  const Frame *f = &frame;
  for (; f->instance && f->caller; f = f->caller)
    for (Size &axis : shape)
      axis = substitute(axis, f->toCaller);
  modelSizes = f->toRoot;
  writtenShapes[path] = std::move(shape);
}

void Elaborator::makeParam(const ast::ParamStmt &stmt, SourceRange range, Frame &frame) {
  const std::string &name = stmt.name.text;
  if (!mayOwn(stmt, range, frame))
    return;
  frame.scopes.back().erase(name);
  if (stmt.condition) {
    auto made = evalCondition(*stmt.condition, frame);
    if (!made)
      return;
    if (!*made) {
      frame.scopes.back()[name] = eval(*stmt.otherwise, frame);
      return;
    }
  }
  auto type = typeFrom(stmt.type, frame);
  if (!type || !hasPlace(frame))
    return;
  if (!stmt.isState && !type->elem.isFloat()) {
    error(diag::ParamNotFloat, frame, stmt.type.range, show(*type))
        .help("what stays as it is is a list, `" + name + " = [1, 2]`, or a `state`")
        .cause(stmt.type.range);
    return;
  }
  Type concreteType = concrete(frame, *type, range);
  auto shape = storedShape(name, concreteType, range, frame);
  if (!shape)
    return;
  std::string path = pathOf(name, frame);
  if (!isFirstOf(path, range, frame))
    return;
  if (keepsShapes && !generic)
    noteShape(path, *type, frame);
  if (stmt.isState)
    frame.states[name] = {path, *type};
  if (generic) {
    frame.scopes.back()[name] = emit(frame, "get", {}, *type, range, {{"symbol", path}});
    return;
  }
  if (!store(stmt, path, concreteType, *shape, range, frame))
    return;
  // Behind an update, also by another use of the layer, a state is what it was given (state-1).
  if (auto updated = stateNow.find(path); stmt.isState && updated != stateNow.end())
    frame.scopes.back()[name] = TensorValue{*type, updated->second, 0};
  else
    frame.scopes.back()[name] = parameter(frame, path, *type, range);
}

/// `running_mean <- mix(running_mean, m, update)`
bool Elaborator::updateState(const ast::UpdateStmt &stmt, SourceRange range, Frame &frame) {
  const std::string &name = stmt.name.text;
  auto state = frame.states.find(name);
  if (state == frame.states.end()) {
    auto builder = error(diag::NotAState, frame, stmt.name.range, name);
    if (frame.find(name))
      builder.help("a name is bound again with `" + name + " = …`");
    else
      builder.help("declare it: `state " + name + ": float = 0`");
    builder.cause(stmt.name.range);
    return false;
  }
  if (frame.scan || frame.madeInScan || bodyLevel() > 0) {
    error(diag::UpdateInScan, frame, range, name)
        .help("carry the value through the scan, and write `<-` behind it")
        .cause(range);
    return false;
  }
  const auto &[path, type] = state->second;
  Value value = eval(*stmt.value, frame);
  auto tensor = value.nothing() ? std::nullopt : asTensor(value, type.elem, stmt.value->range, frame);
  if (!tensor)
    return false;
  bool same = tensor->type.shape.size() == type.shape.size() && elemOf(tensor->type.elem) == elemOf(type.elem);
  for (size_t axis = 0; same && axis < type.shape.size(); ++axis)
    same = frame.sameSize(tensor->type.shape[axis], type.shape[axis]);
  if (!same) {
    error(diag::DeclaredMismatch, frame, stmt.value->range, show(type), show(tensor->type)).cause(stmt.value->range);
    return false;
  }
  TensorValue next{type, tensor->id, tensor->level};
  stateNow[path] = next.id;
  for (auto scope = frame.scopes.rbegin(); scope != frame.scopes.rend(); ++scope)
    if (auto found = scope->find(name); found != scope->end()) {
      found->second = next;
      break;
    }
  return true;
}

/// What the states are at the end of the entry, in the order of their making.
std::vector<Update> Elaborator::updates() const {
  std::vector<Update> result;
  for (const State &state : program.states)
    if (auto updated = stateNow.find(state.name); updated != stateNow.end())
      result.push_back({state.name, updated->second});
  return result;
}

} // namespace nnc::dsl
