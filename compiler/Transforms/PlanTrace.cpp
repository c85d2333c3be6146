#include "compiler/Transforms/PlanTrace.h"
#include "compiler/Analysis/TaskCut.h"
#include "compiler/Transforms/PlanPlaces.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;

namespace nnc {

int64_t Box::end() const {
  int64_t last = begin;
  for (Dim dim : dims) {
    if (dim.size == 0)
      return begin;
    last += (dim.size - 1) * dim.stride;
  }
  return last + element;
}

int64_t Box::rowStride() const {
  int64_t stride = 0;
  for (Dim dim : dims)
    stride = dim.size > 1 ? std::max(stride, dim.stride) : stride;
  return stride;
}

// Boxes whose rows interleave: if every row of both fits between two multiples of the largest stride, it is enough to
// compare what is left of them.
bool Box::overlaps(const Box &other) const {
  if (block != other.block || port != other.port || begin >= other.end() || other.begin >= end())
    return false;
  int64_t stride = std::max(rowStride(), other.rowStride());
  if (stride == 0)
    return true;
  Box rest[2] = {*this, other};
  int64_t base = std::min(begin, other.begin);
  for (Box &box : rest) {
    llvm::erase_if(box.dims, [&](Dim dim) { return dim.size == 1 || dim.stride == stride; });
    box.begin = (box.begin - base) % stride;
    if (box.end() > stride)
      return true;
  }
  return rest[0].overlaps(rest[1]);
}

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

// Enough steps for every pair of neighbours and both buffers of a carry, the last of them in the buffer of the real
// one.
int64_t stepsToTrace(int64_t steps) { return steps <= 4 ? steps : 3 + (steps + 1) % 2; }

// So many loops in each other are traced with all of these steps. Deeper ones would take steps^depth: there every loop
// still has its turn, in a trace of steps * depth bodies, but in all steps of the loops around except the last one it
// is brief.
constexpr int64_t kFullDepth = 4;

int64_t depthOf(Operation *op) {
  int64_t depth = 0;
  for (Region &region : op->getRegions())
    for (Operation &inner : region.getOps())
      if (isa<nn::ScanOp>(inner))
        depth = std::max(depth, 1 + depthOf(&inner));
  return depth;
}

class Tracer {
public:
  explicit Tracer(nn::EntryOp entry) : entry(entry), ranges(nn::rangesOf(entry)) {
    for (Operation &op : *entry->getParentOfType<ModuleOp>().getBody())
      if (auto offset = op.getAttrOfType<IntegerAttr>("offset"))
        offsets[SymbolTable::getSymbolName(&op)] = offset.getInt();
  }

  FailureOr<PlanTrace> run() {
    int64_t depth = depthOf(entry);
    turns = depth <= kFullDepth ? depth : 1;
    for (auto [port, argument] : llvm::enumerate(entry.getBody().getArguments()))
      values[argument] = initialAt(Box::Input, port, 0, typeOf(argument));
    if (failed(traceBlock(entry.getBody().front())))
      return failure();
    return std::move(trace);
  }

private:
  struct Step {
    nn::ScanOp scan;
    int64_t k, t;
  };

  LogicalResult traceBlock(Block &block) {
    for (Operation &op : block) {
      LogicalResult done = llvm::TypeSwitch<Operation *, LogicalResult>(&op)
                               .Case([&](nn::GetOp get) { return traceGet(get); })
                               .Case([&](nn::GroupOp group) { return traceGroup(group); })
                               .Case([&](nn::SliceOp slice) { return traceSlice(slice); })
                               .Case([&](nn::SplitOp split) { return traceSplit(split); })
                               .Case([&](nn::ConcatOp concat) { return traceConcat(concat); })
                               .Case([&](nn::ScanOp scan) { return traceScan(scan); })
                               .Case([&](nn::ReturnOp ret) { return traceReturn(ret); })
                               .Case([&](nn::YieldOp) { return success(); })
                               .Default([](Operation *op) { return op->emitError("plan: an op outside of a group"); });
      if (failed(done))
        return failure();
    }
    return success();
  }

