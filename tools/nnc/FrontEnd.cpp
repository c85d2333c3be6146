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

/// Memory is planned at the bounds of the free sizes. Those that the program leaves open are bounded by --batch. The
/// evaluator plans nothing.
static void boundFreeSizes(dsl::Program &program, const Options &options) {
  constexpr int64_t standard = 64;
  if (options.backend == "reference" && !options.batch)
    return;
  for (dsl::Entry &entry : program.entries)
    for (dsl::FreeSize &size : entry.sizes)
      if (size.max < 0)
        size.max = options.batch ? options.batch : standard;
}

static dsl::SizeMap boundsOf(const dsl::Entry &entry) {
  dsl::SizeMap bounds;
  for (const dsl::FreeSize &size : entry.sizes)
    if (size.max >= 0)
      bounds[size.name] = dsl::Size(size.max);
  return bounds;
}

constexpr __int128 mostElements = __int128(1) << 40;

/// No less than the size can be within the bounds: what is subtracted counts as nothing, a quotient need not be whole.
/// What has no bound counts as 1.
static __int128 mostOf(const dsl::Size &size, const dsl::SizeMap &bounds) {
  if (size.overflowed())
    return 2 * mostElements;
  __int128 sum = size.number();
  for (const dsl::Size::Term &term : size.products()) {
    __int128 product = std::max<int64_t>(term.factor, 0);
    for (const auto &atom : term.atoms) {
      __int128 most = 1;
      if (atom->kind != dsl::SizeAtom::Symbol)
        most = mostOf(atom->numerator, bounds) / std::max<int64_t>(atom->denominator.constant().value_or(1), 1);
      else if (auto bound = bounds.find(atom->name); bound != bounds.end())
        most = bound->second.constant().value_or(1);
      product = std::min(product * most, 2 * mostElements);
    }
    sum += product;
  }
  return std::clamp<__int128>(sum, 0, 2 * mostElements);
}

/// The size whose bound makes a tensor too large; nothing if it fits.
static const dsl::FreeSize *tooLarge(const dsl::Type &type, const dsl::Entry &entry, const dsl::SizeMap &bounds) {
  __int128 elements = 1;
  for (size_t i = 0; i < type.shape.size() && elements <= mostElements; ++i)
    elements *= mostOf(type.shape[i], bounds);
  if (elements <= mostElements)
    return nullptr;
  for (const dsl::Size &axis : type.shape)
    for (const dsl::FreeSize &size : entry.sizes)
      if (!axis.symbols().empty() && axis.symbols().front() == size.name)
        return &size;
  return nullptr;
}

/// No tensor has more than 2^40 elements, whatever its free sizes are. One error for a program.
static void checkTensors(Session &session, support::FileId file, const dsl::Program &program) {
  dsl::SizeMap bounds;
  auto refuse = [&](const dsl::Type &type, const dsl::Entry &entry, support::SourceRange range) {
    const dsl::FreeSize *size = tooLarge(type, entry, bounds);
    if (size)
      session.sink
          .report(support::diag::TensorTooLarge, range, dsl::str(type), "`" + size->name + "`",
                  "up to " + support::formatNumber(size->max))
          .help("--batch=N bounds the sizes that the program leaves open");
    return size != nullptr;
  };
  for (const dsl::Entry &entry : program.entries) {
    bounds = boundsOf(entry);
    for (const dsl::Input &input : entry.inputs)
      if (refuse(input.type, entry, {file, 0, 0}))
        return;
    for (const dsl::Node &node : entry.nodes)
      for (const dsl::Type &type : node.results) {
        bool isHere = !node.place.empty() && node.place.front().file == 0;
        uint32_t at =
            isHere ? session.sources.lineStart(file, node.place.front().line) + node.place.front().column - 1 : 0;
        if (refuse(type, entry, {file, at, at + isHere}))
          return;
      }
  }
}

dsl::CompileOptions compileOptions(const Options &options, const std::string &file) {
  dsl::CompileOptions compile;
  compile.defines = options.defines;
  if (options.batch)
    compile.batch = options.batch;
  if (!options.dtype.empty())
    compile.dtype = options.dtype;
  if (!options.train.empty())
    compile.train = options.train;
  compile.includeDirs = options.includeDirs;
  compile.dataDir = dataDir(options, file);
  compile.given = options.given;
  return compile;
}

std::optional<support::FileId> loadFile(Session &session, const std::string &file) {
  dsl::LoadedSource loaded = dsl::loadSource(file, session.sources, session.sink);
  session.fileMissing = loaded.missing;
  return loaded.file;
}

static void sayUsage(const std::string &sentence) { llvm::errs() << "nnc: error: " << sentence << "\n"; }

FrontEndResult frontEnd(Session &session, const std::string &file) {
  FrontEndResult result;
  result.file = loadFile(session, file);
  if (!result.file)
    return result;
  if (session.options.timeReport) { // `check` parses for itself: once more here, to know its share
    support::DiagnosticSink unheard;
    dsl::parse(session.sources, *result.file, unheard);
    session.lap("parse");
  }
  dsl::CompileResult compiled =
      dsl::compile(*result.file, compileOptions(session.options, file), session.sources, session.sink);
  if (!compiled.usageError.empty()) {
    sayUsage(compiled.usageError);
    result.wrongUsage = true;
    return result;
  }
  result.types = std::move(compiled.types);
  if (!session.sink.hasErrors())
    result.program = std::move(compiled.program);
  if (result.program) {
    boundFreeSizes(*result.program, session.options);
    checkTensors(session, *result.file, *result.program);
    if (session.sink.hasErrors())
      result.program.reset();
  }
  return result;
}

int readProgram(Session &session, dsl::Program &program) {
  FrontEndResult front = frontEnd(session, session.options.inputs.front());
  if (front.wrongUsage)
    return support::ExitUsage;
  if (int code = session.finish(); code || !front.program)
    return code ? code : support::ExitProgramErrors;
  program = std::move(*front.program);
  return support::ExitDone;
}

std::optional<std::vector<dsl::Program>> frontEndOfAll(Session &session, support::FileId file,
                                                       const std::string &name) {
  std::vector<dsl::Program> programs;
  for (dsl::CompileResult &compiled :
       dsl::compileAll(file, compileOptions(session.options, name), session.sources, session.sink)) {
    if (!compiled.usageError.empty()) {
      sayUsage(compiled.usageError);
      return std::nullopt;
    }
    if (!compiled.program)
      continue;
    boundFreeSizes(*compiled.program, session.options);
    size_t errors = session.sink.errorCount();
    checkTensors(session, file, *compiled.program);
    if (session.sink.errorCount() == errors)
      programs.push_back(std::move(*compiled.program));
  }
  return programs;
}

} // namespace nnc::driver
