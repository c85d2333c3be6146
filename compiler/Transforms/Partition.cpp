// nn-partition: cuts groups into tasks and puts barriers between groups that need them.
#include "compiler/Analysis/Cost.h"
#include "compiler/Analysis/Limits.h"
#include "compiler/Analysis/TaskCut.h"
#include "compiler/Transforms/Barriers.h"
#include "compiler/Transforms/GroupEdit.h"
#include "compiler/Transforms/Passes.h"
#include "compiler/Transforms/Remarks.h"
#include "llvm/Support/MathExtras.h"
#include <map>

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_PARTITION
#include "compiler/Transforms/Passes.h.inc"

namespace {

constexpr int64_t mostTasks = 8;
constexpr int64_t chunkUnit = 32; // rows: enough for full register tiles

// Rows of a task for `extent` rows that cost `cost` together; `extent` = one task. `taskCost`, by default about five
// microseconds of one core, is the least work that is worth waking another one.
int64_t chooseChunk(int64_t extent, int64_t cost, int64_t taskCost) {
  int64_t tasks = std::clamp<int64_t>(cost / taskCost, 1, mostTasks);
  int64_t chunk = llvm::alignTo(llvm::divideCeil(extent, tasks), chunkUnit);
  return std::min(chunk, extent);
}

using Divisors = std::map<std::string, int64_t, std::less<>>; // of named sizes

/// `T / 2` of `(T floordiv 4) * 2` where 4 divides T; empty if the size is no such quotient.
std::string exactQuotient(AffineExpr expr, ArrayRef<StringAttr> names, const Divisors &divisors) {
  int64_t factor = 1;
  if (auto product = dyn_cast<AffineBinaryOpExpr>(expr); product && expr.getKind() == AffineExprKind::Mul)
    if (auto number = dyn_cast<AffineConstantExpr>(product.getRHS())) {
      factor = number.getValue();
      expr = product.getLHS();
    }
  auto quotient = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!quotient || expr.getKind() != AffineExprKind::FloorDiv)
    return "";
  auto whole = dyn_cast<AffineSymbolExpr>(quotient.getLHS());
  auto divisor = dyn_cast<AffineConstantExpr>(quotient.getRHS());
  if (!whole || !divisor || factor < 1 || divisor.getValue() % factor != 0)
    return "";
  StringRef name = names[whole.getPosition()].getValue();
  auto known = divisors.find(name);
  if (known == divisors.end() || known->second % divisor.getValue() != 0)
    return "";
  return divisor.getValue() == factor ? name.str() : name.str() + " / " + std::to_string(divisor.getValue() / factor);
}

/// A size in the words of the language, not of the IR: `floor(T / 2) + 1`.
std::string wordsFor(AffineExpr expr, ArrayRef<StringAttr> names, const Divisors &divisors) {
  if (std::string exact = exactQuotient(expr, names, divisors); !exact.empty())
    return exact;
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return names[symbol.getPosition()].str();
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return std::to_string(constant.getValue());
  auto both = cast<AffineBinaryOpExpr>(expr);
  std::string left = wordsFor(both.getLHS(), names, divisors), right = wordsFor(both.getRHS(), names, divisors);
  if (expr.getKind() == AffineExprKind::Add)
    return left + (right.starts_with("-") ? " - " + right.substr(1) : " + " + right);
  if (both.getLHS().getKind() == AffineExprKind::Add)
    left = "(" + left + ")";
  if (both.getRHS().getKind() == AffineExprKind::Add)
    right = "(" + right + ")";
  switch (expr.getKind()) {
  case AffineExprKind::FloorDiv:
    return "floor(" + left + " / " + right + ")";
  case AffineExprKind::CeilDiv:
    return "ceil(" + left + " / " + right + ")";
  case AffineExprKind::Mod:
    return left + " % " + right;
  default: // the affine form has its number behind
    return right == "-1" ? "-" + left : right + " * " + left;
  }
}

/// What divides the free sizes of an entry, as they are written.
Divisors divisorsOf(const nn::SizeForms &forms) {
  Divisors divisors;
  for (const auto &[name, form] : forms) {
    auto product = dyn_cast<AffineBinaryOpExpr>(form.getExpr());
    auto number = product ? dyn_cast<AffineConstantExpr>(product.getRHS()) : AffineConstantExpr();
    nn::SizeExpr symbol = nn::SizeExpr::symbol(form.getExpr().getContext(), name);
    nn::SizeExpr divisor = nn::SizeExpr::constant(form.getExpr().getContext(), number ? number.getValue() : 1);
    if (form == symbol.floorDiv(divisor) * divisor)
      divisors[name] = divisor.value();
  }
  return divisors;
}

class Partitioner {
public:
  Partitioner(nn::EntryOp entry, int64_t taskCost)
      : entry(entry), taskCost(taskCost), ranges(nn::rangesOf(entry)), forms(nn::formsOf(entry)),
        groups(allGroupsOf(entry)) {}