  Box boxAt(Box::Block block, int64_t port, int64_t begin, RankedTensorType type, ArrayRef<int64_t> strides) {
    Box box;
    box.block = block;
    box.port = port;
    box.begin = begin;
    box.element = nn::elementBytes(type.getElementType());
    int64_t stride = box.element;
    SmallVector<nn::SizeExpr> shape = nn::physicalShape(type);
    box.dims.resize(shape.size());
    for (size_t dim = shape.size(); dim-- > 0;) {
      int64_t size = shape[dim].upperBound(ranges).value_or(0);
      box.dims[dim] = {size, strides.empty() ? stride : strides[dim] * box.element};
      stride *= size;
    }
    return box;
  }
  Source initialAt(Box::Block block, int64_t port, int64_t begin, RankedTensorType type) {
    Source source;
    source.box = source.always = boxAt(block, port, begin, type, {});
    source.initial = true;
    return source;
  }

  LogicalResult traceGet(nn::GetOp get) {
    values[get.getValue()] = initialAt(Box::State, 0, offsetOf(get.getSource()), typeOf(get.getValue()));
    return success();
  }
  int64_t offsetOf(StringRef symbol) {
    auto it = offsets.find(symbol);
    return it == offsets.end() ? -1 : it->second;
  }

  LogicalResult traceGroup(nn::GroupOp group) {
    if (!group.getInto() || !group.getTasks())
      return group.emitError("plan: a group without 'into' or 'tasks'");
    std::optional<TaskCut> cut = cutIntoTasks(group);
    if (!cut && !group.getTasksAttr().isSingle())
      return group.emitError("plan: tasks of this group would read what another task computes");
    Event event{group, epoch, {}, {}};
    for (auto [index, input] : llvm::enumerate(group.getInputs())) {
      auto it = values.find(input);
      if (it == values.end() && !isStepNumber(input))
        return group.emitError("plan: a value is read before it is computed");
      if (it != values.end())
        event.reads.push_back({it->second, input, cut && cut->inputs[index] == 0});
    }
    for (auto [value, into] : llvm::zip_equal(group.getResults(), *group.getInto())) {
      std::optional<Source> source = sourceAt(cast<nn::BufAttr>(into), typeOf(value));
      if (!source)
        return group.emitError("plan: a result without a place");
      bool part = !cast<nn::BufAttr>(into).getStrides().empty();
      bool isEmpty = nn::elementCount(typeOf(value)).asConstant() == 0;
      if (!isEmpty && failed(checkBounds(group, *source, part)))
        return failure();
      source->writes = {unsigned(trace.writes.size())};
      event.writes.push_back(trace.writes.size());
      trace.writes.push_back({{*source, value, true}, unsigned(trace.events.size())});
      values[value] = *source;
    }
    if (!areApart(event.writes))
      return group.emitError("plan: two results of a group overlap");
    trace.events.push_back(std::move(event));
    epoch += group.getBarrier();
    return success();
  }

  static bool isStepNumber(Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    return argument && argument.getArgNumber() == 0 && isa<nn::ScanOp>(argument.getOwner()->getParentOp());
  }

  LogicalResult checkBounds(Operation *op, const Source &source, bool part) {
    const Box &box = source.always;
    bool aligned = part || box.block == Box::Output || source.owner || box.begin % 64 == 0;
    if (!aligned || box.begin < 0 || box.end() > limitOf(box))
      return op->emitError("plan: a result is not aligned or beyond its block");
    return success();
  }
  int64_t limitOf(const Box &box) {
    if (box.block == Box::Workspace)
      return entry.getWorkBytes().value_or(0);
    if (box.block == Box::Output)
      return box.port < int64_t(entry.getNumResults())
                 ? nn::maxBufferBytes(cast<RankedTensorType>(entry.getResultTypes()[box.port]), ranges).value_or(0)
                 : -1;
    auto bytes = entry->getParentOfType<ModuleOp>()->getAttrOfType<IntegerAttr>("nn.state_bytes");
    return bytes ? bytes.getInt() : 0;
  }

