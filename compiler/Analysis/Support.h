// Which ops have no kernel yet: the language and the evaluator know them, code generation does not.
#pragma once
#include "compiler/Dialect/Nn.h"
#include "mlir/IR/BuiltinOps.h"

namespace nnc {

/// Ops of which no form can be compiled, by mnemonic.
llvm::ArrayRef<llvm::StringRef> opsWithoutKernel();

/// What stands in the way of compiling the op, as a message calls it ("conv", "softmax with a mask"), or "".
std::string withoutKernel(mlir::Operation *op);

/// Says in one error, or remark, what of the module has no kernel, with all places, and `note`. False if there is
/// nothing to say.
bool reportWithoutKernel(mlir::ModuleOp module, mlir::DiagnosticSeverity severity,
                         llvm::function_ref<std::string()> note = nullptr);

} // namespace nnc
