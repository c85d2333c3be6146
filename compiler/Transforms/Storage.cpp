#include "compiler/Transforms/Storage.h"
#include "compiler/Analysis/Places.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nnc {
namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

Storage wholeOf(Storage::Kind kind, Value value) {
  Storage storage;
  storage.kind = kind;
  storage.value = kind == Storage::Symbol || kind == Storage::Output ? Value() : value;
  storage.strides = rowMajorStrides(typeOf(value)).value_or(SmallVector<int64_t, 4>());
  return storage;
}

Storage carryOf(nn::ScanOp scan, unsigned carry, Storage::Buffer buffer) {
  Storage storage = wholeOf(Storage::Carry, scan.finalCarries()[carry]);
  storage.buffer = buffer;
  return storage;
}

Storage boxOf(Storage whole, unsigned dim, int64_t low) {
  if (whole.kind == Storage::Nothing || whole.strides.empty())
    return {};
  whole.offset += low * whole.strides[dim];
  whole.part = true;
  return whole;
}

Storage sliceOf(Storage whole, nn::ScanOp scan, unsigned dim) {
  if (whole.kind == Storage::Nothing || whole.strides.empty())
    return {};
  int64_t steps = scan.stepCount().asConstant().value_or(0);
  whole.reach += std::max<int64_t>(steps - 1, 0) * whole.strides[dim];
  whole.strides.erase(whole.strides.begin() + dim);
  whole.part = true;
  return whole;
}

// Where each part of a concat or split begins along its axis; a free one, which is the first, counts as 0. A type is
// looked into where it is another one than that of the part before.
template <typename Range> SmallVector<int64_t> lowsOf(Range parts, unsigned axis) {
  SmallVector<int64_t> lows;
  int64_t low = 0, size = 0;
  Type last;
  for (Value part : parts) {
    lows.push_back(low);
    if (part.getType() != last) {
      RankedTensorType type = typeOf(part);
      size = type.isDynamicDim(axis) ? 0 : type.getDimSize(axis);
      last = type;
    }
    low += size;
  }
  return lows;
}

template <typename Op> int64_t lowOf(Op op, unsigned index, StorageLows &known) {
  auto [lows, isNew] = known.try_emplace(op);
  if (isNew)
    lows->second = lowsOf(op.getParts(), op.getAxis());
  return lows->second[index];
}

Storage storageOfUse(OpOperand &use, StorageLows &lows) {
  unsigned index = use.getOperandNumber();
  if (auto concat = dyn_cast<nn::ConcatOp>(use.getOwner()))
    return boxOf(storageOf(concat.getY(), lows), concat.getAxis(), lowOf(concat, index, lows));
  if (auto scan = dyn_cast<nn::ScanOp>(use.getOwner())) {
    unsigned first = scan.getConsts().size();
    bool init = index >= first && index < first + scan.numCarries();
    return init ? carryOf(scan, index - first, Storage::Start) : Storage();
  }
  if (auto ret = dyn_cast<nn::ReturnOp>(use.getOwner())) {
    unsigned outputs = ret.getOutputs().size();
    Storage storage = wholeOf(index < outputs ? Storage::Output : Storage::Symbol, use.get());
    storage.port = index < outputs ? index : 0;
    if (index >= outputs)
      storage.symbol = cast<FlatSymbolRefAttr>((*ret.getTargets())[index - outputs]).getAttr();
    return storage;
  }
  auto scan = isa<nn::YieldOp>(use.getOwner()) ? dyn_cast<nn::ScanOp>(use.getOwner()->getParentOp()) : nn::ScanOp();
  if (!scan)
    return {};
  if (index < scan.numCarries())
    return carryOf(scan, index, Storage::Write);
  unsigned stack = index - scan.numCarries();
  Storage slice = sliceOf(storageOf(scan.stacks()[stack], lows), scan, scan.getYsAxes()[stack]);
  slice.stack = stack;
  slice.stackOffset = slice.offset;
  return slice;
}

// Of a value that is computed here: where its use wants it.
Storage storageOfOwn(Value value, StorageLows &lows) {
  for (OpOperand &use : value.getUses())
    if (Storage storage = storageOfUse(use, lows); storage.kind != Storage::Nothing)
      return storage;
  return wholeOf(Storage::Value, value);
}

Storage storageOfArgument(BlockArgument argument, StorageLows &lows) {
  auto scan = dyn_cast<nn::ScanOp>(argument.getOwner()->getParentOp());
  if (!scan)
    return wholeOf(Storage::Input, argument);
  unsigned index = argument.getArgNumber();
  if (index == 0)
    return {};
  index -= 1;
  if (index < scan.getConsts().size())
    return storageOf(scan.getConsts()[index], lows);
  index -= scan.getConsts().size();
  if (index < scan.numCarries())
    return carryOf(scan, index, Storage::Read);
  index -= scan.numCarries();
  return sliceOf(storageOf(scan.getXs()[index], lows), scan, scan.getXsAxes()[index]);
}

} // namespace

Storage storageOf(Value value, StorageLows &lows) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return storageOfArgument(argument, lows);
  auto result = cast<OpResult>(value);
  return llvm::TypeSwitch<Operation *, Storage>(result.getOwner())
      .Case([&](nn::GetOp get) {
        Storage storage = wholeOf(Storage::Symbol, value);
        storage.symbol = get.getSourceAttr().getAttr();
        return storage;
      })
      .Case([&](nn::SliceOp slice) {
        Storage storage = storageOf(slice.getX(), lows);
        for (auto [dim, low] : llvm::enumerate(slice.getLow()))
          storage = boxOf(std::move(storage), dim, low);
        return storage;
      })
      .Case([&](nn::SplitOp split) {
        int64_t low = lowOf(split, result.getResultNumber(), lows);
        return boxOf(storageOf(split.getX(), lows), split.getAxis(), low);
      })
      .Case([&](nn::ScanOp scan) {
        unsigned index = result.getResultNumber();
        return index < scan.numCarries() ? carryOf(scan, index, Storage::Final) : storageOfOwn(value, lows);
      })
      .Default([&](Operation *) { return storageOfOwn(value, lows); });
}

int64_t rowEnd(const Storage &storage, RankedTensorType type) {
  int64_t end = storage.offset + storage.reach + 1;
  for (auto [dim, size] : llvm::enumerate(nn::physicalShape(type)))
    if (dim > 0 && !storage.strides.empty())
      end += (std::max<int64_t>(size.asConstant().value_or(1), 1) - 1) * storage.strides[dim];
  return end;
}

} // namespace nnc
