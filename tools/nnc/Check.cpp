#include "tools/nnc/Commands.h"
#include "tools/nnc/FrontEnd.h"

#include "llvm/Support/raw_ostream.h"

namespace nnc::driver {

/// "1 model", "2 models".
static std::string counted(int64_t count, const char *what) {
  return support::formatNumber(count) + " " + what + (count == 1 ? "" : "s");
}

int check(const Options &options) {
  int worst = support::ExitDone;
  for (const std::string &file : options.inputs) {
    Session session(options);
    FrontEndResult result = frontEnd(session, file);
    int code = result.wrongUsage ? support::ExitUsage : session.finish();
    const std::optional<dsl::Program> &program = result.program;
    if (code == support::ExitDone && program) {
      int64_t parameters = 0;
      for (const dsl::Param &param : program->params)
        parameters += elementCount(param.type);
      llvm::outs() << (options.inputs.size() > 1 ? file + ": " : "") << "ok: " << counted(1, "model") << ", "
                   << counted(program->params.size(), "tensor") << ", " << counted(parameters, "parameter") << "\n";
    }
    // If several codes apply, errors of the program (1) win.
    worst = worst == support::ExitProgramErrors || code == support::ExitDone ? worst : code;
  }
  return worst;
}

} // namespace nnc::driver
