// Blocks and statements.
#include "dsl/TakenNames.h"
#include "dsl/Vocabulary.h"
#include "dsl/elaborate/Elaborator.h"
#include "dsl/elaborate/IndexScope.h"
#include "dsl/elaborate/ScanScope.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

void Elaborator::collectBindings(const ast::Block &block, std::map<std::string, SourceRange> &names) {
  for (const ast::Stmt &stmt : block.statements) {
    if (const auto *bind = std::get_if<ast::BindStmt>(&stmt.node))
      for (const ast::Target &target : bind->targets)
        names.try_emplace(target.name.text, target.name.range);
    if (const auto *param = std::get_if<ast::ParamStmt>(&stmt.node))
      names.try_emplace(param->name.text, param->name.range);
    if (const auto *index = std::get_if<ast::IndexDefStmt>(&stmt.node))
      names.try_emplace(index->name.text, index->name.range);
  }
}

Value Elaborator::evalBlock(const ast::Block &block, Frame &frame, bool isBody, const Hint &hint) {
  frame.scopes.emplace_back();
  frame.later.emplace_back();
  collectBindings(block, frame.later.back());
  Value result;
  bool ok = true;
  for (size_t i = 0; ok && i < block.statements.size(); ++i)
    ok = runStatement(block.statements[i], frame, i + 1 == block.statements.size(), isBody, hint, result);
  if (block.statements.empty()) {
    error(diag::EmptyBlock, frame, block.range).cause(block.range);
  }
  frame.scopes.pop_back();
  frame.later.pop_back();
  return ok ? result : Value();
}

/// Runs one statement; `result` is set by the last. False after an error.
bool Elaborator::runStatement(const ast::Stmt &stmt, Frame &frame, bool last, bool isBody, const Hint &hint,
                              Value &result) {
  SourceRange range = stmt.range;
  auto unsupported = [&](const char *what) {
    later(frame, range, what);
    return false;
  };
  if (const auto *values = std::get_if<ast::ExprStmt>(&stmt.node)) {
    if (!last) {
      error(diag::ValueUnused, frame, range).cause(range);
      return false;
    }
    Hint own = hint;
    if (isBody && values->values.size() == 1) {
      own = Hint{frame.path, frame.leafPattern, frame.named, true};
    }
    if (values->values.size() == 1) {
      result = eval(*values->values[0], frame, own);
      return !result.nothing();
    }
    ResultsValue several;
    for (const ast::ExprPtr &value : values->values) {
      several.values.emplace_back("", eval(*value, frame));
      if (several.values.back().second.nothing())
        return false;
    }
    result = several;
    return true;
  }
  if (const auto *choice = std::get_if<ast::IfStmt>(&stmt.node)) {
    for (const ast::IfBranch &branch : choice->branches) {
      std::optional<bool> taken = evalCondition(*branch.condition, frame);
      if (!taken)
        return false;
      if (!*taken)
        continue;
      SizeFacts kept = frame.facts;
      assume(*branch.condition, frame);
      bool ok = runBranch(branch.block, frame, last, isBody, hint, result);
      frame.facts = kept;
      return ok;
    }
    return !choice->otherwise || runBranch(*choice->otherwise, frame, last, isBody, hint, result);
  }
  bool ok = true;
  size_t before = sink.errorCount();
  if (const auto *binding = std::get_if<ast::BindStmt>(&stmt.node))
    bind(*binding, range, frame);
  else if (const auto *param = std::get_if<ast::ParamStmt>(&stmt.node)) {
    makeParam(*param, range, frame);
    frame.scopes.back().try_emplace(param->name.text); // behind an error it is a value of which nothing is said
  } else if (const auto *index = std::get_if<ast::IndexDefStmt>(&stmt.node)) {
    Value value = indexDefinition(*index, range, frame);
    ok = !value.nothing() && assign(index->name, std::move(value), frame);
  } else if (std::holds_alternative<ast::UpdateStmt>(stmt.node))
    return unsupported("<-");
  else if (const auto *loop = std::get_if<ast::ForStmt>(&stmt.node))
    ok = runFor(*loop, frame);
  else if (const auto *values = std::get_if<ast::YieldStmt>(&stmt.node))
    return yield(*values, range, hint.scanBody, frame);
  else if (const auto *fact = std::get_if<ast::AssertStmt>(&stmt.node)) {
    auto holds = evalCondition(*fact->fact, frame);
    if (!holds)
      return false;
    if (!*holds)
      error(diag::AssertFails, frame, fact->fact->range, fact->message.value).cause(range);
    assume(*fact->fact, frame);
  }
  ok &= sink.errorCount() == before;
  if (ok && last && isBody) {
    std::string name = "NAME";
    if (const auto *binding = std::get_if<ast::BindStmt>(&stmt.node))
      name = binding->targets[0].name.text;
    else if (const auto *index = std::get_if<ast::IndexDefStmt>(&stmt.node))
      name = index->name.text;
    error(diag::BodyEndsWithBinding, frame, range).help("write `" + name + "` as the last line").cause(range);
    return false;
  }
  return ok;
}

