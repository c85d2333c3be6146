// nn-pack-weights: a relayout of a parameter becomes a copy that the state keeps in that layout.
#include "compiler/Transforms/GroupEdit.h"
#include "compiler/Transforms/Passes.h"
#include "compiler/Transforms/Remarks.h"
#include "compiler/Transforms/ScanEdit.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_PACKWEIGHTS
#include "compiler/Transforms/Passes.h.inc"

namespace {

struct PackWeights : impl::PackWeightsBase<PackWeights> {
  void runOnOperation() override {
    module = getOperation();
    symbols.emplace(module);
    for (Operation &op : module.getOps())
      if (isa<nn::ParamOp, nn::StateOp, nn::DerivedOp>(op))
        last = &op;
    for (auto entry : module.getOps<nn::EntryOp>())
      readCopies(entry);
    if (copies.empty())
      return;
    for (auto entry : llvm::to_vector(module.getOps<nn::EntryOp>()))
      writeCopies(entry);
    makePackEntry();
  }

  // Groups read the copy instead of packing.
  void readCopies(nn::EntryOp entry) {
    Block &body = entry.getBody().front();
    gets.clear();
    lastGet = nullptr;
    for (auto get : body.getOps<nn::GetOp>())
      lastGet = get;
    for (nn::GroupOp group : allGroupsOf(entry)) {
      readCopies(entry, group);
      dropUnusedInputs(group);
      for (auto scan = group->getParentOfType<nn::ScanOp>(); scan; scan = scan->getParentOfType<nn::ScanOp>())
        dropUnreadOperands(scan);
    }
    for (auto get : llvm::make_early_inc_range(body.getOps<nn::GetOp>()))
      if (get.use_empty())
        get.erase();
  }

  void readCopies(nn::EntryOp entry, nn::GroupOp group) {
    for (auto op : llvm::make_early_inc_range(bodyOf(group).getOps<nn::RelayoutOp>())) {
      Value input = inputFor(group, op.getX());
      auto get = input ? outermost(input).getDefiningOp<nn::GetOp>() : nn::GetOp();
      auto param = get ? symbols->lookup<nn::ParamOp>(get.getSource()) : nn::ParamOp();
      if (!param)
        continue;
      Value copy = getCopy(entry, copyOf(param, cast<RankedTensorType>(op.getType())));
      op.getY().replaceAllUsesWith(addInput(group, passedTo(group, copy)));
      op.erase();
    }
  }

  // A value of the entry as the loops around `group` hand it on.
  static Value passedTo(nn::GroupOp group, Value value) {
    SmallVector<nn::ScanOp> loops;
    for (auto scan = group->getParentOfType<nn::ScanOp>(); scan; scan = scan->getParentOfType<nn::ScanOp>())
      loops.push_back(scan);
    for (nn::ScanOp scan : llvm::reverse(loops))
      value = addConst(scan, value);
    return value;
  }

  // One copy for each parameter and layout, named by the dimension that is split and the width of a panel.
  nn::DerivedOp copyOf(nn::ParamOp param, RankedTensorType type) {
    nn::DerivedOp &copy = copies[{param.getSymNameAttr(), type}];
    if (copy)
      return copy;
    OpBuilder builder(param);
    builder.setInsertionPointAfter(last);
    copy = nn::DerivedOp::create(builder, param.getLoc(), nameOf(param, nn::layoutOf(type)), param.getSymName(), type,
                                 IntegerAttr());
    symbols->insert(copy);
    last = copy;
    remarkPassed(param.getLoc(), "pack", "'" + param.getSymName() + "' has a packed copy '" + copy.getSymName() + "'");
    return copy;
  }

  std::string nameOf(nn::ParamOp param, AffineMap layout) {
    auto panel = cast<AffineBinaryOpExpr>(layout.getResult(0));
    unsigned dim = cast<AffineDimExpr>(panel.getLHS()).getPosition();
    int64_t width = cast<AffineConstantExpr>(panel.getRHS()).getValue();
    std::string name = (param.getSymName() + ".packed." + Twine(dim) + "x" + Twine(width)).str();
    while (symbols->lookup(name))
      name += "_";
    return name;
  }

