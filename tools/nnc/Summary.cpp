#include "tools/nnc/Commands.h"
#include "tools/nnc/FrontEnd.h"

#include "llvm/Support/raw_ostream.h"

namespace nnc::driver {

int summary(const Options &options) {
  llvm::errs() << "nnc: error: `nnc summary` comes in a later version\n";
  return support::ExitUsage;
}

} // namespace nnc::driver
