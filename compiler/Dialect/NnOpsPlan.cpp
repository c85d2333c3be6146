// Plan family: groups, kernels, launches, layouts.
#include "compiler/Dialect/Nn.h"
#include "mlir/Interfaces/FunctionImplementation.h"

using namespace mlir;

namespace nnc::nn {

LogicalResult DerivedOp::verifySymbolUses(SymbolTableCollection &tables) {
  auto param = tables.lookupNearestSymbolFrom<ParamOp>(*this, getOfAttr());
  if (!param)
    return emitOpError("C1: '@") << getOf() << "' is not a parameter";
  if (!sameLogicalType(cast<RankedTensorType>(param.getType()), cast<RankedTensorType>(getType())))
    return emitOpError("C2: differs from '@") << getOf() << "' in more than layout";
  return success();
}

LogicalResult YieldOp::verify() {
  Operation *parent = (*this)->getParentOp();
  auto kernel = dyn_cast<KernelOp>(parent);
  TypeRange expected = kernel ? TypeRange(kernel.getResultTypes()) : TypeRange(parent->getResultTypes());
  if (!isa<CustomOp, GenericOp, ScanOp>(parent) && // their own verifiers say what they yield
      getValues().getTypes() != expected)
    return emitOpError("C1: differs from the results of '") << parent->getName() << "'";
  return success();
}

LogicalResult RelayoutOp::verify() {
  if (!sameLogicalType(cast<RankedTensorType>(getX().getType()), getType()))
    return emitOpError("C1: operand and result differ in more than layout");
  return success();
}

ParseResult GroupOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<OpAsmParser::Argument> arguments;
  SmallVector<OpAsmParser::UnresolvedOperand> operands;
  SmallVector<Type> types;
  auto parseInput = [&]() -> ParseResult {
    OpAsmParser::Argument &argument = arguments.emplace_back();
    if (parser.parseArgument(argument) || parser.parseEqual() || parser.parseOperand(operands.emplace_back()) ||
        parser.parseColonType(argument.type))
      return failure();
    types.push_back(argument.type);
    return success();
  };
  SMLoc at = parser.getCurrentLocation();
  return failure(parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, parseInput) ||
                 parser.parseOptionalArrowTypeList(result.types) ||
                 parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
                 parser.resolveOperands(operands, types, at, result.operands) ||
                 parser.parseRegion(*result.addRegion(), arguments));
}

void GroupOp::print(OpAsmPrinter &printer) {
  printer << " (";
  llvm::interleaveComma(llvm::zip(getBody().getArguments(), getInputs()), printer, [&](auto pair) {
    printer << std::get<0>(pair) << " = " << std::get<1>(pair) << " : " << std::get<1>(pair).getType();
  });
  printer << ")";
  printer.printOptionalArrowTypeList(getResultTypes());
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs());
  printer << " ";
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

LogicalResult GroupOp::verify() {
  Block &body = getBody().front();
  if (body.getArgumentTypes() != getInputs().getTypes())
    return emitOpError("C1: block arguments differ from the inputs");
  if (!isa<YieldOp>(body.back()))
    return emitOpError("C2: ends with nn.yield");
  if (getTasks() && getTasks()->getChunk() < 1)
    return emitOpError("C4: a task has at least one row");
  if (getInto() && (getInto()->size() != getNumResults() || !llvm::all_of(*getInto(), llvm::IsaPred<BufAttr>)))
    return emitOpError("C3: 'into' has one #nn.buf for each result");
  return success();
}

ParseResult KernelOp::parse(OpAsmParser &parser, OperationState &result) {
  auto build = [](Builder &builder, ArrayRef<Type> arguments, ArrayRef<Type> results,
                  function_interface_impl::VariadicFlag,
                  std::string &) { return builder.getFunctionType(arguments, results); };
  return function_interface_impl::parseFunctionOp(parser, result, /*allowVariadic=*/false,
                                                  getFunctionTypeAttrName(result.name), build,
                                                  getArgAttrsAttrName(result.name), getResAttrsAttrName(result.name));
}

void KernelOp::print(OpAsmPrinter &printer) {
  function_interface_impl::printFunctionOp(printer, *this, /*isVariadic=*/false, "function_type", getArgAttrsAttrName(),
                                           getResAttrsAttrName());
}

LogicalResult KernelOp::verify() {
  if (getBody().empty() || getBody().front().empty() || !isa<YieldOp>(getBody().front().back()))
    return emitOpError("C1: ends with nn.yield");
  if (!getTied())
    return success();
  if (getTied()->size() != getResultTypes().size())
    return emitOpError("C2: 'tied' has one number for each result");
  for (auto [input, type] : llvm::zip_equal(*getTied(), getResultTypes()))
    if (input >= int64_t(getArgumentTypes().size()) || (input >= 0 && getArgumentTypes()[input] != type))
      return emitOpError("C3: a tied result has the type of its input");
  return success();
}

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &tables) {
  auto kernel = tables.lookupNearestSymbolFrom<KernelOp>(*this, getKernelAttr());
  if (!kernel) // after nn-to-linalg only the function is left
    return tables.lookupNearestSymbolFrom(*this, getKernelAttr())
               ? success()
               : emitOpError("C1: no kernel '@") << getKernel() << "'";
  if (getInto().size() != getNumResults() || !llvm::all_of(getInto(), llvm::IsaPred<BufAttr>))
    return emitOpError("C3: 'into' has one #nn.buf for each result");
  if (getInputs().getTypes() != TypeRange(kernel.getArgumentTypes()) ||
      getResultTypes() != TypeRange(kernel.getResultTypes()))
    return emitOpError("C2: types differ from those of '@") << getKernel() << "'";
  return success();
}

} // namespace nnc::nn
