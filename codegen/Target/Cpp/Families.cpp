#include "codegen/Target/Cpp/Families.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace nnc::cpp {
namespace {

std::optional<int64_t> indexConstant(Value value) {
  APInt number;
  if (value.getType().isIndex() && matchPattern(value, m_ConstantInt(&number)))
    return number.getSExtValue();
  return std::nullopt;
}

/// The attributes that say what an op does; names and comments do not.
bool sameAttributes(Operation *a, Operation *b) {
  if (a->getPropertiesAsAttribute() != b->getPropertiesAsAttribute())
    return false;
  auto meaning = [](Operation *op) {
    SmallVector<NamedAttribute> kept;
    for (NamedAttribute attr : op->getDiscardableAttrs())
      if (!attr.getName().getValue().starts_with("nnc.") || attr.getName() == "nnc.unroll")
        kept.push_back(attr);
    return kept;
  };
  return meaning(a) == meaning(b);
}

/// The tile of one member and of another: they may differ in sizes.
bool sameButForSizes(Type a, Type b) {
  auto tile = dyn_cast<MemRefType>(a), other = dyn_cast<MemRefType>(b);
  return a == b ||
         (tile && other && tile.getElementType() == other.getElementType() && tile.getRank() == other.getRank() &&
          tile.getLayout().isIdentity() && other.getLayout().isIdentity());
}

/// Walks two bodies side by side and notes, for each use of an index constant and each size of a tile, what the other
/// member has there. The places come in the same order for every member.
class Comparison {
public:
  Comparison(func::FuncOp a, func::FuncOp b) { equal = compare(a.getBody().front(), b.getBody().front()); }

  bool equal = false;
  std::vector<int64_t> values; // of the second function

private:
  bool compare(Block &a, Block &b) {
    if (a.getArgumentTypes() != b.getArgumentTypes())
      return false;
    for (auto [x, y] : llvm::zip_equal(a.getArguments(), b.getArguments()))
      partner[x] = y;
    auto skipConstants = [](Block::iterator &at, Block::iterator end) {
      while (at != end && isa<arith::ConstantOp>(*at) && at->getResult(0).getType().isIndex())
        ++at;
    };
    auto x = a.begin(), y = b.begin();
    while (true) {
      skipConstants(x, a.end());
      skipConstants(y, b.end());
      if (x == a.end() || y == b.end())
        return x == a.end() && y == b.end();
      if (!compare(&*x, &*y))
        return false;
      ++x;
      ++y;
    }
  }

  bool compare(Operation *a, Operation *b) {
    if (a->getName() != b->getName() || a->getNumOperands() != b->getNumOperands() ||
        a->getNumResults() != b->getNumResults() || a->getNumRegions() != b->getNumRegions() || !sameAttributes(a, b))
      return false;
    for (auto [x, y] : llvm::zip_equal(a->getOperands(), b->getOperands())) {
      std::optional<int64_t> left = indexConstant(x), right = indexConstant(y);
      if (left.has_value() != right.has_value() || (!left && partner.lookup(x) != y))
        return false;
      if (right)
        values.push_back(*right);
    }
    for (auto [x, y] : llvm::zip_equal(a->getResults(), b->getResults())) {
      bool tile = isa<memref::AllocaOp>(a);
      if (tile ? !sameButForSizes(x.getType(), y.getType()) : x.getType() != y.getType())
        return false;
      if (tile)
        llvm::append_range(values, cast<MemRefType>(y.getType()).getShape());
      partner[x] = y;
    }
    for (auto [x, y] : llvm::zip_equal(a->getRegions(), b->getRegions())) {
      if (x.empty() != y.empty() || (!x.empty() && !compare(x.front(), y.front())))
        return false;
    }
    return true;
  }

