// One node of the program as one op of the dialect.
#include "compiler/Import/ImportNode.h"
#include "dsl/Multiples.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace nnc::import {

NodeImporter::NodeImporter(const dsl::Program &program, MLIRContext &context) : program(program), builder(&context) {
  for (const dsl::LayerInstance &layer : program.layers)
    if (!layer.path.empty())
      layers.try_emplace(layer.path, layer.text);
}

void NodeImporter::know(const std::vector<dsl::Fact> &facts) {
  known = dsl::SizeFacts();
  std::vector<dsl::Divides> stated = dsl::dividesBy(facts);
  for (const dsl::Divides &one : stated)
    known.addDivides(one.size, one.divisor);
  multiples = dsl::inMultiples(stated);
}

/// floor(a / b) is a / b where b is known to divide a. What is rounded up stays so: it is what the shape of a window
/// gives.
static dsl::Size withQuotients(const dsl::Size &size, const dsl::SizeFacts &known) {
  dsl::Size result(size.number());
  for (const dsl::Size::Term &term : size.products()) {
    dsl::Size product(term.factor);
    for (const auto &atom : term.atoms) {
      bool isFloor = atom->kind == dsl::SizeAtom::Floor && !known.proveDivides(atom->numerator, atom->denominator);
      product = product * (atom->kind == dsl::SizeAtom::Symbol ? dsl::Size::symbol(atom->name)
                           : isFloor ? dsl::Size::floorDiv(atom->numerator, atom->denominator)
                                     : dsl::Size::quotient(atom->numerator, atom->denominator));
    }
    result = result + product;
  }
  return result;
}

nn::SizeExpr NodeImporter::size(const dsl::Size &size) {
  return expression(substitute(withQuotients(size, known), multiples));
}

nn::SizeExpr NodeImporter::expression(const dsl::Size &size) {
  MLIRContext *context = builder.getContext();
  auto sum = nn::SizeExpr::constant(context, size.number());
  for (const dsl::Size::Term &term : size.products()) {
    auto product = nn::SizeExpr::constant(context, term.factor);
    for (const auto &atom : term.atoms) {
      if (atom->kind == dsl::SizeAtom::Symbol)
        product = product * nn::SizeExpr::symbol(context, atom->name);
      else // an exact quotient is a floor that leaves no rest
        product = product * expression(atom->numerator).floorDiv(expression(atom->denominator));
    }
    sum = sum + product;
  }
  return sum;
}

Type NodeImporter::element(dsl::Elem elem) {
  switch (elem) {
  case dsl::Elem::F32:
    return builder.getF32Type();
  case dsl::Elem::F64:
    return builder.getF64Type();
  case dsl::Elem::I32:
    return builder.getI32Type();
  case dsl::Elem::I64:
    return builder.getI64Type();
  case dsl::Elem::Bool:
    return builder.getI1Type();
  }
  llvm_unreachable("all elements are listed");
}

RankedTensorType NodeImporter::type(const dsl::Type &type) {
  SmallVector<nn::SizeExpr> sizes;
  for (const dsl::Size &extent : type.shape)
    sizes.push_back(size(extent));
  return nn::makeType(element(type.elem), sizes);
}

Location NodeImporter::location(const dsl::Place &place) {
  if (place.line == 0 || place.file >= program.files.size())
    return builder.getUnknownLoc();
  return FileLineColLoc::get(builder.getContext(), program.files[place.file], place.line, place.column);
}

Location NodeImporter::location(const dsl::PlaceChain &chain, StringRef path) {
  Location result = chain.empty() ? builder.getUnknownLoc() : location(chain.front());
  for (const dsl::Place &callee : llvm::drop_begin(chain, chain.empty() ? 0 : 1))
    result = CallSiteLoc::get(location(callee), result);
  if (path.empty())
    return result;
  if (auto layer = layers.find(path); layer != layers.end())
    result = NameLoc::get(builder.getStringAttr(layer->second), result);
  return NameLoc::get(builder.getStringAttr(path), result);
}

