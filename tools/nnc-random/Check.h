// All comparisons of one module: each pass against the evaluator, reverse mode against dual numbers, compiled forms
// against each other and against the truth.
#pragma once

#include "compiler/Target/TargetInfo.h"
#include "tools/nnc-random/Values.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"

#include <optional>
#include <string>

namespace nnc::random {

struct CheckOptions {
  TargetInfo target;
  std::string plant; // the name of a planted bug, or ""
  bool wide = false; // f64
  uint64_t seed = 1; // of the numbers
  int64_t batch = 1;
  bool finite = true;                 // programs with NaN or infinities are refused
  std::vector<unsigned> cppLevels{2}; // -O of nnc for the forms as C++: 0 has plain kernels
};

struct Verdict {
  enum Kind {
    Agreed,
    Disagreed, // `where` says which comparison, `what` what differs
    Refused,   // no judgement: `where` says why
  } kind = Agreed;
  std::string where, what;
};

struct CppProgram;

/// The text of a module with an entry `forward`, or `grad` and perhaps `step`.
/// With `cpp`, what agreed is appended to it in its forms as C++, which have not been judged yet.
Verdict check(mlir::MLIRContext &context, const std::string &module, const CheckOptions &options,
              std::vector<CppProgram> *cpp = nullptr);

} // namespace nnc::random
