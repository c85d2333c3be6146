// kernel-lower-entries: entries become functions that every thread runs: loops over tasks, barriers, pointers at
// offsets.
#include "codegen/Conversion/ToLinalg/KernelSignature.h"
#include "codegen/Passes.h"
#include "compiler/Analysis/Places.h"
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

/// The same bytes at the same step.
bool areEqual(const Place &a, const Place &b) {
  auto sameSteps = [](const Place::Moving &x, const Place::Moving &y) {
    return x.scan == y.scan && x.perStep == y.perStep;
  };
  auto samePair = [](const Place::PingPong &x, const Place::PingPong &y) {
    return x.scan == y.scan && x.next == y.next && llvm::equal(x.buffers, y.buffers);
  };
  return a.block == b.block && a.port == b.port && a.scan == b.scan && a.offset == b.offset &&
         llvm::equal(a.moving, b.moving, sameSteps) && a.pingPong.has_value() == b.pingPong.has_value() &&
         (!a.pingPong || samePair(*a.pingPong, *b.pingPong));
}

class EntryLowering {
public:
  EntryLowering(nn::EntryOp entry, SymbolTable &symbols)
      : entry(entry), symbols(symbols), places(entry), builder(entry), loc(entry.getLoc()) {}

  LogicalResult run() {
    makeFunction();
    if (failed(lower(entry.getBody().front())))
      return failure();
    loc = entry.getLoc();
    func::ReturnOp::create(builder, loc);
    std::string name = entry.getSymName().str();
    symbols.erase(entry);
    func.setSymName(name);
    symbols.insert(func);
    return success();
  }

private:
  LogicalResult lower(Block &block) {
    for (Operation &op : block) {
      loc = op.getLoc();
      LogicalResult done = llvm::TypeSwitch<Operation *, LogicalResult>(&op)
                               .Case([&](nn::GetOp get) { return lower(get); })
                               .Case([&](nn::LaunchOp launch) { return lower(launch); })
                               .Case([&](nn::ScanOp scan) { return lower(scan); })
                               .Case<nn::ReturnOp, nn::YieldOp>([](auto) { return success(); })
                               .Case<nn::SliceOp, nn::SplitOp, nn::ConcatOp>([&](auto view) { return hasPlace(view); })
                               .Default([](Operation *other) { return other->emitOpError("is in no kernel"); });
      if (failed(done))
        return failure();
    }
    return success();
  }

  bool isScalar(unsigned argument) { return bool(entry.getArgAttr(argument, "nn.scalar")); }

  // (call, inputs…, scalars…, outputs…, state, work, sizes…, tid, threads): what `run` of the ABI unpacks.
  void makeFunction() {
    MLIRContext *context = entry.getContext();
    SmallVector<Type> types = {LLVM::LLVMPointerType::get(context)};
    auto addBuffers = [&](TypeRange list) {
      for (Type type : list)
        types.push_back(argumentBuffer(cast<RankedTensorType>(type)));
    };
    SmallVector<Type> inputs, scalars;
    for (unsigned i = 0; i < entry.getNumArguments(); ++i)
      (isScalar(i) ? scalars : inputs).push_back(entry.getArgumentTypes()[i]);
    addBuffers(inputs);
    for (Type type : scalars)
      types.push_back(cast<RankedTensorType>(type).getElementType());
    addBuffers(entry.getResultTypes());
    auto module = entry->getParentOfType<ModuleOp>();
    auto stateBytes = module->getAttrOfType<IntegerAttr>("nn.state_bytes");
    types.push_back(bytes(stateBytes ? stateBytes.getInt() : 0));
    types.push_back(bytes(entry.getWorkBytes().value_or(0)));
    types.append(entry.getSizes().size() + 2, builder.getIndexType());
    func =
        func::FuncOp::create(builder, loc, (entry.getSymName() + ".entry").str(), builder.getFunctionType(types, {}));
    func.setPublic();
    nameArguments(inputs.size());
    Block *body = func.addEntryBlock();
    builder.setInsertionPointToStart(body);
    bindArguments(body, inputs.size(), scalars.size());
  }

