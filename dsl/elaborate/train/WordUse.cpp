#include "dsl/elaborate/train/WordUse.h"

#include "dsl/ForeignWords.h"
#include "support/Suggest.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

WordCallSite callSite(const ast::Expr &expr) {
  WordCallSite site;
  if (const auto *name = expr.as<ast::NameExpr>())
    return {name, nullptr, expr.range};
  const auto *postfix = expr.as<ast::PostfixExpr>();
  const auto *call =
      postfix && postfix->suffixes.size() == 1 ? std::get_if<ast::CallSuffix>(&postfix->suffixes[0].node) : nullptr;
  if (call)
    site = {postfix->base->as<ast::NameExpr>(), call, postfix->base->range};
  return site;
}

std::optional<double> constantOf(const ast::Expr &expr) {
  if (const auto *n = expr.as<ast::NumberExpr>())
    return n->value;
  if (const auto *unary = expr.as<ast::UnaryExpr>(); unary && unary->op == ast::UnaryOp::Neg)
    if (auto inner = constantOf(*unary->operand))
      return -*inner;
  const auto *chain = expr.as<ast::ChainExpr>();
  if (!chain)
    return std::nullopt;
  auto value = constantOf(*chain->first);
  for (const ast::ChainLink &link : chain->links) {
    auto right = constantOf(*link.operand);
    if (!value || !right)
      return std::nullopt;
    if (link.op == ast::BinaryOp::Mul)
      *value *= *right;
    else if (link.op == ast::BinaryOp::Div)
      *value /= *right;
    else if (link.op == ast::BinaryOp::Add)
      *value += *right;
    else if (link.op == ast::BinaryOp::Sub)
      *value -= *right;
    else
      return std::nullopt;
  }
  return value;
}

/// What stands in a signature in front of its conditions.
static std::string argumentsOf(const WordCall &word) {
  return word.signature.substr(0, word.signature.find(" where "));
}

void WordReader::unknownWord(SourceRange range, const std::string &name, const std::vector<std::string> &known) {
  if (comesLater(name)) {
    sink.report(diag::ComesLater, range, name).cause(range);
    return;
  }
  auto builder = sink.report(diag::UnknownName, range, name);
  if (auto near = support::nearestName(name, known))
    builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{range, *near}});
  std::string list;
  for (const std::string &one : known)
    list += (list.empty() ? "" : ", ") + one;
  builder.fact("known here: " + list).cause(range);
}

std::optional<WordUse> WordReader::use(const ast::Expr &expr, CallGroup group, const char *example) {
  WordCallSite site = callSite(expr);
  if (!site.name) {
    sink.report(diag::SettingCall, expr.range, example).cause(expr.range);
    return std::nullopt;
  }
  const WordCall *word = findCall(group, site.name->name);
  if (!word) {
    unknownWord(site.nameRange, site.name->name, callNames(group));
    return std::nullopt;
  }
  if (!site.call) {
    sink.report(diag::SettingCall, expr.range, example).cause(expr.range);
    return std::nullopt;
  }
  return arguments(*word, site.call->args, expr.range);
}

std::optional<WordUse> WordReader::use(const ast::PostfixExpr &call, CallGroup group) {
  return arguments(*findCall(group, call.base->as<ast::NameExpr>()->name),
                   std::get<ast::CallSuffix>(call.suffixes[0].node).args,
                   support::join(call.base->range, call.suffixes[0].range));
}

std::optional<WordUse> WordReader::arguments(const WordCall &word, const std::vector<ast::Arg> &args,
                                             SourceRange range) {
  WordUse result{&word, range, {}};
  size_t next = 0;
  for (const ast::Arg &arg : args) {
    std::string wanted = arg.name ? arg.name->text : next < word.params.size() ? word.params[next].name : "";
    ++next;
    auto known = std::find_if(word.params.begin(), word.params.end(),
                              [&](const WordParam &param) { return param.name == wanted; });
    if (known == word.params.end()) {
      SourceRange at = arg.name ? arg.name->range : arg.range;
      auto builder =
          sink.report(diag::UnknownArgument, at, word.name, arg.name ? wanted : std::string(sources.text(arg.range)));
      std::vector<std::string> names;
      for (const WordParam &param : word.params)
        names.push_back(param.name);
      if (auto foreign = foreignWord(word.name, wanted)) {
        auto here = nameIn(*foreign);
        bool isParam = here && std::find(names.begin(), names.end(), *here) != names.end();
        if (isParam || !here)
          builder.fact(*foreign);
        if (isParam)
          builder.help("write `" + *here + "`", {{at, *here}});
      } else if (auto near = support::nearestName(wanted, names))
        builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{at, *near}});
      builder.fact("arguments: " + argumentsOf(word)).cause(at);
      return std::nullopt;
    }
    if (auto [before, fresh] = result.args.emplace(wanted, arg.value.get()); !fresh) {
      auto builder = sink.report(diag::ArgumentTwice, arg.range, wanted, word.name);
      std::string first(sources.text(before->second->range));
      builder.fact("by place `" + first + "` is its `" + wanted + "`");
      if (first.find("parameters") != std::string::npos)
        builder.help("the parameters are those of the model: leave them out");
      builder.cause(arg.range);
      return std::nullopt;
    }
  }
  for (const WordParam &param : word.params)
    if (!param.isOptional() && !result.args.count(param.name)) {
      sink.report(diag::MissingArgument, range, word.name, param.name, param.kind)
          .fact("arguments: " + argumentsOf(word))
          .cause(range);
      return std::nullopt;
    }
  return result;
}

