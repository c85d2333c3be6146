// Calls of words of the vocabulary, as settings hold them: `Adam(lr = 1e-2)`, `lanes(32)`.
#pragma once

#include "dsl/Ast.h"
#include "dsl/Vocabulary.h"
#include "support/Diagnostics.h"

#include <map>
#include <optional>

namespace nnc::dsl {

/// `Adam(lr = 1e-2)`: a word with its arguments by parameter name.
struct WordUse {
  const WordCall *word = nullptr;
  support::SourceRange range;
  std::map<std::string, const ast::Expr *> args;
  const ast::Expr *find(const std::string &name) const {
    auto found = args.find(name);
    return found == args.end() ? nullptr : found->second;
  }
};

/// The path of a parameter or a layer, as it is written.
struct PathUse {
  std::string path;
  support::SourceRange range;
};

/// `name(args)` with nothing behind it; nothing else is a call of a word.
struct WordCallSite {
  const ast::NameExpr *name = nullptr;
  const ast::CallSuffix *call = nullptr; // null for the bare name
  support::SourceRange nameRange;
};
WordCallSite callSite(const ast::Expr &expr);

/// The number that literals, signs and `+ - * /` make.
std::optional<double> constantOf(const ast::Expr &expr);

/// Reads calls and their arguments, and reports what is wrong with them.
class WordReader {
public:
  WordReader(const support::SourceMap &sources, support::DiagnosticSink &sink) : sources(sources), sink(sink) {}

  std::optional<WordUse> use(const ast::Expr &expr, CallGroup group, const char *example);
  /// Of the call of a word that is known to be one of the group.
  std::optional<WordUse> use(const ast::PostfixExpr &call, CallGroup group);
  /// Puts arguments to parameters by place, then by name (rule name-4).
  std::optional<WordUse> arguments(const WordCall &word, const std::vector<ast::Arg> &args, support::SourceRange range);
  void unknownWord(support::SourceRange range, const std::string &name, const std::vector<std::string> &known);

  /// A number argument that meets the conditions of its word; the default, or 0, if it is not given or wrong.
  double number(const WordUse &use, const std::string &name);
  /// Reports a number that does not meet them, or is none that f32 can hold.
  bool fits(const WordCall &word, const std::string &name, std::optional<double> value, support::SourceRange range);
  int64_t whole(const WordUse &use, const std::string &name, int64_t min);
  bool flag(const WordUse &use, const std::string &name);
  std::string string(const WordUse &use, const std::string &name);
  /// `[fc, conv.weight]`
  std::vector<PathUse> paths(const ast::Expr &list, const std::string &what);
  /// `fc` or `conv.weight`; nothing after an error.
  std::optional<PathUse> path(const ast::Expr &expr, const std::string &what);

  support::DiagnosticBuilder wrong(support::SourceRange range, std::string_view name, std::string_view kind) {
    auto builder = sink.report(support::diag::SettingValue, range, name, kind);
    builder.cause(range);
    return builder;
  }
  std::string_view textOf(support::SourceRange range) const { return sources.text(range); }

private:
  const support::SourceMap &sources;
  support::DiagnosticSink &sink;
};

} // namespace nnc::dsl