  /// For readers: ports and sizes by their names.
  void nameArguments(unsigned inputs) {
    unsigned nextInput = 1, nextScalar = 1 + inputs, next = 1;
    auto name = [&](unsigned argument, StringRef text) {
      if (!text.empty())
        func.setArgAttr(argument, kNameAttr, builder.getStringAttr(text));
    };
    name(0, "call");
    for (unsigned i = 0; i < entry.getNumArguments(); ++i, ++next)
      name(isScalar(i) ? nextScalar++ : nextInput++, entry.getArgName(i));
    for (unsigned i = 0; i < entry.getNumResults(); ++i)
      name(next++, entry.getResultName(i));
    for (StringRef region : {"state", "work"}) {
      func.setArgAttr(next, kRegionAttr, builder.getStringAttr(region));
      name(next++, region);
    }
    for (auto size : entry.getSizes().getAsRange<nn::SizeAttr>())
      name(next++, size.getName());
    name(next++, "tid");
    name(next, "threads");
  }

  MemRefType bytes(int64_t count) { return MemRefType::get({std::max<int64_t>(count, 1)}, builder.getI8Type()); }

  void bindArguments(Block *body, unsigned inputs, unsigned scalars) {
    call = body->getArgument(0);
    unsigned nextInput = 1, nextScalar = 1 + inputs;
    for (unsigned i = 0; i < entry.getNumArguments(); ++i)
      ports.push_back(isScalar(i) ? stackSlot(body->getArgument(nextScalar++)) : body->getArgument(nextInput++));
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
  Value stackSlot(Value scalar) {
    OpBuilder top = OpBuilder::atBlockBegin(builder.getInsertionBlock());
    auto slot = memref::AllocaOp::create(top, loc, MemRefType::get({1}, scalar.getType()));
    memref::StoreOp::create(builder, loc, scalar, slot, constant(0));
    return slot;
  }

  Value constant(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }
  template <typename Op> Value compute(Value a, Value b) { return Op::create(builder, loc, a, b); }

  LogicalResult lower(nn::GetOp get) {
    if (!symbols.lookup(get.getSource())->hasAttr("offset"))
      return get.emitOpError() << "reads '@" << get.getSource() << "', which has no place";
    return success();
  }

  /// A view is no instruction: its readers know where it is.
  LogicalResult hasPlace(Operation *view) {
    for (Value part : view->getResults())
      if (!places.of(part))
        return view->emitOpError("is a part of something without a place");
    return success();
  }

  //===- Addresses ---------------------------------------------------------------------------------------===//

  /// Bytes that are added to a place at this step; null if there are none.
  Value bytesOfStep(const Place &place) {
    Value bytes;
    auto add = [&](Value more) { bytes = bytes ? compute<arith::AddIOp>(bytes, more) : more; };
    for (const Place::Moving &moving : place.moving)
      add(compute<arith::MulIOp>(loops.at(moving.scan).t, constant(moving.perStep)));
    if (place.pingPong) {
      Value odd = compute<arith::RemUIOp>(loops.at(place.pingPong->scan).k, constant(2));
      Value first = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, odd, constant(place.pingPong->next));
      add(arith::SelectOp::create(builder, loc, first, constant(place.pingPong->buffers[0]),
                                  constant(place.pingPong->buffers[1])));
    }
    return bytes;
  }

  /// A pointer of `type` to a place, and how many elements behind it a part begins. Blocks have pointers to everywhere,
  /// ports only to their start.
  std::pair<Value, Value> address(const Place &place, MemRefType type) {
    Value step = bytesOfStep(place), offset = constant(place.offset);
    if (step)
      offset = compute<arith::AddIOp>(step, offset);
    if (place.block == Place::State || place.block == Place::Work) {
      Value block = place.block == Place::State ? state : work;
      return {memref::ViewOp::create(builder, loc, type, block, offset, ValueRange()), constant(0)};
    }
    Value port = place.block == Place::StepNumber ? loops.at(place.scan).slot
                 : place.block == Place::Input    ? ports[place.port]
                                                  : outputs[place.port];
    if (port.getType() != type) {
      SmallVector<int64_t> strides;
      int64_t start = 0;
      (void)type.getStridesAndOffset(strides, start);
      port = memref::ReinterpretCastOp::create(builder, loc, type, port, start, type.getShape(), strides);
    }
    return {port, compute<arith::DivUIOp>(offset, constant(nn::elementBytes(type.getElementType())))};
  }

  //===- Launches ----------------------------------------------------------------------------------------===//

