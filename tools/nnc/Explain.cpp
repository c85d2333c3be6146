#include "tools/nnc/Commands.h"

#include "support/Diagnostics.h"
#include "support/ExitCodes.h"
#include "support/Suggest.h"
#include "tools/nnc/Explanations.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using llvm::StringRef;

namespace nnc::driver {

/// Modules of other systems, and what their users call a model or an optimizer.
constexpr StringRef prefixes[] = {"torch.",   "nn.",        "functional.",  "f.",          "optim.",
                                  "utils.",   "tf.",        "keras.",       "layers.",     "losses.",
                                  "metrics.", "callbacks.", "optimizer.",   "optimizers.", "model.",
                                  "math.",    "ops.",       "np.",          "numpy.",      "jax.",
                                  "jnp.",     "lax.",       "torchvision.", "sklearn.",    "preprocessing."};

/// `torch.nn.Linear()` and `padding='same'` as they stand in the lists: `linear`, `padding=same`.
static std::string plain(StringRef word) {
  std::string made;
  for (char c : word.lower())
    if (c != '\'' && c != '"' && c != ' ')
      made += c;
  StringRef rest = made;
  for (bool again = true; again;) {
    again = false;
    for (StringRef prefix : prefixes)
      again |= rest.size() > prefix.size() && rest.consume_front(prefix);
  }
  rest.consume_back("()");
  return rest.str();
}

/// The lines `SYSTEM: word, word` with which a page begins, and what stands behind them.
static std::pair<llvm::SmallVector<StringRef>, StringRef> wordsOf(const Page &page) {
  auto [head, text] = StringRef(page.text.data(), page.text.size()).split("\n\n");
  llvm::SmallVector<StringRef> words, lines, inLine;
  head.split(lines, '\n');
  for (StringRef line : lines) {
    inLine.clear();
    line.split(": ").second.split(inLine, ", ");
    words.append(inLine.begin(), inLine.end());
  }
  return {words, text};
}

/// A page's own name, or a word of its list; exactly as written first.
static const Page *findWord(StringRef word) {
  std::string simple = plain(word);
  const Page *second = nullptr;
  for (const Page &page : wordPages())
    for (StringRef known : wordsOf(page).first) {
      if (known == word)
        return &page;
      if (!second && plain(known) == simple)
        second = &page;
    }
  for (const Page &page : wordPages())
    if (!second && page.name == simple)
      second = &page;
  return second;
}

static bool explainCode(StringRef word) {
  for (const support::DiagnosticInfo *info : support::allDiagnostics()) {
    if (!word.equals_insensitive(info->code))
      continue;
    llvm::outs() << info->code << ": " << info->text << "\n";
    for (const Page &page : codePages())
      if (page.name == info->code)
        llvm::outs() << "\n" << page.text;
    return true;
  }
  return false;
}

static int unknown(StringRef word) {
  std::vector<std::string> names;
  for (const support::DiagnosticInfo *info : support::allDiagnostics())
    names.emplace_back(info->code);
  for (const Page &page : wordPages())
    for (StringRef known : wordsOf(page).first)
      names.push_back(known.str());
  bool isCode = word.size() == 5 && llvm::all_of(word.drop_front(), llvm::isDigit);
  std::string searched = isCode ? word.upper() : word.str();
  llvm::errs() << "nnc: error: no " << (isCode ? "diagnostic has the code `" : "page is about the word `") << word
               << "`";
  if (auto near = support::nearestName(searched, names))
    llvm::errs() << ": did you mean `" << *near << "`?";
  llvm::errs() << "\n";
  return support::ExitUsage;
}

int explain(const Options &options) {
  for (const std::string &word : options.inputs) {
    if (explainCode(word))
      continue;
    const Page *page = findWord(word);
    if (!page)
      return unknown(word);
    llvm::outs() << page->text;
  }
  return support::ExitDone;
}

} // namespace nnc::driver
