#include "tools/nnc/Cache.h"
#include "tools/nnc/Commands.h"
#include "tools/nnc/Failure.h"
#include "tools/nnc/RunReference.h"

#include "support/ExitCodes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <cerrno>
#include <cstring>
#include <unistd.h>

using llvm::StringRef;

namespace nnc::driver {

static bool gives(const std::vector<std::string> &arguments, StringRef option) {
  return llvm::any_of(arguments,
                      [&](StringRef word) { return word == option || word.starts_with((option + "=").str()); });
}

/// The program's own arguments: the command, what the user gave, and what nnc knows better than the program: the
/// folder of the data and a run folder beside FILE.
static std::vector<std::string> programArguments(const Options &options, StringRef file) {
  std::vector<std::string> arguments = {options.command};
  StringRef folder = llvm::sys::path::parent_path(file);
  if (options.command != "bench" && options.command != "run" && !gives(options.programArguments, "--data")) {
    arguments.push_back("--data");
    arguments.push_back(!options.dataDir.empty() ? options.dataDir : folder.empty() ? "." : folder.str());
  }
  if (!gives(options.programArguments, "--run") && options.command != "bench") {
    StringRef base = file;
    base.consume_back(".nn");
    arguments.push_back("--run");
    arguments.push_back(base.str() + ".run");
  }
  if (options.batch && (options.command == "train" || options.command == "eval")) {
    arguments.push_back("--batch");
    arguments.push_back(std::to_string(options.batch));
  }
  llvm::append_range(arguments, options.programArguments);
  return arguments;
}

int runProgram(const Options &options) {
  if (options.backend == "reference")
    return runReference(options);
  const std::string &file = options.inputs.front();
  CxxCompiler cxx; // none for LLVM
  if (options.throughCpp()) {
    llvm::Expected<CxxCompiler> found = findCxxCompiler(options.cxx);
    if (!found)
      return exitCodeOf(found.takeError());
    cxx = *found;
  }
  std::string program = cachedProgram(options, file, cxx);
  if (program.empty())
    return support::ExitMissing;
  if (!llvm::sys::fs::can_execute(program)) {
    Options build = options;
    build.command = "compile";
    build.outputFile = program;
    if (int code = compile(build))
      return code;
  }
  std::vector<std::string> arguments = programArguments(options, file);
  std::vector<char *> argv = {program.data()};
  for (std::string &argument : arguments)
    argv.push_back(argument.data());
  argv.push_back(nullptr);
  llvm::outs().flush();
  execv(program.c_str(), argv.data());
  llvm::errs() << "nnc: error: cannot start " << program << ": " << std::strerror(errno) << "\n";
  return support::ExitMissing;
}

} // namespace nnc::driver