  LogicalResult run() {
    if (failed(checkSizes()))
      return failure();
    for (nn::GroupOp group : groups)
      cuts.push_back(cutIntoTasks(group));
    chooseBatchChunks();
    for (auto [group, cut] : llvm::zip_equal(groups, cuts))
      group.setTasksAttr(chooseTasks(group, cut));
    placeBarriers(entry);
    return success();
  }

private:
  LogicalResult checkSizes() {
    for (Type type : entry.getArgumentTypes())
      for (const nn::SizeExpr &size : nn::sizesOf(cast<RankedTensorType>(type)))
        if (!size.isConstant() && !isPlainSize(size))
          return failure(laterVersion(entry, size).wasInterrupted());
    WalkResult result = entry.getBody().walk([&](Operation *op) {
      auto scan = dyn_cast<nn::ScanOp>(op);
      if (scan && !scan.stepCount().isConstant())
        return laterVersion(op, scan.stepCount());
      // What a loop slices has constant strides.
      for (Value whole :
           scan ? llvm::to_vector(llvm::concat<Value>(scan.getXs(), scan.stacks())) : SmallVector<Value>()) {
        SmallVector<nn::SizeExpr> sizes = nn::sizesOf(cast<RankedTensorType>(whole.getType()));
        for (const nn::SizeExpr &size : llvm::drop_begin(sizes))
          if (!size.isConstant())
            return laterVersion(op, size);
      }
      for (Type type : op->getResultTypes()) {
        bool any = false;
        for (const nn::SizeExpr &size : nn::sizesOf(cast<RankedTensorType>(type))) {
          if (!size.isConstant() && (any || !isPlainSize(size)))
            return laterVersion(op, size);
          any |= !size.isConstant();
        }
        if (failed(checkBytes(op->getLoc(), type)))
          return WalkResult::interrupt();
      }
      return WalkResult::advance();
    });
    return failure(result.wasInterrupted());
  }
  LogicalResult checkBytes(Location loc, Type type) {
    auto tensor = cast<RankedTensorType>(type);
    if (!isTooLarge(tensor, ranges))
      return success();
    std::string bounds;
    for (StringAttr symbol : nn::symbolsOf(tensor))
      if (auto range = ranges.find(symbol.getValue()); range != ranges.end() && range->second.max)
        bounds += (bounds.empty() ? "" : ", ") + symbol.str() + " up to " + std::to_string(*range->second.max);
    return reportTooLarge(
        loc, tensor, bounds.empty() ? "smaller sizes take less" : "with " + bounds + ": a smaller bound takes less");
  }
  WalkResult laterVersion(Operation *op, const nn::SizeExpr &size) const {
    op->emitError("E0360: the size `") << wordsFor(size.getExpr(), size.getSymbols(), divisorsOf(forms))
                                       << "` is free when the program runs, and not the "
                                       << "outermost axis here: this comes in a later version";
    return WalkResult::interrupt();
  }

  bool isPlainSize(const nn::SizeExpr &size) const { return nn::freeSize(size, forms).has_value(); }

  static nn::SizeExpr rowsOf(nn::GroupOp group) {
    return nn::sizeOf(cast<RankedTensorType>(group.getResult(0).getType()), 0);
  }
  std::string nameOf(const nn::SizeExpr &rows) const {
    std::optional<StringAttr> name = nn::freeSize(rows, forms);
    return name ? name->str() : rows.str();
  }

  // All groups along one free size are cut alike, as the most expensive of them needs it: so the rows of a task stay
  // on one core from group to group, and no barrier is needed between them.
  void chooseBatchChunks() {
    for (auto [group, cut] : llvm::zip_equal(groups, cuts)) {
      if (!cut || rowsOf(group).isConstant())
        continue;
      std::string name = nameOf(rowsOf(group));
      int64_t extent = rowsOf(group).upperBound(ranges).value_or(1);
      int64_t chunk = chooseChunk(extent, costOf(group, ranges), taskCost);
      auto [it, fresh] = batchChunks.try_emplace(name, chunk);
      it->second = std::min(it->second, chunk);
    }
  }

  nn::TasksAttr chooseTasks(nn::GroupOp group, const std::optional<TaskCut> &cut) {
    MLIRContext *context = group.getContext();
    auto single = nn::TasksAttr::get(context, StringAttr(), -1, 1);
    if (!cut)
      return single;
    nn::SizeExpr rows = rowsOf(group);
    int64_t extent = rows.upperBound(ranges).value_or(1);
    int64_t chunk =
        rows.isConstant() ? chooseChunk(extent, costOf(group, ranges), taskCost) : batchChunks.lookup(nameOf(rows));
    if (chunk >= extent)
      return single;
    remarkPassed(group.getLoc(), "partition",
                 Twine(llvm::divideCeil(extent, chunk)) + " tasks of " + Twine(chunk) + " of " + nameOf(rows));
    if (rows.isConstant())
      return nn::TasksAttr::get(context, StringAttr(), 0, chunk);
    return nn::TasksAttr::get(context, StringAttr::get(context, nameOf(rows)), -1, chunk);
  }

  nn::EntryOp entry;
  int64_t taskCost;
  nn::SizeRanges ranges;
  nn::SizeForms forms;
  SmallVector<nn::GroupOp> groups;
  std::vector<std::optional<TaskCut>> cuts;
  llvm::StringMap<int64_t> batchChunks;
};

struct Partition : impl::PartitionBase<Partition> {
  using PartitionBase::PartitionBase;
  void runOnOperation() override {
    for (auto entry : getOperation().getOps<nn::EntryOp>())
      if (failed(Partitioner(entry, taskCost).run()))
        return signalPassFailure();
  }
};

} // namespace
} // namespace nnc