/// The block of a compile-time `if` statement: names of outside may be given new values (rule name-2).
bool Elaborator::runBranch(const ast::Block &block, Frame &frame, bool last, bool isBody, const Hint &hint,
                           Value &result) {
  frame.scopes.emplace_back();
  frame.later.emplace_back();
  Hint own = hint;
  own.scanBody = false;
  bool ok = true;
  for (size_t i = 0; ok && i < block.statements.size(); ++i)
    ok = runStatement(block.statements[i], frame, last && i + 1 == block.statements.size(), isBody, own, result);
  frame.scopes.pop_back();
  frame.later.pop_back();
  return ok;
}

/// A `for` is unrolled: its block once for each element (rule name-2).
bool Elaborator::runFor(const ast::ForStmt &loop, Frame &frame) {
  Value over = eval(*loop.clause.over, frame);
  const ListValue *items = over.as<ListValue>();
  if (!items || loop.clause.names.size() != 1) {
    if (!over.nothing())
      error(diag::NotAList, frame, loop.clause.range, show(over)).cause(loop.clause.range);
    return false;
  }
  frame.perUse = true;
  for (const ListElement &item : items->elements) {
    if (!countStep(frame, loop.clause.range, 20))
      return false;
    frame.scopes.emplace_back();
    if (const std::string &name = loop.clause.names[0].text; name != "_")
      frame.scopes.back()[name] = *item.value;
    Value none;
    bool ok = runBranch(loop.body, frame, false, false, {}, none);
    frame.scopes.pop_back();
    if (!ok)
      return false;
  }
  return true;
}

/// Gives a name its value: a name of an enclosing block means the new value from here on (rule name-2); in a scan only
/// the body's own names may change (rule scan-1).
bool Elaborator::assign(const ast::Ident &name, Value value, Frame &frame) {
  for (size_t i = frame.scopes.size(); i-- > 0;) {
    auto found = frame.scopes[i].find(name.text);
    if (found == frame.scopes[i].end())
      continue;
    if (frame.scan && i < frame.scan->firstScope) {
      error(diag::AssignsOutside, frame, name.range, name.text)
          .help("a value that goes from step to step is declared: `over …, " + name.text + " = …`")
          .cause(name.range);
      return false;
    }
    if (frame.scan)
      frame.scan->assigned.try_emplace(name.text, name.range);
    found->second = std::move(value);
    return true;
  }
  frame.scopes.back()[name.text] = std::move(value);
  return true;
}

void Elaborator::bind(const ast::BindStmt &stmt, SourceRange range, Frame &frame) {
  auto assign = [&](const ast::Target &target, Value value) {
    const std::string &name = target.name.text;
    if (isReserved(name)) {
      error(diag::CannotBind, frame, target.name.range, name).cause(target.name.range);
      return;
    }
    if (const auto *list = value.as<ListValue>(); list && target.type && holdsNumbers(*list))
      value = declaredList(*target.type, value, target.range, frame);
    if (target.type && !value.nothing())
      checkDeclared(*target.type, value, target.range, frame);
    if (name == "_")
      return;
    if (const auto *tensor = value.as<TensorValue>();
        tensor && firstEntry && !(frame.definition && frame.definition->library))
      types += std::string(frame.depth * 2, ' ') + name + ": " + show(tensor->type) + "\n";
    this->assign(target.name, std::move(value), frame);
  };
  if (stmt.values.size() == stmt.targets.size()) {
    for (size_t i = 0; i < stmt.values.size(); ++i) {
      const std::string &name = stmt.targets[i].name.text;
      Hint hint = hintFor(name, frame);
      Value value = eval(*stmt.values[i], frame, hint);
      if (const auto *several = value.as<ResultsValue>()) {
        std::string names;
        for (const auto &[label, one] : several->values)
          names += (names.empty() ? "" : ", ") + (label.empty() ? "_" : label);
        error(diag::SeveralResults, frame, stmt.values[i]->range, int64_t(several->values.size()))
            .help("write `" + names + " = …`")
            .cause(range);
        value = Value();
      }
      assign(stmt.targets[i], std::move(value));
    }
    return;
  }
  Value value;
  if (stmt.values.size() == 1)
    value = eval(*stmt.values[0], frame);
  const auto *several = value.as<ResultsValue>();
  if (!several || several->values.size() != stmt.targets.size()) {
    if (!value.nothing() || stmt.values.size() != 1)
      error(diag::NameCount, frame, range, int64_t(stmt.targets.size()),
            int64_t(several ? several->values.size() : stmt.values.size()))
          .cause(range);
    for (const ast::Target &target : stmt.targets)
      assign(target, Value());
    return;
  }
  for (size_t i = 0; i < stmt.targets.size(); ++i)
    assign(stmt.targets[i], several->values[i].second);
}

/// `k: float[3] = [0.5, 0.8, 0.5]`: a list of numbers becomes the tensor that is declared, with its named axes.
Value Elaborator::declaredList(const ast::Type &type, const Value &list, SourceRange range, Frame &frame) {
  auto declared = typeFrom(type, frame);
  auto tensor = declared ? asTensor(list, declared->elem, range, frame) : std::nullopt;
  if (!tensor)
    return {};
  auto number = [&](const Size &size) { return substitute(frame.rootSize(size), module.dimSizes).constant(); };
  bool same = std::ranges::equal(tensor->type.shape, declared->shape,
                                 [&](const Size &a, const Size &b) { return number(a) == number(b); });
  return same ? TensorValue{*declared, tensor->id, tensor->level} : *tensor;
}

