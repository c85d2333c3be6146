// State family: parameters, states, entries, return, constants, sizes.
#include "compiler/Dialect/Nn.h"
#include "mlir/Interfaces/FunctionImplementation.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace nnc::nn {

RankedTensorType typeOfSymbol(Operation *from, StringRef symbol) {
  Operation *op = SymbolTable::lookupNearestSymbolFrom(from, StringAttr::get(from->getContext(), symbol));
  if (!isa_and_nonnull<ParamOp, StateOp, DerivedOp>(op))
    return {};
  return dyn_cast<RankedTensorType>(op->getAttrOfType<TypeAttr>("type").getValue());
}

SizeRanges rangesOf(EntryOp entry) {
  SizeRanges ranges;
  for (SizeAttr size : entry.getSizes().getAsRange<SizeAttr>())
    ranges[size.getName().str()] = {size.getMin(), size.getMax()};
  return ranges;
}

SizeForms formsOf(EntryOp entry) {
  SizeForms forms;
  for (SizeAttr size : entry.getSizes().getAsRange<SizeAttr>())
    if (size.getForm())
      forms[size.getName().str()] = sizesOf(size.getForm()).front();
  return forms;
}

/// C1: the type is static. C2: initial values have the type.
static LogicalResult verifyStored(Operation *op, Type type, InitAttr init) {
  auto tensor = cast<RankedTensorType>(type);
  if (!tensor.hasStaticShape())
    return op->emitOpError("C1: needs a static type");
  auto values = dyn_cast<ElementsAttr>(init.getArgs());
  if (values && values.getShapedType() != tensor)
    return op->emitOpError("C2: initial values are ") << values.getShapedType() << ", expected " << tensor;
  return success();
}

LogicalResult ParamOp::verify() {
  if (!isa<FloatType>(cast<RankedTensorType>(getType()).getElementType()))
    return emitOpError("C3: a parameter holds floating-point numbers");
  return verifyStored(*this, getType(), getInit());
}

LogicalResult StateOp::verify() { return verifyStored(*this, getType(), getInit()); }

LogicalResult StateOp::verifySymbolUses(SymbolTableCollection &tables) {
  if (!getOf())
    return success();
  auto param = tables.lookupNearestSymbolFrom<ParamOp>(*this, getOfAttr());
  return param ? success() : emitOpError("C3: '@") << *getOf() << "' is not a parameter";
}

LogicalResult GetOp::verifySymbolUses(SymbolTableCollection &tables) {
  Operation *op = tables.lookupNearestSymbolFrom(*this, getSourceAttr());
  if (!isa_and_nonnull<ParamOp, StateOp, DerivedOp>(op))
    return emitOpError("C1: '@") << getSource() << "' is not a parameter, state or derived copy";
  Type type = op->getAttrOfType<TypeAttr>("type").getValue();
  if (type != getType())
    return emitOpError("C2: '@") << getSource() << "' has type " << type;
  return success();
}

ParseResult EntryOp::parse(OpAsmParser &parser, OperationState &result) {
  auto build = [](Builder &builder, ArrayRef<Type> arguments, ArrayRef<Type> results,
                  function_interface_impl::VariadicFlag,
                  std::string &) { return builder.getFunctionType(arguments, results); };
  return function_interface_impl::parseFunctionOp(parser, result, /*allowVariadic=*/false,
                                                  getFunctionTypeAttrName(result.name), build,
                                                  getArgAttrsAttrName(result.name), getResAttrsAttrName(result.name));
}

void EntryOp::print(OpAsmPrinter &printer) {
  function_interface_impl::printFunctionOp(printer, *this, /*isVariadic=*/false, "function_type", getArgAttrsAttrName(),
                                           getResAttrsAttrName());
}

StringRef EntryOp::getArgName(unsigned i) {
  for (StringRef key : {"nn.name", "nn.scalar"})
    if (auto name = getArgAttrOfType<StringAttr>(i, key))
      return name.getValue();
  return {};
}

StringRef EntryOp::getResultName(unsigned i) {
  auto name = getResultAttrOfType<StringAttr>(i, "nn.name");
  return name ? name.getValue() : StringRef();
}

