#include "compiler/Transforms/LiveRanges.h"
#include "compiler/Analysis/Places.h"
#include "compiler/Transforms/GroupEdit.h"

using namespace mlir;

namespace nnc {
namespace {

bool isBackward(Operation *op) {
  bool found = false;
  op->getLoc()->walk([&](Location loc) {
    auto fused = dyn_cast<FusedLoc>(loc);
    auto kind = fused ? dyn_cast_if_present<StringAttr>(fused.getMetadata()) : StringAttr();
    found |= kind && kind.getValue() == "grad";
    return WalkResult::advance();
  });
  return found;
}

// Also what stands in a loop that is backward.
bool isInBackward(Operation *op) {
  for (; !isa<nn::EntryOp>(op); op = op->getParentOp())
    if (isBackward(op))
      return true;
  return false;
}

unsigned lastBuffer(nn::ScanOp scan) { return scan.stepCount().asConstant().value_or(0) % 2; }

} // namespace

LiveRanges::LiveRanges(nn::EntryOp entry) {
  number(entry);
  findEpochs();
  for (nn::GroupOp group : groups) {
    for (Value value : group.getResults())
      touch(group, value, /*write=*/true);
    for (Value value : group.getInputs())
      touch(group, value, /*write=*/false);
  }
  // A carry has its buffers even if nothing reads it.
  for (auto &[op, loop] : loops)
    for (Value carry : cast<nn::ScanOp>(op).finalCarries())
      for (unsigned buffer : {0u, 1u})
        touch(carry, buffer, groups[loop.first], /*write=*/true);
  for (auto [index, piece] : llvm::enumerate(all)) {
    piece.first = epochs[piece.first].first;
    piece.last = epochs[piece.last].second;
    piece.saved = crosses[index].first && crosses[index].second;
  }
}

void LiveRanges::number(nn::EntryOp entry) {
  entry.walk<WalkOrder::PreOrder>([&](nn::GroupOp group) {
    int64_t at = groups.size();
    position[group] = at;
    groups.push_back(group);
    for (auto scan = group->getParentOfType<nn::ScanOp>(); scan; scan = scan->getParentOfType<nn::ScanOp>())
      loops.try_emplace(scan, Loop{at, at, isInBackward(scan)}).first->second.last = at;
  });
}

// Between two barriers groups may run at the same time, unless each of them is a single task: those stay in order. The
// end of a loop's step meets the start of the next one, if no barrier is there: then the whole body is one epoch.
void LiveRanges::findEpochs() {
  size_t count = groups.size();
  std::vector<bool> divided(count); // from the next group
  for (auto [index, group] : llvm::enumerate(groups))
    divided[index] = group.getBarrier();
  for (auto &[op, loop] : loops)
    if (op->hasAttr(kScanBarrierAttr))
      divided[loop.last] = true;
  for (auto &[op, loop] : loops)
    if (!groups[loop.last].getBarrier())
      std::fill(divided.begin() + loop.first, divided.begin() + loop.last, false);
  epochs.resize(count);
  for (size_t begin = 0; begin < count;) {
    size_t end = begin;
    bool parallel = !groups[end].getTasksAttr().isSingle();
    while (!divided[end] && end + 1 < count)
      parallel |= !groups[++end].getTasksAttr().isSingle();
    for (size_t index = begin; index <= end; ++index)
      epochs[index] = parallel ? std::pair<int64_t, int64_t>(begin, end) : std::pair<int64_t, int64_t>(index, index);
    begin = end + 1;
  }
}

void LiveRanges::touch(nn::GroupOp group, Value value, bool write) {
  Storage storage = storageOf(value, lows);
  if (storage.kind == Storage::Value)
    return touch(storage.value, 0, group, write);
  if (storage.kind != Storage::Carry)
    return;
  auto scan = storage.value.getDefiningOp<nn::ScanOp>();
  if (storage.buffer == Storage::Start || storage.buffer == Storage::Final)
    return touch(storage.value, storage.buffer == Storage::Start ? 0 : lastBuffer(scan), group, write);
  touch(storage.value, 0, group, write);
  touch(storage.value, 1, group, write);
}

// A piece that belongs outside of a loop is in use in all of its steps.
void LiveRanges::touch(Value piece, unsigned buffer, nn::GroupOp group, bool write) {
  std::pair<const void *, unsigned> key = {piece.getAsOpaquePointer(), buffer};
  auto [it, fresh] = numbers.try_emplace(key, all.size());
  int64_t at = position[group];
  if (fresh) {
    all.push_back({piece, buffer, at, at, false});
    crosses.push_back({false, false});
  }
  LivePiece &own = all[it->second];
  own.first = std::min(own.first, at);
  own.last = std::max(own.last, at);
  for (Operation *op = group; op->getBlock() != piece.getParentBlock(); op = op->getParentOp())
    if (auto *loop = loops.find(op->getParentOp()); loop != loops.end()) {
      own.first = std::min(own.first, loop->second.first);
      own.last = std::max(own.last, loop->second.last);
    }
  bool backward = isInBackward(group);
  crosses[it->second].first |= write && !backward && !isInBackward(piece.getDefiningOp());
  crosses[it->second].second |= !write && backward;
}

size_t LiveRanges::pieceOf(const Storage &storage) const {
  unsigned buffer = storage.kind == Storage::Carry && storage.buffer == Storage::Final
                        ? lastBuffer(storage.value.getDefiningOp<nn::ScanOp>())
                        : 0;
  return numbers.at({storage.value.getAsOpaquePointer(), buffer});
}

} // namespace nnc
