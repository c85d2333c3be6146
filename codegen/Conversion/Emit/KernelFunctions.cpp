// Parts of kernels, and what kernels share, as inline functions.
#include "codegen/Conversion/Emit/KernelBuilder.h"
#include "codegen/Conversion/ToLinalg/InlineFunctions.h"

#include <functional>

using namespace mlir;

namespace nnc::emit {

// While it lives, the builder writes into another function.
class KernelBuilder::Inside {
public:
  Inside(KernelBuilder &b, func::FuncOp function)
      : b(b), guard(b), function(std::exchange(b.function, function)), constants(std::exchange(b.constants, {})),
        tiles(std::exchange(b.tiles, {})) {
    b.setInsertionPointToEnd(&function.getBody().front());
  }
  ~Inside() {
    b.function = function;
    b.constants = std::move(constants);
    b.tiles = std::move(tiles);
  }

private:
  KernelBuilder &b;
  OpBuilder::InsertionGuard guard;
  func::FuncOp function;
  decltype(KernelBuilder::constants) constants;
  decltype(KernelBuilder::tiles) tiles;
};

bool KernelBuilder::isOutside(Value value) { return !function.getBody().isAncestor(value.getParentRegion()); }

// Constants and views of buffers are written again inside; null if the value has to be an argument.
Value KernelBuilder::broughtIn(Value value) {
  if (auto constantOp = value.getDefiningOp<arith::ConstantOp>())
    return constant(constantOp.getValue());
  auto view = value.getDefiningOp<memref::ReinterpretCastOp>();
  if (!view)
    return {};
  OpBuilder::InsertionGuard guard(*this);
  Block &entry = function.getBody().front();
  auto place = llvm::find_if(entry, [](Operation &op) { return !isa<arith::ConstantOp, memref::AllocaOp>(op); });
  setInsertionPoint(&entry, place);
  return clone(*view)->getResult(0);
}

// Makes what the body takes from outside its own: arguments of the kernel first, in their order.
SmallVector<Value> KernelBuilder::capture() {
  SmallVector<Value> found;
  auto everyUse = [&](Value from, Value to) {
    from.replaceUsesWithIf(to, [&](OpOperand &use) { return function->isProperAncestor(use.getOwner()); });
  };
  SmallVector<Operation *> ops;
  function.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) { ops.push_back(op); });
  for (size_t i = 0; i < ops.size(); ++i) {
    for (Value operand : llvm::to_vector(ops[i]->getOperands())) {
      if (!isOutside(operand) || llvm::is_contained(found, operand))
        continue;
      Value inside = broughtIn(operand);
      if (!inside) {
        found.push_back(operand);
        continue;
      }
      everyUse(operand, inside);
      ops.push_back(inside.getDefiningOp());
    }
  }
  SmallVector<Value> ordered;
  auto isArgument = [](Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    return argument && isa<func::FuncOp>(argument.getOwner()->getParentOp());
  };
  llvm::copy_if(found, std::back_inserter(ordered), isArgument);
  llvm::sort(ordered, [](Value a, Value b) {
    return cast<BlockArgument>(a).getArgNumber() < cast<BlockArgument>(b).getArgNumber();
  });
  llvm::copy_if(found, std::back_inserter(ordered), std::not_fn(isArgument));
  for (auto [i, value] : llvm::enumerate(ordered))
    everyUse(value, function.getBody().insertArgument(i, value.getType(), getLoc()));
  return ordered;
}

// Names of arguments and what is known of buffers: what the kernel's function says of its own.
void KernelBuilder::describeArguments(func::FuncOp inner, ValueRange captured, ArrayRef<StringRef> names) {
  for (auto [i, value] : llvm::enumerate(captured)) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (argument && argument.getOwner()->getParentOp() == function)
      if (DictionaryAttr attributes = function.getArgAttrDict(argument.getArgNumber()))
        inner.setArgAttrs(i, attributes);
    if (auto name = valueNames.find(value); name != valueNames.end() && !inner.getArgAttr(i, kNameAttr))
      inner.setArgAttr(i, kNameAttr, getStringAttr(name->second));
  }
  for (auto [i, name] : llvm::enumerate(names))
    inner.setArgAttr(captured.size() + i, kNameAttr, getStringAttr(name));
}

