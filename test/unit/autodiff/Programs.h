// Small programs in text, for the tests of derivatives.
#pragma once

#include "compiler/Autodiff/Passes.h"
#include "compiler/Reference/Reference.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <string>

namespace nnc::test {

/// One context for all tests of the program.
inline mlir::MLIRContext &context() {
  static mlir::MLIRContext *shared = [] {
    auto *fresh = new mlir::MLIRContext(mlir::MLIRContext::Threading::DISABLED);
    fresh->loadDialect<nn::NNDialect, mlir::func::FuncDialect, mlir::arith::ArithDialect, mlir::math::MathDialect>();
    return fresh;
  }();
  return *shared;
}

inline mlir::OwningOpRef<mlir::ModuleOp> parse(const std::string &text) {
  return mlir::parseSourceString<mlir::ModuleOp>(text, &context());
}

inline bool runGradPhase(mlir::ModuleOp module, autodiff::ScanPolicy scan = autodiff::ScanPolicy::All) {
  mlir::PassManager manager(&context());
  autodiff::buildGradPipeline(manager, scan);
  return mlir::succeeded(manager.run(module));
}

inline std::string tensor(const std::string &shape) { return "tensor<" + shape + (shape.empty() ? "" : "x") + "f64>"; }

inline std::string allDims(const std::string &shape) {
  std::string dims = "[";
  for (size_t i = 0, n = shape.empty() ? 0 : 1 + std::count(shape.begin(), shape.end(), 'x'); i < n; ++i)
    dims += (i ? ", " : "") + std::to_string(i);
  return dims + "]";
}

} // namespace nnc::test
