// llvm-prepare: what the graph declared goes, private functions become internal, small ones are inlined for certain.
#include "codegen/Conversion/ToLinalg/InlineFunctions.h"
#include "codegen/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_PREPARE
#include "codegen/Passes.h.inc"

namespace {

/// Functions of mathematics and of tiles work on values: they have results, or vectors among their arguments.
bool isInlineFunction(func::FuncOp func) {
  return func->hasAttr(kInlineAttr) || func.getNumResults() != 0 ||
         llvm::any_of(func.getArgumentTypes(), [](Type type) { return isa<VectorType>(type); });
}

struct PreparePass : impl::PrepareBase<PreparePass> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    for (Operation &op : llvm::make_early_inc_range(getOperation().getOps()))
      if (op.getName().getDialectNamespace() == "nn")
        op.erase();
    for (auto func : getOperation().getOps<func::FuncOp>()) {
      if (func.isDeclaration() || !func.isPrivate())
        continue;
      func->setAttr("llvm.linkage", LLVM::LinkageAttr::get(context, LLVM::Linkage::Internal));
      if (func->hasAttr("passthrough"))
        continue;
      bool isInline = isInlineFunction(func);
      for (unsigned i = 0; isInline && i < func.getNumArguments(); ++i)
        func.removeArgAttr(i, "llvm.noalias"); // kernels say it once
      StringRef how = isInline ? "alwaysinline" : "noinline";
      func->setAttr("passthrough", ArrayAttr::get(context, {StringAttr::get(context, how)}));
    }
  }
};

} // namespace
} // namespace nnc