  FailureOr<SmallVector<Place>> placesOf(nn::LaunchOp launch) {
    SmallVector<Place> buffers;
    for (Value input : launch.getInputs()) {
      std::optional<Place> place = places.of(input);
      if (!place)
        return launch.emitOpError("reads a value without a place");
      buffers.push_back(*place);
    }
    for (auto [result, into] : llvm::zip(launch.getResults(), launch.getInto())) {
      std::optional<Place> place = places.of(result);
      if (!place)
        return launch.emitOpError() << "has a result without a place: " << into;
      buffers.push_back(*place);
    }
    return buffers;
  }

  LogicalResult lower(nn::LaunchOp launch) {
    auto kernel = symbols.lookup<func::FuncOp>(launch.getKernel());
    if (!kernel)
      return launch.emitOpError() << "names no function '@" << launch.getKernel() << "'";
    FailureOr<SmallVector<Place>> buffers = placesOf(launch);
    if (failed(buffers))
      return failure();
    bool isSingle = hasOneTask(launch);
    OpBuilder::InsertionGuard guard(builder);
    if (isSingle && single)
      builder.setInsertionPoint(single.thenBlock()->getTerminator());
    else
      single = {};
    dropNoAlias(kernel, *buffers, launch.getInputs().size());
    auto views = kernel->getAttrOfType<DenseI64ArrayAttr>(kViewsAttr);
    SmallVector<Value> operands, offsets;
    for (auto [i, place] : llvm::enumerate(*buffers)) {
      bool isView = views && llvm::is_contained(views.asArrayRef(), static_cast<int64_t>(i));
      if (!isView && !place.isPlain())
        return launch.emitOpError() << "passes part of a buffer to '@" << launch.getKernel()
                                    << "', which takes it whole";
      auto [pointer, offset] = address(place, cast<MemRefType>(kernel.getArgumentTypes()[i]));
      operands.push_back(pointer);
      if (isView)
        offsets.push_back(offset);
    }
    operands.append(offsets);
    for (auto name : kernel->getAttrOfType<ArrayAttr>(kSizesAttr).getAsRange<StringAttr>())
      operands.push_back(sizes.at(name.str()));
    if (isSingle)
      callOnce(kernel, operands);
    else
      callForTasks(kernel, operands, taskCount(launch));
    if (launch.getBarrier()) {
      if (single)
        builder.setInsertionPointAfter(single);
      barrier();
    }
    return success();
  }

  void callForTasks(func::FuncOp kernel, SmallVector<Value> operands, Value tasks) {
    auto loop = scf::ForOp::create(builder, loc, tid, tasks, threads);
    OpBuilder inner = OpBuilder::atBlockTerminator(loop.getBody());
    operands.push_back(loop.getInductionVar());
    func::CallOp::create(inner, loc, kernel, operands);
  }

