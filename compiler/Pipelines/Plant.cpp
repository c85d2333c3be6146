#include "compiler/Pipelines/Plant.h"
#include "compiler/Autodiff/Reverse.h"
#include "compiler/Transforms/GroupEdit.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace nnc {
namespace {

/// Sums over another axis of the same extent, which no verifier can see.
void wrongReduceAxis(ModuleOp module) {
  module.walk([](nn::ReduceOp op) {
    auto from = cast<RankedTensorType>(op.getX().getType()), to = cast<RankedTensorType>(op.getY().getType());
    SmallVector<int64_t> dims(op.getDims());
    for (int64_t &dim : dims) {
      int64_t right = dim;
      for (int64_t wrong = 0; wrong < from.getRank(); ++wrong) {
        if (llvm::is_contained(dims, wrong) || nn::sizeOf(from, wrong) != nn::sizeOf(from, right))
          continue;
        dim = wrong;
        SmallVector<int64_t> ascending(dims);
        llvm::sort(ascending);
        if (nn::sameShape(nn::inferReduce(from, ascending), to))
          return op.setDims(ascending);
        dim = right;
      }
    }
  });
}

/// A product forgets what its sums start from.
void missingBias(ModuleOp module) {
  module.walk([](nn::ContractOp op) { op.getInitMutable().clear(); });
}

void swappedSub(ModuleOp module) {
  module.walk([](nn::SubOp op) { op->setOperands({op.getB(), op.getA()}); });
}

/// The number of tasks is that of chunks one row longer: where one row is left over, nobody computes it.
void tailRow(ModuleOp module) {
  module.walk([](nn::LaunchOp op) {
    if (std::optional<nn::TasksAttr> tasks = op.getTasks(); tasks && !tasks->isSingle())
      op.setTasksAttr(nn::TasksAttr::get(op.getContext(), tasks->getSize(), tasks->getDim(), tasks->getChunk() + 1));
  });
}

/// Differentiation does not see the last read of a value that is read several times.
void missedSecondUse(ModuleOp module) {
  for (auto entry : module.getOps<nn::EntryOp>()) {
    SmallVector<Value> values;
    for (Operation &op : entry.getBody().front())
      for (Value result : op.getResults())
        if (autodiff::isFloat(result) && !result.use_empty() && !result.hasOneUse())
          values.push_back(result);
    for (Value value : values) {
      OpOperand *last = nullptr;
      for (OpOperand &use : value.getUses())
        if (!last || last->getOwner()->isBeforeInBlock(use.getOwner()))
          last = &use;
      if (last->getOwner()->hasTrait<OpTrait::IsTerminator>())
        continue;
      OpBuilder builder(last->getOwner());
      last->set(nn::StopGradientOp::create(builder, value.getLoc(), value.getType(), value));
    }
  }
}

/// A square gradient of a weight comes out transposed.
void transposedWeightGradient(ModuleOp module) {
  module.walk([](nn::ContractOp op) {
    nn::ContractSpec letters = op.getLetters();
    auto type = cast<RankedTensorType>(op.getY().getType());
    if (!autodiff::isGradLocation(op.getLoc()) || op.getInit() || type.getRank() != 2 ||
        nn::sizeOf(type, 0) != nn::sizeOf(type, 1))
      return;
    std::swap(letters.result[0], letters.result[1]);
    op.setSpec(letters.str());
  });
}

/// The offset in the workspace where a result lies, or nothing.
std::optional<int64_t> workspaceOffset(OpResult result) {
  auto group = dyn_cast<nn::GroupOp>(result.getOwner());
  if (!group || !group.getInto())
    return std::nullopt;
  auto place = dyn_cast<nn::BufAttr>((*group.getInto())[result.getResultNumber()]);
  if (!place || (place.getRegion() != nn::Region::saved && place.getRegion() != nn::Region::scratch))
    return std::nullopt;
  return place.getOffset();
}

/// Whether a group after `op` reads the value.
bool isReadAfter(Value value, Operation *op) {
  return llvm::any_of(value.getUsers(),
                      [&](Operation *user) { return user->getBlock() == op->getBlock() && op->isBeforeInBlock(user); });
}

/// A value is written over another one that is still to be read.
void overlappingBuffers(nn::EntryOp entry) {
  SmallVector<nn::GroupOp> groups = groupsOf(entry);
  for (auto [i, first] : llvm::enumerate(groups))
    for (OpResult kept : first->getResults())
      for (nn::GroupOp second : ArrayRef(groups).drop_front(i + 1))
        for (OpResult written : second->getResults()) {
          std::optional<int64_t> place = workspaceOffset(kept), other = workspaceOffset(written);
          if (!place || !other || *place == *other || !isReadAfter(kept, second) || written.use_empty())
            continue;
          SmallVector<Attribute> into(second.getInto()->getValue());
          into[written.getResultNumber()] = (*first.getInto())[kept.getResultNumber()];
          return second.setIntoAttr(ArrayAttr::get(entry.getContext(), into));
        }
}

/// A group that commits a new value runs before one that reads the old one.
void updateBeforeLastRead(nn::EntryOp entry) {
  nn::ReturnOp last = returnOf(entry);
  if (!last.getTargets())
    return;
  for (auto [target, value] : llvm::zip(last.getTargets()->getAsRange<FlatSymbolRefAttr>(), last.getUpdates())) {
    auto update = value.getDefiningOp<nn::GroupOp>();
    if (!update)
      continue;
    Operation *earliest = &entry.getBody().front().front(); // behind what the update reads
    for (Value input : update.getInputs())
      if (Operation *from = input.getDefiningOp(); from && earliest->isBeforeInBlock(from))
        earliest = from;
    for (nn::GroupOp reader : groupsOf(entry)) {
      bool reads = llvm::any_of(reader.getInputs(), [&](Value input) {
        auto get = input.getDefiningOp<nn::GetOp>();
        return get && get.getSource() == target.getValue();
      });
      if (reads && reader != update && earliest->isBeforeInBlock(reader) && reader->isBeforeInBlock(update))
        return update->moveBefore(reader);
    }
  }
}

template <void (*plantInEntry)(nn::EntryOp)> void inEntries(ModuleOp module) {
  for (auto entry : module.getOps<nn::EntryOp>())
    plantInEntry(entry);
}

struct Bug {
  StringRef name;
  PlantStage stage;
  void (*plant)(ModuleOp);
};

constexpr Bug bugs[] = {
    {"cpp-contraction", PlantStage::Printed, nullptr},
    {"cpp-forgotten-offset", PlantStage::Printed, nullptr},
    {"cpp-missing-lane", PlantStage::Printed, nullptr},
    {"cpp-swapped-operands", PlantStage::Printed, nullptr},
    {"missed-second-use", PlantStage::BeforeGrad, missedSecondUse},
    {"missing-bias", PlantStage::Planned, missingBias},
    {"overlapping-buffers", PlantStage::Planned, inEntries<overlappingBuffers>},
    {"swapped-sub", PlantStage::Planned, swappedSub},
    {"tail-row", PlantStage::Outlined, tailRow},
    {"transposed-weight-gradient", PlantStage::AfterGrad, transposedWeightGradient},
    {"update-before-last-read", PlantStage::Planned, inEntries<updateBeforeLastRead>},
    {"wrong-reduce-axis", PlantStage::Planned, wrongReduceAxis},
};

class Plant : public PassWrapper<Plant, OperationPass<ModuleOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Plant)
  explicit Plant(const Bug &bug) : bug(&bug) {}
  StringRef getArgument() const override { return "nn-plant"; }
  StringRef getDescription() const override { return "plants a bug, to test what looks for bugs"; }
  void runOnOperation() override { bug->plant(getOperation()); }

private:
  const Bug *bug;
};

} // namespace

ArrayRef<StringRef> plantNames() {
  static const auto names = llvm::map_to_vector(bugs, [](const Bug &bug) { return bug.name; });
  return names;
}

std::unique_ptr<Pass> createPlant(StringRef name, PlantStage stage) {
  for (const Bug &bug : bugs)
    if (bug.name == name && bug.stage == stage && bug.plant)
      return std::make_unique<Plant>(bug);
  return nullptr;
}

} // namespace nnc
