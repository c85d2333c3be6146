// Blocks and statements.
#include "dsl/Vocabulary.h"
#include "dsl/elaborate/Elaborator.h"
#include "dsl/elaborate/Hints.h"
#include "dsl/elaborate/index/IndexScope.h"
#include "dsl/elaborate/layers/ScanScope.h"

#include <algorithm>
#include <utility>

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

/// A statement that has no value, in words.
static std::string wordsFor(const ast::Stmt &stmt) {
  if (const auto *param = std::get_if<ast::ParamStmt>(&stmt.node))
    return param->isState ? "a `state`" : "a `param`";
  if (std::holds_alternative<ast::UpdateStmt>(stmt.node))
    return "the next value of a state";
  if (std::holds_alternative<ast::ForStmt>(stmt.node))
    return "a `for`";
  if (std::holds_alternative<ast::IfStmt>(stmt.node))
    return "an `if` without `else`";
  return std::holds_alternative<ast::AssertStmt>(stmt.node) ? "an `assert`" : "a binding";
}

/// The last statement of a block that must have a result is none that has one.
void Elaborator::reportNoResult(const ast::Stmt &stmt, bool isBody, Frame &frame) {
  std::string name;
  if (const auto *binding = std::get_if<ast::BindStmt>(&stmt.node))
    name = binding->targets[0].name.text;
  else if (const auto *index = std::get_if<ast::IndexDefStmt>(&stmt.node))
    name = index->name.text;
  SourceRange range = stmt.range;
  auto builder = error(diag::BodyEndsWithBinding, frame, range, isBody ? "body" : "block", wordsFor(stmt));
  if (std::holds_alternative<ast::IfStmt>(stmt.node))
    builder.help("say with `else` what it is otherwise");
  else if (name.empty() || name == "_")
    builder.help("write `NAME` as the last line");
  else
    builder.help("write `" + name + "` as the last line", {lineBehind(range, name, sources)});
  builder.cause(range);
}

