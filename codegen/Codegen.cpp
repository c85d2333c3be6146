#include "codegen/Codegen.h"
#include "codegen/Target/LLVM/Backend.h"
#include <chrono>

namespace nnc {
namespace {

class Stopwatch {
public:
  explicit Stopwatch(std::vector<StageTime> *times) : times(times) {}
  void stage(const char *name) {
    auto now = std::chrono::steady_clock::now();
    if (times)
      times->push_back({name, std::chrono::duration<double>(now - start).count()});
    start = now;
  }

private:
  std::vector<StageTime> *times;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
};

llvm::Expected<std::string> emit(mlir::ModuleOp op, llvm::StringRef name, const ModelInfo *model,
                                 const CodegenOptions &options, Artifact artifact, std::vector<StageTime> *times) {
  Stopwatch watch(times);
  llvm::Expected<std::unique_ptr<LLVMBackend>> backend = LLVMBackend::create(options.target, options.optLevel);
  if (!backend)
    return backend.takeError();
  llvm::LLVMContext context;
  llvm::Expected<std::unique_ptr<llvm::Module>> module = (*backend)->translate(op, context, name);
  if (!module)
    return module.takeError();
  if (model)
    if (llvm::Error error = addDescriptor(**module, *model))
      return std::move(error);
  watch.stage("translate");
  if (llvm::Error error = (*backend)->optimise(**module))
    return std::move(error);
  watch.stage("optimise");
  llvm::Expected<std::string> result = artifact == Artifact::llvmIR     ? LLVMBackend::text(**module)
                                       : artifact == Artifact::assembly ? (*backend)->assembly(**module)
                                                                        : (*backend)->object(**module);
  watch.stage("emit");
  return result;
}

} // namespace

llvm::Expected<std::string> emitArtifact(mlir::ModuleOp module, const ModelInfo &model, const CodegenOptions &options,
                                         Artifact artifact, std::vector<StageTime> *times) {
  return emit(module, model.name, &model, options, artifact, times);
}

llvm::Expected<std::string> emitKernels(mlir::ModuleOp module, llvm::StringRef name, const CodegenOptions &options,
                                        Artifact artifact) {
  return emit(module, name, nullptr, options, artifact, nullptr);
}

} // namespace nnc
