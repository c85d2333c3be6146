// #nn.mask: text form, verification against an op.
#include "compiler/Dialect/Nn.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace nnc::nn {
namespace {

constexpr int deepest = 100;

class MaskParser {
public:
  explicit MaskParser(AsmParser &parser) : parser(parser), context(parser.getContext()) {}

  Attribute run() {
    if (parser.parseLess() || parser.parseInteger(rank))
      return {};
    if (rank < 1 || rank > maxRank)
      return error("a mask has 1 to 16 indices"), Attribute();
    for (int64_t i = 0; i < rank; ++i)
      name("d" + std::to_string(i), getAffineDimExpr(i, context));
    if (succeeded(parser.parseOptionalLSquare()) &&
        (parser.parseCommaSeparatedList([&] { return value(); }) || parser.parseRSquare()))
      return {};
    FailureOr<MaskNodeAttr> tree = node();
    if (failed(tree) || parser.parseGreater())
      return {};
    return makeMask([&] { return error(""); }, rank, values, *tree);
  }

private:
  InFlightDiagnostic error(const Twine &text) const { return parser.emitError(parser.getCurrentLocation(), text); }

  void name(const std::string &text, AffineExpr expr) {
    names.push_back({StringAttr::get(context, text).getValue(), expr});
  }

  ParseResult value() {
    name("s" + std::to_string(values.size()), getAffineSymbolExpr(values.size(), context));
    std::string size;
    if (succeeded(parser.parseOptionalString(&size))) {
      values.push_back(StringAttr::get(context, size));
      return success();
    }
    int64_t arg;
    SmallVector<int64_t> at;
    if (parser.parseInteger(arg) || parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
          return parser.parseInteger(at.emplace_back());
        }))
      return failure();
    values.push_back(MaskReadAttr::get(context, arg, at));
    return success();
  }

  FailureOr<MaskNodeAttr> parts(MaskKind kind) {
    SmallVector<MaskNodeAttr> list;
    if (++depth > deepest)
      return error("the mask is nested too deeply");
    auto part = [&]() -> ParseResult {
      FailureOr<MaskNodeAttr> made = node();
      if (succeeded(made))
        list.push_back(*made);
      return failure(failed(made));
    };
    if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, part))
      return failure();
    --depth;
    return maskOf(kind, list, context);
  }

  FailureOr<MaskNodeAttr> node() {
    if (succeeded(parser.parseOptionalKeyword("all")))
      return maskAlways(context);
    if (succeeded(parser.parseOptionalKeyword("and")))
      return parts(MaskKind::both);
    if (succeeded(parser.parseOptionalKeyword("or")))
      return parts(MaskKind::either);
    if (succeeded(parser.parseOptionalKeyword("not")))
      return parts(MaskKind::negation);
    AffineExpr left, right;
    StringRef word;
    if (parser.parseAffineExpr(names, left) || parser.parseKeyword(&word))
      return failure();
    std::optional<ComparePred> pred = symbolizeComparePred(word);
    if (!pred)
      return error("expected eq, ne, lt, le, gt or ge");
    if (parser.parseAffineExpr(names, right))
      return failure();
    return maskCompare(*pred, left, right);
  }

  AsmParser &parser;
  MLIRContext *context;
  int64_t rank = 0;
  int depth = 0;
  SmallVector<Attribute> values;
  SmallVector<std::pair<StringRef, AffineExpr>> names;
};

void printNode(AsmPrinter &printer, MaskNodeAttr node) {
  static constexpr StringRef words[] = {"all", "and", "or", "not"};
  if (node.getKind() == MaskKind::comparison) {
    printer << node.getLeft() << " " << stringifyComparePred(node.getPred()) << " " << node.getRight();
    return;
  }
  printer << words[uint32_t(node.getKind())];
  if (node.getKind() == MaskKind::always)
    return;
  printer << "(";
  llvm::interleaveComma(node.getParts(), printer.getStream(),
                        [&](Attribute part) { printNode(printer, cast<MaskNodeAttr>(part)); });
  printer << ")";
}

/// Every side of every comparison.
bool allSides(MaskNodeAttr node, function_ref<bool(AffineExpr)> holds) {
  if (node.getKind() == MaskKind::comparison)
    return holds(node.getLeft()) && holds(node.getRight());
  return llvm::all_of(node.getParts(), [&](Attribute part) { return allSides(cast<MaskNodeAttr>(part), holds); });
}

bool partsAreWhole(MaskNodeAttr node) {
  size_t parts = node.getParts().size();
  bool right = node.getKind() == MaskKind::negation                                           ? parts == 1
               : node.getKind() == MaskKind::always || node.getKind() == MaskKind::comparison ? parts == 0
                                                                                              : parts >= 1;
  return right && llvm::all_of(node.getParts(), [](Attribute part) { return partsAreWhole(cast<MaskNodeAttr>(part)); });
}

/// Divisions are by positive constants: they have a value everywhere.
bool dividesSafely(AffineExpr expr) {
  bool safe = true;
  expr.walk([&](AffineExpr part) {
    if (part.getKind() == AffineExprKind::FloorDiv || part.getKind() == AffineExprKind::CeilDiv ||
        part.getKind() == AffineExprKind::Mod) {
      auto divisor = dyn_cast<AffineConstantExpr>(cast<AffineBinaryOpExpr>(part).getRHS());
      safe &= divisor && divisor.getValue() > 0;
    }
  });
  return safe;
}

} // namespace

MaskNodeAttr maskAlways(MLIRContext *context) { return maskOf(MaskKind::always, {}, context); }