/// Runs one statement; `result` is set by the last. False after an error.
bool Elaborator::runStatement(const ast::Stmt &stmt, Frame &frame, bool last, bool isBody, const Hint &hint,
                              Value &result) {
  SourceRange range = stmt.range;
  struct Restore {
    SourceRange &place, outer;
    ~Restore() { place = outer; }
  } restore{frame.statement, std::exchange(frame.statement, range)};
  if (const auto *values = std::get_if<ast::ExprStmt>(&stmt.node)) {
    if (!last) {
      error(diag::ValueUnused, frame, range).cause(range);
      return false;
    }
    Hint own = hint;
    if (isBody && values->values.size() == 1) {
      own = Hint{.path = frame.path, .leafPattern = frame.leafPattern, .named = frame.named, .result = true};
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
    if (last && !choice->otherwise) {
      reportNoResult(stmt, isBody, frame);
      return false;
    }
    for (const ast::IfBranch &branch : choice->branches) {
      std::optional<bool> taken = evalCondition(*branch.condition, frame);
      if (!taken)
        return false;
      assume(*branch.condition, *taken, frame);
      if (*taken)
        return runBranch(branch.block, frame, last, isBody, hint, result);
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
    ok = updateState(std::get<ast::UpdateStmt>(stmt.node), range, frame);
  else if (const auto *loop = std::get_if<ast::ForStmt>(&stmt.node))
    ok = runFor(*loop, frame);
  else if (const auto *values = std::get_if<ast::YieldStmt>(&stmt.node))
    return yield(*values, range, hint.scanBody, frame);
  else if (const auto *fact = std::get_if<ast::AssertStmt>(&stmt.node))
    ok = assertFact(*fact, range, frame);
  ok &= sink.errorCount() == before;
  if (ok && last) {
    reportNoResult(stmt, isBody, frame);
    return false;
  }
  return ok;
}

/// The block of a compile-time `if` statement: names of outside may be given new values (rule name-2).
bool Elaborator::runBranch(const ast::Block &block, Frame &frame, bool last, bool isBody, const Hint &hint,
                           Value &result) {
  if (last && block.statements.empty()) {
    error(diag::EmptyBlock, frame, block.range).cause(block.range);
    return false;
  }
  frame.scopes.emplace_back();
  frame.later.emplace_back();
  Hint own = hint;
  own.scanBody = false;
  bool ok = true;
  for (size_t i = 0; ok && i < block.statements.size(); ++i)
    ok = runStatement(block.statements[i], frame, last && i + 1 == block.statements.size(), isBody, own, result);
  collectBindings(block, frame.gone);
  frame.scopes.pop_back();
  frame.later.pop_back();
  return ok;
}

/// A `for` is unrolled: its block once for each element (rule name-2).
bool Elaborator::runFor(const ast::ForStmt &loop, Frame &frame) {
  Value over = eval(*loop.clause.over, frame);
  const ListValue *items = over.as<ListValue>();
  if (!items) {
    if (!over.nothing())
      error(diag::NotAList, frame, loop.clause.range, show(over)).cause(loop.clause.range);
    return false;
  }
  frame.perUse = true;
  for (const ListElement &item : items->elements) {
    if (!countStep(frame, loop.clause.range, 20))
      return false;
    frame.scopes.emplace_back();
    Value none;
    bool ok = bindClause(loop.clause, *item.value, frame) && runBranch(loop.body, frame, false, false, {}, none);
    frame.scopes.pop_back();
    if (!ok)
      return false;
  }
  return true;
}

/// Gives a name its value: a name of an enclosing block means the new value from here on (rule name-2); in a scan only
/// the body's own names may change (rule scan-1).
bool Elaborator::assign(const ast::Ident &name, Value value, Frame &frame) {
  frame.bound[name.text] = frame.statement;
  bool isModel = frame.definition && !frame.instance && !frame.definition->function && !frame.inLibrary();
  if (const auto *tensor = isModel ? value.as<TensorValue>() : nullptr; tensor && tensor->level == 0)
    namedValues.try_emplace(tensor->id, NamedValue{name.text, frame.statement, {}});
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

/// "`y`, `h`"
static std::string namesOf(const ResultsValue &results) {
  std::string names;
  for (const auto &[label, value] : results.values)
    names += (names.empty() ? "`" : ", `") + (label.empty() ? "_" : label) + "`";
  return names;
}

/// `y = rnn(x)`: one name for three results.
void Elaborator::reportSeveral(const ResultsValue &results, const ast::BindStmt &stmt, size_t place, SourceRange range,
                               Frame &frame) {
  std::string kept = stmt.targets[place].name.text;
  for (size_t i = 1; i < results.values.size(); ++i)
    kept += ", _";
  auto builder = error(diag::SeveralResults, frame, stmt.values[place]->range, int64_t(results.values.size()));
  builder.fact("they are " + namesOf(results)).cause(range);
  const ast::Target &target = stmt.targets[place];
  if (stmt.targets.size() == 1 && !target.type)
    builder.help("to keep the first, write `" + kept + " = …`", {{target.name.range, kept}});
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
        tensor && firstEntry && !(frame.definition && frame.definition->isLibrary))
      types += std::string(frame.depth * 2, ' ') + name + ": " + show(tensor->type) + "\n";
    this->assign(target.name, std::move(value), frame);
  };
  if (stmt.values.size() == stmt.targets.size()) {
    for (size_t i = 0; i < stmt.values.size(); ++i) {
      const std::string &name = stmt.targets[i].name.text;
      Hint hint = hintFor(name, frame);
      Value value = eval(*stmt.values[i], frame, hint);
      if (const auto *several = value.as<ResultsValue>()) {
        reportSeveral(*several, stmt, i, range, frame);
        value = Value();
      }
      const auto *tensor = value.as<TensorValue>();
      auto id = tensor ? std::optional(tensor->id) : std::nullopt;
      assign(stmt.targets[i], std::move(value));
      if (auto named = id ? namedValues.find(*id) : namedValues.end(); named != namedValues.end())
        if (named->second.statement == range)
          named->second.value = stmt.values[i]->range;
    }
    return;
  }
  Value value;
  if (stmt.values.size() == 1)
    value = eval(*stmt.values[0], frame);
  const auto *several = value.as<ResultsValue>();
  if (!several || several->values.size() != stmt.targets.size()) {
    if (!value.nothing() || stmt.values.size() != 1) {
      auto builder = error(diag::NameCount, frame, range, int64_t(stmt.targets.size()),
                           int64_t(several ? several->values.size() : stmt.values.size()));
      if (several)
        builder.fact("they are " + namesOf(*several));
      builder.cause(range);
    }
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

} // namespace nnc::dsl
