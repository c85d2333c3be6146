#include "tools/nnc/Commands.h"
#include "tools/nnc/Session.h"

#include "dsl/AstPrinter.h"
#include "dsl/Format.h"
#include "dsl/Parser.h"
#include "support/Files.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

namespace nnc::driver {

/// The tree of a text, as --emit=ast prints it; "" if it has errors.
static std::string treeOf(const std::string &name, const std::string &text) {
  support::SourceMap sources;
  support::DiagnosticSink silent;
  std::optional<support::FileId> file = dsl::addSource(name, text, sources, silent);
  if (!file)
    return "";
  dsl::ParsedFile parsed = dsl::parse(sources, *file, silent);
  return parsed.complete ? dsl::printAst(parsed.tree) : "";
}

/// What keeps a mistake of the formatter from reaching a file: the text means the same, and is formatted.
static bool isSafe(const std::string &name, const std::string &before, const std::string &after) {
  support::SourceMap sources;
  support::DiagnosticSink silent;
  std::optional<support::FileId> file = dsl::addSource(name, after, sources, silent);
  return file && treeOf(name, before) == treeOf(name, after) && dsl::formatSource(sources, *file, silent) == after;
}

/// In place: a reader sees the old text or the new one. A link stays a link, and the file keeps its permissions.
static int writeBack(const std::string &file, const std::string &text) {
  llvm::SmallString<256> real;
  auto cannot = [&](const llvm::Twine &why) {
    llvm::errs() << "nnc: error: " << file << " " << why << "\n";
    return support::ExitMissing;
  };
  if (llvm::sys::fs::real_path(file, real) || !llvm::sys::fs::can_write(real))
    return cannot("cannot be written");
  auto permissions = llvm::sys::fs::getPermissions(real);
  auto written = support::writeFile(std::string(real), text);
  if (const auto *error = std::get_if<support::FileError>(&written))
    return cannot(error->text);
  if (permissions)
    llvm::sys::fs::setPermissions(real, *permissions);
  return support::ExitDone;
}

static int formatFile(const Options &options, const std::string &file) {
  Session session(options);
  dsl::LoadedSource loaded = dsl::loadSource(file, session.sources, session.sink);
  session.fileMissing = loaded.missing;
  std::optional<std::string> made;
  if (loaded.file)
    made = dsl::formatSource(session.sources, *loaded.file, session.sink);
  if (int code = session.finish(); code || !made)
    return code ? code : support::ExitProgramErrors;
  std::string before(session.sources.text(*loaded.file));
  if (!isSafe(file, before, *made)) {
    llvm::errs() << "nnc: internal error: formatting would change what " << file
                 << " means; it stays as it is\nThis is a bug of nnc; please report it with the file.\n";
    return support::ExitOurBug;
  }
  if (options.check) {
    if (*made != before)
      llvm::outs() << file << " is not formatted: `nnc fmt " << file << "` does it\n";
    return *made == before ? support::ExitDone : support::ExitTestsFailed;
  }
  if (file == "-") {
    llvm::outs() << *made;
    return support::ExitDone;
  }
  return *made == before ? support::ExitDone : writeBack(file, *made);
}

int format(const Options &options) {
  int worst = support::ExitDone;
  for (const std::string &file : options.inputs) {
    int code = formatFile(options, file);
    // If several codes apply, our own bug wins, then errors of a program.
    auto rank = [](int exit) {
      return exit == support::ExitOurBug          ? 4
             : exit == support::ExitProgramErrors ? 3
             : exit == support::ExitMissing       ? 2
                                                  : exit != support::ExitDone;
    };
    worst = rank(code) > rank(worst) ? code : worst;
  }
  return worst;
}

} // namespace nnc::driver