  llvm::DenseMap<Value, Value> partner;
};

/// Numbers of all members at one place: the parameter that they are, or -1 for a number that is the same in all.
std::optional<int> parameterAt(const Family &family, ArrayRef<int64_t> numbers) {
  if (llvm::all_equal(numbers))
    return -1;
  for (size_t p = 0; p < family.parameters.size(); ++p) {
    bool matches = true;
    for (auto [number, arguments] : llvm::zip_equal(numbers, family.arguments))
      matches &= number == arguments[p];
    if (matches)
      return static_cast<int>(p);
  }
  return std::nullopt;
}

/// Puts a tagged constant at every place that is a parameter, in the order in which `Comparison` noted the places.
void putSymbols(Family &family, ArrayRef<int> parameterOfPlace) {
  family.body = family.members.front().clone();
  func::FuncOp body = *family.body;
  OpBuilder builder(&body.front(), body.front().begin());
  SmallVector<Value> symbols;
  for (auto [parameter, number] : llvm::zip_equal(family.parameters, family.arguments.front())) {
    auto symbol = arith::ConstantIndexOp::create(builder, body.getLoc(), number);
    symbol->setAttr("nnc.symbol", builder.getStringAttr(parameter));
    symbols.push_back(symbol);
  }
  size_t place = 0;
  body.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (op == body.getOperation() || isa<arith::ConstantOp>(op))
      return;
    for (OpOperand &operand : op->getOpOperands())
      if (indexConstant(operand.get()))
        if (int parameter = parameterOfPlace[place++]; parameter >= 0)
          operand.set(symbols[parameter]);
    if (auto tile = dyn_cast<memref::AllocaOp>(op)) {
      SmallVector<Attribute> shape;
      for (int64_t size : tile.getType().getShape()) {
        int parameter = parameterOfPlace[place++];
        shape.push_back(builder.getStringAttr(parameter < 0 ? std::to_string(size) : family.parameters[parameter]));
      }
      tile->setAttr("nnc.shape", builder.getArrayAttr(shape));
    }
  });
}

bool readArguments(Family &family) {
  for (func::FuncOp member : family.members) {
    auto given = member->getAttrOfType<DictionaryAttr>("nnc.family_args");
    if (!given || !member.isPrivate() || member.getNumResults() > 1)
      return false;
    std::vector<std::string> names;
    std::vector<int64_t> numbers;
    for (NamedAttribute attr : given) {
      auto number = dyn_cast<IntegerAttr>(attr.getValue());
      if (!number)
        return false;
      names.push_back(attr.getName().str());
      numbers.push_back(number.getInt());
    }
    if (family.arguments.empty())
      family.parameters = names;
    if (names != family.parameters || llvm::is_contained(family.arguments, numbers))
      return false;
    family.arguments.push_back(numbers);
  }
  return !family.parameters.empty();
}

bool fit(Family &family) {
  if (family.members.size() < 2 || !readArguments(family))
    return false;
  std::vector<std::vector<int64_t>> values;
  for (func::FuncOp member : family.members) {
    if (member.getFunctionType() != family.members.front().getFunctionType())
      return false;
    Comparison comparison(family.members.front(), member);
    if (!comparison.equal)
      return false;
    values.push_back(std::move(comparison.values));
  }
  std::vector<int> parameterOfPlace;
  for (size_t place = 0; place < values.front().size(); ++place) {
    SmallVector<int64_t> numbers;
    for (const std::vector<int64_t> &each : values)
      numbers.push_back(each[place]);
    std::optional<int> parameter = parameterAt(family, numbers);
    if (!parameter)
      return false;
    parameterOfPlace.push_back(*parameter);
  }
  putSymbols(family, parameterOfPlace);
  return true;
}

} // namespace

std::vector<Family> findFamilies(ModuleOp module) {
  llvm::MapVector<StringRef, Family> byName;
  for (auto function : module.getOps<func::FuncOp>())
    if (auto name = function->getAttrOfType<StringAttr>("nnc.family"); name && !function.isDeclaration()) {
      byName[name.getValue()].name = name.str();
      byName[name.getValue()].members.push_back(function);
    }
  std::vector<Family> families;
  for (auto &[name, family] : byName)
    if (fit(family))
      families.push_back(std::move(family));
  return families;
}

} // namespace nnc::cpp
