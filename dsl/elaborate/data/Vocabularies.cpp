#include "dsl/elaborate/data/Vocabularies.h"

#include "data/Vocabulary.h"
#include "dsl/Vocabulary.h"
#include "support/Suggest.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

namespace {

/// One dim with its call, `words("reviews.csv", column = review, size = 20_000)`.
class VocabularyReader {
public:
  VocabularyReader(Dim &dim, const CompileOptions &options, support::DiagnosticSink &sink)
      : dim(dim), options(options), sink(sink) {}

  bool run() {
    if (!readCall())
      return false;
    if (!options.checkData) { // the text alone is judged
      dim.size = source.size ? int64_t(source.size) : 64;
      return true;
    }
    source.path = dim.path[0] == '/' || options.dataDir.empty() ? dim.path : options.dataDir + "/" + dim.path;
    data::Result<std::vector<std::string>> members = dim.vocabulary == "words" ? data::readWords(source)
                                                     : dim.vocabulary == "characters"
                                                         ? data::readCharacters(source.path)
                                                         : data::readLabels(source.path);
    if (!members)
      return refuse(members.error());
    if (dim.vocabulary == "characters") {
      std::erase_if(*members, [&](const std::string &one) { return std::ranges::count(dim.specials, one) > 0; });
      members->insert(members->begin(), dim.specials.begin(), dim.specials.end());
    }
    dim.setLabels(std::move(*members));
    dim.size = int64_t(dim.labels.size());
    dim.hash = data::hashOf(dim.labels);
    return true;
  }

private:
  Dim &dim;
  const CompileOptions &options;
  support::DiagnosticSink &sink;
  data::WordsSource source;
  SourceRange pathRange, columnRange;

  bool malformed(SourceRange range, const std::string &what) {
    sink.report(diag::VocabularyForm, range, what)
        .fact("the forms: words(\"FILE\", column = NAME, size = N, special = [unknown]), "
              "characters(\"FILE\", special = [end]), "
              "labels(\"FILE\")")
        .cause(range);
    return false;
  }

  bool readCall() {
    const auto *postfix = dim.source->as<ast::PostfixExpr>();
    const auto *name = postfix && postfix->suffixes.size() == 1 ? postfix->base->as<ast::NameExpr>() : nullptr;
    const auto *call = name ? std::get_if<ast::CallSuffix>(&postfix->suffixes[0].node) : nullptr;
    if (!call)
      return malformed(dim.source->range, "a dim is a list of labels, a number, or a vocabulary");
    if (name->name == "bpe") {
      sink.report(diag::ComesLater, dim.source->range, "bpe").cause(dim.source->range);
      return false;
    }
    static const std::vector<std::string> kinds = {"words", "characters", "labels"};
    if (std::find(kinds.begin(), kinds.end(), name->name) == kinds.end()) {
      auto builder = sink.report(diag::UnknownName, postfix->base->range, name->name);
      if (auto near = support::nearestName(name->name, kinds))
        builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{postfix->base->range, *near}});
      builder.fact("vocabularies: words, characters, labels").cause(dim.source->range);
      return false;
    }
    dim.vocabulary = name->name;
    for (const ast::Arg &arg : call->args)
      if (!readArgument(arg))
        return false;
    if (dim.path.empty())
      return malformed(dim.source->range, "`" + dim.vocabulary + "` needs the path of a file");
    if (dim.vocabulary == "words" && source.size == 0)
      return malformed(dim.source->range, "`words` needs `size`, the number of members at most");
    if (dim.vocabulary == "words" && source.column.empty() &&
        (dim.path.ends_with(".csv") || dim.path.ends_with(".tsv")))
      return malformed(dim.source->range, "the words of a table stand in a `column`");
    source.separator = dim.path.ends_with(".tsv") ? '\t' : ',';
    return true;
  }

  bool readArgument(const ast::Arg &arg) {
    std::string name = arg.name ? arg.name->text : "path";
    const auto *string = arg.value->as<ast::StringExpr>();
    const auto *word = arg.value->as<ast::NameExpr>();
    const auto *number = arg.value->as<ast::NumberExpr>();
    bool isWords = dim.vocabulary == "words";
    if (name == "path") {
      if (!string || string->value.empty() || !dim.path.empty())
        return malformed(arg.range, "the path of a vocabulary is one string");
      dim.path = string->value;
      pathRange = arg.value->range;
      return true;
    }
    if (isWords && name == "column") {
      if (!string && !word)
        return malformed(arg.range, "a column is named by a word or a string");
      dim.column = source.column = string ? string->value : word->name;
      columnRange = arg.value->range;
      return true;
    }
    if (isWords && name == "size") {
      if (!number || !number->isInteger || number->integer < 1 || number->integer > 4'000'000)
        return malformed(arg.range, "`size` is a whole number from 1 to 4,000,000");
      source.size = uint64_t(number->integer);
      return true;
    }
    bool isCharacters = dim.vocabulary == "characters";
    if ((isWords || isCharacters) && name == "special")
      return readSpecial(arg);
    std::vector<std::string> known{"path"};
    if (isWords)
      known.insert(known.end(), {"column", "size"});
    if (isWords || isCharacters)
      known.push_back("special");
    auto builder = sink.report(diag::UnknownArgument, arg.name->range, dim.vocabulary, name);
    if (auto near = support::nearestName(name, known))
      builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{arg.name->range, *near}});
    builder.cause(arg.range);
    return false;
  }

  bool readSpecial(const ast::Arg &arg) {
    const auto *list = arg.value->as<ast::ListExpr>();
    if (!list)
      return malformed(arg.range, "`special` is a list of names");
    for (const ast::Element &element : list->elements) {
      const auto *string = element.value->as<ast::StringExpr>();
      const auto *word = element.value->as<ast::NameExpr>();
      if (element.label || element.spread || (!string && !word))
        return malformed(element.range, "`special` is a list of names");
      std::string name = string ? string->value : word->name;
      if (std::count(source.special.begin(), source.special.end(), name)) {
        sink.report(diag::DefinedTwice, element.range, name).cause(element.range);
        return false;
      }
      source.special.push_back(name);
    }
    dim.specials = source.special;
    return true;
  }

  bool refuse(const data::Error &error) {
    bool missing = error.kind == data::Error::Kind::Missing;
    std::string at = dim.path + (error.line ? ":" + std::to_string(error.line) : "");
    SourceRange range = error.cause.find("has no column") == std::string::npos ? pathRange : columnRange;
    auto builder = missing ? sink.report(diag::VocabularyMissing, range, dim.path, error.cause, dim.name)
                           : sink.report(diag::VocabularyBroken, range, at, error.cause);
    if (missing)
      builder.help("give the folder that holds it: --data DIR");
    else if (!error.remedy.empty())
      builder.help(error.remedy);
    builder.cause(range);
    return false;
  }
};

} // namespace

bool readVocabularies(Module &module, const CompileOptions &options, support::DiagnosticSink &sink) {
  bool ok = true;
  for (auto &[name, dim] : module.dims)
    if (dim.source) {
      ok &= VocabularyReader(dim, options, sink).run();
      module.dimSizes[name] = Size(dim.size);
    }
  return ok;
}

} // namespace nnc::dsl
