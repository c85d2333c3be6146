#include "tools/nnc-random/Build.h"

#include "codegen/Codegen.h"
#include "codegen/Target/Cpp/Cpp.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"

#include <dlfcn.h>

namespace nnc::random {
namespace {

bool runPhase(mlir::ModuleOp module, void (*build)(mlir::OpPassManager &, const CodegenOptions &),
              const CodegenOptions &options) {
  mlir::PassManager passes(module.getContext());
  build(passes, options);
  passes.enableVerifier(false); // once more behind each phase is enough: the contract's verifier is a pass
  return mlir::succeeded(passes.run(module));
}

/// Loads an object; `symbol` is its descriptor.
llvm::Expected<std::unique_ptr<Machine>> load(const std::string &object) {
  auto jit = llvm::orc::LLJITBuilder().create();
  if (!jit)
    return jit.takeError();
  // f64 programs call libm.
  auto process =
      llvm::orc::DynamicLibrarySearchGenerator::GetForCurrentProcess((*jit)->getDataLayout().getGlobalPrefix());
  if (!process)
    return process.takeError();
  (*jit)->getMainJITDylib().addGenerator(std::move(*process));
  if (llvm::Error error = (*jit)->addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(object, "random")))
    return std::move(error);
  auto symbol = (*jit)->lookup("nnc_model_main");
  if (!symbol)
    return symbol.takeError();
  return std::make_unique<Machine>(std::shared_ptr<llvm::orc::LLJIT>(std::move(*jit)),
                                   symbol->toPtr<const nnc_model *>());
}

} // namespace

std::optional<Kernels> lowerToKernels(mlir::ModuleOp planned, const CodegenOptions &options, std::string &why) {
  auto info = collectModelInfo(planned, options.target, "");
  if (mlir::failed(info)) {
    why = "the planned module has no descriptor";
    return std::nullopt;
  }
  Kernels kernels{planned.clone(), std::move(*info), options};
  using Phase = std::pair<const char *, void (*)(mlir::OpPassManager &, const CodegenOptions &)>;
  for (auto [name, build] : {Phase{"phase linalg", buildLinalgPipeline}, {"phase kernel", buildKernelPipeline}})
    if (!runPhase(*kernels.module, build, options)) {
      why = name;
      return std::nullopt;
    }
  return kernels;
}

std::unique_ptr<Machine> buildWithLLVM(Kernels &kernels, std::string &why) {
  if (!runPhase(*kernels.module, buildLLVMPipeline, kernels.options)) {
    why = "phase llvm";
    return nullptr;
  }
  auto object = emitArtifact(*kernels.module, kernels.info, kernels.options, Artifact::object);
  if (!object) {
    why = "object: " + llvm::toString(object.takeError());
    return nullptr;
  }
  auto machine = load(*object);
  if (machine)
    return std::move(*machine);
  why = llvm::toString(machine.takeError());
  return nullptr;
}

std::string printCpp(const Kernels &kernels, const std::string &space, std::string &why) {
  auto text = emitCpp(*kernels.module, &kernels.info,
                      {kernels.options.target, "random.nn", /*library=*/false, space, kernels.options.plant});
  if (text)
    return *text;
  why = llvm::toString(text.takeError());
  return "";
}

std::shared_ptr<void> loadLibrary(const std::string &bytes, std::string &why) {
  llvm::SmallString<128> path;
  int file = -1;
  if (std::error_code code = llvm::sys::fs::createTemporaryFile("nnc-random", "so", file, path)) {
    why = code.message();
    return nullptr;
  }
  llvm::FileRemover remover(path); // a library that is loaded needs its name no more
  llvm::raw_fd_ostream(file, /*shouldClose=*/true) << bytes;
  void *handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle)
    return std::shared_ptr<void>(handle, [](void *library) { dlclose(library); });
  why = dlerror();
  return nullptr;
}

std::unique_ptr<Machine> findMachine(const std::shared_ptr<void> &library, const std::string &descriptor) {
  void *model = dlsym(library.get(), descriptor.c_str());
  return model ? std::make_unique<Machine>(library, static_cast<const nnc_model *>(model)) : nullptr;
}

} // namespace nnc::random