  /// Launches of one task each without a barrier between them stand together: the first thread runs them all.
  void callOnce(func::FuncOp kernel, SmallVector<Value> operands) {
    if (!single) {
      Value first = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, tid, constant(0));
      single = scf::IfOp::create(builder, loc, first, /*withElseRegion=*/false);
    }
    OpBuilder inner = OpBuilder::atBlockTerminator(single.thenBlock());
    operands.push_back(arith::ConstantIndexOp::create(inner, loc, 0));
    func::CallOp::create(inner, loc, kernel, operands);
  }

  void barrier() {
    single = {};
    func::CallOp::create(builder, loc, kBarrier, TypeRange(), ValueRange{call, tid, threads});
  }

  /// A result in the place of an input: then neither is alone in naming its buffer.
  static void dropNoAlias(func::FuncOp kernel, ArrayRef<Place> buffers, unsigned inputs) {
    for (unsigned i = 0; i < buffers.size(); ++i)
      for (unsigned j = std::max(i + 1, inputs); j < buffers.size(); ++j)
        if (areEqual(buffers[i], buffers[j]))
          for (unsigned argument : {i, j})
            kernel.removeArgAttr(argument, LLVM::LLVMDialect::getNoAliasAttrName());
  }

  //===- Loops -------------------------------------------------------------------------------------------===//

  /// What the launches of a body need of the loop around them.
  struct Loop {
    Value k, t; // counts the steps; the index into what is sliced
    Value slot; // t as kernels read it; null if none does
  };

  LogicalResult lower(nn::ScanOp scan) {
    std::optional<int64_t> steps = scan.stepCount().asConstant();
    if (!steps)
      return scan.emitOpError("has a free number of steps");
    if (failed(checkCarries(scan)))
      return failure();
    Value slot;
    if (!scan.stepArgument().use_empty()) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(&func.getBody().front());
      slot = memref::AllocaOp::create(builder, loc, MemRefType::get({1}, builder.getI64Type()));
    }
    auto loop = scf::ForOp::create(builder, loc, constant(0), constant(*steps), constant(1));
    single = {};
    {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(loop.getBody());
      Value k = loop.getInductionVar(), t = k;
      if (scan.getReverse())
        t = compute<arith::SubIOp>(constant(*steps - 1), k);
      if (slot) {
        Value number = arith::IndexCastOp::create(builder, loc, builder.getI64Type(), t);
        memref::StoreOp::create(builder, loc, number, slot, constant(0));
      }
      loops[scan] = {k, t, slot};
      if (failed(lower(scan.getBody().front())))
        return failure();
    }
    loc = scan.getLoc();
    single = {};
    if (scan->hasAttr(kScanBarrierAttr))
      barrier();
    return success();
  }

  /// The plan put each start, each new carry and each slice where the loop and its readers look for it.
  LogicalResult checkCarries(nn::ScanOp scan) {
    Operation *yield = scan.getBody().front().getTerminator();
    for (unsigned i = 0; i < scan.numCarries() + scan.numStacks(); ++i) {
      bool isCarry = i < scan.numCarries();
      auto region = isCarry ? nn::Region::carry : nn::Region::stack;
      unsigned slot = isCarry ? i : i - scan.numCarries();
      Value yielded = yield->getOperand(i);
      auto buf = nn::BufAttr::get(scan.getContext(), region, slot, std::nullopt);
      std::optional<Place> expected = places.at(buf, cast<RankedTensorType>(yielded.getType()), scan);
      std::optional<Place> found = places.of(yielded);
      if (!expected || !found || !areEqual(*expected, *found))
        return scan.emitOpError() << "yields " << nn::stringifyRegion(region) << " " << slot
                                  << " from another place than the plan's";
      if (!isCarry)
        continue;
      std::optional<Place> start = places.of(scan.getInit()[i]);
      expected->offset += expected->pingPong->buffers[0];
      expected->pingPong.reset();
      if (!start || !areEqual(*expected, *start))
        return scan.emitOpError() << "starts carry " << slot << " in another place than its first buffer";
    }
    return success();
  }

  bool hasOneTask(nn::LaunchOp launch) {
    std::optional<nn::TasksAttr> tasks = launch.getTasks();
    return !tasks || (!tasks->getSize() && tasks->getDim() < 0);
  }

  /// ceil(extent / chunk): a function of shapes alone.
  Value taskCount(nn::LaunchOp launch) {
    std::optional<nn::TasksAttr> tasks = launch.getTasks();
    if (hasOneTask(launch))
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
  Places places;
  OpBuilder builder;
  Location loc;
  func::FuncOp func;
  Value call, state, work, tid, threads;
  SmallVector<Value> ports, outputs; // of the entry's arguments and results
  std::map<std::string, Value, std::less<>> sizes;
  scf::IfOp single;                  // around launches of one task each, while it is open
  std::map<Operation *, Loop> loops; // looked up, never iterated
};

/// A kernel hands its buffers on to its inline functions: what two names share there, they share here.
void dropNoAliasOfCallees(ModuleOp module, const SymbolTable &symbols) {
  StringRef noAlias = LLVM::LLVMDialect::getNoAliasAttrName();
  bool changed = true;
  auto visit = [&](func::FuncOp caller, func::CallOp call) {
    auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
    for (auto [i, operand] : llvm::enumerate(call.getOperands())) {
      auto argument = dyn_cast<BlockArgument>(operand);
      if (!argument || argument.getOwner() != &caller.getBody().front() || !callee.getArgAttr(i, noAlias) ||
          caller.getArgAttr(argument.getArgNumber(), noAlias))
        continue;
      callee.removeArgAttr(i, noAlias);
      changed = true;
    }
  };
  while (changed) {
    changed = false;
    for (auto caller : module.getOps<func::FuncOp>())
      if (caller.isPrivate() && !caller.isDeclaration())
        caller.walk([&](func::CallOp call) { visit(caller, call); });
  }
}

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
    dropNoAliasOfCallees(getOperation(), symbols);
  }
};

} // namespace
} // namespace nnc
