#include "codegen/Target/Cpp/Cpp.h"
#include "codegen/Target/Cpp/File.h"
#include "codegen/Target/Cpp/Functions.h"

using namespace mlir;

namespace nnc {

llvm::Expected<std::string> emitCpp(ModuleOp kernelModule, const ModelInfo *model, const CppOptions &options) {
  if (model)
    return cpp::printFile(kernelModule, *model, options);
  cpp::KernelPrinter printer(kernelModule, options.target, {}, /*external=*/true);
  cpp::Layout body;
  printer.constants(body);
  for (func::FuncOp function : printer.order()) {
    body.blank();
    if (llvm::Error error = printer.print(function, body))
      return std::move(error);
  }
  std::string text = body.text();
  if (kernelModule.lookupSymbol("nnc_barrier"))
    text = "void barrier(const nnc_call *call, i64 tid, i64 threads);\n\n" + text;
  if (cpp::mentions(text, "nnc_call"))
    text = "struct nnc_call;\n" + text;
  std::string helpers = printer.prelude().print(text);
  return printer.prelude().head() + printer.prelude().includes(helpers + text) + "\n" + helpers + "\n" + text;
}

} // namespace nnc
