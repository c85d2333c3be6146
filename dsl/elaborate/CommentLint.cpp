// `n // 2`: a quotient in Python, and here a number with a comment behind it.
#include "dsl/Layout.h"
#include "dsl/elaborate/Lint.h"

#include <algorithm>
#include <set>

namespace nnc::dsl {

namespace diag = support::diag;

namespace {

/// The names of a program that stand for whole numbers: hyperparameters and other `int`s, sizes.
std::set<std::string, std::less<>> wholeNames(const Module &module) {
  std::set<std::string, std::less<>> names;
  auto take = [&](const ast::ParamList &params) {
    for (const ast::Param &param : params.params) {
      if (param.type.name.text == "int" && !param.type.hasShape)
        names.insert(param.name.text);
      for (const ast::Axis &axis : param.type.shape)
        if (const auto *size = axis.size ? axis.size->as<ast::NameExpr>() : nullptr)
          names.insert(size->name);
    }
  };
  for (const auto &definition : module.definitions) {
    if (definition->isLibrary)
      continue;
    take(definition->data());
    if (definition->layer && definition->layer->hyper)
      take(*definition->layer->hyper);
  }
  return names;
}

bool isWhole(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789_") == std::string_view::npos && text[0] != '_';
}

} // namespace

void warnComments(const Module &module, const support::SourceMap &sources, support::DiagnosticSink &sink) {
  support::DiagnosticSink unheard;
  LexedFile file = lex(sources, module.program().file, unheard);
  const auto names = wholeNames(module);
  auto reads = [&](std::string_view text) { return isWhole(text) || names.count(text) != 0; };
  size_t at = 0;
  for (const Comment &comment : file.comments) {
    while (at < file.tokens.size() && file.tokens[at].range.begin < comment.range.begin)
      ++at;
    // The end of the line is a token of its own, behind the comment.
    const Token *before = at > 0 && file.tokens[at - 1].kind != Tok::Newline ? &file.tokens[at - 1] : nullptr;
    bool isOperand = before && (before->kind == Tok::Number || before->kind == Tok::Name) && reads(before->text);
    std::string_view text = comment.text.substr(0, comment.text.find_last_not_of(" \t\r)],") + 1);
    if (!isOperand || comment.kind != CommentKind::Plain || !reads(text))
      continue;
    sink.report(diag::CommentDivides, comment.range, text)
        .help("the quotient rounded down is `floor(" + std::string(before->text) + " / " + std::string(text) +
              ")`; where a comment is meant, let it say so in words")
        .cause(comment.range);
  }
}

} // namespace nnc::dsl
