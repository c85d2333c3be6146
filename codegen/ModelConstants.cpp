// A ModelInfo as the constant `nnc_model_main`. Field order and types are those of runtime/abi/nnc_abi.h; a test reads
// every field back through that header.
#include "codegen/ModelInfo.h"
#include "runtime/abi/nnc_abi.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/GlobalVariable.h"

using namespace llvm;

namespace nnc {
namespace {

class Writer {
public:
  explicit Writer(Module &module) : module(module), context(module.getContext()) {}

  Constant *i8(uint64_t value) { return ConstantInt::get(Type::getInt8Ty(context), value); }
  Constant *i16(uint64_t value) { return ConstantInt::get(Type::getInt16Ty(context), value); }
  Constant *i32(int64_t value) { return ConstantInt::getSigned(Type::getInt32Ty(context), value); }
  Constant *u32(uint64_t value) { return ConstantInt::get(Type::getInt32Ty(context), value); }
  Constant *i64(int64_t value) { return ConstantInt::getSigned(Type::getInt64Ty(context), value); }
  Constant *u64(uint64_t value) { return ConstantInt::get(Type::getInt64Ty(context), value); }
  Constant *f64(double value) { return ConstantFP::get(Type::getDoubleTy(context), value); }
  Constant *null() { return ConstantPointerNull::get(PointerType::get(context, 0)); }

  Constant *global(Constant *value, Align align = Align(8)) {
    auto *variable = new GlobalVariable(module, value->getType(), /*isConstant=*/true, GlobalValue::PrivateLinkage,
                                        value, "nnc.const");
    variable->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
    variable->setAlignment(align);
    return variable;
  }
  Constant *string(StringRef text) { return global(ConstantDataArray::getString(context, text), Align(1)); }
  /// A pointer to `items`, null if there are none.
  Constant *array(ArrayRef<Constant *> items) {
    if (items.empty())
      return null();
    return global(ConstantArray::get(ArrayType::get(items[0]->getType(), items.size()), items));
  }
  Constant *structure(ArrayRef<Constant *> fields) { return ConstantStruct::getAnon(context, fields); }
  Constant *numbers(ArrayRef<int64_t> values) {
    SmallVector<Constant *> items;
    for (int64_t value : values)
      items.push_back(i64(value));
    return array(items);
  }
  Constant *strings(ArrayRef<std::string> values) {
    SmallVector<Constant *> items;
    for (const std::string &value : values)
      items.push_back(string(value));
    return array(items);
  }
  Constant *bytes(ArrayRef<char> values) {
    if (values.empty())
      return null();
    return global(
        ConstantDataArray::getRaw(StringRef(values.data(), values.size()), values.size(), Type::getInt8Ty(context)),
        Align(64));
  }

  Constant *tensor(const TensorInfo &t) {
    return structure(
        {string(t.name), u64(t.offset), u64(t.bytes), numbers(t.dims),
         ConstantArray::get(ArrayType::get(Type::getDoubleTy(context), 2), {f64(t.initArgs[0]), f64(t.initArgs[1])}),
         bytes(t.initValues), i32(t.owner), i8(t.dtype), i8(t.role), i8(t.dims.size()), i8(t.init), i8(t.trainable),
         i8(t.decay)});
  }

  Expected<Constant *> port(const PortInfo &p, const EntryInfo &entry) {
    SmallVector<int64_t> dims;
    for (const nn::SizeExpr &size : p.shape) {
      std::optional<int64_t> dim = detail::portDim(size, entry);
      if (!dim)
        return createStringError("the port '" + p.name + "' of '" + entry.name + "' has the size '" + size.str() +
                                 "', which is neither a number nor a free size");
      dims.push_back(*dim);
    }
    return structure({string(p.name), numbers(dims), strings(p.labels), i64(p.indexBound), i8(p.dtype), i8(dims.size()),
                      i8(p.metric), i8(0)});
  }

  Expected<Constant *> ports(ArrayRef<PortInfo> list, const EntryInfo &entry) {
    SmallVector<Constant *> items;
    for (const PortInfo &p : list) {
      Expected<Constant *> item = port(p, entry);
      if (!item)
        return item.takeError();
      items.push_back(*item);
    }
    return array(items);
  }

  Expected<Constant *> entry(const EntryInfo &e) {
    Expected<detail::EntryFunctions> functions = detail::addEntryFunctions(module, e);
    if (!functions)
      return functions.takeError();
    Expected<Constant *> inputs = ports(e.inputs, e);
    if (!inputs)
      return inputs.takeError();
    Expected<Constant *> outputs = ports(e.outputs, e);
    if (!outputs)
      return outputs.takeError();
    SmallVector<Constant *> sizes, settings;
    for (const FreeSize &size : e.sizes)
      sizes.push_back(structure({string(size.name), i64(size.min), i64(size.max)}));
    for (const SettingInfo &setting : e.settings)
      settings.push_back(structure({string(setting.name), f64(setting.value)}));
    return structure({string(e.name), u32(e.kind), u32(sizes.size()), u32(e.inputs.size()), u32(e.outputs.size()),
                      u32(settings.size()), u32(e.scalars), array(sizes), *inputs, *outputs, array(settings),
                      functions->prepare, functions->scalars, functions->run});
  }

  Error model(const ModelInfo &m) {
    SmallVector<Constant *> tensors, entries;
    for (const TensorInfo &t : m.tensors)
      tensors.push_back(tensor(t));
    for (const EntryInfo &e : m.entries) {
      Expected<Constant *> item = entry(e);
      if (!item)
        return item.takeError();
      entries.push_back(*item);
    }
    Constant *value = structure({u32(NNC_ABI_MAGIC), i16(NNC_ABI_MAJOR), i16(NNC_ABI_MINOR), string(m.name),
                                 string(m.cpuFeatures), string(m.recipe), u64(m.stateBytes), u64(m.structureHash),
                                 u32(tensors.size()), u32(entries.size()), array(tensors), array(entries)});
    auto *variable = new GlobalVariable(module, value->getType(), /*isConstant=*/true, GlobalValue::ExternalLinkage,
                                        value, "nnc_model_main");
    variable->setAlignment(Align(8));
    return Error::success();
  }

private:
  Module &module;
  LLVMContext &context;
};

} // namespace

Error addDescriptor(Module &module, const ModelInfo &model) { return Writer(module).model(model); }

} // namespace nnc