  // Of a result computed here, in the current step.
  std::optional<Source> sourceAt(nn::BufAttr at, RankedTensorType type) {
    ArrayRef<int64_t> strides = at.getStrides();
    if (!strides.empty() && strides.size() != nn::physicalShape(type).size())
      return std::nullopt;
    int64_t offset = at.getOffset().value_or(0);
    Source source;
    switch (at.getRegion()) {
    case nn::Region::input:
      return std::nullopt;
    case nn::Region::output:
      source.box = boxAt(Box::Output, at.getSlot(), offset, type, strides);
      break;
    case nn::Region::carry: {
      std::optional<Source> buffer =
          steps.empty() ? std::nullopt : bufferOf(steps.back().scan, at.getSlot(), steps.back().k + 1);
      if (!buffer)
        return std::nullopt;
      source.box = boxAt(buffer->box.block, buffer->box.port, buffer->box.begin + offset, type, strides);
      break;
    }
    case nn::Region::stack: {
      std::optional<Source> slice = steps.empty() ? std::nullopt : sliceOfStack(steps.back(), at.getSlot());
      if (!slice)
        return std::nullopt;
      return strides.empty() && offset == 0 ? slice : partOfSlice(*slice, offset, type, strides);
    }
    default:
      if (!at.getOffset())
        return std::nullopt;
      bool state = at.getRegion() == nn::Region::state || at.getRegion() == nn::Region::derived;
      source.box = boxAt(state ? Box::State : Box::Workspace, 0, offset, type, strides);
    }
    source.always = source.box;
    return source;
  }

  Source partOfSlice(Source slice, int64_t offset, RankedTensorType type, ArrayRef<int64_t> strides) {
    Source part = slice;
    part.box = boxAt(slice.box.block, slice.box.port, slice.box.begin + offset, type, strides);
    part.always = boxAt(slice.box.block, slice.box.port, slice.always.begin + offset, type, strides);
    part.always.dims.append(slice.always.dims.begin() + slice.box.dims.size(), slice.always.dims.end());
    return part;
  }

  static nn::BufAttr listed(Operation *op, StringRef name, int64_t index) {
    auto list = op->getAttrOfType<ArrayAttr>(name);
    return list && index >= 0 && index < int64_t(list.size()) ? dyn_cast<nn::BufAttr>(list[index]) : nn::BufAttr();
  }

  // The buffer of a carry that step k reads.
  std::optional<Source> bufferOf(nn::ScanOp scan, int64_t carry, int64_t k) {
    auto pairs = scan->getAttrOfType<ArrayAttr>("nn.carries");
    auto pair = pairs && carry >= 0 && carry < int64_t(pairs.size()) ? dyn_cast<ArrayAttr>(pairs[carry]) : ArrayAttr();
    auto at = pair && pair.size() == 2 ? dyn_cast<nn::BufAttr>(pair[k % 2]) : nn::BufAttr();
    return at ? sourceAt(at, typeOf(scan.finalCarries()[carry])) : std::nullopt;
  }

  std::optional<Source> sliceOfStack(Step step, int64_t stack) {
    nn::BufAttr at = listed(step.scan, "nn.stacks", stack);
    std::optional<Source> whole = at ? sourceAt(at, typeOf(step.scan.stacks()[stack])) : std::nullopt;
    if (!whole)
      return std::nullopt;
    whole->owner = step.scan.stacks()[stack].getAsOpaquePointer();
    return sliceAt(*whole, step.scan.getYsAxes()[stack], step.t);
  }
  static Source sliceAt(Source whole, unsigned axis, int64_t t) {
    Source slice = whole;
    slice.box.begin += t * whole.box.dims[axis].stride;
    slice.box.dims.erase(slice.box.dims.begin() + axis);
    Box::Dim time = slice.always.dims[axis];
    slice.always.dims.erase(slice.always.dims.begin() + axis);
    slice.always.dims.push_back(time);
    return slice;
  }

  static void cutOut(Source &source, unsigned dim, int64_t low, int64_t size) {
    for (Box *box : {&source.box, &source.always}) {
      box->begin += low * box->dims[dim].stride;
      box->dims[dim].size = size;
    }
  }

  LogicalResult traceSlice(nn::SliceOp op) {
    FailureOr<Source> source = known(op, op.getX());
    if (failed(source))
      return failure();
    for (auto [dim, low] : llvm::enumerate(op.getLow()))
      cutOut(*source, dim, low, nn::sizeOf(typeOf(op.getY()), dim).upperBound(ranges).value_or(0));
    values[op.getY()] = *source;
    return success();
  }

  LogicalResult traceSplit(nn::SplitOp op) {
    FailureOr<Source> source = known(op, op.getX());
    if (failed(source))
      return failure();
    int64_t low = 0;
    for (Value part : op.getParts()) {
      int64_t size = nn::sizeOf(typeOf(part), op.getAxis()).upperBound(ranges).value_or(0);
      Source own = *source;
      cutOut(own, op.getAxis(), low, size);
      values[part] = own;
      low += size;
    }
    return success();
  }

