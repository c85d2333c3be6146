#include "codegen/Target/Cxx/CxxCompiler.h"
#include "codegen/Target/Cxx/Subprocess.h"
#include "codegen/Target/Link/Link.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include <optional>

using llvm::StringRef;

namespace nnc {
namespace {

// The printed text needs C++20 and __builtin_shufflevector.
constexpr int oldestGcc = 12, oldestClang = 14;
constexpr int newestTried = 30; // versions in names, such as clang++-22
constexpr const char *remedy = "install g++ 12 or clang++ 14, or newer ones, or name one with --cxx=PROGRAM";

llvm::Error missing(const llvm::Twine &text) { return llvm::make_error<MissingFile>(text.str()); }

/// The value of a macro in the list that -dM prints.
StringRef macro(StringRef list, StringRef name) {
  std::string line = ("\n#define " + name + " ").str();
  size_t at = list.find(line);
  return at == StringRef::npos ? "" : list.substr(at + line.size()).split('\n').first.trim('"');
}

int numberOf(StringRef list, StringRef name) {
  int value = 0;
  return macro(list, name).getAsInteger(10, value) ? 0 : value;
}

/// Asks a program for its macros: they say what it is, whatever it is called.
llvm::Expected<CxxCompiler> ask(const std::string &path) {
  llvm::Expected<detail::Scratch> scratch = detail::Scratch::make();
  if (!scratch)
    return scratch.takeError();
  constexpr detail::Limits limits = {/*seconds=*/60, /*bytes=*/16 << 20}; // whatever program that is
  detail::Finished finished = detail::runProgram({path, "-E", "-dM", "-x", "c++", "-"}, *scratch, limits);
  if (finished.interrupted)
    return llvm::make_error<Interrupted>();
  std::string list = "\n" + finished.output;
  int clang = numberOf(list, "__clang_major__"), gcc = numberOf(list, "__GNUC__");
  if (finished.code != 0 || (!clang && !gcc)) {
    if (std::string problem = scratch->problem(); !problem.empty())
      return missing(problem);
    StringRef said = StringRef(finished.errors).trim();
    return missing("`" + path + "` is no C++ compiler that works" + (finished.why.empty() ? "" : ": " + finished.why) +
                   "; " + remedy + (said.empty() ? "" : "\n" + said.take_front(2000)));
  }
  CxxCompiler compiler;
  compiler.path = path;
  compiler.name = clang ? "clang++ " + std::to_string(clang) : "g++ " + std::to_string(gcc);
  compiler.version = macro(list, "__VERSION__").str();
  if (clang ? clang < oldestClang : gcc < oldestGcc)
    return missing("`" + path + "` is " + compiler.name + ", which is too old; " + remedy);
  if (macro(list, "__x86_64__").empty())
    return missing("`" + path + "` makes code for another machine; " + remedy);
  return compiler;
}

std::optional<std::string> inPath(StringRef name) {
  llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName(name);
  return path ? std::optional(*path) : std::nullopt;
}

llvm::Expected<CxxCompiler> findNamed(StringRef wanted) {
  std::optional<std::string> path = inPath(wanted);
  bool isPath = wanted.contains('/');
  if (path && isPath && (!llvm::sys::fs::can_execute(*path) || llvm::sys::fs::is_directory(*path)))
    path.reset();
  if (path)
    return ask(*path);
  return missing("`--cxx=" + wanted + "`: there is no program of this " + (isPath ? "path" : "name in PATH") +
                 (wanted.contains(' ') ? "; it is one program, without options" : ""));
}

std::vector<std::string> usualNames() {
  std::vector<std::string> names = {"g++", "clang++"};
  for (int version = newestTried; version >= oldestGcc; --version)
    names.push_back("g++-" + std::to_string(version));
  for (int version = newestTried; version >= oldestClang; --version)
    names.push_back("clang++-" + std::to_string(version));
  return names;
}

} // namespace

llvm::Expected<CxxCompiler> findCxxCompiler(StringRef wanted) {
  if (!wanted.empty())
    return findNamed(wanted);
  std::string first; // why the first one that exists is not taken
  for (const std::string &name : usualNames()) {
    std::optional<std::string> path = inPath(name);
    if (!path)
      continue;
    llvm::Expected<CxxCompiler> compiler = ask(*path);
    if (compiler)
      return compiler;
    llvm::Error error = compiler.takeError();
    if (error.isA<Interrupted>())
      return std::move(error);
    std::string why = llvm::toString(std::move(error));
    if (first.empty())
      first = std::move(why);
  }
  if (!first.empty())
    return missing(first);
  return missing(llvm::Twine("there is no C++ compiler in PATH for --backend=cpp; ") + remedy);
}

} // namespace nnc
