#include "tools/nnc/Backward.h"
#include "tools/nnc/Commands.h"
#include "tools/nnc/FrontEnd.h"
#include "tools/nnc/Probe.h"

#include "dsl/Parser.h"
#include "dsl/Source.h"
#include "dsl/doc/Examples.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>

namespace nnc::driver {
namespace {

/// The tests of one file: the examples of its documentation, and the gradients that its functions give themselves.
class FileTests {
public:
  FileTests(const Options &given, const std::string &file) : options(given), file(file), session(options) {
    // A model's hyperparameters, or one `train` block, are not meant.
    options.defines.clear();
    options.train.clear();
  }

  int run() {
    llvm::outs().flush();
    dsl::LoadedSource loaded = dsl::loadSource(file, session.sources, session.sink);
    session.fileMissing = loaded.missing;
    if (!loaded.file)
      return session.finish();
    dsl::ParsedFile parsed = dsl::parse(session.sources, *loaded.file, session.sink);
    if (int code = session.finish())
      return code;
    if (int code = checkFile(*loaded.file, parsed.tree))
      return code;
    for (const dsl::doc::DocExample &example : dsl::doc::examplesOf(session.sources, *loaded.file))
      if (!testExample(example))
        return support::ExitOurBug;
    for (const dsl::ast::Item &item : parsed.tree.items)
      if (const auto *function = std::get_if<dsl::ast::FunctionItem>(&item.node); function && function->backward)
        if (!testGradient(*loaded.file, item, *function))
          return support::ExitOurBug;
    sum();
    return failed ? support::ExitTestsFailed : support::ExitDone;
  }

private:
  /// The whole of a text as `nnc check` sees it, its diagnostics only if it is wrong.
  int checkText(const std::string &text) {
    Session own(options);
    std::optional<support::FileId> id = dsl::addSource(file, text, own.sources, own.sink);
    auto programs = id ? frontEndOfAll(own, *id, file) : std::vector<dsl::Program>();
    if (!programs)
      return support::ExitUsage;
    if (int code = id ? checkPhases(own, *id, *programs) : support::ExitDone)
      return code;
    return own.sink.hasErrors() ? own.finish() : support::ExitDone;
  }

  /// A file of functions and layers alone has nothing that can be compiled: then with a model.
  int checkFile(support::FileId id, const dsl::ast::File &tree) {
    std::string text(session.sources.text(id));
    hasModel = std::any_of(tree.items.begin(), tree.items.end(), [](const dsl::ast::Item &item) {
      const auto *layer = std::get_if<dsl::ast::LayerItem>(&item.node);
      return layer && layer->isModel;
    });
    return checkText(hasModel ? text : text + smallModel(text));
  }

  static std::string smallModel(const std::string &text) {
    return "\nmodel " + freshModelName(text) + "(x: float[B, 2]) -> float[B, 2] { 2 * x }\n";
  }

  llvm::raw_ostream &line(uint32_t number, const char *verdict) {
    return llvm::outs() << file << ":" << number << ": " << verdict << ": ";
  }

  /// False for a bug of ours.
  bool testExample(const dsl::doc::DocExample &example) {
    ++examples;
    llvm::outs().flush();
    // An example may be without a model, too: a layer that uses another.
    int code = checkText(hasModel ? example.text : example.text + smallModel(example.text));
    failed += code != support::ExitDone;
    line(example.line, code ? "FAILED" : "ok")
        << "example" << (example.name.empty() ? "" : " of `" + example.name + "`") << "\n";
    return code != support::ExitOurBug;
  }

  bool testGradient(support::FileId id, const dsl::ast::Item &item, const dsl::ast::FunctionItem &function) {
    const std::string &name = function.name.text;
    uint32_t at = session.sources.lineColumn(id, function.backward->range.begin).line;
    ++gradients;
    if (llvm::StringRef(item.doc).ltrim().starts_with("surrogate")) {
      line(at, "ok") << "`backward` of `" << name << "` is a surrogate\n";
      return true;
    }
    BackwardTest result = testBackward(options, file, session.sources, id, function);
    switch (result.verdict) {
    case BackwardTest::Right:
      line(at, "ok") << "`backward` of `" << name << "`: " << result.text << "\n";
      return true;
    case BackwardTest::NotCompared:
      ++notCompared;
      line(at, "not compared") << "`backward` of `" << name << "`: " << result.text << "\n";
      return true;
    case BackwardTest::Wrong:
      ++failed;
      line(at, "FAILED") << "`backward` of `" << name << "`: " << result.text
                         << "; if that is meant, begin its `///` with `surrogate`\n";
      return true;
    case BackwardTest::OurBug:
      return false;
    }
    return false;
  }

  void sum() {
    auto count = [](int number, const char *what) {
      return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
    };
    llvm::outs() << file << ": ";
    if (examples + gradients == 0) {
      llvm::outs() << "nothing to test: no `nn` block in its documentation, no `backward`\n";
      return;
    }
    llvm::outs() << count(examples, "example") << ", " << count(gradients, "gradient") << ", " << failed << " failed";
    if (notCompared)
      llvm::outs() << ", " << notCompared << " not compared";
    llvm::outs() << "\n";
  }

  Options options;
  std::string file;
  Session session;
  bool hasModel = false;
  int examples = 0, gradients = 0, failed = 0, notCompared = 0;
};

} // namespace

int test(const Options &options) {
  int worst = support::ExitDone;
  for (const std::string &file : options.inputs) {
    int code = FileTests(options, file).run();
    // If several codes apply, our own bug wins, then errors of a program.
    auto rank = [](int exit) {
      return exit == support::ExitOurBug          ? 4
             : exit == support::ExitProgramErrors ? 3
             : exit == support::ExitTestsFailed   ? 1
                                                  : 2 * (exit != support::ExitDone);
    };
    worst = rank(code) > rank(worst) ? code : worst;
  }
  return worst;
}

} // namespace nnc::driver
