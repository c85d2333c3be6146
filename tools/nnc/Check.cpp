#include "tools/nnc/Commands.h"
#include "tools/nnc/FrontEnd.h"
#include "tools/nnc/NotYet.h"
#include "tools/nnc/Stages.h"

#include "compiler/Analysis/Support.h"
#include "compiler/Dialect/Nn.h"
#include "dsl/Summary.h"
#include "llvm/Support/raw_ostream.h"

namespace nnc::driver {

/// The phases take time that grows faster than the program: `check` of a chain of 100,000 steps must still be quick.
static bool isSmall(const dsl::Program &program) {
  constexpr size_t most = 4000;
  size_t nodes = 0;
  for (const dsl::Entry &entry : program.entries)
    nodes += entry.nodes.size();
  return nodes <= most;
}

/// The machine that the phases plan for; nothing, once it has been said that there is none of this name.
static std::optional<TargetInfo> chosenTarget(const Options &options) {
  std::string wrong;
  std::optional<TargetInfo> target =
      options.targetFeatures.empty() ? targetOfHost() : parseTarget(options.targetFeatures, wrong);
  if (!target)
    llvm::errs() << "nnc: error: " << wrong << "\n";
  return target;
}

/// Whether there is something to check behind a phase: an op without a kernel ends it, with a remark.
static bool goesOn(Phase phase, mlir::ModuleOp module) {
  return phase != Phase::Nn || !reportNoKernel(module, mlir::DiagnosticSeverity::Remark);
}

/// What the phases up to the plan of memory refuse is an error of the program as well: `check` says ok to nothing that
/// cannot be compiled, unless it is very large. What this version lacks is no mistake of the program: remarks, of what
/// compiled programs will do later (Program::pending), of ops that have no kernel yet, of free sizes inside.
int checkPhases(Session &session, support::FileId file, const std::vector<dsl::Program> &programs) {
  std::optional<TargetInfo> target = chosenTarget(session.options);
  if (!target)
    return support::ExitUsage;
  for (const dsl::Program &program : programs) {
    if (!isSmall(program)) {
      reportPending(session, file, program, support::Severity::Remark, nullptr);
      continue;
    }
    Stages stages(session, *target);
    stages.remarkOnLater();
    Phase last = program.pending.empty() ? Phase::Planned : Phase::Nn;
    bool ran = stages.run(program, last, [&](Phase phase, mlir::ModuleOp module) {
      if (phase == Phase::Nn)
        reportPending(session, file, program, support::Severity::Remark, module);
      return goesOn(phase, module);
    });
    if (!ran && stages.exitCode() == support::ExitOurBug)
      return support::ExitOurBug;
  }
  return support::ExitDone;
}

static int checkFile(const Options &options, const std::string &file, const std::string &prefix) {
  Session session(options);
  std::optional<support::FileId> loaded = loadFile(session, file);
  auto programs = loaded ? frontEndOfAll(session, *loaded, file) : std::vector<dsl::Program>();
  if (!programs)
    return support::ExitUsage;
  session.finish();
  if (int bug = loaded ? checkPhases(session, *loaded, *programs) : support::ExitDone)
    return bug;
  int code = session.finish();
  if (code == support::ExitDone)
    llvm::outs() << prefix << dsl::checkLine(*programs);
  return code;
}

static std::string moduleLine(mlir::ModuleOp module) {
  int64_t tensors = 0, parameters = 0;
  for (nn::ParamOp param : module.getOps<nn::ParamOp>()) {
    ++tensors;
    parameters += mlir::cast<mlir::RankedTensorType>(param.getType()).getNumElements();
  }
  auto count = [](int64_t n, const char *what) { return support::formatNumber(n) + " " + what + (n == 1 ? "" : "s"); };
  return "ok: a module of the nn dialect, " + count(tensors, "tensor") + ", " + count(parameters, "parameter") + "\n";
}

/// FILE.mlir holds a module of phase nn: what a program is from there on.
static int checkModule(const Options &options, const std::string &file, const std::string &prefix) {
  std::optional<TargetInfo> target = chosenTarget(options);
  if (!target)
    return support::ExitUsage;
  std::optional<std::string> text = readModule(file);
  if (!text)
    return support::ExitMissing;
  Session session(options);
  Stages stages(session, *target);
  stages.remarkOnLater();
  std::string line;
  stages.runModule(file, *text, Phase::Planned, [&](Phase phase, mlir::ModuleOp module) {
    if (phase == Phase::Nn)
      line = moduleLine(module);
    return goesOn(phase, module);
  });
  if (int code = stages.exitCode())
    return code;
  int code = session.finish();
  if (code == support::ExitDone)
    llvm::outs() << prefix << line;
  return code;
}

int check(const Options &options) {
  int worst = support::ExitDone;
  for (const std::string &file : options.inputs) {
    std::string prefix = options.inputs.size() > 1 ? file + ": " : "";
    bool isModule = llvm::StringRef(file).ends_with(".mlir");
    int code = isModule ? checkModule(options, file, prefix) : checkFile(options, file, prefix);
    // If several codes apply, errors of the program (1) win.
    worst = worst == support::ExitProgramErrors || code == support::ExitDone ? worst : code;
  }
  return worst;
}

} // namespace nnc::driver
