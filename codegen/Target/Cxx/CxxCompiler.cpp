#include "codegen/Target/Cxx/CxxCompiler.h"
#include "codegen/Target/Link/Link.h"
#include "support/Files.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include <variant>

extern char **environ;

using llvm::StringRef;

namespace nnc {
namespace {

constexpr const char *textName = "program.cpp";

llvm::Error missing(const llvm::Twine &text) { return llvm::make_error<MissingFile>(text.str()); }

std::string contents(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  return buffer ? (*buffer)->getBuffer().str() : "";
}

/// Ours, with the messages of other programs in English: they are read, see `isAboutText`.
std::vector<StringRef> environment() {
  std::vector<StringRef> all = {"LC_ALL=C"};
  for (char **entry = environ; *entry; ++entry)
    if (!StringRef(*entry).starts_with("LC_ALL=") && !StringRef(*entry).starts_with("LANGUAGE="))
      all.push_back(*entry);
  return all;
}

/// Whether a line places an error in the text: "PATH:12:3: error: …". What the machine lacks is a "fatal error", or
/// has no place in it.
bool isAboutText(StringRef errors, StringRef path) {
  for (StringRef line : llvm::split(errors, '\n'))
    if (line.consume_front(path) && line.consume_front(":") && line.contains(": error: "))
      return true;
  return false;
}

StringRef effort(unsigned level) {
  constexpr StringRef flags[] = {"-O0", "-O1", "-O2", "-O3"};
  return flags[std::min(level, 3u)];
}

} // namespace

namespace detail {

llvm::Expected<Scratch> Scratch::make() {
  llvm::SmallString<128> path;
  if (std::error_code code = llvm::sys::fs::createUniqueDirectory("nnc-cpp", path))
    return missing("cannot make a temporary folder: " + code.message());
  return Scratch(std::string(path));
}

Scratch::~Scratch() {
  if (!path.empty() && kept.empty())
    llvm::sys::fs::remove_directories(path);
}

std::string Scratch::keep(StringRef name) {
  kept = file(name);
  std::error_code code;
  for (llvm::sys::fs::directory_iterator at(path, code), end; at != end && !code; at.increment(code))
    if (at->path() != kept)
      llvm::sys::fs::remove(at->path());
  return kept;
}

Finished runProgram(llvm::ArrayRef<std::string> command, StringRef folder) {
  std::vector<StringRef> words(command.begin(), command.end()), variables = environment();
  std::string output = (folder + "/output").str(), errors = (folder + "/errors").str();
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(output), StringRef(errors)};
  Finished finished;
  finished.code = llvm::sys::ExecuteAndWait(words[0], words, llvm::ArrayRef(variables), redirects, /*SecondsToWait=*/0,
                                            /*MemoryLimit=*/0, &finished.why);
  finished.output = contents(output);
  finished.errors = contents(errors);
  return finished;
}

} // namespace detail

std::vector<std::string> cxxTargetFlags(const TargetInfo &target) {
  std::string why;
  for (StringRef level : {"x86-64-v4", "x86-64-v3", "x86-64-v2", "x86-64"}) {
    TargetInfo whole = *parseTarget(level, why);
    if (!llvm::all_of(whole.features, [&](StringRef feature) { return target.has(feature); }))
      continue;
    std::vector<std::string> flags = {"-march=" + level.str()};
    for (const std::string &feature : target.features)
      if (!whole.has(feature))
        flags.push_back("-m" + feature);
    return flags;
  }
  return {}; // not reached: every target has all that x86-64 asks for, which is nothing
}

std::vector<std::string> cxxCommand(const CxxCompiler &compiler, const CxxOptions &options, const std::string &input,
                                    const std::string &output) {
  std::vector<std::string> command = {compiler.path, "-std=c++20", effort(options.optLevel).str()};
  llvm::append_range(command, cxxTargetFlags(options.target));
  llvm::append_range(command, std::initializer_list<const char *>{"-fPIC", "-ffunction-sections", "-fdata-sections"});
  llvm::append_range(command, options.flags);
  command.push_back(options.output == CxxOutput::object     ? "-c"
                    : options.output == CxxOutput::assembly ? "-S"
                                                            : "-shared");
  llvm::append_range(command, std::initializer_list<std::string>{"-o", output, input});
  return command;
}

llvm::Expected<std::string> compileCxx(StringRef text, const CxxCompiler &compiler, const CxxOptions &options) {
  llvm::Expected<detail::Scratch> scratch = detail::Scratch::make();
  if (!scratch)
    return scratch.takeError();
  std::string input = scratch->file(textName), output = scratch->file("result");
  auto written = support::writeFile(input, text);
  if (auto *error = std::get_if<support::FileError>(&written))
    return missing("`" + input + "` " + error->text);
  std::vector<std::string> command = cxxCommand(compiler, options, input, output);
  detail::Finished finished = detail::runProgram(command, scratch->folder());
  if (finished.code == 0)
    if (auto buffer = llvm::MemoryBuffer::getFile(output, /*IsText=*/false, /*RequiresNullTerminator=*/false))
      return (*buffer)->getBuffer().str();
  constexpr size_t most = 8000; // one mistake can be named a thousand times
  std::string said = StringRef(finished.errors).trim().take_front(most).str();
  if (!isAboutText(finished.errors, input))
    return missing(
        "`" + compiler.path + "` (" + compiler.name + ") failed" + (finished.why.empty() ? "" : ": " + finished.why) +
        "; is there room for temporary files, are the headers of C++ installed?" + (said.empty() ? "" : "\n" + said));
  std::string kept = scratch->keep(textName);
  return llvm::createStringError(compiler.name + " refuses the C++ text, which is kept as " + kept + "\n" + said +
                                 "\nAgain: " + llvm::join(cxxCommand(compiler, options, kept, kept + ".out"), " "));
}

} // namespace nnc