static std::string defaultOf(const WordUse &use, const std::string &name) {
  for (const WordParam &param : use.word->params)
    if (param.name == name)
      return param.defaultText;
  return "";
}

bool WordReader::fits(const WordCall &word, const std::string &name, std::optional<double> value, SourceRange range) {
  if (value && std::isfinite(*value) && !word.broken(name, *value)) {
    if (std::abs(*value) <= FLT_MAX && (*value == 0 || float(*value) != 0))
      return true;
    sink.report(diag::NumberDoesNotFit, range, "`" + std::string(sources.text(range)) + "`", "f32",
                std::abs(*value) > 1 ? "infinite" : "0")
        .cause(range);
    return false;
  }
  wrong(range, name, word.allowed(name));
  return false;
}

double WordReader::number(const WordUse &use, const std::string &name) {
  const ast::Expr *given = use.find(name);
  if (!given)
    return std::strtod(defaultOf(use, name).c_str(), nullptr);
  auto value = constantOf(*given);
  return fits(*use.word, name, value, given->range) ? *value : 0;
}

int64_t WordReader::whole(const WordUse &use, const std::string &name, int64_t min) {
  const ast::Expr *given = use.find(name);
  if (!given)
    return std::strtoll(defaultOf(use, name).c_str(), nullptr, 10);
  const auto *n = given->as<ast::NumberExpr>();
  if (n && n->isInteger && n->integer >= min && n->integer <= INT32_MAX)
    return n->integer;
  wrong(given->range, name,
        n && n->isInteger && n->integer > INT32_MAX ? "at most 2,147,483,647"
        : min > 0                                   ? "a whole number, at least 1"
                                                    : "a whole number, at least 0");
  return std::max<int64_t>(min, 1);
}

bool WordReader::flag(const WordUse &use, const std::string &name) {
  const ast::Expr *given = use.find(name);
  if (!given)
    return defaultOf(use, name) == "true";
  if (const auto *b = given->as<ast::BoolExpr>())
    return b->value;
  wrong(given->range, name, "true or false");
  return false;
}

std::string WordReader::string(const WordUse &use, const std::string &name) {
  const ast::Expr *given = use.find(name);
  if (!given)
    return "";
  const auto *text = given->as<ast::StringExpr>();
  if (text && !text->value.empty())
    return text->value;
  wrong(given->range, name, text ? "a string that is not empty" : "a string");
  return "";
}

std::optional<PathUse> WordReader::path(const ast::Expr &expr, const std::string &what) {
  const auto *postfix = expr.as<ast::PostfixExpr>();
  bool isPath = expr.as<ast::NameExpr>() || (postfix && postfix->base->as<ast::NameExpr>());
  for (size_t i = 0; postfix && i < postfix->suffixes.size(); ++i)
    isPath &= !std::get_if<ast::CallSuffix>(&postfix->suffixes[i].node);
  if (isPath)
    return PathUse{std::string(sources.text(expr.range)), expr.range};
  wrong(expr.range, what, "a path, such as fc or fc.weight");
  return std::nullopt;
}

std::vector<PathUse> WordReader::paths(const ast::Expr &expr, const std::string &what) {
  const auto *list = expr.as<ast::ListExpr>();
  std::vector<PathUse> result;
  if (!list) {
    wrong(expr.range, what, "a list of paths, such as [fc, conv.weight]");
    return result;
  }
  for (const ast::Element &element : list->elements) {
    auto one = element.label || element.spread ? std::nullopt : path(*element.value, what);
    if (element.label || element.spread)
      wrong(element.range, what, "a list of paths");
    if (one)
      result.push_back(*one);
  }
  return result;
}

} // namespace nnc::dsl
