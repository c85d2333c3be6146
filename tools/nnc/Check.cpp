#include "tools/nnc/Commands.h"
#include "tools/nnc/FrontEnd.h"
#include "tools/nnc/Stages.h"

#include "compiler/Analysis/Support.h"
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

/// What the phases up to the plan of memory refuse is an error of the program as well: `check` says ok to nothing that
/// cannot be compiled, unless it is very large. An op that has no kernel yet is no mistake of the program: a remark.
/// What compiled programs will do later (Program::pending) is none either.
int checkPhases(Session &session, const std::vector<dsl::Program> &programs) {
  std::string wrong;
  const std::string &features = session.options.targetFeatures;
  std::optional<TargetInfo> target = features.empty() ? targetOfHost() : parseTarget(features, wrong);
  if (!target) {
    llvm::errs() << "nnc: error: " << wrong << "\n";
    return support::ExitUsage;
  }
  for (const dsl::Program &program : programs) {
    if (!isSmall(program) || !program.pending.empty())
      continue;
    Stages stages(session, *target);
    bool ran = stages.run(program, Phase::Planned, [](Phase phase, mlir::ModuleOp module) {
      return phase != Phase::Nn || !reportWithoutKernel(module, mlir::DiagnosticSeverity::Remark);
    });
    if (!ran && stages.exitCode() == support::ExitOurBug)
      return support::ExitOurBug;
  }
  return support::ExitDone;
}

static int checkFile(const Options &options, const std::string &file, const std::string &prefix) {
  Session session(options);
  auto programs = frontEndOfAll(session, file);
  if (!programs)
    return support::ExitUsage;
  session.finish();
  if (int bug = checkPhases(session, *programs))
    return bug;
  int code = session.finish();
  if (code == support::ExitDone)
    llvm::outs() << prefix << dsl::checkLine(*programs);
  return code;
}

int check(const Options &options) {
  int worst = support::ExitDone;
  for (const std::string &file : options.inputs) {
    int code = checkFile(options, file, options.inputs.size() > 1 ? file + ": " : "");
    // If several codes apply, errors of the program (1) win.
    worst = worst == support::ExitProgramErrors || code == support::ExitDone ? worst : code;
  }
  return worst;
}

} // namespace nnc::driver
