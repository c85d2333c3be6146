// #nn.dims and #nn.fact: text form and verification; types built from sizes.
#include "compiler/Dialect/Dims.h"
#include "compiler/Dialect/DimsPrint.h"
#include "compiler/Dialect/Nn.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace nnc::nn {
namespace {

/// sum := product (('+' | '-') product)*; product := atom (('*' | floordiv | ceildiv | mod) atom)*.
class SizeParser {
public:
  explicit SizeParser(AsmParser &parser) : parser(parser) {}

  FailureOr<AffineExpr> sum() {
    FailureOr<AffineExpr> left = product();
    while (succeeded(left)) {
      bool plus = succeeded(parser.parseOptionalPlus());
      if (!plus && failed(parser.parseOptionalMinus()))
        break;
      FailureOr<AffineExpr> right = product();
      if (failed(right))
        return failure();
      left = plus ? *left + *right : *left - *right;
    }
    return left;
  }
  ArrayRef<StringAttr> names() const { return symbols; }

private:
  FailureOr<AffineExpr> product() {
    FailureOr<AffineExpr> left = atom();
    while (succeeded(left)) {
      std::optional<AffineExprKind> kind = productOperator();
      if (!kind)
        break;
      FailureOr<AffineExpr> right = atom();
      if (failed(right))
        return failure();
      auto divisor = dyn_cast<AffineConstantExpr>(*right);
      if (*kind != AffineExprKind::Mul && divisor && divisor.getValue() <= 0)
        return parser.emitError(parser.getCurrentLocation(), "a size is divided by something positive only");
      left = getAffineBinaryOpExpr(*kind, *left, *right);
    }
    return left;
  }
  std::optional<AffineExprKind> productOperator() {
    if (succeeded(parser.parseOptionalStar()))
      return AffineExprKind::Mul;
    if (succeeded(parser.parseOptionalKeyword("floordiv")))
      return AffineExprKind::FloorDiv;
    if (succeeded(parser.parseOptionalKeyword("ceildiv")))
      return AffineExprKind::CeilDiv;
    if (succeeded(parser.parseOptionalKeyword("mod")))
      return AffineExprKind::Mod;
    return std::nullopt;
  }
  FailureOr<AffineExpr> atom() {
    if (depth > 100)
      return parser.emitError(parser.getCurrentLocation(), "size expression is nested too deeply");
    bool minus = succeeded(parser.parseOptionalMinus());
    int64_t value = 0;
    OptionalParseResult number = parser.parseOptionalInteger(value);
    if (number.has_value()) {
      if (failed(*number))
        return failure();
      return getAffineConstantExpr(minus ? -value : value, parser.getContext());
    }
    FailureOr<AffineExpr> result = failure();
    if (succeeded(parser.parseOptionalLParen())) {
      ++depth;
      result = sum();
      --depth;
      if (failed(result) || failed(parser.parseRParen()))
        return failure();
    } else {
      StringRef name;
      std::string quoted;
      if (failed(parser.parseOptionalString(&quoted)) && failed(parser.parseKeyword(&name)))
        return failure();
      result = symbol(quoted.empty() ? name : StringRef(quoted));
    }
    return minus ? *result * -1 : *result;
  }
  AffineExpr symbol(StringRef name) {
    auto attr = StringAttr::get(parser.getContext(), name);
    unsigned at = llvm::find(symbols, attr) - symbols.begin();
    if (at == symbols.size())
      symbols.push_back(attr);
    return getAffineSymbolExpr(at, parser.getContext());
  }

  AsmParser &parser;
  SmallVector<StringAttr> symbols;
  int depth = 0;
};

StringRef operatorText(AffineExprKind kind) {
  switch (kind) {
  case AffineExprKind::Add:
    return " + ";
  case AffineExprKind::Mul:
    return " * ";
  case AffineExprKind::FloorDiv:
    return " floordiv ";
  case AffineExprKind::CeilDiv:
    return " ceildiv ";
  default:
    return " mod ";
  }
}

/// What of a right operand is printed after a minus: the negation of k or of x * k with a negative k.
AffineExpr negated(AffineExpr expr) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue() < 0 ? getAffineConstantExpr(-constant.getValue(), expr.getContext()) : AffineExpr();
  auto product = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!product || expr.getKind() != AffineExprKind::Mul)
    return {};
  auto factor = dyn_cast<AffineConstantExpr>(product.getRHS());
  return factor && factor.getValue() < 0 ? product.getLHS() * -factor.getValue() : AffineExpr();
}