void KernelBuilder::outlined(const Part &part, ValueRange places, ArrayRef<StringRef> names,
                             llvm::function_ref<void(ValueRange)> body) {
  Known &made = calls[part.name];
  if (!made.function) {
    func::FuncOp inner = makeInlineFunction(getLoc(), part.name, getFunctionType(places.getTypes(), {}), {});
    {
      Inside inside(*this, inner);
      body(inner.getArguments());
      func::ReturnOp::create(*this);
      made.captured = capture();
    }
    inner.setFunctionType(getFunctionType(inner.getBody().getArgumentTypes(), {}));
    describeArguments(inner, made.captured, names);
    if (!part.family.empty()) {
      auto arguments = llvm::map_to_vector(part.arguments, [&](auto &argument) {
        return getNamedAttr(argument.first, getI64IntegerAttr(argument.second));
      });
      inner->setAttr(kFamilyAttr, getStringAttr(part.family));
      inner->setAttr(kFamilyArgsAttr, getDictionaryAttr(arguments));
    }
    made.function = inner;
    functions.push_back(inner);
  }
  SmallVector<Value> operands(made.captured);
  llvm::append_range(operands, places);
  func::CallOp::create(*this, made.function, operands);
}

ResultRange KernelBuilder::callShared(const Twine &name, ValueRange operands, ArrayRef<StringRef> names,
                                      TypeRange results, Build build) {
  Known &made = calls[name.str()];
  if (!made.function) {
    FunctionType type = getFunctionType(operands.getTypes(), results);
    made.function = makeInlineFunction(getLoc(), name, type, names.take_front(operands.size()));
    for (auto [i, name] : llvm::enumerate(names.drop_front(operands.size())))
      made.function.setResultAttr(i, kNameAttr, getStringAttr(name));
    Inside inside(*this, made.function);
    func::ReturnOp::create(*this, build(made.function.getArguments()));
    functions.push_back(made.function);
  }
  return func::CallOp::create(*this, made.function, operands).getResults();
}

// Halves, quarters … change places until vector i holds lane i of every vector. Each round reads one tile and writes
// the other: pairs of vectors `step` apart, of which there are `step` in a row.
void KernelBuilder::transpose(Value tile) {
  int64_t width = laneCount;
  auto exchange = [&](Value from, Value to, int64_t step) {
    SmallVector<int64_t> low, high;
    for (int64_t lane = 0; lane < width; ++lane) {
      low.push_back(lane & step ? width + (lane ^ step) : lane);
      high.push_back(lane & step ? width + lane : lane ^ step);
    }
    auto pair = [&](Value i) {
      Value at = named(add(mul(div(i, step), 2 * step), rem(i, step)), step == width / 2 ? "" : "a");
      Value other = named(add(at, step), "b");
      for (auto [place, mask] : {std::pair(at, &low), std::pair(other, &high)}) {
        Value first = memref::LoadOp::create(*this, from, at), second = memref::LoadOp::create(*this, from, other);
        memref::StoreOp::create(*this, vector::ShuffleOp::create(*this, first, second, *mask), to, place);
      }
    };
    unrolled(width / 2, pair, "i");
  };
  callShared("transpose_" + suffixOf(floats()), tile, {"t"}, {}, [&](ValueRange arguments) {
    Value from = arguments[0], to = this->tile({width}, "u");
    for (int64_t step = width / 2; step >= 1; step /= 2) {
      exchange(from, to, step);
      std::swap(from, to);
    }
    if (from != arguments[0])
      unrolled(
          width, [&](Value i) { memref::StoreOp::create(*this, memref::LoadOp::create(*this, from, i), to, i); }, "i");
    return SmallVector<Value>();
  });
}

} // namespace nnc::emit
