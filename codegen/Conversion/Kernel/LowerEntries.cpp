// kernel-lower-entries: entries become functions that every thread runs: loops over tasks, barriers, pointers at
// offsets.
#include "codegen/Conversion/ToLinalg/KernelSignature.h"
#include "codegen/Passes.h"
#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_LOWERENTRIES
#include "codegen/Passes.h.inc"

namespace {

constexpr StringLiteral kBarrier = "nnc_barrier";

/// The block of memory in which a value lies, and where: equal places are one buffer.
struct Place {
  Value base;         // an argument of the function, or a stack slot
  int64_t offset = 0; // bytes, in the state block or workspace
  bool block = false; // base is a block of bytes
  bool operator==(const Place &other) const { return base == other.base && offset == other.offset; }
};

class EntryLowering {
public:
  EntryLowering(nn::EntryOp entry, SymbolTable &symbols)
      : entry(entry), symbols(symbols), builder(entry), loc(entry.getLoc()) {}

  LogicalResult run() {
    if (failed(makeFunction()))
      return failure();
    for (Operation &op : entry.getBody().front()) {
      loc = op.getLoc();
      LogicalResult done = llvm::TypeSwitch<Operation *, LogicalResult>(&op)
                               .Case([&](nn::GetOp get) { return lower(get); })
                               .Case([&](nn::LaunchOp launch) { return lower(launch); })
                               .Case([&](nn::ReturnOp) { return success(); })
                               .Default([](Operation *other) { return other->emitOpError("is in no kernel"); });
      if (failed(done))
        return failure();
    }
    func::ReturnOp::create(builder, loc);
    std::string name = entry.getSymName().str();
    symbols.erase(entry);
    func.setSymName(name);
    symbols.insert(func);
    return success();
  }

private:
  bool isScalar(unsigned argument) { return bool(entry.getArgAttr(argument, "nn.scalar")); }

  // (call, inputs…, scalars…, outputs…, state, work, sizes…, tid, threads): what `run` of the ABI unpacks.
  LogicalResult makeFunction() {
    MLIRContext *context = entry.getContext();
    SmallVector<Type> types = {LLVM::LLVMPointerType::get(context)};
    auto addBuffers = [&](TypeRange list) -> LogicalResult {
      for (Type type : list) {
        MemRefType buffer = argumentBuffer(cast<RankedTensorType>(type));
        if (!buffer)
          return entry.emitOpError() << "has a port of type " << type << " whose free size is not the outermost";
        types.push_back(buffer);
      }
      return success();
    };
    SmallVector<Type> inputs, scalars;
    for (unsigned i = 0; i < entry.getNumArguments(); ++i)
      (isScalar(i) ? scalars : inputs).push_back(entry.getArgumentTypes()[i]);
    if (failed(addBuffers(inputs)))
      return failure();
    for (Type type : scalars)
      types.push_back(cast<RankedTensorType>(type).getElementType());
    if (failed(addBuffers(entry.getResultTypes())))
      return failure();
    auto module = entry->getParentOfType<ModuleOp>();
    auto stateBytes = module->getAttrOfType<IntegerAttr>("nn.state_bytes");
    types.push_back(bytes(stateBytes ? stateBytes.getInt() : 0));
    types.push_back(bytes(entry.getWorkBytes().value_or(0)));
    types.append(entry.getSizes().size() + 2, builder.getIndexType());
    func =
        func::FuncOp::create(builder, loc, (entry.getSymName() + ".entry").str(), builder.getFunctionType(types, {}));
    func.setPublic();
    Block *body = func.addEntryBlock();
    builder.setInsertionPointToStart(body);
    bindArguments(body, inputs.size(), scalars.size());
    return success();
  }

  MemRefType bytes(int64_t count) { return MemRefType::get({std::max<int64_t>(count, 1)}, builder.getI8Type()); }

  void bindArguments(Block *body, unsigned inputs, unsigned scalars) {
    call = body->getArgument(0);
    unsigned nextInput = 1, nextScalar = 1 + inputs;
    for (unsigned i = 0; i < entry.getNumArguments(); ++i) {
      Value argument = entry.getBody().getArgument(i);
      places[argument] =
          isScalar(i) ? stackSlot(body->getArgument(nextScalar++)) : Place{body->getArgument(nextInput++)};
    }
    unsigned next = 1 + inputs + scalars;
    for (unsigned i = 0; i < entry.getNumResults(); ++i)
      outputs.push_back(body->getArgument(next++));
    state = body->getArgument(next++);
    work = body->getArgument(next++);
    for (auto size : entry.getSizes().getAsRange<nn::SizeAttr>())
      sizes[size.getName().str()] = body->getArgument(next++);
    tid = body->getArgument(next++);
    threads = body->getArgument(next);
  }

  /// Kernels take buffers: a scalar of the step stands in one of its thread's own.
  Place stackSlot(Value scalar) {
    Value slot = memref::AllocaOp::create(builder, loc, MemRefType::get({1}, scalar.getType()));
    Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
    memref::StoreOp::create(builder, loc, scalar, slot, zero);
    return {slot};
  }

  LogicalResult lower(nn::GetOp get) {
    Operation *symbol = symbols.lookup(get.getSource());
    auto offset = symbol->getAttrOfType<IntegerAttr>("offset");
    if (!offset)
      return get.emitOpError() << "reads '@" << get.getSource() << "', which has no place";
    places[get.getValue()] = {state, offset.getInt(), true};
    return success();
  }

