#include "tools/nnc/NotYet.h"

#include "compiler/Analysis/Support.h"
#include "compiler/Autodiff/Missing.h"
#include "compiler/Target/TargetInfo.h"
#include "tools/nnc/Stages.h"
#include "llvm/ADT/StringExtras.h"

namespace nnc::driver {

/// Where a feature stands; `file` is the program's, others are found by their names.
static support::SourceRange rangeOf(const Session &session, support::FileId file, const dsl::Program &program,
                                    const dsl::Pending &pending) {
  support::FileId in = file;
  for (uint32_t i = 0; pending.place.file != 0 && i < session.sources.size(); ++i)
    if (session.sources.name(support::FileId(i)) == program.files[pending.place.file])
      in = support::FileId(i);
  uint32_t begin = session.sources.lineStart(in, pending.place.line) + pending.place.column - 1;
  return {in, begin, begin + pending.length};
}

/// Words that have code among them have their quotes already.
static std::string quoted(const std::string &name) {
  return name.find('`') == std::string::npos ? "`" + name + "`" : name;
}

/// "`nnc run … --backend=reference` runs `forward`, `eval`, `loss`, and not `grad`, `step`: `conv` has no derivative
/// yet"
static std::string entriesOfEvaluator(mlir::ModuleOp module) {
  std::vector<std::string> missing = autodiff::missingDerivatives(module), runs, rest;
  for (nn::EntryOp entry : module.getOps<nn::EntryOp>()) {
    bool derives = entry.getKind() == "grad" || entry.getKind() == "step";
    (derives && !missing.empty() ? rest : runs).push_back(quoted(entry.getSymName().str()));
  }
  std::string text = "`nnc run FILE ENTRY --backend=reference` runs " + llvm::join(runs, ", ");
  if (!rest.empty())
    text += ", and not " + llvm::join(rest, ", ") + ": " + llvm::join(llvm::map_range(missing, quoted), ", ") +
            (missing.size() == 1 ? " has" : " have") + " no derivative yet";
  return text;
}

void reportPending(Session &session, support::FileId file, const dsl::Program &program, support::Severity severity,
                   mlir::ModuleOp module) {
  if (program.pending.empty())
    return;
  std::string list;
  for (const dsl::Pending &one : program.pending)
    list += (list.empty() ? "" : ", ") + quoted(one.feature) + " (" + one.stage + ")";
  support::Diagnostic made;
  made.info = &support::diag::NotCompiledYet;
  made.severity = severity;
  made.range = rangeOf(session, file, program, program.pending.front());
  made.message = support::formatMessage(made.info->text, {list});
  support::DiagnosticBuilder builder(session.sink, std::move(made));
  for (size_t i = 1; i < program.pending.size(); ++i)
    builder.note(rangeOf(session, file, program, program.pending[i]), quoted(program.pending[i].feature));
  if (module)
    builder.fact(entriesOfEvaluator(module));
}

bool reportNoKernel(mlir::ModuleOp module, mlir::DiagnosticSeverity severity) {
  return reportWithoutKernel(module, severity, [&] { return entriesOfEvaluator(module); });
}

int refusePending(Session &session, support::FileId file, const dsl::Program &program) {
  Stages stages(session, targetOfHost());
  bool ran = stages.run(program, Phase::Nn, [&](Phase, mlir::ModuleOp module) {
    reportPending(session, file, program, support::Severity::Error, module);
    reportNoKernel(module, mlir::DiagnosticSeverity::Error);
    return true;
  });
  return ran ? session.finish() : stages.exitCode();
}

} // namespace nnc::driver
