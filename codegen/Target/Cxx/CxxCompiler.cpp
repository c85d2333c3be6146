#include "codegen/Target/Cxx/CxxCompiler.h"
#include "codegen/Target/Cxx/Subprocess.h"
#include "codegen/Target/Link/Link.h"
#include "support/Files.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/MemoryBuffer.h"
#include <variant>

using llvm::StringRef;

namespace nnc {

char Interrupted::ID;

namespace {

constexpr const char *textName = "program.cpp";

llvm::Error missing(const llvm::Twine &text) { return llvm::make_error<MissingFile>(text.str()); }

/// Whether a line places an error in the text: "PATH:12:3: error: …". What the machine lacks is a "fatal error", or
/// has no place in it.
bool isAboutText(StringRef errors, StringRef path) {
  for (StringRef line : llvm::split(errors, '\n'))
    if (line.consume_front(path) && line.consume_front(":") && line.contains(": error: "))
      return true;
  return false;
}

/// An object for this machine that defines the symbol.
bool isObject(StringRef bytes, StringRef symbol) {
  auto object = llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(bytes, "object"));
  if (!object) {
    llvm::consumeError(object.takeError());
    return false;
  }
  if (!(*object)->isELF() || (*object)->getArch() != llvm::Triple::x86_64 || !(*object)->isRelocatableObject())
    return false;
  return symbol.empty() || llvm::any_of((*object)->symbols(), [&](const llvm::object::SymbolRef &one) {
           llvm::Expected<StringRef> name = one.getName();
           llvm::Expected<uint32_t> flags = one.getFlags();
           bool defined = name && flags && *name == symbol && !(*flags & llvm::object::SymbolRef::SF_Undefined);
           llvm::consumeError(name.takeError());
           llvm::consumeError(flags.takeError());
           return defined;
         });
}

/// Whether the compiler wrote what it was asked for.
bool isWanted(StringRef bytes, const CxxOptions &options) {
  switch (options.output) {
  case CxxOutput::object:
    return isObject(bytes, options.symbol);
  case CxxOutput::assembly:
    return bytes.contains(options.symbol);
  case CxxOutput::sharedLibrary:
    return true; // who loads it sees
  }
  return false;
}

StringRef effort(unsigned level) {
  constexpr StringRef flags[] = {"-O0", "-O1", "-O2", "-O3"};
  return flags[std::min(level, 3u)];
}

} // namespace

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
    return missing("`" + input + "` " + error->text + "; set TMPDIR to a folder with room");
  std::vector<std::string> command = cxxCommand(compiler, options, input, output);
  detail::Finished finished = detail::runProgram(command, *scratch, {options.seconds, /*bytes=*/0});
  if (finished.interrupted)
    return llvm::make_error<Interrupted>();
  std::string named = "`" + compiler.path + "` (" + compiler.name + ")";
  if (finished.late)
    return missing(named + " did not end within " + std::to_string(options.seconds) +
                   " seconds; try -O1, or another compiler with --cxx=PROGRAM");
  if (finished.code == 0) {
    auto buffer = llvm::MemoryBuffer::getFile(output, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (buffer && isWanted((*buffer)->getBuffer(), options))
      return (*buffer)->getBuffer().str();
    return missing(named + " reports no error, but wrote " +
                   (buffer ? "something else than the program's code" : "nothing") +
                   "; name another compiler with --cxx=PROGRAM");
  }
  constexpr size_t most = 8000; // one mistake can be named a thousand times
  std::string said = StringRef(finished.errors).trim().take_front(most).str();
  if (isAboutText(finished.errors, input)) {
    std::string kept = scratch->keep(textName);
    return llvm::createStringError(compiler.name + " refuses the C++ text, which is kept as " + kept + "\n" + said +
                                   "\nAgain: " + llvm::join(cxxCommand(compiler, options, kept, kept + ".out"), " "));
  }
  if (std::string problem = scratch->problem(); !problem.empty())
    return missing(problem);
  return missing(named + " failed" + (finished.why.empty() ? "" : ": " + finished.why) +
                 "; is there room for temporary files, are the headers of C++ installed?" +
                 (said.empty() ? "" : "\n" + said));
}

} // namespace nnc
