// llvm-check: the last look before LLVM IR. Everything here is silent or wrong later if it is not said now.
#include "codegen/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_LLVMCHECK
#include "codegen/Passes.h.inc"

namespace {

/// The C library's functions that f64 code and the host's scalars may call.
bool isMathFunction(StringRef name) {
  static const llvm::StringSet<> names = {"exp", "expm1", "log", "log1p", "tanh", "erf", "sin", "cos", "pow"};
  return names.contains(name);
}

LogicalResult checkCall(LLVM::CallOp call, const SymbolTable &symbols) {
  std::optional<StringRef> name = call.getCallee();
  if (!name)
    return call.emitOpError("calls through a pointer");
  auto callee = symbols.lookup<LLVM::LLVMFuncOp>(*name);
  if (!callee || (callee.isExternal() && *name != "nnc_barrier" && !isMathFunction(*name)))
    return call.emitOpError() << "calls '" << *name << "', which a step must not need";
  return success();
}

/// Intrinsics that LLVM turns into calls of the C library; in f32 their polynomials stand here instead.
bool isLibraryIntrinsic(StringRef name) {
  static const llvm::StringSet<> names = {"llvm.intr.exp", "llvm.intr.log", "llvm.intr.tanh",
                                          "llvm.intr.sin", "llvm.intr.cos", "llvm.intr.pow"};
  return names.contains(name);
}

LogicalResult check(Operation *op, const SymbolTable &symbols) {
  if (isa<ModuleOp>(op))
    return success();
  if (isa<UnrealizedConversionCastOp>(op))
    return op->emitOpError("is left: a type has no form in LLVM");
  if (!isa<LLVM::LLVMDialect>(op->getDialect()))
    return op->emitOpError("is left after the conversion to LLVM");
  if (auto math = dyn_cast<LLVM::FastmathFlagsInterface>(op))
    if (auto flags = math.getFastmathAttr(); flags && flags.getValue() != LLVM::FastmathFlags::none)
      return op->emitOpError("has fast-math flags");
  StringRef name = op->getName().getStringRef();
  if (name == "llvm.intr.fmuladd")
    return op->emitOpError("is fused or not as the target likes");
  if (name.starts_with("llvm.intr.vector.reduce.f"))
    return op->emitOpError("has no order of its own");
  if (isLibraryIntrinsic(name) && !op->getResult(0).getType().isF64())
    return op->emitOpError("would call the C library");
  if (name.starts_with("llvm.intr.memcpy") || name.starts_with("llvm.intr.memset"))
    return op->emitOpError("copies memory");
  if (auto call = dyn_cast<LLVM::CallOp>(op))
    return checkCall(call, symbols);
  return success();
}

struct LLVMCheckPass : impl::LLVMCheckBase<LLVMCheckPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    bool bad = false;
    getOperation().walk([&](Operation *op) { bad |= failed(check(op, symbols)); });
    if (bad)
      signalPassFailure();
    markAllAnalysesPreserved();
  }
};

} // namespace
} // namespace nnc
