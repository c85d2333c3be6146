// kernel-emit-fast: picks the emitter for each kernel and replaces the plain form where it succeeds.
#include "codegen/Conversion/Emit/Emitters.h"
#include "codegen/Conversion/Emit/JoinAxes.h"
#include "codegen/Conversion/ToLinalg/InlineFunctions.h"
#include "codegen/Passes.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Remarks.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_EMITFAST
#include "codegen/Passes.h.inc"

namespace {

using emit::Declined;

bool areTrailing(nn::ReduceOp op) {
  int64_t rank = cast<RankedTensorType>(op.getX().getType()).getRank(), first = rank - op.getDims().size();
  for (auto [i, dim] : llvm::enumerate(op.getDims()))
    if (dim != first + static_cast<int64_t>(i))
      return false;
  return true;
}

/// The ops that decide on the shape of the loops; a kernel has at most one.
bool isAnchor(Operation &op) {
  return isa<nn::ContractOp, nn::ConvOp, nn::ConvInputGradOp, nn::ConvFilterGradOp, nn::ReduceOp, nn::SoftmaxOp,
             nn::LogSoftmaxOp, nn::LogSumExpOp, nn::SoftmaxCrossEntropyOp>(op);
}

/// An axis of nothing: emitters divide by extents.
bool isEmpty(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && llvm::is_contained(type.getShape(), 0);
}

Declined emitKernel(emit::SpecKernel &kernel, const emit::EmitTarget &target) {
  if (!kernel.whyUnsupported().empty())
    return kernel.whyUnsupported().str();
  Operation *anchor = nullptr;
  for (Operation &op : kernel.body()) {
    if (llvm::any_of(op.getOperands(), isEmpty) || llvm::any_of(op.getResults(), isEmpty))
      return "an axis has no elements";
    if (isa<nn::MaxPoolOp, nn::AvgPoolOp>(op))
      return "a pool";
    if (!isAnchor(op))
      continue;
    if (anchor)
      return "more than one anchor";
    anchor = &op;
  }
  if (!anchor)
    return emit::emitElementwise(kernel);
  if (auto contract = dyn_cast<nn::ContractOp>(anchor))
    return emit::emitContraction(kernel, contract, target);
  if (isa<nn::ConvOp, nn::ConvInputGradOp, nn::ConvFilterGradOp>(anchor))
    return emit::emitConvolution(kernel, anchor);
  if (auto reduce = dyn_cast<nn::ReduceOp>(anchor); reduce && !areTrailing(reduce))
    return emit::emitColumns(kernel, reduce);
  return emit::emitRows(kernel, anchor);
}

struct EmitFastPass : impl::EmitFastBase<EmitFastPass> {
  using Base::Base;

  void runOnOperation() override {
    llvm::StringMap<func::FuncOp> functions;
    for (auto function : getOperation().getOps<func::FuncOp>())
      functions[function.getName()] = function;
    collectBounds();
    for (auto kernel : llvm::make_early_inc_range(getOperation().getOps<nn::KernelOp>()))
      if (func::FuncOp function = functions.lookup(nameOfFunction(kernel)); function && !function.isDeclaration())
        emitOne(kernel, function);
  }

  /// What the entries that launch a kernel promise about its sizes.
  void collectBounds() {
    getOperation().walk([&](nn::EntryOp entry) {
      entry.walk([&](nn::LaunchOp launch) {
        for (auto size : entry.getSizes().getAsRange<nn::SizeAttr>())
          emit::raiseBound(bounds[launch.getKernel()], size);
      });
    });
  }

  /// A specification may stand beside its function as @NAME.spec, because a name stands for one thing.
  static StringRef nameOfFunction(nn::KernelOp kernel) {
    StringRef name = kernel.getSymName();
    name.consume_back(".spec");
    return name;
  }

  void emitOne(nn::KernelOp kernel, func::FuncOp function) {
    func::FuncOp fast = cast<func::FuncOp>(function->cloneWithoutRegions());
    OwningOpRef<func::FuncOp> owner(fast);
    fast.addEntryBlock();
    emit::SpecKernel spec(kernel, fast, lanes, bounds.lookup(function.getName()));
    Declined reason = emitKernel(spec, {{lanes, registers}});
    auto options = remark::RemarkOpts::name("emit").category("nnc").function(function.getName());
    if (!reason.empty()) {
      remark::missed(kernel.getLoc(), options) << (function.getName() + " keeps its plain form: " + reason).str();
      return;
    }
    func::ReturnOp::create(spec.builder());
    emit::joinAxes(fast);
    remark::passed(kernel.getLoc(), options) << (function.getName() + " is emitted").str();
    if (twins) {
      OpBuilder builder(function);
      builder.setInsertionPointAfter(function);
      cast<func::FuncOp>(builder.clone(*function)).setName((function.getName() + ".plain").str());
    }
    function.getBody().takeBody(fast.getBody());
    insertFunctions(spec.builder(), function);
  }

  /// What the kernel calls, in front of it. A shared function may stand there already; one of another body, or an
  /// entry of the same name, keeps it.
  void insertFunctions(emit::KernelBuilder &builder, func::FuncOp kernel) {
    SymbolTable symbols(getOperation());
    SmallVector<std::pair<StringAttr, StringAttr>> renamed;
    auto rename = [&](func::FuncOp user) {
      for (auto [from, to] : renamed)
        (void)SymbolTable::replaceAllSymbolUses(from, to, user);
    };
    for (OwningOpRef<func::FuncOp> &owner : builder.takeFunctions()) {
      func::FuncOp function = *owner;
      emit::joinAxes(function);
      rename(function);
      StringAttr wanted = function.getSymNameAttr();
      for (int number = 2; symbols.lookup(function.getName()); ++number) {
        if (isSame(symbols.lookup(function.getName()), function))
          break;
        function.setName((wanted.getValue() + "_" + Twine(number)).str());
      }
      if (function.getSymNameAttr() != wanted)
        renamed.push_back({wanted, function.getSymNameAttr()});
      if (!symbols.lookup(function.getName()))
        symbols.insert(owner.release(), kernel->getIterator());
    }
    rename(kernel);
  }

  llvm::StringMap<emit::Bounds> bounds;

  static bool isSame(Operation *known, func::FuncOp function) {
    auto other = dyn_cast<func::FuncOp>(known);
    return other && other->hasAttr(kInlineAttr) && other.getFunctionType() == function.getFunctionType() &&
           OperationEquivalence::isRegionEquivalentTo(&other.getBody(), &function.getBody(),
                                                      OperationEquivalence::IgnoreLocations);
  }
};

} // namespace
} // namespace nnc
