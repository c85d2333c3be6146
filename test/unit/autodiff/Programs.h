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

/// What one rule is tried on. The entry reads the parameters p and q; `body` computes %y of type `result`; the loss is
/// the sum of y · w with a parameter w, so that the cotangent of y is arbitrary.
struct RuleProgram {
  std::string name, p = "3x4", q, result = "3x4", body;
  double low = -2, high = 2;
};

inline std::string tensor(const std::string &shape) { return "tensor<" + shape + (shape.empty() ? "" : "x") + "f64>"; }

inline std::string allDims(const std::string &shape) {
  std::string dims = "[";
  for (size_t i = 0, n = shape.empty() ? 0 : 1 + std::count(shape.begin(), shape.end(), 'x'); i < n; ++i)
    dims += (i ? ", " : "") + std::to_string(i);
  return dims + "]";
}

inline std::string gradModule(const RuleProgram &program) {
  std::string range = "<uniform, [" + std::to_string(program.low) + ", " + std::to_string(program.high) + "]>";
  std::string text = "nn.param @p : " + tensor(program.p) + " = " + range + "\n";
  if (!program.q.empty())
    text += "nn.param @q : " + tensor(program.q) + " = " + range + "\n";
  std::string y = tensor(program.result);
  text += "nn.param @w : " + y + " = <uniform, [-1.0, 1.0]>\n";
  text += "nn.entry @grad() -> (tensor<f64> {nn.name = \"loss\"}) attributes {sizes = []} {\n";
  text += "%p = nn.get @p : " + tensor(program.p) + "\n";
  if (!program.q.empty())
    text += "%q = nn.get @q : " + tensor(program.q) + "\n";
  text += "%w = nn.get @w : " + y + "\n" + program.body + "\n";
  text += "%yw = nn.mul %y, %w : " + y + "\n";
  text += "%loss = nn.reduce add %yw dims " + allDims(program.result) + " : " + y + " -> tensor<f64>\n";
  return text + "nn.return %loss : tensor<f64>\n}\n";
}

} // namespace nnc::test