void Elaborator::checkDeclared(const ast::Type &type, const Value &value, SourceRange range, Frame &frame) {
  const auto *tensor = value.as<TensorValue>();
  auto declared = typeFrom(type, frame);
  if (!declared)
    return;
  if (const auto *number = value.as<NumberValue>(); number && declared->shape.empty()) // it takes the type it meets
    if (declared->elem.isFloat() || (declared->elem.kind == ElemType::Int && number->whole))
      return;
  bool same = tensor && tensor->type.shape.size() == declared->shape.size() &&
              elemOf(tensor->type.elem) == elemOf(declared->elem);
  for (size_t i = 0; same && i < declared->shape.size(); ++i)
    same = frame.facts.proveEqual(tensor->type.shape[i], declared->shape[i]);
  if (!same)
    error(diag::DeclaredMismatch, frame, range, show(*declared), show(value)).cause(range);
}

/// Whether two instances are one layer of the program: a layer that makes layers makes them anew each time it is used,
/// and using it twice shares its weights (layer-1). The order tells the place of the making in the tree of layers.
static bool sameMaking(const Instance *a, const Instance *b) {
  return a == b || (a && b && a->made == b->made && a->order == b->order);
}

void Elaborator::makeParam(const ast::ParamStmt &stmt, SourceRange range, Frame &frame) {
  const std::string &name = stmt.name.text;
  if (stmt.isState) {
    later(frame, range, "state");
    return;
  }
  if (!frame.makesLayers) {
    error(diag::ParamInFunction, frame, range, name).cause(range);
    return;
  }
  if (frame.scan) {
    error(diag::ParamInScan, frame, range, name).help("make it before the scan").cause(range);
    return;
  }
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
  if (!type)
    return;
  if (frame.madeInScan) {
    const Instance &instance = *frame.instance;
    error(diag::LayerInScan, *instance.home, instance.made, instance.definition->name)
        .help("make it before the scan: `name = " + text(instance.made) + "`")
        .cause(instance.made);
    return;
  }
  if (!frame.named && frame.instance) {
    // Of layers inside a layer of the library the user knows the outermost, and can name that one.
    const Instance *layer = frame.instance;
    while (layer->home->inLibrary() && layer->home->instance)
      layer = layer->home->instance;
    error(diag::LayerNeedsName, *layer->home, layer->made, layer->definition->name)
        .help("give it a name: `name = " + text(layer->made) + "`")
        .cause(layer->made);
    return;
  }
  Type concreteType = concrete(frame, *type, range);
  std::vector<int64_t> shape;
  for (size_t i = 0; i < concreteType.shape.size(); ++i) {
    auto known = concreteType.shape[i].constant();
    if (!known && generic)
      continue;
    if (!known) {
      std::string path = frame.path.empty() ? name : frame.path + "." + name;
      error(diag::ParamNeedsFreeSize, frame, range, path, concreteType.shape[i].str())
          .help("write a number, or a hyperparameter, where the size comes from")
          .cause(range);
      return;
    }
    shape.push_back(*known);
  }
  std::string path = frame.path.empty() ? name : frame.path + "." + name;
  if (!frame.leafPattern.empty()) {
    std::string leaf = frame.leafPattern;
    leaf.replace(leaf.find('*'), 1, name);
    path = frame.path.empty() ? leaf : frame.path + "." + leaf;
  }
  if (generic) {
    TensorValue stand = emit(frame, "get", {}, *type, range, {{"symbol", path}});
    frame.scopes.back()[name] = stand;
    return;
  }
  auto [known, fresh] = made.try_emplace(path, frame.instance);
  if (!fresh && !sameMaking(known->second, frame.instance)) {
    error(diag::PathTwice, frame, range, path).cause(range);
    return;
  }
  auto existing = paramIndex.find(path);
  if (existing != paramIndex.end()) {
    if (paramShapes[existing->second] != shape) {
      error(diag::LayerOtherSizes, frame, range, path).cause(range);
      return;
    }
  } else {
    if (takenByCompiler(path)) {
      error(diag::PathTaken, frame, range, path).help("give it another name").cause(range);
      return;
    }
    Value start = eval(*stmt.init, frame);
    if (start.nothing())
      return;
    auto init = makeInit(start, shape, stmt.init->range, frame);
    if (!init)
      return;
    Param param{path, concreteType, *init, true, shape.size() >= 2, placeOf(frame, range)};
    paramIndex[path] = program.params.size();
    program.params.push_back(std::move(param));
    paramShapes.push_back(shape);
    std::vector<uint32_t> order = frame.order;
    order.push_back(frame.bindings++);
    paramOrder.push_back(order);
  }
  frame.scopes.back()[name] = parameter(frame, path, *type, range);
}

} // namespace nnc::dsl
