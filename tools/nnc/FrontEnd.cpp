#include "tools/nnc/FrontEnd.h"

#include "dsl/Compile.h"
#include "dsl/Parser.h"
#include "dsl/Source.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace nnc::driver {

/// The folder of the data sets: --data, else that of FILE.
static std::string dataDir(const Options &options, const std::string &file) {
  if (!options.dataDir.empty())
    return options.dataDir;
  llvm::StringRef parent = llvm::sys::path::parent_path(file);
  return parent.empty() ? "." : parent.str();
}

/// Memory is planned at the bounds of the free sizes. Those that the program leaves open are bounded by --batch.
static void boundFreeSizes(dsl::Program &program, const Options &options) {
  constexpr int64_t standard = 64;
  for (dsl::Entry &entry : program.entries)
    for (dsl::FreeSize &size : entry.sizes)
      if (size.max < 0)
        size.max = options.batch ? options.batch : standard;
}

FrontEndResult frontEnd(Session &session, const std::string &file) {
  FrontEndResult result;
  dsl::LoadedSource loaded = dsl::loadSource(file, session.sources, session.sink);
  session.fileMissing = loaded.missing;
  if (!loaded.file)
    return result;
  result.file = *loaded.file;
  const Options &options = session.options;
  dsl::CompileOptions compile;
  compile.defines = options.defines;
  if (options.batch)
    compile.batch = options.batch;
  if (!options.dtype.empty())
    compile.dtype = options.dtype;
  if (!options.train.empty())
    compile.train = options.train;
  compile.dataDir = dataDir(options, file);
  if (options.timeReport) { // `check` parses for itself: once more here, to know its share
    support::DiagnosticSink unheard;
    dsl::parse(session.sources, *loaded.file, unheard);
    session.lap("parse");
  }
  dsl::CompileResult compiled = dsl::compile(*loaded.file, compile, session.sources, session.sink);
  if (!compiled.usageError.empty()) {
    llvm::errs() << "nnc: error: " << compiled.usageError << "\n";
    result.wrongUsage = true;
    return result;
  }
  result.types = std::move(compiled.types);
  if (!session.sink.hasErrors())
    result.program = std::move(compiled.program);
  if (result.program)
    boundFreeSizes(*result.program, options);
  return result;
}

} // namespace nnc::driver
