#include "tools/nnc/Session.h"

#include "tools/nnc/Reports.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>

using llvm::StringRef;

namespace nnc::driver {

static bool useColor(const Options &options) {
  if (options.color)
    return *options.color;
  const char *noColor = std::getenv("NO_COLOR"), *term = std::getenv("TERM");
  return !(noColor && *noColor) && !(term && StringRef(term) == "dumb") && llvm::sys::Process::StandardErrIsDisplayed();
}

Session::Session(const Options &options) : options(options), last(std::chrono::steady_clock::now()) {
  sink.setWarningsAreErrors(options.warningsAreErrors);
  for (const std::string &flag : options.silenced)
    sink.disableWarning(flag);
}

/// For people. What comes behind the first time, from the phases, follows in the order in which it was found.
void Session::print(bool brief) {
  support::RenderOptions look;
  look.color = useColor(options);
  look.brief = brief;
  if (printed == 0)
    llvm::errs() << support::renderAll(sink, sources, look);
  for (size_t i = printed; printed != 0 && i < sink.diagnostics().size(); ++i)
    llvm::errs() << (brief ? "" : "\n") << support::render(sink.diagnostics()[i], sources, look);
}

/// For programs: each once, sorted as far as they are known together.
void Session::report() {
  std::vector<const support::Diagnostic *> fresh;
  if (printed == 0)
    fresh = sink.sorted();
  for (size_t i = printed; printed != 0 && i < sink.diagnostics().size(); ++i)
    fresh.push_back(&sink.diagnostics()[i]);
  for (const support::Diagnostic *one : fresh) {
    if (options.diagnostics == "json")
      llvm::errs() << jsonLine(*one, sources);
    else
      addToSarif(*one, sources);
  }
}

int Session::finish() {
  if (options.diagnostics == "json" || options.diagnostics == "sarif")
    report();
  else
    print(options.diagnostics == "short");
  printed = sink.diagnostics().size();
  if (!sink.hasErrors())
    return support::ExitDone;
  for (const support::Diagnostic &diagnostic : sink.diagnostics()) {
    StringRef code = diagnostic.info->code;
    fileMissing |= code == "E0751"; // a vocabulary, which the program cannot do without
    bool isAboutData = code.starts_with("E07") || code.starts_with("E08") || (fileMissing && code == "E0108");
    if (diagnostic.severity == support::Severity::Error && !isAboutData)
      return support::ExitProgramErrors;
  }
  return fileMissing ? support::ExitMissing : support::ExitDoesNotFit;
}

void Session::lap(const char *name) {
  auto now = std::chrono::steady_clock::now();
  double seconds = std::chrono::duration<double>(now - last).count();
  last = now;
  for (auto &[known, total] : times)
    if (known == name) {
      total += seconds;
      return;
    }
  times.emplace_back(name, seconds);
}

void Session::printTimes() const {
  double sum = 0;
  for (const auto &[name, seconds] : times) {
    llvm::errs() << llvm::format("%9.3f s  ", seconds) << name << "\n";
    sum += seconds;
  }
  llvm::errs() << llvm::format("%9.3f s  ", sum) << "total\n";
}

} // namespace nnc::driver
