// The LLVM dialect to a module of LLVM IR, its optimisation, and the object or text that comes out. All in process.
#pragma once

#include "compiler/Target/TargetInfo.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"
#include <memory>
#include <string>

namespace nnc {

class LLVMBackend {
public:
  /// By features, never by the name of a CPU: the host's name is often misdetected.
  static llvm::Expected<std::unique_ptr<LLVMBackend>> create(const TargetInfo &target, unsigned optLevel);

  /// `name` is all that an object says about where it came from.
  llvm::Expected<std::unique_ptr<llvm::Module>> translate(mlir::ModuleOp module, llvm::LLVMContext &context,
                                                          llvm::StringRef name);
  /// Verifies, then optimises. Arithmetic stays as written at every level.
  llvm::Error optimise(llvm::Module &module);
  llvm::Expected<std::string> object(llvm::Module &module) { return emit(module, /*text=*/false); }
  llvm::Expected<std::string> assembly(llvm::Module &module) { return emit(module, /*text=*/true); }
  static std::string text(const llvm::Module &module);

private:
  LLVMBackend(std::unique_ptr<llvm::TargetMachine> machine, unsigned optLevel)
      : machine(std::move(machine)), optLevel(optLevel) {}
  llvm::Expected<std::string> emit(llvm::Module &module, bool text);

  std::unique_ptr<llvm::TargetMachine> machine;
  unsigned optLevel;
};

} // namespace nnc
