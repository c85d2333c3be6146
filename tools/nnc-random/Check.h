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
  bool finite = true; // programs with NaN or infinities are refused
};

struct Verdict {
  enum Kind {
    Agreed,
    Disagreed, // `where` says which comparison, `what` what differs
    Refused,   // no judgement: `where` says why
  } kind = Agreed;
  std::string where, what;
};

/// The text of a module with an entry `forward`, or `grad` and perhaps `step`.
Verdict check(mlir::MLIRContext &context, const std::string &module, const CheckOptions &options);

} // namespace nnc::random
