// A pass that fails, for the test of what nnc does when one of its passes fails.
#pragma once
#include "mlir/Pass/Pass.h"

namespace nnc {

/// `nn-fail-on-purpose`: emits an error at the first entry and fails.
std::unique_ptr<mlir::Pass> createFailOnPurpose();
void registerFailOnPurpose();

} // namespace nnc