std::string NodeImporter::text(const dsl::Place &place) {
  if (place.file >= program.files.size())
    return "";
  return program.files[place.file] + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

TypedAttr NodeImporter::number(double value, Type element) {
  if (isa<FloatType>(element))
    return builder.getFloatAttr(element, value);
  return builder.getIntegerAttr(element, int64_t(value));
}

DenseElementsAttr NodeImporter::numbers(ArrayRef<double> values, RankedTensorType type) {
  SmallVector<Attribute> attributes;
  for (double value : values)
    attributes.push_back(number(value, type.getElementType()));
  return DenseElementsAttr::get(type, attributes);
}

LogicalResult NodeImporter::constant(const dsl::Node &node, OperationState &state) {
  auto type = cast<RankedTensorType>(state.types.front());
  SmallVector<double> values;
  if (auto *value = node.attr<double>("value"))
    values.push_back(*value);
  else if (auto *value = node.attr<int64_t>("value"))
    values.push_back(double(*value));
  else if (auto *value = node.attr<bool>("value"))
    values.push_back(*value);
  else if (auto *list = node.attr<std::vector<double>>("values"))
    values.append(list->begin(), list->end());
  else if (auto *list = node.attr<std::vector<int64_t>>("values"))
    values.append(list->begin(), list->end());
  if (!type.hasStaticShape() || (values.size() != 1 && int64_t(values.size()) != type.getNumElements()))
    return emitError(state.location) << "import: a constant of " << values.size() << " value(s) for " << type;
  state.addAttribute("value", numbers(values, type));
  return success();
}

/// An attribute that is a word of the program.
LogicalResult NodeImporter::text(const dsl::Node &node, StringRef name, StringRef value, OperationState &state) {
  MLIRContext *context = builder.getContext();
  auto reduce = name == "kind" ? nn::symbolizeReduceKind(value) : std::nullopt;
  auto random = name == "kind" ? nn::symbolizeRandomKind(value) : std::nullopt;
  auto compare = name == "predicate" ? nn::symbolizeComparePred(value) : std::nullopt;
  if (name == "symbol")
    state.addAttribute("source", FlatSymbolRefAttr::get(context, value));
  else if (reduce)
    state.addAttribute("kind", nn::ReduceKindAttr::get(context, *reduce));
  else if (random)
    state.addAttribute("kind", nn::RandomKindAttr::get(context, *random));
  else if (compare)
    state.addAttribute("pred", nn::ComparePredAttr::get(context, *compare));
  else if (name == "name" || name == "spec" || name == "site")
    state.addAttribute(name, builder.getStringAttr(value));
  else
    return emitError(state.location) << "import: " << node.op << " has no " << name << " \"" << value << "\"";
  return success();
}

/// Which operands are which, for ops with several optional ones: bools of the node say what is there.
LogicalResult NodeImporter::segments(const dsl::Node &node, OperationState &state) {
  auto has = [&](const char *name) {
    const bool *given = node.attr<bool>(name);
    return int32_t(given && *given);
  };
  int32_t bias = has("bias"), sample = has("sample"), time = has("time"), count = state.operands.size();
  SmallVector<int32_t> sizes;
  if (node.op == "dropout")
    sizes = {1, sample, time};
  else if (node.op == "random")
    sizes = {sample, time};
  else if (node.op == "attention")
    sizes = {1, 1, 1, bias, count - 3 - bias - sample - time, sample, time};
  else
    return success();
  int32_t sum = 0;
  for (int32_t size : sizes)
    sum += size;
  if (sum != count || llvm::any_of(sizes, [](int32_t size) { return size < 0; }))
    return emitError(state.location) << "import: " << node.op << " has " << count << " operands, which do not fit";
  state.addAttribute("operandSegmentSizes", builder.getDenseI32ArrayAttr(sizes));
  return success();
}

/// The program's attributes under the dialect's names.
LogicalResult NodeImporter::attributes(const dsl::Node &node, OperationState &state) {
  if (node.op == "constant")
    return constant(node, state);
  if (failed(segments(node, state)) || failed(mask(node, state)))
    return failure();
  bool hasSegments = state.attributes.get("operandSegmentSizes") != nullptr;
  for (const auto &[name, value] : node.attrs) {
    if (auto *word = std::get_if<std::string>(&value)) {
      if (failed(text(node, name, *word, state)))
        return failure();
    } else if (auto *list = std::get_if<std::vector<int64_t>>(&value)) {
      state.addAttribute(name, builder.getDenseI64ArrayAttr(*list));
    } else if (auto *integer = std::get_if<int64_t>(&value)) {
      state.addAttribute(name, builder.getI64IntegerAttr(*integer));
    } else if (auto *real = std::get_if<double>(&value)) {
      state.addAttribute(name, builder.getF64FloatAttr(*real));
    } else if (auto *flag = std::get_if<bool>(&value)) {
      bool isOperand = hasSegments && (name == "bias" || name == "sample" || name == "time");
      if (*flag && !isOperand)
        state.addAttribute(name, builder.getUnitAttr());
    } else {
      return emitError(state.location) << "import: " << node.op << " has no attribute " << name;
    }
  }
  return success();
}

AffineMap NodeImporter::accessMap(ArrayRef<dsl::AffineIndex> indices, unsigned rank) {
  SmallVector<AffineExpr> results;
  for (const dsl::AffineIndex &index : indices) {
    AffineExpr sum = builder.getAffineConstantExpr(0);
    for (auto [i, factor] : llvm::enumerate(index.factors))
      sum = sum + builder.getAffineDimExpr(i) * factor;
    results.push_back(sum + index.offset);
  }
  return AffineMap::get(rank, 0, results, builder.getContext());
}

LogicalResult NodeImporter::genericBody(const dsl::Generic &generic, OperationState &state) {
  Block &body = state.addRegion()->emplaceBlock();
  SmallVector<Value> values;
  for (Value operand : state.operands)
    values.push_back(body.addArgument(nn::scalarType(getElementTypeOrSelf(operand.getType())), state.location));
  for (size_t i = 0; generic.indices && i < generic.domain.size(); ++i)
    values.push_back(body.addArgument(nn::scalarType(builder.getI64Type()), state.location));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(&body);
  for (const dsl::Node &inner : generic.body)
    if (failed(node(inner, values)))
      return failure();
  if (generic.result >= values.size())
    return emitError(state.location) << "import: the body of index notation has no value " << generic.result;
  nn::YieldOp::create(builder, state.location, values[generic.result]);
  return success();
}

LogicalResult NodeImporter::generic(const dsl::Node &node, OperationState &state) {
  const dsl::Generic &generic = *node.generic;
  unsigned rank = generic.domain.size();
  SmallVector<nn::SizeExpr> domain;
  for (const dsl::Size &extent : generic.domain)
    domain.push_back(size(extent));
  SmallVector<AffineMap> maps;
  for (const auto &indices : generic.maps)
    maps.push_back(accessMap(indices, rank));
  AffineMap all = AffineMap::getMultiDimIdentityMap(rank, builder.getContext());
  maps.push_back(AffineMap::get(rank, 0, all.getResults().take_front(generic.resultRank), builder.getContext()));
  std::optional<nn::ReduceKind> reduce = nn::symbolizeReduceKind(generic.reduce == "none" ? "add" : generic.reduce);
  if (!reduce || maps.size() != state.operands.size() + 1 || generic.outside.size() > state.operands.size())
    return emitError(state.location) << "import: index notation is not well formed";
  if (llvm::any_of(generic.outside, [](const auto &value) { return value.has_value(); })) {
    SmallVector<Attribute> outside(state.operands.size(), builder.getUnitAttr());
    for (auto [i, value] : llvm::enumerate(generic.outside))
      if (value)
        outside[i] = number(*value, getElementTypeOrSelf(state.operands[i].getType()));
    state.addAttribute("outside", builder.getArrayAttr(outside));
  }
  state.addAttribute("domain", nn::makeDims(builder.getContext(), domain));
  state.addAttribute("maps", builder.getAffineMapArrayAttr(maps));
  state.addAttribute("reduce", nn::ReduceKindAttr::get(builder.getContext(), *reduce));
  return genericBody(generic, state);
}

LogicalResult NodeImporter::node(const dsl::Node &node, SmallVectorImpl<Value> &values) {
  OperationState state(location(node.place, node.path), "nn." + node.op);
  if (!state.name.isRegistered())
    return emitError(state.location) << "import: the dialect has no op '" << node.op << "'";
  for (dsl::ValueId operand : node.operands) {
    if (operand >= values.size())
      return emitError(state.location) << "import: " << node.op << " reads value " << operand << " before it exists";
    state.operands.push_back(values[operand]);
  }
  for (const dsl::Type &result : node.results)
    state.types.push_back(type(result));
  if (failed(node.generic  ? generic(node, state)
             : node.scan   ? scan(node, state)
             : node.custom ? custom(node, state)
                           : attributes(node, state)))
    return failure();
  Operation *op = builder.create(state);
  values.append(op->result_begin(), op->result_end());
  return success();
}

} // namespace nnc::import