LogicalResult EntryOp::verify() {
  static constexpr StringRef kinds[] = {"forward", "eval", "loss", "grad", "step", "pack"};
  if (getKind() && !llvm::is_contained(kinds, *getKind()))
    return emitOpError("C1: unknown kind '") << *getKind() << "'";
  llvm::StringSet<> names;
  for (Attribute attr : getSizes()) {
    auto size = dyn_cast<SizeAttr>(attr);
    if (!size || !names.insert(size.getName()).second)
      return emitOpError("C2: 'sizes' lists #nn.size attributes, each name once");
  }
  if (getFacts() && !llvm::all_of(*getFacts(), llvm::IsaPred<FactAttr>))
    return emitOpError("C3: 'facts' lists #nn.fact attributes");
  auto check = [&](Type type, StringRef what, unsigned i) -> LogicalResult {
    if (!isValue(type))
      return emitOpError("C4: ") << what << " #" << i << " is not a tensor with named sizes";
    for (StringAttr symbol : symbolsOf(cast<RankedTensorType>(type)))
      if (!names.contains(symbol.getValue()))
        return emitOpError("C5: ") << what << " #" << i << " uses the size '" << symbol.getValue()
                                   << "', which 'sizes' does not list";
    return success();
  };
  for (auto [i, type] : llvm::enumerate(getArgumentTypes()))
    if (failed(check(type, "argument", i)))
      return failure();
  for (auto [i, type] : llvm::enumerate(getResultTypes()))
    if (failed(check(type, "result", i)))
      return failure();
  if (!isa<ReturnOp>(getBody().front().back()))
    return emitOpError("C6: ends with nn.return");
  return success();
}

LogicalResult ReturnOp::verify() {
  auto entry = cast<EntryOp>((*this)->getParentOp());
  if (getOutputs().getTypes() != TypeRange(entry.getResultTypes()))
    return emitOpError("C1: outputs differ from the entry's results");
  size_t targets = getTargets() ? getTargets()->size() : 0;
  if (targets != getUpdates().size())
    return emitOpError("C2: ") << targets << " target(s) for " << getUpdates().size() << " update(s)";
  llvm::SmallDenseSet<Attribute> seen;
  if (ArrayAttr list = getTargetsAttr())
    for (Attribute target : list)
      if (!seen.insert(target).second)
        return emitOpError("C3: ") << target << " is updated twice";
  return success();
}

LogicalResult ReturnOp::verifySymbolUses(SymbolTableCollection &tables) {
  if (!getTargets())
    return success();
  for (auto [target, update] : llvm::zip(getTargets()->getAsRange<FlatSymbolRefAttr>(), getUpdates())) {
    Operation *op = tables.lookupNearestSymbolFrom(*this, target);
    if (!isa_and_nonnull<ParamOp, StateOp, DerivedOp>(op))
      return emitOpError("C4: ") << target << " is not a parameter, state or derived copy";
    Type type = op->getAttrOfType<TypeAttr>("type").getValue();
    if (type != update.getType())
      return emitOpError("C5: ") << target << " has type " << type << ", its update " << update.getType();
  }
  return success();
}

void ConstantOp::build(OpBuilder &, OperationState &state, ElementsAttr value) {
  state.getOrAddProperties<Properties>().value = value;
  state.addTypes(value.getType());
}

LogicalResult ConstantOp::verify() {
  if (getValue().getShapedType() != getType())
    return emitOpError("C1: the value has type ") << getValue().getShapedType();
  return success();
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValueAttr(); }

LogicalResult SizeOp::verify() {
  auto type = cast<RankedTensorType>(getType());
  if (type.getRank() != 0 || type.getElementType().isInteger(32))
    return emitOpError("C1: a size is a number: f32, f64 or i64 of rank 0");
  auto entry = (*this)->getParentOfType<EntryOp>();
  if (entry && !rangesOf(entry).count(getName()))
    return emitOpError("C2: the entry has no free size '") << getName() << "'";
  return success();
}

} // namespace nnc::nn
