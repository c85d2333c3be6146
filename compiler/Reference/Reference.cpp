#include "compiler/Reference/Reference.h"

#include "compiler/Reference/EntryBounds.h"
#include "compiler/Reference/Evaluator.h"
#include "support/Diagnostics.h"

#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace nnc::reference {

ElementKind elementKind(Type type) {
  Type element = cast<RankedTensorType>(type).getElementType();
  if (isa<FloatType>(element))
    return ElementKind::Real;
  return element.isInteger(1) ? ElementKind::Bool : element.isInteger(32) ? ElementKind::I32 : ElementKind::I64;
}

std::optional<int64_t> indexBound(nn::EntryOp entry, unsigned argument, const nn::SizeBindings &sizes) {
  Attribute bound = entry.getArgAttr(argument, "nn.index_bound");
  if (auto number = dyn_cast_or_null<IntegerAttr>(bound))
    return number.getInt();
  auto size = dyn_cast_or_null<nn::DimsAttr>(bound);
  return size ? nn::sizesOf(size).front().evaluate(sizes) : std::nullopt;
}

void bindSizes(ArrayRef<nn::SizeExpr> axes, ArrayRef<int64_t> extents, const nn::SizeForms &forms,
               nn::SizeBindings &sizes) {
  for (auto [axis, extent] : llvm::zip(axes, extents))
    if (std::optional<StringAttr> name = nn::freeSize(axis, forms))
      sizes.try_emplace(name->str(), extent);
}

void solveSizes(ArrayRef<nn::SizeExpr> axes, ArrayRef<int64_t> extents, nn::SizeBindings &sizes) {
  for (auto [axis, extent] : llvm::zip(axes, extents)) {
    SmallVector<StringAttr> unknown;
    for (StringAttr name : axis.getSymbols())
      if (sizes.find(name.getValue()) == sizes.end())
        unknown.push_back(name);
    if (unknown.size() != 1)
      continue;
    auto with = [&](int64_t value) {
      nn::SizeBindings all = sizes;
      all[unknown[0].str()] = value;
      return axis.evaluate(all);
    };
    std::optional<int64_t> one = with(1), two = with(2), three = with(3);
    if (one && two && three && *two - *one == *three - *two && *two != *one)
      sizes[unknown[0].str()] = 1 + (extent - *one) / (*two - *one);
  }
}

std::optional<nn::FactAttr> failingFact(nn::EntryOp entry, const nn::SizeBindings &sizes) {
  ArrayAttr facts = entry.getFactsAttr();
  for (Attribute attribute : facts ? facts.getValue() : ArrayRef<Attribute>()) {
    auto fact = cast<nn::FactAttr>(attribute);
    auto sides = nn::sizesOf(fact.getSides());
    std::optional<int64_t> left = sides[0].evaluate(sizes), right = sides[1].evaluate(sizes);
    bool holds = left && right &&
                 (fact.getPred() == nn::ComparePred::eq   ? *left == *right
                  : fact.getPred() == nn::ComparePred::ne ? *left != *right
                                                          : *left <= *right);
    if (!holds)
      return fact;
  }
  return std::nullopt;
}

FailureOr<Shape> evaluateShape(Operation *op, Type type, const nn::SizeBindings &sizes) {
  auto tensor = cast<RankedTensorType>(type);
  std::optional<SmallVector<int64_t>> shape = nn::evaluateShape(tensor, sizes);
  if (!shape)
    return op->emitError() << "the sizes of " << type << " have no value here";
  constexpr int64_t most = int64_t(1) << 28;
  if (int64_t count = countElements(*shape); count > most)
    return op->emitError() << "E0773: a value of " << support::formatNumber(count)
                           << " numbers is too large for the evaluator, which takes " << support::formatNumber(most);
  return Shape(shape->begin(), shape->end());
}

template <class S> FailureOr<Tensor<S>> Frame<S>::make(Operation *op, Type type) const {
  FailureOr<Shape> shape = evaluateShape(op, type, sizes);
  if (failed(shape))
    return failure();
  return Tensor<S>(elementKind(type), *shape);
}

template <class S> Evaluator<S>::Evaluator() {
  registerState(*this);
  registerElementwise(*this);
  registerShape(*this);
  registerReduce(*this);
  registerContract(*this);
  registerGeneric(*this);
  registerScan(*this);
  registerConv(*this);
  registerPool(*this);
  registerNorm(*this);
  registerAttention(*this);
  registerGather(*this);
  registerOrder(*this);
  registerRandom(*this);
  registerCustom(*this);
  registerLoss(*this);
  registerUpdate(*this);
}

template <class S> LogicalResult Evaluator<S>::run(Block &block, Frame<S> &frame) const {
  for (Operation &op : block.without_terminator()) {
    auto found = table.find(op.getName().getStringRef());
    if (found == table.end())
      return op.emitOpError("is unknown to the reference");
    if (failed(found->second(&op, frame)))
      return failure();
  }
  return success();
}