/// A name that would be read as something else is quoted.
void printName(llvm::raw_ostream &os, StringRef name) {
  static constexpr StringRef words[] = {"floordiv", "ceildiv", "mod", "layout", "eq", "ne", "le"};
  bool plain = !name.empty() && !llvm::is_contained(words, name) && !llvm::isDigit(name.front()) &&
               llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; });
  if (plain) {
    os << name;
    return;
  }
  os << '"';
  llvm::printEscapedString(name, os);
  os << '"';
}

void printSize(llvm::raw_ostream &os, AffineExpr expr, ArrayRef<StringAttr> symbols, bool nested) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    os << constant.getValue();
    return;
  }
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr)) {
    printName(os, symbols[symbol.getPosition()].getValue());
    return;
  }
  auto binary = cast<AffineBinaryOpExpr>(expr);
  bool isSum = expr.getKind() == AffineExprKind::Add;
  if (nested)
    os << "(";
  // Chains of one kind lean left, so their left operand needs no parentheses.
  bool chain = binary.getLHS().getKind() == expr.getKind();
  printSize(os, binary.getLHS(), symbols, !isSum && !chain);
  AffineExpr positive = isSum ? negated(binary.getRHS()) : AffineExpr();
  os << (positive ? StringRef(" - ") : operatorText(expr.getKind()));
  AffineExpr right = positive ? positive : binary.getRHS();
  printSize(os, right, symbols, !isSum || right.getKind() == AffineExprKind::Add);
  if (nested)
    os << ")";
}

SmallVector<SizeExpr> namedSizes(ArrayRef<AffineExpr> exprs, ArrayRef<StringAttr> names) {
  SmallVector<SizeExpr> sizes;
  for (AffineExpr expr : exprs)
    sizes.push_back(SizeExpr::get(expr, names));
  return sizes;
}

} // namespace

std::string sizeText(AffineExpr expr, ArrayRef<StringAttr> symbols) {
  std::string text;
  llvm::raw_string_ostream os(text);
  printSize(os, expr, symbols, false);
  return text;
}

Attribute DimsAttr::parse(AsmParser &parser, Type) {
  SizeParser sizes(parser);
  SmallVector<AffineExpr> dims;
  AffineMapAttr layout;
  SMLoc at = parser.getCurrentLocation();
  if (parser.parseLess())
    return {};
  while (true) {
    FailureOr<AffineExpr> dim = sizes.sum();
    if (failed(dim))
      return {};
    dims.push_back(*dim);
    if (failed(parser.parseOptionalComma()))
      break;
  }
  if (succeeded(parser.parseOptionalKeyword("layout")) && parser.parseAttribute(layout))
    return {};
  if (parser.parseGreater())
    return {};
  AffineMap map = layout ? layout.getValue() : AffineMap();
  if (map && !isLayout(map, dims.size())) {
    parser.emitError(at, "a layout is a permutation of the dimensions, one of which may be split by floordiv and mod");
    return {};
  }
  return makeDims(parser.getContext(), namedSizes(dims, sizes.names()), map);
}

void DimsAttr::print(AsmPrinter &printer) const {
  printer << "<";
  llvm::interleaveComma(getDims(), printer.getStream(),
                        [&](AffineExpr dim) { printer << sizeText(dim, getSymbols()); });
  if (getLayout())
    printer << " layout " << AffineMapAttr::get(getLayout());
  printer << ">";
}

