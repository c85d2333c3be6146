// nn-to-linalg: the plain form of every kernel.
#include "codegen/Conversion/ToLinalg/KernelSignature.h"
#include "codegen/Conversion/ToLinalg/PlainEmitter.h"
#include "codegen/Passes.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_TOLINALG
#include "codegen/Passes.h.inc"

namespace {

/// Buffers that nothing else names; a result over its input's storage is the exception.
void markNoAlias(nn::KernelOp kernel, func::FuncOp func) {
  unsigned inputs = kernel.getNumArguments(), buffers = inputs + kernel.getNumResults();
  llvm::SmallBitVector tied(buffers);
  if (std::optional<ArrayRef<int64_t>> over = kernel.getTied())
    for (auto [result, input] : llvm::enumerate(*over))
      if (input >= 0) {
        tied.set(static_cast<unsigned>(input));
        tied.set(inputs + static_cast<unsigned>(result));
      }
  for (unsigned i = 0; i < buffers; ++i)
    if (!tied.test(i))
      func.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(), UnitAttr::get(func.getContext()));
}

/// The words for readers, from the specification to the function.
void copyNames(nn::KernelOp kernel, func::FuncOp func, ArrayRef<int64_t> views) {
  Builder builder(kernel.getContext());
  for (StringRef attribute : {kNameAttr, kDocAttr})
    if (Attribute text = kernel->getAttr(attribute))
      func->setAttr(attribute, text);
  unsigned inputs = kernel.getNumArguments(), buffers = inputs + kernel.getNumResults();
  auto nameOf = [&](unsigned buffer) {
    return buffer < inputs ? kernel.getArgAttrOfType<StringAttr>(buffer, kNameAttr)
                           : kernel.getResultAttrOfType<StringAttr>(buffer - inputs, kNameAttr);
  };
  for (unsigned i = 0; i < buffers; ++i)
    if (StringAttr name = nameOf(i))
      func.setArgAttr(i, kNameAttr, name);
  for (auto [i, view] : llvm::enumerate(views))
    if (StringAttr name = nameOf(view))
      func.setArgAttr(buffers + i, kNameAttr, builder.getStringAttr(name.getValue() + "_at"));
}

struct ToLinalgPass : impl::ToLinalgBase<ToLinalgPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SmallVector<nn::KernelOp> kernels(getOperation().getOps<nn::KernelOp>());
    for (nn::KernelOp kernel : kernels)
      if (failed(convert(kernel, symbols)))
        return signalPassFailure();
  }

  static LogicalResult convert(nn::KernelOp kernel, SymbolTable &symbols) {
    FunctionType type = kernelFunctionType(kernel);
    std::string name = kernel.getSymName().str();
    symbols.remove(kernel);
    kernel.setSymName(name + kSpecSuffix.str());
    symbols.insert(kernel);
    OpBuilder builder(kernel);
    auto func = func::FuncOp::create(builder, kernel.getLoc(), name, type);
    func.setPrivate();
    SmallVector<std::string> sizes = sizesOfKernel(kernel);
    SmallVector<StringRef> names(sizes.begin(), sizes.end());
    func->setAttr(kSizesAttr, builder.getStrArrayAttr(names));
    SmallVector<int64_t> views = viewsOf(buffersOf(kernel));
    if (!views.empty())
      func->setAttr(kViewsAttr, builder.getDenseI64ArrayAttr(views));
    symbols.insert(func);
    markNoAlias(kernel, func);
    copyNames(kernel, func, views);
    return PlainEmitter(kernel, func, symbols).emit();
  }
};

} // namespace
} // namespace nnc
