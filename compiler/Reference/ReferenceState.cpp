// State, constants, sizes, and the groups of the planned phase.
#include "compiler/Reference/EntryBounds.h"
#include "compiler/Reference/Evaluator.h"

#include <random>

using namespace mlir;

namespace nnc::reference {
namespace {

/// Copies the elements of a dense attribute; i1 is 0 or 1.
template <class S> Tensor<S> fromElements(ElementsAttr elements, ArrayRef<int64_t> shape) {
  Tensor<S> tensor(elementKind(elements.getType()), shape);
  if (tensor.isReal())
    for (auto [to, value] : llvm::zip(tensor.reals, elements.getValues<APFloat>()))
      to = S(value.convertToDouble());
  else
    for (auto [to, value] : llvm::zip(tensor.integers, elements.getValues<APInt>()))
      to = tensor.kind == ElementKind::Bool ? int64_t(value.getZExtValue()) : value.getSExtValue();
  return tensor;
}

template <class S> LogicalResult constant(nn::ConstantOp op, Frame<S> &frame) {
  FailureOr<Shape> shape = evaluateShape(op, op.getResult().getType(), frame.sizes);
  if (failed(shape))
    return failure();
  frame.set(op.getResult(), fromElements<S>(op.getValue(), *shape));
  return success();
}

template <class S> LogicalResult size(nn::SizeOp op, Frame<S> &frame) {
  auto bound = frame.sizes.find(op.getName());
  if (bound == frame.sizes.end())
    return op.emitOpError("has no value here");
  Tensor<S> tensor(elementKind(op.getValue().getType()), {});
  if (tensor.isReal())
    tensor.reals[0] = S(double(bound->second));
  else
    tensor.integers[0] = bound->second;
  frame.set(op.getValue(), std::move(tensor));
  return success();
}

template <class S> LogicalResult get(nn::GetOp op, Frame<S> &frame) {
  StringRef symbol = op.getSource();
  // A packed copy has the values of its parameter.
  if (auto derived = SymbolTable::lookupNearestSymbolFrom<nn::DerivedOp>(op, op.getSourceAttr()))
    symbol = derived.getOf();
  auto found = frame.arguments.state.find(symbol.str());
  if (found == frame.arguments.state.end())
    return op.emitOpError() << "reads '" << symbol << "', which has no value";
  FailureOr<Shape> shape = evaluateShape(op, op.getValue().getType(), frame.sizes);
  if (failed(shape))
    return failure();
  if (found->second.shape != *shape || found->second.kind != elementKind(op.getValue().getType()))
    return op.emitOpError() << "reads '" << symbol << "', whose value is not of type " << op.getValue().getType();
  frame.set(op.getValue(), found->second);
  return success();
}

template <class S> LogicalResult group(nn::GroupOp op, Frame<S> &frame) {
  Frame<S> inner(frame.evaluator, frame.arguments, frame.sizes);
  Block &body = op.getBody().front();
  for (auto [argument, input] : llvm::zip(body.getArguments(), op.getInputs()))
    inner.set(argument, frame[input]);
  if (failed(frame.evaluator.run(body, inner)))
    return failure();
  for (auto [result, value] : llvm::zip(op.getResults(), body.getTerminator()->getOperands()))
    frame.set(result, inner[value]);
  return success();
}

/// Draws that depend on the seed and the name only, so a new parameter disturbs no other.
class Draws {
public:
  Draws(uint64_t seed, StringRef name) : engine(seed * 0x9E3779B97F4A7C15u + hashOf(name)) {}
  double uniform(double low, double high) { return low + (high - low) * (double(engine() >> 11) * 0x1p-53); }
  double normal(double mean, double deviation) {
    double u = 1 - uniform(0, 1), v = uniform(0, 1);
    return mean + deviation * std::sqrt(-2 * std::log(u)) * std::cos(6.283185307179586 * v);
  }
  int64_t below(int64_t bound) { return int64_t(engine() % uint64_t(bound)); }

private:
  static uint64_t hashOf(StringRef name) {
    uint64_t hash = 0xCBF29CE484222325u;
    for (char c : name)
      hash = (hash ^ uint8_t(c)) * 0x100000001B3u;
    return hash;
  }
  std::mt19937_64 engine;
};

template <class S> Tensor<S> initialValue(RankedTensorType type, nn::InitAttr init, uint64_t seed, StringRef name) {
  if (auto values = dyn_cast<ElementsAttr>(init.getArgs()))
    return fromElements<S>(values, type.getShape());
  auto argument = [&](unsigned i) {
    Attribute attribute = cast<ArrayAttr>(init.getArgs())[i];
    if (auto real = dyn_cast<FloatAttr>(attribute))
      return real.getValueAsDouble();
    return double(cast<IntegerAttr>(attribute).getInt());
  };
  Tensor<S> tensor(elementKind(type), type.getShape());
  Draws draws(seed, name);
  for (int64_t i = 0; i < tensor.size(); ++i) {
    double value = 0;
    if (init.getKind() == nn::InitKind::constant)
      value = argument(0);
    else if (init.getKind() == nn::InitKind::uniform)
      value = draws.uniform(argument(0), argument(1));
    else if (init.getKind() == nn::InitKind::normal)
      value = draws.normal(argument(0), argument(1));
    else // orthogonal: of this size, without the orthogonalisation
      value = argument(0) * draws.normal(0, 1) / std::sqrt(double(std::max<int64_t>(1, type.getShape().back())));
    if (tensor.isReal())
      tensor.reals[i] = S(value);
    else
      tensor.integers[i] = int64_t(value);
  }
  return tensor;
}

} // namespace

template <class S> TensorMap<S> initialState(ModuleOp module, uint64_t seed) {
  TensorMap<S> state;
  for (auto param : module.getOps<nn::ParamOp>())
    state[param.getSymName().str()] =
        initialValue<S>(cast<RankedTensorType>(param.getType()), param.getInit(), seed, param.getSymName());
  for (auto slot : module.getOps<nn::StateOp>())
    state[slot.getSymName().str()] =
        initialValue<S>(cast<RankedTensorType>(slot.getType()), slot.getInit(), seed, slot.getSymName());
  return state;
}

template <class S>
FailureOr<TensorMap<S>> randomInputs(ModuleOp module, StringRef name, const nn::SizeBindings &sizes, uint64_t seed) {
  auto entry = module.lookupSymbol<nn::EntryOp>(name);
  if (!entry)
    return module.emitError() << "there is no entry '" << name << "'";
  TensorMap<S> inputs;
  for (BlockArgument argument : entry.getBody().getArguments()) {
    unsigned number = argument.getArgNumber();
    if (entry.getArgAttr(number, "nn.scalar"))
      continue;
    FailureOr<Shape> shape = evaluateShape(entry, argument.getType(), sizes);
    if (failed(shape))
      return failure();
    StringRef inputName = entry.getArgName(number);
    Tensor<S> tensor(elementKind(argument.getType()), *shape);
    std::optional<int64_t> bound = indexBound(entry, number, sizes);
    Draws draws(seed, inputName);
    for (S &x : tensor.reals)
      x = S(draws.uniform(-1, 1));
    for (int64_t &x : tensor.integers)
      x = draws.below(bound.value_or(2));
    inputs[inputName.str()] = std::move(tensor);
  }
  return inputs;
}

template <class S> void registerState(Evaluator<S> &evaluator) {
  evaluator.template add<nn::ConstantOp>(constant<S>);
  evaluator.template add<nn::SizeOp>(size<S>);
  evaluator.template add<nn::GetOp>(get<S>);
  evaluator.template add<nn::GroupOp>(group<S>);
}
NNC_REFERENCE_INSTANTIATE(registerState)

#define NNC_REFERENCE_INSTANTIATE_INPUTS(S)                                                                            \
  template TensorMap<S> initialState<S>(ModuleOp, uint64_t);                                                           \
  template FailureOr<TensorMap<S>> randomInputs<S>(ModuleOp, StringRef, const nn::SizeBindings &, uint64_t);
NNC_REFERENCE_INSTANTIATE_INPUTS(float)
NNC_REFERENCE_INSTANTIATE_INPUTS(double)
NNC_REFERENCE_INSTANTIATE_INPUTS(scalar::Dual)

} // namespace nnc::reference