  LogicalResult traceConcat(nn::ConcatOp op) {
    auto at = op->getAttrOfType<nn::BufAttr>("nn.into");
    std::optional<Source> whole = at ? sourceAt(at, typeOf(op.getY())) : std::nullopt;
    if (!whole)
      return op.emitError("plan: a concatenation without a place");
    if (failed(checkBounds(op, *whole, !at.getStrides().empty())))
      return failure();
    int64_t low = 0;
    SmallVector<unsigned, 2> writes;
    for (Value part : op.getParts()) {
      FailureOr<Source> source = known(op, part);
      if (failed(source))
        return failure();
      int64_t size = nn::sizeOf(typeOf(part), op.getAxis()).upperBound(ranges).value_or(0);
      Source expected = *whole;
      cutOut(expected, op.getAxis(), low, size);
      if (source->box != expected.box)
        return op.emitError("plan: a part is not computed in its place");
      llvm::append_range(writes, source->writes);
      low += size;
    }
    llvm::sort(writes);
    whole->writes = std::move(writes);
    values[op.getY()] = *whole;
    return checkApart(op, *whole);
  }

  // The writes that make one value together do not meet.
  LogicalResult checkApart(Operation *op, const Source &source) {
    return areApart(source.writes) ? success() : op->emitError("plan: parts of one value overlap");
  }
  bool areApart(ArrayRef<unsigned> writes) const {
    Places places;
    for (unsigned id : writes) {
      const Source &at = trace.writes[id].access.at;
      if (size_t known = places.size(); places.idOf(at) < known && at.overlaps(at))
        return false;
    }
    places.sort();
    for (unsigned place = 0; place < places.size(); ++place)
      if (llvm::any_of(places.meeting(places[place]), [&](unsigned other) { return other != place; }))
        return false;
    return true;
  }

  FailureOr<Source> known(Operation *op, Value value) {
    auto it = values.find(value);
    if (it == values.end())
      return op->emitError("plan: a value is read before it is computed");
    return it->second;
  }

  LogicalResult traceScan(nn::ScanOp scan) {
    std::optional<int64_t> count = scan.stepCount().asConstant();
    if (!count)
      return scan.emitError("plan: a loop without a number of steps");
    std::vector<Source> carries, stacks;
    for (auto [index, init] : llvm::enumerate(scan.getInit())) {
      FailureOr<Source> start = known(scan, init);
      std::optional<Source> buffer = bufferOf(scan, index, 0), other = bufferOf(scan, index, 1);
      if (failed(start))
        return failure();
      if (!buffer || !other || buffer->overlaps(*other) || start->box != buffer->box)
        return scan.emitError("plan: carry ") << index << " has no two buffers, or does not start in the first";
      if (failed(checkBounds(scan, *buffer, false)) || failed(checkBounds(scan, *other, false)))
        return failure();
      carries.push_back(*start);
    }
    for (auto [index, stack] : llvm::enumerate(scan.stacks())) {
      nn::BufAttr at = listed(scan, "nn.stacks", index);
      std::optional<Source> whole = at ? sourceAt(at, typeOf(stack)) : std::nullopt;
      if (!whole)
        return scan.emitError("plan: stack ") << index << " has no place";
      if (failed(checkBounds(scan, *whole, !at.getStrides().empty())))
        return failure();
      stacks.push_back(*whole);
    }
    if (failed(turns > 0 ? traceSteps(scan, *count, carries, stacks) : traceLastStep(scan, *count, carries, stacks)))
      return failure();
    for (auto [value, carry] : llvm::zip_equal(scan.finalCarries(), carries))
      values[value] = carry;
    for (auto [value, stack] : llvm::zip_equal(scan.stacks(), stacks)) {
      values[value] = stack;
      if (failed(checkApart(scan, stack)))
        return failure();
    }
    epoch += scan->hasAttr("nn.barrier");
    return success();
  }

  static Step stepAt(nn::ScanOp scan, int64_t count, int64_t k) {
    return {scan, k, scan.getReverse() ? count - 1 - k : k};
  }

  LogicalResult traceSteps(nn::ScanOp scan, int64_t count, MutableArrayRef<Source> carries,
                           MutableArrayRef<Source> stacks) {
    int64_t steps = stepsToTrace(count);
    for (int64_t k = 0; k < steps; ++k) {
      llvm::SaveAndRestore saved(turns, k + 1 < steps ? turns - 1 : turns);
      if (failed(traceStep(stepAt(scan, count, k), carries, stacks)))
        return failure();
    }
    return success();
  }