MaskNodeAttr maskCompare(ComparePred pred, AffineExpr left, AffineExpr right) {
  return MaskNodeAttr::get(left.getContext(), MaskKind::comparison, {}, pred, left, right);
}

MaskNodeAttr maskOf(MaskKind kind, ArrayRef<MaskNodeAttr> parts, MLIRContext *context) {
  AffineExpr none = getAffineConstantExpr(0, context);
  return MaskNodeAttr::get(context, kind, SmallVector<Attribute>(parts.begin(), parts.end()), ComparePred::eq, none,
                           none);
}

MaskAttr makeMask(function_ref<InFlightDiagnostic()> error, int64_t rank, ArrayRef<Attribute> values,
                  MaskNodeAttr tree) {
  if (failed(MaskAttr::verify(error, rank, values, tree)))
    return {};
  return MaskAttr::get(tree.getContext(), rank, values, tree);
}

Attribute MaskAttr::parse(AsmParser &parser, Type) { return MaskParser(parser).run(); }

void MaskAttr::print(AsmPrinter &printer) const {
  printer << "<" << getRank() << " ";
  if (!getValues().empty()) {
    printer << "[";
    llvm::interleaveComma(getValues(), printer.getStream(), [&](Attribute value) {
      auto read = dyn_cast<MaskReadAttr>(value);
      if (!read)
        return printer.printAttribute(value);
      printer << read.getArg() << "[";
      llvm::interleaveComma(read.getAt(), printer.getStream());
      printer << "]";
    });
    printer << "] ";
  }
  printNode(printer, getTree());
  printer << ">";
}

LogicalResult MaskAttr::verify(function_ref<InFlightDiagnostic()> error, int64_t rank, ArrayRef<Attribute> values,
                               MaskNodeAttr tree) {
  if (rank < 1 || rank > maxRank)
    return error() << "a mask has 1 to 16 indices";
  for (Attribute value : values) {
    auto read = dyn_cast<MaskReadAttr>(value);
    if (!read && !isa<StringAttr>(value))
      return error() << "a value of a mask is a free size or a read";
    if (read && llvm::any_of(read.getAt(), [&](int64_t index) { return index < 0 || index >= rank; }))
      return error() << "a read names an index that the mask has not";
  }
  if (!partsAreWhole(tree))
    return error() << "and, or take parts, not takes one";
  auto known = [&](AffineExpr side) {
    bool all = true;
    side.walk([&](AffineExpr part) {
      if (auto dim = dyn_cast<AffineDimExpr>(part))
        all &= dim.getPosition() < rank;
      if (auto symbol = dyn_cast<AffineSymbolExpr>(part))
        all &= symbol.getPosition() < values.size();
    });
    return all;
  };
  if (!allSides(tree, known))
    return error() << "a side names an index or a value that the mask has not";
  if (!allSides(tree, dividesSafely))
    return error() << "a side divides by positive constants only";
  return success();
}

LogicalResult verifyMask(Operation *op, StringRef number, MaskAttr mask, ValueRange args, ArrayRef<SizeExpr> extents) {
  if (!mask)
    return args.empty() ? success() : op->emitOpError(number) << ": mask operands need a mask";
  if (mask.getRank() != int64_t(extents.size()))
    return op->emitOpError(number) << ": the mask has " << mask.getRank() << " indices instead of " << extents.size();
  auto entry = op->getParentOfType<EntryOp>();
  for (Attribute value : mask.getValues()) {
    if (auto size = dyn_cast<StringAttr>(value)) {
      if (entry && !rangesOf(entry).count(size.getValue()))
        return op->emitOpError(number) << ": the entry has no size '" << size.getValue() << "'";
      continue;
    }
    auto read = cast<MaskReadAttr>(value);
    if (read.getArg() < 0 || read.getArg() >= int64_t(args.size()))
      return op->emitOpError(number) << ": there is no mask operand " << read.getArg();
    auto type = cast<RankedTensorType>(args[read.getArg()].getType());
    if (isa<FloatType>(type.getElementType()))
      return op->emitOpError(number) << ": mask operand " << read.getArg() << " is not of integers or bools";
    if (type.getRank() != int64_t(read.getAt().size()))
      return op->emitOpError(number) << ": mask operand " << read.getArg() << " is read at " << read.getAt().size()
                                     << " indices, and is " << type;
    for (auto [axis, index] : llvm::enumerate(read.getAt()))
      if (sizeOf(type, axis) != extents[index])
        return op->emitOpError(number) << ": dimension " << axis << " of mask operand " << read.getArg()
                                       << " has not the size of index " << index << ", " << extents[index].str();
  }
  return success();
}

ParseResult parseMask(OpAsmParser &parser, MaskAttr &mask, SmallVectorImpl<OpAsmParser::UnresolvedOperand> &args,
                      SmallVectorImpl<Type> &types) {
  if (failed(parser.parseOptionalKeyword("mask")))
    return success();
  if (parser.parseAttribute(mask) || parser.parseLParen())
    return failure();
  if (succeeded(parser.parseOptionalRParen()))
    return success();
  return failure(parser.parseOperandList(args) || parser.parseColonTypeList(types) || parser.parseRParen());
}

void printMask(OpAsmPrinter &printer, Operation *, MaskAttr mask, OperandRange args, TypeRange types) {
  if (!mask)
    return;
  printer << "mask " << mask << "(";
  if (!args.empty())
    printer << args << " : " << types;
  printer << ")";
}

} // namespace nnc::nn
