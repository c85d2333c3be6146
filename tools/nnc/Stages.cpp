#include "tools/nnc/Stages.h"

#include "compiler/Autodiff/Passes.h"
#include "compiler/Dialect/Nn.h"
#include "compiler/Import/ImportProgram.h"
#include "compiler/Pipelines/FailOnPurpose.h"
#include "dsl/TakenNames.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "support/Files.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using llvm::StringRef;

namespace nnc::driver {

Stages::Stages(Session &session, const TargetInfo &target)
    : session(session), target(target), context(MLIRContext::Threading::DISABLED) {
  DialectRegistry registry;
  registerCompilerDialects(registry);
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();
  context.printOpOnDiagnostic(false); // the reproducer holds the program
}

std::string printModule(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream);
  stream << "\n";
  return text;
}

/// The place in a `.nn` file that a location stands for: the caller's side of a call site, the first named one of a
/// fusion.
static std::optional<FileLineColLoc> userPlace(Location location) {
  if (auto place = dyn_cast<FileLineColLoc>(location))
    return place;
  if (auto name = dyn_cast<NameLoc>(location))
    return userPlace(name.getChildLoc());
  if (auto call = dyn_cast<CallSiteLoc>(location)) {
    if (auto place = userPlace(call.getCaller()))
      return place;
    return userPlace(call.getCallee());
  }
  if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location part : fused.getLocations())
      if (auto place = userPlace(part))
        return place;
  return std::nullopt;
}

static support::SourceRange rangeOf(const support::SourceMap &sources, Location location) {
  auto place = userPlace(location);
  if (!place)
    return {};
  for (uint32_t index = 0; index < sources.size(); ++index) {
    auto file = support::FileId(index);
    if (StringRef(sources.name(file)) != place->getFilename() || place->getLine() > sources.lastLine(file))
      continue;
    uint32_t begin = sources.lineStart(file, place->getLine()) + place->getColumn() - 1;
    return {file, begin, begin + 1};
  }
  return {};
}

static const support::DiagnosticInfo *findCode(StringRef code) {
  for (const support::DiagnosticInfo *info : support::allDiagnostics())
    if (info->code == code)
      return info;
  return nullptr;
}

void Stages::collect(Diagnostic &diagnostic) {
  std::string text = diagnostic.str();
  bool isRemark = diagnostic.getSeverity() == DiagnosticSeverity::Remark;
  auto [code, rest] = StringRef(text).split(": ");
  if (const support::DiagnosticInfo *info = findCode(code)) {
    support::Diagnostic made;
    made.info = info;
    bool isLater = remarks && (info == &support::diag::FreeSizeInside || info == &support::diag::CannotDifferentiate);
    remarked |= isLater;
    made.severity = isRemark || isLater ? support::Severity::Remark : info->severity;
    made.range = rangeOf(session.sources, diagnostic.getLocation());
    made.message = rest.str();
    for (Diagnostic &note : diagnostic.getNotes())
      made.notes.push_back({rangeOf(session.sources, note.getLocation()), note.str()});
    session.sink.add(std::move(made));
    return;
  }
  if (isRemark)
    return;
  llvm::raw_string_ostream stream(internal);
  stream << diagnostic.getLocation() << ": " << text << "\n";
  for (Diagnostic &note : diagnostic.getNotes())
    stream << "  " << note.str() << "\n";
}

int Stages::internalError(const std::string &text, const std::string &reproducer) {
  llvm::errs() << "nnc: internal error: " << text << "\n" << internal;
  if (!reproducer.empty())
    llvm::errs() << "The reproducer is " << reproducer << "; `nnc-opt --run-reproducer " << reproducer
                 << "` replays it.\n";
  llvm::errs() << "This is a bug of nnc, not of " << session.options.inputs.front()
               << "; please report it with that file.\n";
  return code = support::ExitOurBug;
}

bool Stages::failed(const std::string &what, const std::string &reproducer) {
  if (session.sink.hasErrors() || remarked) {
    if (!reproducer.empty())
      llvm::sys::fs::remove(reproducer);
    code = session.sink.hasErrors() ? session.finish() : support::ExitDone;
    return false;
  }
  internalError(what, reproducer);
  return false;
}

bool Stages::import(const dsl::Program &program) {
  module = importProgram(program, context);
  if (!module)
    return failed("the program could not be imported", "");
  if (mlir::failed(verify(*module)))
    return failed("the imported program is not valid", "");
  return true;
}

void Stages::buildPipeline(Phase phase, PassManager &manager) {
  CompilerOptions pipeline;
  if (!session.options.targetFeatures.empty())
    pipeline.targetFeatures = session.options.targetFeatures;
  if (session.options.scan == "carry")
    pipeline.scan = autodiff::ScanPolicy::Carry;
  pipeline.plant = session.options.plant;
  pipeline.compiles = compiles;
  CodegenOptions codegen;
  codegen.plant = session.options.plant;
  codegen.target = target;
  codegen.optLevel = session.options.optLevel;
  switch (phase) {
  case Phase::Nn:
    return buildNn(manager, pipeline);
  case Phase::Grad:
    return buildGrad(manager, pipeline);
  case Phase::Planned:
    return buildPlanned(manager, pipeline);
  case Phase::Linalg:
    return buildLinalgPipeline(manager, codegen);
  case Phase::Kernel:
    return buildKernelPipeline(manager, codegen);
  case Phase::Llvm:
    return buildLLVMPipeline(manager, codegen);
  default:
    return;
  }
}