namespace {

/// Free sizes that the caller did not give, read off inputs with a dimension that is just this size.
template <class S>
LogicalResult bindSizes(nn::EntryOp entry, const EntryArguments<S> &arguments, nn::SizeBindings &sizes) {
  nn::SizeForms forms = nn::formsOf(entry);
  for (BlockArgument argument : entry.getBody().getArguments()) {
    auto input = arguments.inputs.find(entry.getArgName(argument.getArgNumber()).str());
    if (input == arguments.inputs.end())
      continue;
    auto exprs = nn::sizesOf(cast<RankedTensorType>(argument.getType()));
    if (exprs.size() != input->second.shape.size())
      return entry.emitError() << "input '" << input->first << "' has " << input->second.shape.size()
                               << " axes instead of " << exprs.size();
    reference::bindSizes(exprs, input->second.shape, forms, sizes);
  }
  for (BlockArgument argument : entry.getBody().getArguments())
    if (auto input = arguments.inputs.find(entry.getArgName(argument.getArgNumber()).str());
        input != arguments.inputs.end())
      solveSizes(nn::sizesOf(cast<RankedTensorType>(argument.getType())), input->second.shape, sizes);
  for (auto [name, range] : nn::rangesOf(entry))
    if (sizes.find(name) == sizes.end())
      return entry.emitError() << "the size " << name << " has no value";
  return success();
}

/// Where the program states it: `where` is "net.nn:2:14"; `otherwise` if it is no place.
Location placeOf(nn::FactAttr fact, Location otherwise) {
  auto [front, column] = fact.getWhere().rsplit(':');
  auto [file, line] = front.rsplit(':');
  unsigned lineNumber = 0, columnNumber = 0;
  if (file.empty() || line.getAsInteger(10, lineNumber) || column.getAsInteger(10, columnNumber))
    return otherwise;
  return FileLineColLoc::get(fact.getContext(), file, lineNumber, columnNumber);
}

LogicalResult checkFacts(nn::EntryOp entry, const nn::SizeBindings &sizes) {
  std::optional<nn::FactAttr> fact = failingFact(entry, sizes);
  if (!fact)
    return success();
  std::string values;
  for (StringAttr name : fact->getSides().getSymbols())
    if (auto bound = sizes.find(name.getValue()); bound != sizes.end())
      values += (values.empty() ? ": " : ", ") + name.str() + " is " + std::to_string(bound->second);
  return emitError(placeOf(*fact, entry.getLoc()))
         << "E0771: the condition " << fact->getText() << " does not hold" << values;
}

LogicalResult checkRanges(nn::EntryOp entry, const nn::SizeBindings &sizes) {
  for (auto [name, range] : nn::rangesOf(entry)) {
    int64_t value = sizes.find(name)->second;
    if (value < range.min || (range.max && value > *range.max))
      return entry.emitError() << "the size " << name << " = " << value << " is out of bounds";
  }
  return success();
}

template <class S> LogicalResult bindArguments(nn::EntryOp entry, const EntryArguments<S> &arguments, Frame<S> &frame) {
  for (BlockArgument argument : entry.getBody().getArguments()) {
    unsigned number = argument.getArgNumber();
    std::string name = entry.getArgName(number).str();
    FailureOr<Shape> shape = evaluateShape(entry, argument.getType(), frame.sizes);
    if (failed(shape))
      return failure();
    if (entry.getArgAttr(number, "nn.scalar")) {
      auto value = arguments.scalars.find(name);
      if (value == arguments.scalars.end())
        return entry.emitError() << "the scalar '" << name << "' has no value";
      Tensor<S> tensor(ElementKind::Real, *shape);
      tensor.reals[0] = S(value->second);
      frame.set(argument, std::move(tensor));
      continue;
    }
    auto input = arguments.inputs.find(name);
    if (input == arguments.inputs.end())
      return entry.emitError() << "the input '" << name << "' has no value";
    if (input->second.shape != *shape || input->second.kind != elementKind(argument.getType()))
      return entry.emitError() << "the input '" << name << "' is not of type " << argument.getType();
    if (std::optional<int64_t> bound = indexBound(entry, number, frame.sizes))
      for (int64_t index : input->second.integers)
        if (index < 0 || index >= *bound)
          return entry.emitError() << "input '" << name << "' holds " << index << ", which is not in 0 … "
                                   << *bound - 1;
    frame.set(argument, input->second);
  }
  return success();
}

} // namespace

template <class S>
LogicalResult evaluateEntry(ModuleOp module, StringRef name, const EntryArguments<S> &arguments,
                            EntryResults<S> &results) {
  auto entry = module.lookupSymbol<nn::EntryOp>(name);
  if (!entry)
    return module.emitError() << "there is no entry '" << name << "'";
  nn::SizeBindings sizes = arguments.sizes;
  if (failed(bindSizes(entry, arguments, sizes)) || failed(checkFacts(entry, sizes)) ||
      failed(checkRanges(entry, sizes)))
    return failure();
  static const Evaluator<S> evaluator;
  Frame<S> frame(evaluator, arguments, sizes);
  Block &body = entry.getBody().front();
  if (failed(bindArguments(entry, arguments, frame)) || failed(evaluator.run(body, frame)))
    return failure();
  auto last = cast<nn::ReturnOp>(body.getTerminator());
  for (auto [i, output] : llvm::enumerate(last.getOutputs())) {
    StringRef resultName = entry.getResultName(i);
    results.outputs.emplace_back(resultName.empty() ? std::to_string(i) : resultName.str(), frame[output]);
  }
  if (last.getTargets())
    for (auto [target, update] : llvm::zip(last.getTargets()->getAsRange<FlatSymbolRefAttr>(), last.getUpdates()))
      results.updates[target.getValue().str()] = frame[update];
  return success();
}

#define NNC_REFERENCE_INSTANTIATE_API(S)                                                                               \
  template class Frame<S>;                                                                                             \
  template class Evaluator<S>;                                                                                         \
  template LogicalResult evaluateEntry<S>(ModuleOp, StringRef, const EntryArguments<S> &, EntryResults<S> &);
NNC_REFERENCE_INSTANTIATE_API(float)
NNC_REFERENCE_INSTANTIATE_API(double)
NNC_REFERENCE_INSTANTIATE_API(scalar::Dual)

} // namespace nnc::reference
