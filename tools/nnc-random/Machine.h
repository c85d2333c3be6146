// A planned module as machine code in this process, and calls of its entries.
#pragma once

#include "codegen/Pipelines.h"
#include "runtime/abi/nnc_abi.h"
#include "tools/nnc-random/Values.h"

#include "mlir/IR/BuiltinOps.h"

#include <memory>

namespace llvm::orc {
class LLJIT;
}

namespace nnc::random {

/// What an entry is called with. Reals are rounded to the program's type already.
struct Call {
  reference::TensorMap<double> inputs, state;
  int64_t batch = 1;
  int threads = 1;
  uint8_t workspace = 0; // the byte that fills it before the call: 0 or 0xff, which is NaN
};

class Machine {
public:
  /// Compiles; null, after filling `why`, if that fails. The module is consumed.
  static std::unique_ptr<Machine> build(mlir::ModuleOp planned, const CodegenOptions &options, std::string &why);
  ~Machine();

  /// Nothing, after filling `why`, if the entry refuses.
  std::optional<Values> run(const std::string &entry, const Call &call, std::string &why) const;
  /// The step's scalars, in order.
  std::vector<double> scalarsOf(const std::string &entry) const;

private:
  const nnc_entry *find(const std::string &name) const;
  std::unique_ptr<llvm::orc::LLJIT> jit;
  const nnc_model *model = nullptr;
};

} // namespace nnc::random