namespace {

/// Where MLIR writes what fails: a private file, made only then, so that a signal leaves nothing behind.
class Reproducer : public ReproducerStream {
public:
  Reproducer(int file, StringRef path) : path(path), stream(file, /*shouldClose=*/true) {}
  ~Reproducer() override {
    stream.close();
    stream.clear_error(); // a full disk is not another failure
  }
  StringRef description() override { return path; }
  llvm::raw_ostream &os() override { return stream; }

  /// `made` becomes the path.
  static std::unique_ptr<ReproducerStream> make(std::string &made, std::string &error) {
    llvm::SmallString<128> path;
    int file = -1;
    if (std::error_code code = llvm::sys::fs::createTemporaryFile("nnc-reproducer", "mlir", file, path)) {
      error = code.message();
      return nullptr;
    }
    made = std::string(path);
    return std::make_unique<Reproducer>(file, path);
  }

private:
  std::string path;
  llvm::raw_fd_ostream stream;
};

} // namespace

bool Stages::runPhase(Phase phase) {
  PassManager manager(&context);
  buildPipeline(phase, manager);
  if (session.options.failIn == phases[unsigned(phase)].name)
    manager.addPass(createFailOnPurpose());
  manager.enableVerifier(session.options.verifyEach);
  std::string reproducer;
  manager.enableCrashReproducerGeneration([&](std::string &error) { return Reproducer::make(reproducer, error); });
  if (succeeded(manager.run(*module)) && succeeded(verify(*module)))
    return true;
  return failed("phase `" + std::string(phases[unsigned(phase)].name) + "` failed", reproducer);
}

bool Stages::attempt(const std::string &what, const std::function<bool()> &work) {
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    collect(diagnostic);
    return success();
  });
  return work() || failed(what, "");
}

bool Stages::run(const dsl::Program &program, Phase last, const std::function<bool(Phase, ModuleOp)> &after) {
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    collect(diagnostic);
    return success();
  });
  return import(program) && runPhases(last, after);
}

/// What is wrong with a module that the dialect allows, "" if nothing. A name of a tensor that the phases would use a
/// second time (slots may be in a module already); a scalar of the step that nobody computes; a size for which no
/// memory can be planned; a bound of integers that only the evaluator would check.
static std::string misfit(ModuleOp module, bool isPlanned) {
  for (Operation &op : *module.getBody()) {
    auto symbol = dyn_cast<SymbolOpInterface>(op);
    if (symbol && isa<nn::ParamOp, nn::StateOp>(op) && !symbol.getName().starts_with("optimizer.") &&
        dsl::takenByCompiler(symbol.getName().str()))
      return "no tensor can be called `" + symbol.getName().str() + "`: the compiled program has that name";
  }
  for (auto entry : module.getOps<nn::EntryOp>()) {
    for (auto size : entry.getSizes().getAsRange<nn::SizeAttr>())
      if (isPlanned && !size.getMax())
        return "the free size `" + size.getName().str() + "` of @" + entry.getSymName().str() +
               " has no bound, such as `#nn.size<\"" + size.getName().str() + "\" max 64>`";
    for (unsigned i = 0; isPlanned && i < entry.getNumArguments(); ++i)
      if (Attribute bound = entry.getArgAttr(i, "nn.index_bound"); bound && !isa<IntegerAttr>(bound))
        return "the bound of the input `" + entry.getArgName(i).str() + "` of @" + entry.getSymName().str() +
               " is no number, which compiled programs check";
    unsigned scalars = 0;
    for (unsigned i = 0; i < entry.getNumArguments(); ++i)
      scalars += entry.getArgAttr(i, "nn.scalar") != nullptr;
    std::string name = entry.getSymName().str() + ".scalars";
    auto function = module.lookupSymbol<func::FuncOp>(name);
    if (unsigned computed = function ? function.getNumResults() : 0; computed != scalars)
      return "@" + entry.getSymName().str() + " takes " + std::to_string(scalars) + " scalars of a step, but " +
             (function ? "`func.func @" + name + "` computes " + std::to_string(computed)
                       : "there is no `func.func @" + name + "` that computes them");
  }
  return "";
}

std::optional<std::string> readModule(const std::string &file) {
  constexpr uint64_t largest = 16 << 20;
  support::FileBytes bytes = support::readFile(file, largest);
  if (auto *text = std::get_if<std::string>(&bytes))
    return std::move(*text);
  llvm::errs() << "nnc: error: `" << file << "` " << std::get<support::FileError>(bytes).text << "\n";
  return std::nullopt;
}

bool Stages::runModule(const std::string &file, const std::string &text, Phase last,
                       const std::function<bool(Phase, ModuleOp)> &after) {
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    collect(diagnostic);
    return success();
  });
  module = parseSourceString<ModuleOp>(text, ParserConfig(&context), file);
  const Options &options = session.options;
  bool isPlanned = options.output != Output::Phase || *parsePhase(options.phase) >= Phase::Planned;
  std::string wrong = module ? misfit(*module, isPlanned) : "";
  if (module && wrong.empty())
    return runPhases(last, after);
  if (module)
    llvm::errs() << "nnc: error: `" << file << "`: " << wrong << "\n";
  else
    llvm::errs() << "nnc: error: `" << file << "` is no module of the nn dialect\n" << internal;
  code = support::ExitProgramErrors;
  return false;
}

bool Stages::runPhases(Phase last, const std::function<bool(Phase, ModuleOp)> &after) {
  compiles = last >= Phase::Planned;
  for (Phase phase = Phase::Nn; phase <= std::min(last, Phase::Llvm); phase = Phase(unsigned(phase) + 1)) {
    if (phase == Phase::Cpp && !session.options.wantsCpp())
      continue;
    if (!runPhase(phase))
      return false;
    session.lap(phase <= Phase::Planned ? "nn" : "emit");
    if (!after(phase, *module))
      return false;
  }
  return true;
}

} // namespace nnc::driver
