#include "codegen/ModelInfo.h"
#include "compiler/Dialect/Nn.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "runtime/abi/nnc_abi.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace nnc {
namespace {

uint8_t dtypeOf(Type element) {
  if (element.isF32())
    return NNC_F32;
  if (element.isF64())
    return NNC_F64;
  if (element.isInteger(32))
    return NNC_I32;
  if (element.isInteger(64))
    return NNC_I64;
  return NNC_BOOL;
}

uint8_t initOf(nn::InitKind kind) {
  switch (kind) {
  case nn::InitKind::constant:
    return NNC_INIT_CONSTANT;
  case nn::InitKind::uniform:
    return NNC_INIT_UNIFORM;
  case nn::InitKind::normal:
    return NNC_INIT_NORMAL;
  case nn::InitKind::orthogonal:
    return NNC_INIT_ORTHOGONAL;
  case nn::InitKind::values:
    return NNC_INIT_VALUES;
  }
  return 0;
}

uint8_t metricOf(StringRef name) {
  return llvm::StringSwitch<uint8_t>(name)
      .Case("mean", NNC_METRIC_MEAN)
      .Case("sqrt", NNC_METRIC_SQRT)
      .Case("exp", NNC_METRIC_EXP)
      .Case("bits", NNC_METRIC_BITS)
      .Default(NNC_METRIC_NONE);
}

uint32_t kindOf(StringRef name) {
  return llvm::StringSwitch<uint32_t>(name)
      .Case("forward", NNC_FORWARD)
      .Case("eval", NNC_EVAL)
      .Case("loss", NNC_LOSS)
      .Case("grad", NNC_GRAD)
      .Case("step", NNC_STEP)
      .Case("accumulate", NNC_ACCUMULATE)
      .Case("apply", NNC_APPLY)
      .Case("pack", NNC_PACK)
      .Case("decode", NNC_DECODE)
      .Default(0);
}

/// FNV-1a 64 over name, dtype, dims and role of all that a checkpoint holds.
class StructureHash {
public:
  void add(const TensorInfo &tensor) {
    for (char c : tensor.name)
      byte(static_cast<uint8_t>(c));
    byte(0);
    byte(tensor.dtype);
    for (int64_t dim : tensor.dims)
      for (int shift = 0; shift < 64; shift += 8)
        byte(static_cast<uint8_t>(static_cast<uint64_t>(dim) >> shift));
    byte(tensor.role);
  }
  uint64_t value = 0xcbf29ce484222325u;

private:
  void byte(uint8_t b) { value = (value ^ b) * 0x100000001b3u; }
};

class Collector {
public:
  explicit Collector(ModuleOp module) : module(module) {}

  LogicalResult tensors(ModelInfo &model) {
    for (auto param : module.getOps<nn::ParamOp>()) {
      TensorInfo tensor;
      tensor.role = NNC_PARAM;
      tensor.trainable = !param.getFrozen();
      tensor.decay = !param.getNoDecay();
      if (failed(common(tensor, param, param.getType(), param.getOffset())) ||
          failed(initial(tensor, param, param.getInit())))
        return failure();
      add(model, std::move(tensor));
    }
    for (auto state : module.getOps<nn::StateOp>()) {
      TensorInfo tensor;
      tensor.role = state.getOf() ? NNC_SLOT : NNC_STATE;
      tensor.owner = state.getOf() ? indexOf.lookup(*state.getOf()) : -1;
      if (failed(common(tensor, state, state.getType(), state.getOffset())) ||
          failed(initial(tensor, state, state.getInit())))
        return failure();
      add(model, std::move(tensor));
    }
    for (auto derived : module.getOps<nn::DerivedOp>()) {
      TensorInfo tensor;
      tensor.role = NNC_DERIVED;
      tensor.init = NNC_INIT_CONSTANT;
      tensor.owner = indexOf.lookup(derived.getOf());
      if (failed(common(tensor, derived, derived.getType(), derived.getOffset())))
        return failure();
      add(model, std::move(tensor));
    }
    return success();
  }

