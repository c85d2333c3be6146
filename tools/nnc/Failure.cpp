#include "tools/nnc/Failure.h"

#include "codegen/Target/Cxx/CxxCompiler.h"
#include "codegen/Target/Link/Link.h"
#include "support/ExitCodes.h"
#include "llvm/Support/raw_ostream.h"

namespace nnc::driver {

static int lacks(const std::string &text) {
  llvm::errs() << "nnc: error: " << text << "\n";
  return support::ExitMissing;
}

int exitCodeOf(llvm::Error error, const std::function<int(const std::string &)> &ours) {
  int code = support::ExitDone;
  llvm::handleAllErrors(
      std::move(error), [&](const MissingFile &missing) { code = lacks(missing.message()); },
      [&](const Interrupted &) { code = support::ExitInterrupted; },
      [&](const llvm::ErrorInfoBase &other) { code = ours(other.message()); });
  return code;
}

int exitCodeOf(llvm::Error error) { return exitCodeOf(std::move(error), lacks); }

} // namespace nnc::driver
