// A module of the nn dialect, compiled and loaded: what the tests of whole entries share.
#pragma once

#include "codegen/Codegen.h"
#include "codegen/Target/Cpp/Cpp.h"
#include "codegen/Target/Cxx/CxxCompiler.h"
#include "compiler/Autodiff/Passes.h"
#include "compiler/Dialect/Nn.h"
#include "compiler/Pipelines/Pipelines.h"
#include "compiler/Reference/Reference.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "runtime/abi/nnc_abi.h"
#include "llvm/Support/FileSystem.h"
#include "gtest/gtest.h"
#include <cmath>
#include <cstring>
#include <dlfcn.h>
#include <unistd.h>

namespace nnc::test {

inline std::string replace(std::string text, const std::string &what, const std::string &by) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

/// How a module is compiled: by LLVM, or its C++ by a compiler of this name.
struct Form {
  unsigned level = 2;
  std::string cxx{};
  std::string name() const { return "-O" + std::to_string(level) + (cxx.empty() ? "" : " through " + cxx); }
  CodegenOptions options() const {
    std::string why;
    return {*parseTarget("x86-64-v3", why), level};
  }
};

/// One compiled module: its descriptor, and the memory of one model.
template <class S> class Compiled {
public:
  Compiled(mlir::MLIRContext &context, const std::string &text, const Form &form) {
    CodegenOptions options = form.options();
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    if (!module)
      return;
    mlir::PassManager grad(&context);
    autodiff::buildGradPipeline(grad);
    if (mlir::failed(grad.run(*module)))
      return;
    graph = module->clone(); // what the evaluator takes
    mlir::PassManager passes(&context);
    buildPlanned(passes, {options.target.lanes == 16 ? "x86-64-v4" : "x86-64-v3"});
    if (mlir::failed(passes.run(*module)))
      return;
    auto info = collectModelInfo(*module, options.target, "");
    if (mlir::failed(info))
      return;
    mlir::PassManager lower(&context);
    buildLinalgPipeline(lower, options);
    buildKernelPipeline(lower, options);
    if (form.cxx.empty())
      buildLLVMPipeline(lower, options);
    if (mlir::failed(lower.run(*module)))
      return;
    auto object = form.cxx.empty() ? emitArtifact(*module, *info, options, Artifact::object)
                                   : throughCpp(*module, *info, options, form.cxx);
    if (!object) {
      llvm::errs() << llvm::toString(object.takeError()) << "\n";
      return;
    }
    path = "entry-test-" + std::to_string(getpid()) + ".so";
    LinkOptions link;
    link.kind = LinkKind::sharedLibrary;
    link.resourceDir = NNC_RESOURCE_DIR;
    if (llvm::Error error = linkObject(*object, path, link)) {
      llvm::errs() << llvm::toString(std::move(error)) << "\n";
      return;
    }
    handle = dlopen(("./" + path).c_str(), RTLD_NOW | RTLD_LOCAL);
    model = handle ? static_cast<const nnc_model *>(dlsym(handle, "nnc_model_main")) : nullptr;
    (void)llvm::sys::fs::remove(path);
  }
  ~Compiled() {
    if (handle)
      dlclose(handle);
  }

  mlir::OwningOpRef<mlir::ModuleOp> module, graph;
  const nnc_model *model = nullptr;

private:
  static llvm::Expected<std::string> throughCpp(mlir::ModuleOp kernels, const ModelInfo &info,
                                                const CodegenOptions &options, const std::string &name) {
    auto text = emitCpp(kernels, &info, {options.target, "test.nn"});
    if (!text)
      return text.takeError();
    auto compiler = findCxxCompiler(name);
    if (!compiler)
      return compiler.takeError();
    return compileCxx(*text, *compiler, {options.target, options.optLevel});
  }

  void *handle = nullptr;
  std::string path;
};

struct Block {
  explicit Block(size_t bytes) : data(static_cast<char *>(std::aligned_alloc(64, (bytes + 127) / 64 * 64))) {
    std::memset(data, 0, bytes);
  }
  ~Block() { std::free(data); }
  Block(const Block &) = delete;
  char *data;
};

class ModuleTest : public ::testing::Test {
protected:
  ModuleTest() : context(mlir::MLIRContext::Threading::DISABLED) {
    context.loadDialect<mlir::affine::AffineDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect,
                        mlir::LLVM::LLVMDialect, mlir::math::MathDialect, mlir::memref::MemRefDialect,
                        mlir::scf::SCFDialect, mlir::vector::VectorDialect, nn::NNDialect>();
  }

  mlir::MLIRContext context;
};

} // namespace nnc::test