  LogicalResult entry(nn::EntryOp op, EntryInfo &entry) {
    entry.name = op.getSymName().str();
    entry.kind = kindOf(op.getKindName());
    if (!op.getWorkBytes())
      return op.emitOpError("has no planned workspace");
    entry.workBytes = static_cast<uint64_t>(*op.getWorkBytes());
    entry.forms = nn::formsOf(op);
    for (auto size : op.getSizes().getAsRange<nn::SizeAttr>()) {
      if (!size.getMax())
        return op.emitOpError() << "leaves the size '" << size.getName() << "' without a bound";
      entry.sizes.push_back({size.getName().str(), size.getMin(), *size.getMax()});
    }
    if (op.getFacts())
      for (auto fact : op.getFacts()->getAsRange<nn::FactAttr>()) {
        SmallVector<nn::SizeExpr> sides = nn::sizesOf(fact.getSides());
        Relation relation = fact.getPred() == nn::ComparePred::eq   ? Relation::equal
                            : fact.getPred() == nn::ComparePred::ne ? Relation::unequal
                                                                    : Relation::atMost;
        std::string where = (fact.getWhere() + ": " + fact.getText()).str();
        entry.facts.push_back({sides[0], sides[1], relation, where});
      }
    for (unsigned i = 0; i < op.getNumArguments(); ++i) {
      auto type = cast<RankedTensorType>(op.getArgumentTypes()[i]);
      if (op.getArgAttr(i, "nn.scalar")) {
        entry.doublePrecision = type.getElementType().isF64();
        ++entry.scalars;
        continue;
      }
      PortInfo port = makePort(op.getArgName(i), type);
      if (auto bound = op.getArgAttrOfType<IntegerAttr>(i, "nn.index_bound"))
        port.indexBound = bound.getInt();
      labels(port, op.getArgAttrOfType<ArrayAttr>(i, "nn.labels"));
      entry.inputs.push_back(std::move(port));
    }
    for (unsigned i = 0; i < op.getNumResults(); ++i) {
      PortInfo port = makePort(op.getResultName(i), cast<RankedTensorType>(op.getResultTypes()[i]));
      if (auto metric = op.getResultAttrOfType<StringAttr>(i, "nn.metric"))
        port.metric = metricOf(metric.getValue());
      labels(port, op.getResultAttrOfType<ArrayAttr>(i, "nn.labels"));
      entry.outputs.push_back(std::move(port));
    }
    return settings(op, entry);
  }

private:
  LogicalResult common(TensorInfo &tensor, Operation *op, Type type, std::optional<int64_t> offset) {
    auto tensorType = cast<RankedTensorType>(type);
    std::optional<int64_t> bytes = nn::bufferBytes(tensorType, {});
    std::optional<SmallVector<int64_t>> shape = nn::evaluateShape(tensorType, {});
    if (!offset || !bytes || !shape)
      return op->emitOpError("has no place in the state block");
    tensor.name = SymbolTable::getSymbolName(op).str();
    tensor.offset = static_cast<uint64_t>(*offset);
    tensor.bytes = static_cast<uint64_t>(*bytes);
    tensor.dims.assign(shape->begin(), shape->end());
    for (const nn::SizeExpr &size : nn::physicalShape(tensorType))
      tensor.physical.push_back(size.asConstant().value_or(0));
    tensor.dtype = dtypeOf(tensorType.getElementType());
    return success();
  }

  static LogicalResult initial(TensorInfo &tensor, Operation *op, nn::InitAttr init) {
    tensor.init = initOf(init.getKind());
    if (auto args = dyn_cast<ArrayAttr>(init.getArgs())) {
      for (auto [i, arg] : llvm::enumerate(args.getValue().take_front(2)))
        if (auto number = dyn_cast<FloatAttr>(arg))
          tensor.initArgs[i] = number.getValueAsDouble();
        else if (auto number = dyn_cast<IntegerAttr>(arg))
          tensor.initArgs[i] = static_cast<double>(number.getInt());
      return success();
    }
    auto values = dyn_cast<DenseElementsAttr>(init.getArgs());
    if (!values)
      return op->emitOpError("has initial values of an unknown form");
    if (values.getElementType().isInteger(1)) {
      for (bool value : values.getValues<bool>())
        tensor.initValues.push_back(value);
      return success();
    }
    ArrayRef<char> raw = values.getRawData();
    for (int64_t i = 0, n = values.isSplat() ? values.getNumElements() : 1; i < n; ++i)
      tensor.initValues.insert(tensor.initValues.end(), raw.begin(), raw.end());
    return success();
  }

  void add(ModelInfo &model, TensorInfo tensor) {
    indexOf[tensor.name] = static_cast<int32_t>(model.tensors.size());
    if (tensor.role != NNC_DERIVED)
      hash.add(tensor);
    model.structureHash = hash.value;
    model.tensors.push_back(std::move(tensor));
  }

  static PortInfo makePort(StringRef name, RankedTensorType type) {
    PortInfo port;
    port.name = name.str();
    SmallVector<nn::SizeExpr> sizes = nn::sizesOf(type);
    port.shape.assign(sizes.begin(), sizes.end());
    port.dtype = dtypeOf(type.getElementType());
    return port;
  }

  static void labels(PortInfo &port, ArrayAttr names) {
    if (names)
      for (auto name : names.getAsRange<StringAttr>())
        port.labels.push_back(name.str());
  }

  LogicalResult settings(nn::EntryOp op, EntryInfo &entry) {
    auto func = module.lookupSymbol<func::FuncOp>((entry.name + ".scalars"));
    unsigned computed = func ? func.getNumResults() : 0;
    if (computed != entry.scalars)
      return op.emitOpError() << "takes " << entry.scalars << " scalars, and @" << entry.name << ".scalars computes "
                              << computed;
    if (func)
      if (auto list = func->getAttrOfType<ArrayAttr>("nn.settings"))
        for (auto item : list.getAsRange<DictionaryAttr>())
          entry.settings.push_back(
              {item.getAs<StringAttr>("name").str(), item.getAs<FloatAttr>("value").getValueAsDouble()});
    return success();
  }

  ModuleOp module;
  llvm::StringMap<int32_t> indexOf;
  StructureHash hash;
};

} // namespace

FailureOr<ModelInfo> collectModelInfo(ModuleOp module, const TargetInfo &target, llvm::StringRef recipe) {
  ModelInfo model;
  model.name = module.getSymName().value_or("model").str();
  model.cpuFeatures = target.startCheck();
  model.recipe = recipe.str();
  if (auto bytes = module->getAttrOfType<IntegerAttr>("nn.state_bytes"))
    model.stateBytes = static_cast<uint64_t>(bytes.getInt());
  Collector collector(module);
  if (failed(collector.tensors(model)))
    return failure();
  for (auto op : module.getOps<nn::EntryOp>()) {
    model.entries.emplace_back();
    if (failed(collector.entry(op, model.entries.back())))
      return failure();
  }
  return model;
}

} // namespace nnc