  // A brief loop: what the steps before left, as one event, then the last step.
  LogicalResult traceLastStep(nn::ScanOp scan, int64_t count, MutableArrayRef<Source> carries,
                              MutableArrayRef<Source> stacks) {
    if (count == 0)
      return success();
    if (count % 2 == 0) {
      Event before{nn::GroupOp(), epoch, {}, {}};
      for (auto [index, carry] : llvm::enumerate(carries)) {
        Value value = scan.finalCarries()[index];
        before.reads.push_back({carry, value, false});
        carry = *bufferOf(scan, index, 1);
        carry.writes = {unsigned(trace.writes.size())};
        before.writes.push_back(trace.writes.size());
        trace.writes.push_back({{carry, value, false}, unsigned(trace.events.size())});
      }
      trace.events.push_back(std::move(before));
    }
    return traceStep(stepAt(scan, count, count - 1), carries, stacks);
  }

  LogicalResult traceStep(Step step, MutableArrayRef<Source> carries, MutableArrayRef<Source> stacks) {
    nn::ScanOp scan = step.scan;
    for (auto [argument, operand] : llvm::zip_equal(scan.constArguments(), scan.getConsts())) {
      FailureOr<Source> source = known(scan, operand);
      if (failed(source))
        return failure();
      values[argument] = *source;
    }
    for (auto [argument, carry] : llvm::zip_equal(scan.carryArguments(), carries))
      values[argument] = carry;
    for (auto [argument, operand, axis] : llvm::zip_equal(scan.sliceArguments(), scan.getXs(), scan.getXsAxes())) {
      FailureOr<Source> source = known(scan, operand);
      if (failed(source))
        return failure();
      values[argument] = sliceAt(*source, axis, step.t);
    }
    steps.push_back(step);
    Block &body = scan.getBody().front();
    if (failed(traceBlock(body)))
      return failure();
    for (auto [index, value] : llvm::enumerate(body.getTerminator()->getOperands())) {
      FailureOr<Source> source = known(scan, value);
      if (failed(source))
        return failure();
      bool carry = index < carries.size();
      std::optional<Source> expected =
          carry ? bufferOf(scan, index, step.k + 1) : sliceOfStack(step, index - carries.size());
      if (!expected || source->box != expected->box)
        return scan.emitError("plan: yield ") << index << " of a loop is not computed in its place";
      if (carry)
        carries[index] = *source;
      else
        llvm::append_range(stacks[index - carries.size()].writes, source->writes);
    }
    steps.pop_back();
    return success();
  }

  // Outputs lie in their port, updates over their symbol.
  LogicalResult traceReturn(nn::ReturnOp ret) {
    Event event{nn::GroupOp(), epoch, {}, {}};
    for (auto [index, value] : llvm::enumerate(ret.getOutputs())) {
      auto it = values.find(value);
      if (it == values.end() || it->second.box != boxAt(Box::Output, index, 0, typeOf(value), {}))
        return ret.emitError("plan: output ") << index << " is not computed into its port";
      event.reads.push_back({it->second, value, false});
    }
    for (auto [index, value] : llvm::enumerate(ret.getUpdates())) {
      StringRef symbol = cast<FlatSymbolRefAttr>((*ret.getTargets())[index]).getValue();
      auto it = values.find(value);
      if (it == values.end() || it->second.initial ||
          it->second.box != boxAt(Box::State, 0, offsetOf(symbol), typeOf(value), {}))
        return ret.emitError("plan: the update of '") << symbol << "' is not computed over it";
      event.reads.push_back({it->second, value, false});
    }
    trace.events.push_back(std::move(event));
    return success();
  }

  nn::EntryOp entry;
  nn::SizeRanges ranges;
  llvm::StringMap<int64_t> offsets; // of parameters, states and what is derived from them
  PlanTrace trace;
  llvm::DenseMap<Value, Source> values; // of the current steps
  SmallVector<Step> steps;              // of the loops that we are in
  unsigned epoch = 0;
  int64_t turns = 0; // how many of the loops around us may be in a step that is not their last, with us in full
};

} // namespace

FailureOr<PlanTrace> tracePlan(nn::EntryOp entry) { return Tracer(entry).run(); }

} // namespace nnc
