#include "dsl/doc/Page.h"
#include "dsl/Vocabulary.h"
#include "dsl/doc/Elsewhere.h"
#include <algorithm>
#include <cstring>
#include <set>

namespace nnc::dsl::doc {
namespace {

struct Words {
  CallGroup group;
  const char *title, *where;
};

constexpr Words groupsOfWords[] = {
    {CallGroup::Init, "Starts of parameters", "`param NAME: TYPE = …`, and `init = …` of layers"},
    {CallGroup::Optimizer, "Optimizers", "`optimizer = …` in `train`"},
    {CallGroup::Schedule, "Schedules", "`lr = …` of an optimizer"},
    {CallGroup::Clip, "Bounds of the gradient", "`clip = …` in `train`"},
    {CallGroup::Stop, "When to stop", "`stop = …` in `train`"},
    {CallGroup::Regularizer, "Penalties", "terms of `loss` in `train`"},
    {CallGroup::Constraint, "Constraints", "`constrain = […]` in `train`"},
    {CallGroup::Batch, "Batches", "`batch = …` in `train`"},
    {CallGroup::Start, "Weights to begin with", "`start = …` in `train`"},
    {CallGroup::WeightsSource, "Files of weights", "`weights NAME = …`"},
    {CallGroup::Pick, "How the next one is chosen", "`pick = …` in `generate`"},
    {CallGroup::Metric, "Metrics of the loss and of whole sets", "`metrics = […]` in `train`"},
    {CallGroup::Source, "Data sets", "`dataset NAME = …`"},
    {CallGroup::Row, "Values of a row", "fields of a `dataset`"},
    {CallGroup::Block, "About the rows", "calls in a `dataset`"},
    {CallGroup::Augment, "Changes of the training rows", "`augment(…)` in a `dataset`"},
};

/// What may stand behind `dim NAME =` beside labels and numbers.
struct Vocabulary {
  const char *name, *signature, *doc;
};
constexpr Vocabulary vocabularies[] = {
    {"words", "path: string, column: Word?, size: int, special: Words = []",
     "the words of a text, or of a column of a table: first `special`, then the most frequent, at most `size` in all, "
     "of "
     "equally frequent ones in the order of their bytes. A word is a run of letters, digits, `_` and `'`, as they are "
     "written; any other visible sign is one, too. What is no member is `unknown`, if `special` has it, else an error. "
     "`pad` fills with member 0, the first of `special`"},
    {"characters", "path: string, special: Words = []",
     "the special members, then all characters of a text, in the order of their codes"},
    {"labels", "path: string", "one label a line, in the order of the file"},
};
constexpr const char *whereOfVocabularies = "`dim NAME = …`";

/// The kinds of arguments that are no types of the language.
constexpr std::pair<const char *, const char *> kinds[] = {
    {"Word", "a name without quotes: of a column, a field, a figure such as `valid.loss`, or one of the words above"},
    {"Words", "a list of names: [a, b]"},
    {"Pair", "two numbers: (0.9, 0.999)"},
    {"Share", "a number from 0 to 1, or the path of a file in quotes"},
    {"Schedule", "a number, a schedule such as `cosine(1e-3)`, or a `fn` of the program"},
    {"Path", "a part of the model by its name: `encoder`, `fc.weight`"},
    {"Paths", "a list of parts of the model: [encoder, fc.weight]"},
    {"Condition", "a condition, aligned by name: which elements count"},
    {"Lengths", "whole numbers, one for each row: where the last axis of the labels ends"},
    {"Axis", "an axis of the labels, such as axis(1): one figure for each of its places, counted from 0"},
    {"Augment", "calls of `random_crop` and `random_flip`"},
};

/// The kinds that a signature names.
std::string kindsIn(const std::string &signature) {
  std::string text;
  for (const auto &[name, about] : kinds)
    for (size_t at = signature.find(std::string(": ") + name); at != std::string::npos;
         at = signature.find(std::string(": ") + name, at + 1)) {
      size_t end = at + 2 + strlen(name);
      if (end < signature.size() && isalpha(static_cast<unsigned char>(signature[end])))
        continue;
      text += std::string("\n") + name + ": " + about;
      break;
    }
  return text.empty() ? "" : text + "\n";
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n'))
    text.pop_back();
  return text;
}

/// Each run of blanks as one.
std::string inOneLine(const std::string &text) {
  std::string made;
  for (char c : text)
    if (bool isBlank = c == ' ' || c == '\n'; !isBlank || (!made.empty() && made.back() != ' '))
      made += isBlank ? ' ' : c;
  return made;
}

/// `name`, spaces, what it is.
std::string row(const std::string &name, const std::string &about) {
  std::string made = "  " + name;
  if (!about.empty())
    made += std::string(name.size() < 24 ? 24 - name.size() : 0, ' ') + "  " + about;
  return made + "\n";
}

void rowsOfWords(const Words &words, std::string &text) {
  for (const WordCall &call : vocabularyCalls())
    if (call.group == words.group)
      text += row(call.name, call.doc);
}

/// Statements `param` and `state`, also those inside `if` and `for`.
void collectParams(const ast::Block &block, std::vector<SourceRange> &params) {
  for (const ast::Stmt &stmt : block.statements) {
    if (std::holds_alternative<ast::ParamStmt>(stmt.node))
      params.push_back(stmt.range);
    if (const auto *loop = std::get_if<ast::ForStmt>(&stmt.node))
      collectParams(loop->body, params);
    if (const auto *branch = std::get_if<ast::IfStmt>(&stmt.node)) {
      for (const ast::IfBranch &one : branch->branches)
        collectParams(one.block, params);
      if (branch->otherwise)
        collectParams(*branch->otherwise, params);
    }
  }
}

std::string indented(const std::string &text) {
  std::string made = "  ";
  for (char c : text)
    made += c == '\n' ? std::string("\n  ") : std::string(1, c);
  return made;
}

std::string parametersOf(const Names &names, const Definition &one) {
  std::vector<SourceRange> params;
  if (one.layer())
    collectParams(one.layer()->body, params);
  std::string text;
  for (SourceRange range : params)
    text += "\n  " + trimmed(names.text(range));
  return text.empty() ? "" : "\nParameters:" + text + "\n";
}

std::string factsOf(const Names &names, const Definition &one) {
  const auto *where = one.function() ? &one.function()->where : one.layer() ? &one.layer()->where : nullptr;
  std::string text;
  for (size_t i = 0; where && i < where->size(); ++i)
    text += (i ? ", " : "") + names.text((*where)[i]->range);
  return text.empty() ? "" : "\nFacts: " + text + "\n";
}

/// What a `builtin fn` means: its body.
std::string meaningOf(const Names &names, const Definition &one) {
  if (!one.isBuiltin())
    return "";
  if (one.isElementary())
    return "\nBuilt in: an operation of the compiler, which no simpler function defines.\n";
  return "\nMeans: " + trimmed(names.text(one.body)) + "\n";
}

/// What a call may say of any of them beside its arguments.
std::string domainOf(const Definition &one) {
  if (!one.isLibrary || !one.function())
    return "";
  if (one.place.starts_with("library/reductions.nn"))
    return "\nAlso: `where = c` says which elements count, `length = n` where the axis `over` ends, row by row; what "
           "does\n"
           "not count changes nothing, even if it is NaN.\n";
  if (one.place.starts_with("library/losses.nn") || one.place.starts_with("library/metrics.nn"))
    return "\nAlso: `where = c` says which elements count, `length = n` where the last axis of the result ends; the\n"
           "others are 0, and not among those averaged.\n";
  return "";
}

std::string pageOf(const Names &names, const Definition &one) {
  std::string text = trimmed(names.text(one.signature)) + "\n";
  if (!one.item->doc.empty())
    text += "\n" + indented(one.item->doc) + "\n";
  text += factsOf(names, one) + parametersOf(names, one) + meaningOf(names, one) + domainOf(one);
  text += "\n" + one.place;
  if (one.kind != "dim" && !one.isElementary())
    text += "; `nnc doc " + one.name + " --source" + (one.isLibrary ? "" : " FILE") + "` prints a file that holds it";
  return text + "\n";
}

std::string wordPage(const WordCall &call) {
  const Words *words = std::find_if(std::begin(groupsOfWords), std::end(groupsOfWords),
                                    [&](const Words &one) { return one.group == call.group; });
  std::string text = call.name + (call.signature.empty() ? "" : "(" + call.signature + ")") + "\n\n  " + call.doc +
                     "\n" + kindsIn(call.signature);
  if (words != std::end(groupsOfWords))
    text += "\nStands in: " + std::string(words->where) + "\n";
  return text;
}

std::string vocabularyPage(const Vocabulary &one) {
  return std::string(one.name) + "(" + one.signature + ")\n\n  " + one.doc + "\n" + kindsIn(one.signature) +
         "\nStands in: " + whereOfVocabularies + "\n";
}

const char *wordOf(SettingBlock block) { return block == SettingBlock::Train ? "train" : "generate"; }

std::string settingRows(SettingBlock block) {
  std::string text;
  for (const WordSetting &setting : vocabularySettings()) {
    if (setting.block != block || comesLater(setting.name))
      continue;
    text += row(setting.name + " = " + setting.kind, "") + "      " + setting.doc;
    text += setting.defaultText.empty() ? "\n" : " (" + setting.defaultText + " if nothing is said)\n";
  }
  return text;
}

/// Of the words that begin items: what may stand in them.
std::optional<std::string> itemPage(const std::string &name) {
  std::set<CallGroup> groups;
  std::string text;
  if (name == "train") {
    text = "train MODEL on DATASET { SETTING = VALUE … }\n\n" + settingRows(SettingBlock::Train);
    groups = {CallGroup::Optimizer,  CallGroup::Schedule, CallGroup::Clip,  CallGroup::Stop,  CallGroup::Regularizer,
              CallGroup::Constraint, CallGroup::Batch,    CallGroup::Start, CallGroup::Metric};
  } else if (name == "generate") {
    text = "generate MODEL over INPUT { SETTING = VALUE … }\n\n" + settingRows(SettingBlock::Generate);
    groups = {CallGroup::Pick};
  } else if (name == "weights") {
    text = "weights NAME = SOURCE { \"NAME IN THE FILE\" -> \"PATH\" [transpose] … skip \"NAME\" }\n";
    groups = {CallGroup::WeightsSource};
  } else if (name == "dataset") {
    text = "dataset NAME = SOURCE { FIELD: TYPE = VALUE … }\n";
    groups = {CallGroup::Source, CallGroup::Row, CallGroup::Block, CallGroup::Augment};
  } else {
    return std::nullopt;
  }
  for (const Words &words : groupsOfWords)
    if (groups.count(words.group)) {
      text += std::string("\n") + words.title + "\n";
      rowsOfWords(words, text);
    }
  return text;
}

} // namespace

/// The items of a user's file: what they say of themselves, or how they are called.
static std::string indexOfFile(const Names &names, const Group &file) {
  std::string text = file.title + "\n";
  for (const Definition &one : file.definitions) {
    std::string about = firstSentence(one.item->doc);
    text += row(one.name, about.empty() ? inOneLine(trimmed(names.text(one.signature))) : about);
  }
  return text + "\n`nnc doc NAME FILE` prints more of one; `nnc doc` alone lists the library.\n";
}

std::string index(const Names &names) {
  const Group &first = names.groups().front();
  if (!first.definitions.empty() && !first.definitions.front().isLibrary)
    return indexOfFile(names, first);
  std::string text;
  for (const Group &group : names.groups()) {
    if (group.definitions.empty())
      continue;
    text += (text.empty() ? "" : "\n") + group.title + "\n";
    std::set<std::string> seen;
    for (const Definition &one : group.definitions)
      if (seen.insert(one.name).second)
        text += row(one.name, firstSentence(one.item->doc));
  }
  for (const Words &words : groupsOfWords) {
    text += std::string("\n") + words.title + ": " + words.where + "\n";
    rowsOfWords(words, text);
  }
  text += std::string("\nVocabularies: ") + whereOfVocabularies + "\n";
  for (const Vocabulary &one : vocabularies)
    text += row(one.name, firstSentence(one.doc));
  return text + "\nSettings of `train`\n" + settingRows(SettingBlock::Train) + "\nSettings of `generate`\n" +
         settingRows(SettingBlock::Generate) +
         "\n`nnc doc NAME` prints more, `nnc doc NAME --source` the text; `nnc explain WORD` knows words of PyTorch "
         "and "
         "Keras.\n";
}

std::optional<std::string> page(const Names &names, const std::string &name) {
  std::string text;
  auto add = [&](const std::string &more) { text += (text.empty() ? "" : "\n") + more; };
  for (const Definition *one : names.find(name))
    add(pageOf(names, *one));
  for (const WordCall &call : vocabularyCalls())
    if (call.name == name)
      add(wordPage(call));
  for (const Vocabulary &one : vocabularies)
    if (one.name == name)
      add(vocabularyPage(one));
  for (const WordSetting &setting : vocabularySettings())
    if (setting.name == name && !comesLater(name))
      add(std::string(wordOf(setting.block)) + " … { " + name + " = " + setting.kind + " }\n\n  " + setting.doc + "\n" +
          (setting.defaultText.empty() ? "" : "\nDefault: " + setting.defaultText + "\n"));
  if (auto item = itemPage(name))
    add(*item);
  bool isOwn = !names.find(name).empty() && !names.find(name).front()->isLibrary;
  if (std::string words = elsewhere(name); !words.empty() && !isOwn && !text.empty())
    add(words);
  return text.empty() ? std::nullopt : std::optional(text);
}

} // namespace nnc::dsl::doc
