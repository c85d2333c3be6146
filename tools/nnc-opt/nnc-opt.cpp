// nnc-opt: runs single passes on .mlir files; the tool of the lit tests.
#include "codegen/Pipelines.h"
#include "compiler/Autodiff/Passes.h"
#include "compiler/Dialect/Nn.h"
#include "compiler/Pipelines/Pipelines.h"
#include "compiler/Pipelines/Plant.h"
#include "compiler/Reference/Passes.h"
#include "compiler/Transforms/Passes.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"

/// --plant=NAME, which a pipeline reads when it is built.
static llvm::cl::opt<std::string> plant("plant", llvm::cl::desc("break what is compiled as this bug would"),
                                        llvm::cl::callback([](const std::string &name) {
                                          if (llvm::is_contained(nnc::plantNames(), name))
                                            return;
                                          llvm::errs() << "nnc-opt: no bug is called '" << name
                                                       << "': " << llvm::join(nnc::plantNames(), ", ") << "\n";
                                          std::exit(2);
                                        }));

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<nnc::nn::NNDialect, mlir::affine::AffineDialect, mlir::arith::ArithDialect,
                  mlir::bufferization::BufferizationDialect, mlir::cf::ControlFlowDialect, mlir::func::FuncDialect,
                  mlir::LLVM::LLVMDialect, mlir::linalg::LinalgDialect, mlir::math::MathDialect,
                  mlir::memref::MemRefDialect, mlir::scf::SCFDialect, mlir::tensor::TensorDialect,
                  mlir::vector::VectorDialect>();
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  nnc::registerNncTransformsPasses();
  nnc::registerCompilerPipelines(plant);
  nnc::registerCodegenPipelines(plant);
  nnc::autodiff::registerAutodiffPasses();
  nnc::reference::registerReferencePasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "nnc pass driver\n", registry));
}