LogicalResult DimsAttr::verify(function_ref<InFlightDiagnostic()> error, ArrayRef<StringAttr> symbols,
                               ArrayRef<AffineExpr> dims, AffineMap layout) {
  if (dims.size() > size_t(maxRank))
    return error() << "more than " << maxRank << " dimensions";
  if (layout && !isLayout(layout, dims.size()))
    return error() << "a layout is a permutation of the dimensions, one of which may be split by floordiv and mod";
  return success();
}

LogicalResult DimsAttr::verifyEncoding(ArrayRef<int64_t> shape, Type, function_ref<InFlightDiagnostic()> error) const {
  if (shape.size() != getDims().size())
    return error() << "#nn.dims names " << getDims().size() << " sizes, the tensor has " << shape.size();
  bool anyFree = false;
  for (auto [extent, dim] : llvm::zip(shape, getDims())) {
    auto constant = dyn_cast<AffineConstantExpr>(dim);
    if (ShapedType::isDynamic(extent) == bool(constant) || (constant && constant.getValue() != extent))
      return error() << "#nn.dims and the shape disagree about '" << sizeText(dim, getSymbols()) << "'";
    anyFree |= !constant;
  }
  if (!anyFree && !getLayout())
    return error() << "a static type without layout carries no #nn.dims";
  return success();
}

LogicalResult SizeAttr::verify(function_ref<InFlightDiagnostic()> error, StringRef name, int64_t min,
                               std::optional<int64_t> max, DimsAttr form) {
  if (name.empty() || min < 0 || (max && *max < min))
    return error() << "a free size has a name and bounds 0 <= min <= max";
  if (form && form.getDims().size() != 1)
    return error() << "a free size is written as one size";
  return success();
}

Attribute FactAttr::parse(AsmParser &parser, Type) {
  SizeParser sizes(parser);
  StringRef predicate;
  std::string text, where;
  if (parser.parseLess())
    return {};
  FailureOr<AffineExpr> left = sizes.sum();
  SMLoc at = parser.getCurrentLocation();
  if (failed(left) || parser.parseKeyword(&predicate))
    return {};
  std::optional<ComparePred> pred = symbolizeComparePred(predicate);
  if (!pred || (*pred != ComparePred::eq && *pred != ComparePred::ne && *pred != ComparePred::le)) {
    parser.emitError(at, "expected eq, ne or le");
    return {};
  }
  FailureOr<AffineExpr> right = sizes.sum();
  if (failed(right) || parser.parseComma() || parser.parseString(&text) || parser.parseComma() ||
      parser.parseString(&where) || parser.parseGreater())
    return {};
  return FactAttr::get(parser.getContext(), makeDims(parser.getContext(), namedSizes({*left, *right}, sizes.names())),
                       *pred, text, where);
}

void FactAttr::print(AsmPrinter &printer) const {
  ArrayRef<StringAttr> names = getSides().getSymbols();
  printer << "<" << sizeText(getSides().getDims()[0], names) << " " << stringifyComparePred(getPred()) << " "
          << sizeText(getSides().getDims()[1], names) << ", ";
  printer.printString(getText());
  printer << ", ";
  printer.printString(getWhere());
  printer << ">";
}

Attribute TasksAttr::parse(AsmParser &parser, Type) {
  MLIRContext *context = parser.getContext();
  StringAttr size;
  std::string name;
  int64_t dim = -1, chunk = 1;
  if (parser.parseLess())
    return {};
  if (succeeded(parser.parseOptionalString(&name)))
    size = StringAttr::get(context, name);
  else if (succeeded(parser.parseOptionalKeyword("dim")) && parser.parseInteger(dim))
    return {};
  bool cut = size || dim >= 0;
  if ((cut && parser.parseKeyword("by")) || parser.parseInteger(chunk) || parser.parseGreater())
    return {};
  return TasksAttr::get(context, size, dim, chunk);
}

void TasksAttr::print(AsmPrinter &printer) const {
  printer << "<";
  if (getSize())
    printer << getSize() << " by ";
  else if (getDim() >= 0)
    printer << "dim " << getDim() << " by ";
  printer << getChunk() << ">";
}

} // namespace nnc::nn
