// Loops, numbers, elements, nests: what every family of PlainEmitter uses.
#include "codegen/Conversion/ToLinalg/PlainEmitter.h"
#include "codegen/Conversion/ToLinalg/KernelSignature.h"
#include "mlir/Dialect/Affine/Utils.h"

using namespace mlir;

namespace nnc {

PlainEmitter::PlainEmitter(nn::KernelOp kernel, func::FuncOp func, SymbolTable &symbols)
    : kernel(kernel), func(func), symbols(symbols), builder(kernel.getContext()), loc(kernel.getLoc()) {}

LogicalResult PlainEmitter::emit() {
  Block *body = func.addEntryBlock();
  frames.push_back({body, nullptr});
  unsigned inputs = kernel.getNumArguments();
  SmallVector<KernelBuffer> signature = buffersOf(kernel);
  unsigned nextView = signature.size(), next = nextView + viewsOf(signature).size();
  for (const std::string &name : sizesOfKernel(kernel))
    sizeArguments[name] = body->getArgument(next++);
  task = body->getArgument(next);
  for (auto [i, buffer] : llvm::enumerate(signature)) {
    Value offset = buffer.isView() ? body->getArgument(nextView++) : Value();
    Value opened = makeHere([&](OpBuilder &b) {
      return openBuffer(b, loc, body->getArgument(i), buffer, offset,
                        [&](const nn::SizeExpr &outermost) { return size(outermost); });
    });
    if (i < inputs)
      buffers[kernel.getBody().getArgument(i)] = opened;
    else
      resultBuffers.push_back(opened);
  }
  for (const Nest &nest : nests())
    emitNest(nest);
  insertAt(0);
  func::ReturnOp::create(builder, loc);
  if (failed)
    return failed->emitOpError("has no plain form");
  return success();
}

//===- Loops ---------------------------------------------------------------------------------------------===//

unsigned PlainEmitter::depthOf(ValueRange values) const {
  unsigned depth = 0;
  for (Value value : values)
    depth = std::max(depth, depths.lookup(value));
  return depth;
}

void PlainEmitter::insertAt(unsigned depth) {
  Frame &frame = frames[depth];
  if (frame.before)
    builder.setInsertionPoint(frame.before);
  else
    builder.setInsertionPointToEnd(frame.block);
}

Value PlainEmitter::make(ValueRange operands, Build build) {
  unsigned depth = depthOf(operands);
  insertAt(depth);
  Value value = build(builder);
  depths[value] = depth;
  return value;
}

Value PlainEmitter::makeAt(unsigned depth, Build build) {
  insertAt(depth);
  Value value = build(builder);
  if (value)
    depths[value] = depth;
  return value;
}

Value PlainEmitter::makeHere(Build build) { return makeAt(currentDepth(), build); }

SmallVector<Value> PlainEmitter::loop(unsigned at, Value lo, Value hi, int64_t step, ValueRange carried, Body body) {
  Value stride = index(step);
  insertAt(at);
  auto loop = scf::ForOp::create(builder, loc, lo, hi, stride, carried);
  Block *block = loop.getBody();
  // Loops that are open further in stay as they are; this one stands before them.
  SmallVector<Frame> inner(frames.begin() + at + 1, frames.end());
  Operation *before = frames[at].before;
  frames.resize(at + 1);
  frames[at].before = loop;
  frames.push_back({block, carried.empty() ? block->getTerminator() : nullptr});
  for (Value argument : block->getArguments())
    depths[argument] = at + 1;
  SmallVector<Value> next = body(loop.getInductionVar(), loop.getRegionIterArgs());
  if (!carried.empty()) {
    builder.setInsertionPointToEnd(block);
    scf::YieldOp::create(builder, loc, next);
  }
  frames.resize(at + 1);
  frames[at].before = before;
  frames.append(inner.begin(), inner.end());
  for (Value result : loop.getResults())
    depths[result] = at;
  return SmallVector<Value>(loop.getResults());
}

//===- Numbers -------------------------------------------------------------------------------------------===//

Value PlainEmitter::index(int64_t value) {
  return make({}, [&](OpBuilder &b) -> Value { return arith::ConstantIndexOp::create(b, loc, value); });
}

Value PlainEmitter::number(Type type, double value) {
  if (!isa<FloatType>(type))
    return integer(type, static_cast<int64_t>(value));
  return make({},
              [&](OpBuilder &b) -> Value { return arith::ConstantOp::create(b, loc, b.getFloatAttr(type, value)); });
}

Value PlainEmitter::integer(Type type, int64_t value) {
  return make({},
              [&](OpBuilder &b) -> Value { return arith::ConstantOp::create(b, loc, b.getIntegerAttr(type, value)); });
}

Value PlainEmitter::size(const nn::SizeExpr &size) {
  if (std::optional<int64_t> value = size.asConstant())
    return index(*value);
  SmallVector<Value> values;
  for (StringAttr name : size.getSymbols())
    values.push_back(sizeArguments.at(name.str()));
  return make({}, [&](OpBuilder &b) -> Value { return affine::expandAffineExpr(b, loc, size.getExpr(), {}, values); });
}

Value PlainEmitter::add(Value a, Value b) {
  return isa<FloatType>(a.getType()) ? op<arith::AddFOp>({a, b}) : op<arith::AddIOp>({a, b});
}
Value PlainEmitter::sub(Value a, Value b) {
  return isa<FloatType>(a.getType()) ? op<arith::SubFOp>({a, b}) : op<arith::SubIOp>({a, b});
}
Value PlainEmitter::mul(Value a, Value b) {
  return isa<FloatType>(a.getType()) ? op<arith::MulFOp>({a, b}) : op<arith::MulIOp>({a, b});
}

Value PlainEmitter::compare(arith::CmpFPredicate predicate, Value a, Value b) {
  return make({a, b},
              [&](OpBuilder &builder) -> Value { return arith::CmpFOp::create(builder, loc, predicate, a, b); });
}
Value PlainEmitter::compare(arith::CmpIPredicate predicate, Value a, Value b) {
  return make({a, b},
              [&](OpBuilder &builder) -> Value { return arith::CmpIOp::create(builder, loc, predicate, a, b); });
}
Value PlainEmitter::greater(Value a, Value b) {
  return isa<FloatType>(a.getType()) ? compare(arith::CmpFPredicate::OGT, a, b)
                                     : compare(arith::CmpIPredicate::sgt, a, b);
}
Value PlainEmitter::select(Value condition, Value a, Value b) { return op<arith::SelectOp>({condition, a, b}); }
Value PlainEmitter::min(Value a, Value b) { return select(compare(arith::CmpIPredicate::slt, a, b), a, b); }

Value PlainEmitter::toIndex(Value value) {
  return value.getType().isIndex() ? value : op<arith::IndexCastOp>(builder.getIndexType(), {value});
}

//===- Elements ------------------------------------------------------------------------------------------===//

Value PlainEmitter::once(Operation *op, int part, const Indices &at, function_ref<Value()> compute) {
  std::vector<void *> key;
  for (Value index : at)
    key.push_back(index.getAsOpaquePointer());
  auto [known, isNew] = this->known.try_emplace({op, part, key});
  if (!isNew)
    return known->second;
  return known->second = compute(); // map nodes stay where they are while `compute` adds others
}

Value PlainEmitter::element(Value tensor, const Indices &at) {
  if (auto argument = dyn_cast<BlockArgument>(tensor))
    return load(argument, at);
  auto result = cast<OpResult>(tensor);
  return once(result.getOwner(), static_cast<int>(result.getResultNumber()), at, [&] {
    Location outer = loc;
    loc = result.getOwner()->getLoc();
    Value value = compute(result.getOwner(), result.getResultNumber(), at);
    loc = outer;
    if (value)
      return value;
    if (!failed)
      failed = result.getOwner();
    return number(cast<RankedTensorType>(tensor.getType()).getElementType(), 0);
  });
}

Value PlainEmitter::compute(Operation *op, unsigned result, const Indices &at) {
  if (auto size = dyn_cast<nn::SizeOp>(op)) {
    Value value = this->op<arith::IndexCastOp>(builder.getI64Type(), {sizeArguments.at(size.getName().str())});
    return cast(value, size.getType().getElementType());
  }
  if (auto constant = dyn_cast<nn::ConstantOp>(op))
    return this->constant(constant, at);
  if (auto broadcast = dyn_cast<nn::BroadcastOp>(op)) {
    Indices source;
    for (int64_t dim : broadcast.getDims())
      source.push_back(at[dim]);
    return element(broadcast.getX(), source);
  }
  if (auto transpose = dyn_cast<nn::TransposeOp>(op)) {
    Indices source(at.size());
    for (auto [i, dim] : llvm::enumerate(transpose.getPerm()))
      source[dim] = at[i];
    return element(transpose.getX(), source);
  }
  if (auto reshape = dyn_cast<nn::ReshapeOp>(op))
    return this->reshape(reshape, at);
  if (auto relayout = dyn_cast<nn::RelayoutOp>(op))
    return element(relayout.getX(), at);
  if (auto slice = dyn_cast<nn::SliceOp>(op))
    return element(slice.getX(), moved(at, slice.getLow()));
  if (auto split = dyn_cast<nn::SplitOp>(op))
    return this->split(split, result, at);
  if (auto pad = dyn_cast<nn::PadOp>(op))
    return this->pad(pad, at);
  if (auto concat = dyn_cast<nn::ConcatOp>(op))
    return this->concat(concat, at);
  if (auto reduce = dyn_cast<nn::ReduceOp>(op))
    return this->reduce(reduce, at);
  if (auto arg = dyn_cast<nn::ArgMaxOp>(op))
    return argReduce(arg.getX(), arg.getAxis(), /*largest=*/true, arg.getType().getElementType(), at);
  if (auto arg = dyn_cast<nn::ArgMinOp>(op))
    return argReduce(arg.getX(), arg.getAxis(), /*largest=*/false, arg.getType().getElementType(), at);
  if (auto contract = dyn_cast<nn::ContractOp>(op))
    return this->contract(contract, at);
  if (auto generic = dyn_cast<nn::GenericOp>(op))
    return this->generic(generic, at);
  if (auto conv = dyn_cast<nn::ConvOp>(op))
    return this->conv(conv, at);
  if (auto grad = dyn_cast<nn::ConvInputGradOp>(op))
    return convInputGrad(grad, at);
  if (auto grad = dyn_cast<nn::ConvFilterGradOp>(op))
    return convFilterGrad(grad, at);
  if (auto pool = dyn_cast<nn::MaxPoolOp>(op))
    return maxPool(pool, at);
  if (auto pool = dyn_cast<nn::AvgPoolOp>(op))
    return avgPool(pool, at);
  if (isa<nn::SoftmaxOp, nn::LogSoftmaxOp, nn::LogSumExpOp>(op) && !op->hasAttr("mask"))
    return norm(op, op->getOperand(0), op->getAttrOfType<IntegerAttr>("axis").getInt(), at);
  if (auto loss = dyn_cast<nn::SoftmaxCrossEntropyOp>(op))
    return crossEntropy(loss, result, at);
  if (auto grad = dyn_cast<nn::SoftmaxCrossEntropyGradOp>(op))
    return crossEntropyGrad(grad, at);
  if (auto sgd = dyn_cast<nn::SgdOp>(op))
    return this->sgd(sgd, result, at);
  if (auto adam = dyn_cast<nn::AdamOp>(op))
    return this->adam(adam, result, at);
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    operands.push_back(element(operand, at));
  return scalar(op, operands);
}

Indices PlainEmitter::physical(RankedTensorType type, const Indices &at) {
  if (type.getRank() == 0)
    return {index(0)};
  AffineMap layout = nn::layoutOf(type);
  if (!layout)
    return at;
  Indices result;
  for (AffineExpr expr : layout.getResults())
    result.push_back(make(at, [&](OpBuilder &b) -> Value { return affine::expandAffineExpr(b, loc, expr, at, {}); }));
  return result;
}

Value PlainEmitter::load(BlockArgument argument, const Indices &at) {
  auto type = cast<RankedTensorType>(argument.getType());
  Indices place = physical(type, at);
  Value buffer = buffers.lookup(argument);
  Value value = make(place, [&](OpBuilder &b) -> Value { return memref::LoadOp::create(b, loc, buffer, place); });
  if (!type.getElementType().isInteger(1))
    return value;
  return compare(arith::CmpIPredicate::ne, value, integer(value.getType(), 0));
}

void PlainEmitter::store(unsigned result, Value value, const Indices &at) {
  auto type = cast<RankedTensorType>(kernel.getResultTypes()[result]);
  if (value.getType().isInteger(1))
    value = op<arith::ExtUIOp>(builder.getI8Type(), {value});
  Indices place = physical(type, at);
  insertAt(currentDepth());
  memref::StoreOp::create(builder, loc, value, resultBuffers[result], place);
}

//===- Nests ---------------------------------------------------------------------------------------------===//

SmallVector<PlainEmitter::Nest> PlainEmitter::nests() {
  SmallVector<Nest> result;
  Operation *yield = kernel.getBody().front().getTerminator();
  for (auto [i, value] : llvm::enumerate(yield->getOperands())) {
    auto type = cast<RankedTensorType>(value.getType());
    Nest *nest = llvm::find_if(result, [&](const Nest &nest) { return nn::sameShape(nest.shape, type); });
    if (nest == result.end()) {
      result.push_back({type, {}, false});
      nest = &result.back();
    }
    nest->results.push_back(i);
    if (std::optional<ArrayRef<int64_t>> tied = kernel.getTied())
      nest->updates |= (*tied)[i] >= 0;
  }
  // Updates may write over what the others read.
  SmallVector<Nest> ordered;
  for (bool updates : {false, true})
    llvm::copy_if(result, std::back_inserter(ordered), [&](const Nest &nest) { return nest.updates == updates; });
  return ordered;
}

int PlainEmitter::taskDimension(const Nest &nest) {
  std::optional<nn::TasksAttr> tasks = kernel.getTasks();
  auto first = cast<RankedTensorType>(kernel.getResultTypes()[0]);
  if (!tasks)
    return -1;
  if (!tasks->getSize())
    return nn::sameShape(first, nest.shape) ? static_cast<int>(tasks->getDim()) : -1;
  for (auto [i, size] : llvm::enumerate(nn::sizesOf(nest.shape)))
    if (size.str() == tasks->getSize().getValue())
      return static_cast<int>(i);
  return -1;
}

void PlainEmitter::emitNest(const Nest &nest) {
  SmallVector<nn::SizeExpr> sizes = nn::sizesOf(nest.shape);
  int cut = taskDimension(nest);
  std::optional<nn::TasksAttr> tasks = kernel.getTasks();
  bool whole = !tasks || (!tasks->getSize() && tasks->getDim() < 0);
  Operation *yield = kernel.getBody().front().getTerminator();
  Indices at;
  auto descend = [&](auto &&self, unsigned dim) -> void {
    if (dim == sizes.size()) {
      SmallVector<Value> values;
      for (unsigned result : nest.results)
        values.push_back(element(yield->getOperand(result), at));
      for (auto [result, value] : llvm::zip(nest.results, values))
        store(result, value, at);
      return;
    }
    Value lo = index(0), hi = size(sizes[dim]);
    if (static_cast<int>(dim) == cut) {
      Value chunk = index(tasks->getChunk());
      lo = mul(task, chunk);
      hi = min(add(lo, chunk), hi);
    }
    loop(currentDepth(), lo, hi, 1, {}, [&](Value i, ValueRange) {
      at.push_back(i);
      self(self, dim + 1);
      at.pop_back();
      return SmallVector<Value>();
    });
  };
  if (whole || cut >= 0)
    return descend(descend, 0);
  // Of no dimension that is cut: the first task does it.
  Value first = compare(arith::CmpIPredicate::eq, task, index(0));
  insertAt(0);
  auto branch = scf::IfOp::create(builder, loc, first, /*withElseRegion=*/false);
  frames[0].before = branch;
  frames.push_back({branch.thenBlock(), branch.thenBlock()->getTerminator()});
  descend(descend, 0);
  frames.pop_back();
  frames[0].before = nullptr;
}

} // namespace nnc
