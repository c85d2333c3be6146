#include "dsl/elaborate/Lint.h"

#include "dsl/elaborate/Walk.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace nnc::dsl {

namespace diag = support::diag;

namespace {

void namesOf(const ast::Expr &expr, std::set<std::string> &names);

void namesOf(const ast::Type &type, std::set<std::string> &names) {
  for (const ast::Axis &axis : type.shape)
    if (axis.size)
      namesOf(*axis.size, names);
}

void namesOf(const ast::Block &block, std::set<std::string> &names);

void namesOf(const ast::Expr &expr, std::set<std::string> &names) {
  if (const auto *name = expr.as<ast::NameExpr>())
    names.insert(name->name);
  if (const auto *cast = expr.as<ast::CastExpr>())
    for (const ast::CastStep &step : cast->steps)
      for (const ast::Axis &axis : step.shape)
        if (axis.size)
          namesOf(*axis.size, names);
  if (const auto *reduce = expr.as<ast::ReduceExpr>())
    for (const ast::Index &index : reduce->indices)
      if (index.in)
        namesOf(*index.in, names);
  forEachChild(expr, [&](const ast::Expr &child) { namesOf(child, names); });
}

void namesOf(const ast::Stmt &stmt, std::set<std::string> &names) {
  if (const auto *param = std::get_if<ast::ParamStmt>(&stmt.node))
    namesOf(param->type, names);
  if (const auto *bind = std::get_if<ast::BindStmt>(&stmt.node))
    for (const ast::Target &target : bind->targets)
      if (target.type)
        namesOf(*target.type, names);
  if (const auto *index = std::get_if<ast::IndexDefStmt>(&stmt.node))
    for (const ast::Index &one : index->indices)
      if (one.in)
        namesOf(*one.in, names);
  if (const auto *update = std::get_if<ast::UpdateStmt>(&stmt.node))
    names.insert(update->name.text);
  forEachChild(stmt, [&](const ast::Expr &child) { namesOf(child, names); });
}

void namesOf(const ast::Block &block, std::set<std::string> &names) {
  for (const ast::Stmt &stmt : block.statements)
    namesOf(stmt, names);
}

/// Whether an error has been found in a place: what it binds may have no value.
bool isWrong(support::SourceRange place, const support::DiagnosticSink &sink) {
  return std::ranges::any_of(sink.diagnostics(), [&](const support::Diagnostic &one) {
    return one.severity == support::Severity::Error && one.range.file == place.file && one.range.begin >= place.begin &&
           one.range.end <= place.end;
  });
}

/// Names of a body that are bound again before anything reads them.
std::vector<const ast::Ident *> boundInVain(const ast::Block &body, const support::DiagnosticSink &sink) {
  std::vector<const ast::Ident *> found;
  std::map<std::string, const ast::Ident *> unread;
  for (const ast::Stmt &stmt : body.statements) {
    std::set<std::string> read;
    namesOf(stmt, read);
    for (const std::string &name : read)
      unread.erase(name);
    const auto *bind = std::get_if<ast::BindStmt>(&stmt.node);
    for (size_t i = 0; bind && i < bind->targets.size(); ++i) {
      const ast::Ident &name = bind->targets[i].name;
      if (auto before = unread.find(name.text); before != unread.end())
        found.push_back(before->second);
      unread.erase(name.text);
      if (!isWrong(stmt.range, sink))
        unread[name.text] = &name;
    }
  }
  return found;
}

} // namespace

void warnUnused(const Module &module, support::DiagnosticSink &sink) {
  for (const auto &definition : module.definitions) {
    if (definition->isLibrary)
      continue;
    std::set<std::string> used;
    namesOf(definition->body(), used);
    for (const ast::ExprPtr &condition : definition->where())
      namesOf(*condition, used);
    auto warn = [&](const ast::Ident &name, const char *what) {
      if (name.text[0] != '_' && !used.count(name.text))
        sink.report(diag::Unused, name.range, what, name.text);
    };
    for (const ast::Param &param : definition->data().params)
      warn(param.name, "input");
    for (const ast::Ident *name : boundInVain(definition->body(), sink))
      if (name->text[0] != '_')
        sink.report(diag::Unused, name->range, "name", name->text);
    for (const ast::Stmt &stmt : definition->body().statements) {
      if (&stmt == &definition->body().statements.back()) // a body that ends with a binding is an error of its own
        continue;
      if (isWrong(stmt.range, sink))
        continue;
      if (const auto *bind = std::get_if<ast::BindStmt>(&stmt.node))
        for (const ast::Target &target : bind->targets)
          warn(target.name, "name");
      if (const auto *index = std::get_if<ast::IndexDefStmt>(&stmt.node))
        warn(index->name, "name");
      if (const auto *param = std::get_if<ast::ParamStmt>(&stmt.node))
        warn(param->name, "parameter");
    }
  }
}

} // namespace nnc::dsl
