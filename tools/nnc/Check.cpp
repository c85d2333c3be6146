#include "tools/nnc/Commands.h"
#include "tools/nnc/FrontEnd.h"

#include "dsl/Summary.h"
#include "llvm/Support/raw_ostream.h"

namespace nnc::driver {

int check(const Options &options) {
  int worst = support::ExitDone;
  for (const std::string &file : options.inputs) {
    Session session(options);
    FrontEndResult result = frontEnd(session, file);
    int code = result.wrongUsage ? support::ExitUsage : session.finish();
    if (code == support::ExitDone && result.program)
      llvm::outs() << (options.inputs.size() > 1 ? file + ": " : "") << dsl::checkLine(*result.program);
    // If several codes apply, errors of the program (1) win.
    worst = worst == support::ExitProgramErrors || code == support::ExitDone ? worst : code;
  }
  return worst;
}

} // namespace nnc::driver