  Value getCopy(nn::EntryOp entry, nn::DerivedOp copy) {
    Value &value = gets[copy];
    if (value)
      return value;
    auto builder = OpBuilder::atBlockBegin(&entry.getBody().front());
    if (lastGet)
      builder.setInsertionPointAfter(lastGet);
    auto get = nn::GetOp::create(builder, copy.getLoc(), copy.getType(), copy.getSymName());
    lastGet = get;
    return value = get;
  }

  // The group that computes a parameter's new value packs it in the same sweep.
  void writeCopies(nn::EntryOp entry) {
    nn::ReturnOp ret = returnOf(entry);
    if (!ret.getTargets())
      return;
    SmallVector<Attribute> targets(ret.getTargets()->begin(), ret.getTargets()->end());
    llvm::StringMap<unsigned> indices; // a tensor is the target of one update
    for (auto [index, target] : llvm::enumerate(targets))
      indices[cast<FlatSymbolRefAttr>(target).getValue()] = index;
    for (auto &[key, copy] : copies)
      if (auto found = indices.find(copy.getOf()); found != indices.end()) {
        Value packed = pack(ret.getUpdates()[found->second], cast<RankedTensorType>(copy.getType()));
        ret.getUpdatesMutable().append(packed);
        targets.push_back(FlatSymbolRefAttr::get(copy.getSymNameAttr()));
      }
    ret.setTargetsAttr(ArrayAttr::get(&getContext(), targets));
  }

  static Value pack(Value value, RankedTensorType type) {
    auto group = value.getDefiningOp<nn::GroupOp>();
    Operation *yield = yieldOf(group);
    OpBuilder builder(yield);
    Value inner = yield->getOperand(cast<OpResult>(value).getResultNumber());
    Value packed = nn::RelayoutOp::create(builder, value.getLoc(), type, inner);
    return addResult(group, packed).getResults().back();
  }

  // Rebuilds every copy, after parameters were loaded.
  void makePackEntry() {
    auto builder = OpBuilder::atBlockEnd(module.getBody());
    Location loc = module.getLoc();
    auto entry = nn::EntryOp::create(builder, loc, builder.getStringAttr("pack"), builder.getFunctionType({}, {}),
                                     builder.getStringAttr("pack"), builder.getArrayAttr({}), nullptr, nullptr, nullptr,
                                     nullptr, nullptr, nullptr);
    builder.createBlock(&entry.getBody());
    SmallVector<Value> packed;
    SmallVector<Attribute> targets;
    for (auto &[key, copy] : copies) {
      auto get = nn::GetOp::create(builder, copy.getLoc(), nn::withoutLayout(cast<RankedTensorType>(copy.getType())),
                                   copy.getOf());
      nn::GroupOp group = makeCopyGroup(builder, copy.getLoc(), get);
      packed.push_back(repack(group, cast<RankedTensorType>(copy.getType())));
      targets.push_back(FlatSymbolRefAttr::get(copy.getSymNameAttr()));
    }
    nn::ReturnOp::create(builder, loc, ValueRange(), packed, builder.getArrayAttr(targets));
  }

  // Turns a copying group into one that packs.
  static Value repack(nn::GroupOp group, RankedTensorType type) {
    Operation *yield = yieldOf(group);
    OpBuilder builder(yield);
    yield->setOperand(0, nn::RelayoutOp::create(builder, group.getLoc(), type, yield->getOperand(0)));
    group.getResult(0).setType(type);
    return group.getResult(0);
  }

  ModuleOp module;
  std::optional<SymbolTable> symbols;
  Operation *last = nullptr;               // of what the state holds
  nn::GetOp lastGet;                       // of the entry
  llvm::DenseMap<Operation *, Value> gets; // of the entry's copies
  llvm::MapVector<std::pair<StringAttr, Type>, nn::DerivedOp> copies;
};

} // namespace
} // namespace nnc