  FailureOr<Place> placeOf(nn::BufAttr into, Operation *op) {
    if (into.getRegion() == nn::Region::output)
      return Place{outputs[into.getSlot()]};
    if (into.getRegion() == nn::Region::input || !into.getOffset())
      return op->emitOpError() << "has a result without a place: " << into;
    bool isState = into.getRegion() == nn::Region::state || into.getRegion() == nn::Region::derived;
    return Place{isState ? state : work, *into.getOffset(), true};
  }

  Value pointer(const Place &place, Type type) {
    if (!place.block)
      return place.base;
    Value offset = arith::ConstantIndexOp::create(builder, loc, place.offset);
    return memref::ViewOp::create(builder, loc, type, place.base, offset, ValueRange());
  }

  LogicalResult lower(nn::LaunchOp launch) {
    auto kernel = symbols.lookup<func::FuncOp>(launch.getKernel());
    if (!kernel)
      return launch.emitOpError() << "names no function '@" << launch.getKernel() << "'";
    SmallVector<Place> buffers;
    for (Value input : launch.getInputs())
      buffers.push_back(places.at(input));
    for (auto [result, into] : llvm::zip(launch.getResults(), launch.getInto().getAsRange<nn::BufAttr>())) {
      FailureOr<Place> place = placeOf(into, launch);
      if (failed(place))
        return failure();
      places[result] = *place;
      buffers.push_back(*place);
    }
    dropNoAlias(kernel, buffers, launch.getInputs().size());
    SmallVector<Value> operands;
    for (auto [place, type] : llvm::zip(buffers, kernel.getArgumentTypes()))
      operands.push_back(pointer(place, type));
    for (auto name : kernel->getAttrOfType<ArrayAttr>(kSizesAttr).getAsRange<StringAttr>())
      operands.push_back(sizes.at(name.str()));
    auto loop = scf::ForOp::create(builder, loc, tid, taskCount(launch), threads);
    OpBuilder inner = OpBuilder::atBlockTerminator(loop.getBody());
    operands.push_back(loop.getInductionVar());
    func::CallOp::create(inner, loc, kernel, operands);
    if (launch.getBarrier())
      func::CallOp::create(builder, loc, kBarrier, TypeRange(), ValueRange{call, tid, threads});
    return success();
  }

  /// A result in the place of an input: then neither is alone in naming its buffer.
  static void dropNoAlias(func::FuncOp kernel, ArrayRef<Place> buffers, unsigned inputs) {
    for (unsigned i = 0; i < buffers.size(); ++i)
      for (unsigned j = std::max(i + 1, inputs); j < buffers.size(); ++j)
        if (buffers[i] == buffers[j])
          for (unsigned argument : {i, j})
            kernel.removeArgAttr(argument, LLVM::LLVMDialect::getNoAliasAttrName());
  }

  /// ceil(extent / chunk): a function of shapes alone.
  Value taskCount(nn::LaunchOp launch) {
    std::optional<nn::TasksAttr> tasks = launch.getTasks();
    if (!tasks || (!tasks->getSize() && tasks->getDim() < 0))
      return arith::ConstantIndexOp::create(builder, loc, 1);
    nn::SizeExpr extent = tasks->getSize()
                              ? nn::SizeExpr::symbol(entry.getContext(), tasks->getSize().getValue())
                              : nn::sizeOf(cast<RankedTensorType>(launch.getResultTypes()[0]), tasks->getDim());
    int64_t chunk = tasks->getChunk();
    if (std::optional<int64_t> constant = extent.asConstant())
      return arith::ConstantIndexOp::create(builder, loc, (*constant + chunk - 1) / chunk);
    SmallVector<Value> symbolValues;
    for (StringAttr name : extent.getSymbols())
      symbolValues.push_back(sizes.at(name.str()));
    Value value = affine::expandAffineExpr(builder, loc, extent.getExpr(), {}, symbolValues);
    Value up = arith::AddIOp::create(builder, loc, value, arith::ConstantIndexOp::create(builder, loc, chunk - 1));
    return arith::DivUIOp::create(builder, loc, up, arith::ConstantIndexOp::create(builder, loc, chunk));
  }

  nn::EntryOp entry;
  SymbolTable &symbols;
  OpBuilder builder;
  Location loc;
  func::FuncOp func;
  Value call, state, work, tid, threads;
  SmallVector<Value> outputs;
  std::map<std::string, Value, std::less<>> sizes;
  DenseMap<Value, Place> places;
};

struct LowerEntriesPass : impl::LowerEntriesBase<LowerEntriesPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    OpBuilder builder = OpBuilder::atBlockEnd(getOperation().getBody());
    if (!symbols.lookup(kBarrier)) {
      Type index = builder.getIndexType();
      auto barrier =
          func::FuncOp::create(builder, getOperation().getLoc(), kBarrier,
                               builder.getFunctionType({LLVM::LLVMPointerType::get(&getContext()), index, index}, {}));
      barrier.setPrivate();
      symbols.insert(barrier);
    }
    SmallVector<nn::EntryOp> entries(getOperation().getOps<nn::EntryOp>());
    for (nn::EntryOp entry : entries)
      if (failed(EntryLowering(entry, symbols).run()))
        return signalPassFailure();
  }
};

} // namespace
} // namespace nnc
