#include "codegen/Target/Cpp/Statements.h"
#include "codegen/Target/Cpp/Extrema.h"
#include "codegen/Target/Cpp/Types.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nnc::cpp {

StringRef stringAttr(Operation *op, StringRef name) {
  auto attr = op->getAttrOfType<StringAttr>(name);
  return attr ? attr.getValue() : StringRef();
}

void Statements::block(Block &block) {
  for (Operation &op : block.without_terminator())
    if (!isLiteral(&op) && !folding.isFolded(&op))
      statement(&op);
}

void Statements::statement(Operation *op) {
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](scf::ForOp op) { loop(op); })
      .Case([&](scf::IfOp op) { branch(op); })
      .Case([&](scf::IndexSwitchOp op) { choose(op); })
      .Case([&](memref::AllocaOp op) { alloca(op); })
      .Case([&](memref::ViewOp op) { view(op); })
      .Case([&](memref::ReinterpretCastOp op) { cast(op); })
      .Case([&](memref::GetGlobalOp op) { global(op); })
      .Case<memref::StoreOp, vector::StoreOp, vector::MaskedStoreOp, vector::ScatterOp>([&](auto op) { store(op); })
      .Case([&](func::CallOp op) { call(op); })
      .Case([&](arith::MulUIExtendedOp op) {
        std::string low = names.fresh("low"), high = names.fresh("high");
        expressions.setName(op.getLow(), low);
        expressions.setName(op.getHigh(), high);
        print(op, "const auto [" + low + ", " + high + "] = ", ";", [&] {
          return Expression{expressions.use("mul_wide", op.getLow().getType()) + "(" + expressions.text(op.getLhs()) +
                            ", " + expressions.text(op.getRhs()) + ")"};
        });
      })
      .Default([&](Operation *op) {
        if (isExpression(op))
          declare(op);
        else
          expressions.fail(op);
      });
}

/// A name that says a little about where the value comes from.
std::string Statements::hint(Operation *op) {
  if (StringRef name = stringAttr(op, "nnc.name"); !name.empty())
    return name.str();
  Type type = op->getResult(0).getType();
  return llvm::TypeSwitch<Operation *, std::string>(op)
      .Case<math::FmaOp, arith::AddFOp>([](auto) { return "sum"; })
      .Case<arith::AddIOp>([&](auto) { return type.isIndex() ? "index" : "sum"; })
      .Case<arith::MulFOp>([](auto) { return "product"; })
      .Case<arith::MulIOp>([&](auto) { return type.isIndex() ? "base" : "product"; })
      .Case<arith::SubFOp, arith::SubIOp>([&](auto) { return type.isIndex() ? "rest" : "difference"; })
      .Case<arith::DivFOp, arith::DivSIOp, arith::DivUIOp>([](auto) { return "quotient"; })
      .Case<arith::RemSIOp, arith::RemUIOp>([](auto) { return "remainder"; })
      .Case<arith::AndIOp>([&](auto) { return isMask(type) ? "lanes" : "part"; })
      .Case<arith::CmpFOp, arith::CmpIOp>([&](auto) { return isMask(type) ? "lanes" : "is"; })
      .Case<vector::CreateMaskOp>([](auto) { return "lanes"; })
      .Case<vector::ShuffleOp>([](auto) { return "mix"; })
      .Case<arith::SelectOp>([](auto) { return "pick"; })
      .Case<arith::BitcastOp, vector::BitCastOp>([](auto) { return "bits"; })
      .Case<memref::LoadOp, vector::LoadOp, vector::MaskedLoadOp, vector::GatherOp>([](auto) { return "x"; })
      .Default([](Operation *) { return "v"; });
}

std::string Statements::nameFor(Operation *op) { return names.fresh(hint(op)); }

/// The longest expression folded into `op` that would make it shorter; inside of what is nearly all of it.
Operation *Statements::longestPart(Operation *op, size_t whole) {
  Operation *longest = nullptr;
  // What is shorter gains nothing. Arguments of a call with several results go over several lines, anyway.
  size_t length = isa<func::CallOp>(op) && op->getNumResults() > 1 ? 60 : 24;
  auto choice = dyn_cast<arith::SelectOp>(op);
  bool isExtremum = choice && extremumOf(choice); // the comparison is not printed
  for (Value operand : op->getOperands().drop_front(isExtremum))
    if (Operation *source = operand.getDefiningOp(); source && folding.mayUnfold(source))
      if (size_t size = expressions.text(operand).size(); size > length) {
        longest = source;
        length = size;
      }
  if (longest && length * 4 > whole * 3)
    if (Operation *inner = longestPart(longest, length))
      return inner;
  return longest;
}

std::string Statements::shorten(Operation *op, function_ref<std::string()> text) {
  std::string result = text();
  while (!out.fits(result)) {
    Operation *part = longestPart(op, result.size());
    if (!part)
      break;
    folding.unfold(part);
    declare(part);
    result = text();
  }
  return result;
}

void Statements::print(Operation *op, StringRef before, StringRef after, function_ref<Expression()> expression) {
  std::string text = shorten(op, [&] { return (before + expression().text + after).str(); });
  if (out.fits(text))
    return out.line(text);
  std::string whole = expression().text;
  if (before.ends_with("= ") && out.assign(before, (whole + after).str()))
    return;
  // What cannot be made shorter is a call of many arguments.
  size_t open = whole.find('(');
  if (open == std::string::npos || whole.back() != ')')
    return out.line(text);
  std::vector<std::string> arguments;
  int nesting = 0;
  std::string current;
  for (char c : StringRef(whole).drop_front(open + 1).drop_back()) {
    nesting += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
    if (c == ',' && nesting == 0) {
      arguments.push_back(current);
      current.clear();
    } else if (c != ' ' || !current.empty()) {
      current += c;
    }
  }
  arguments.push_back(current);
  out.call(before.str() + whole.substr(0, open), arguments, (")" + after).str().substr(1));
}

void Statements::declare(Operation *op) {
  Value value = op->getResult(0);
  if (live && !live->contains(value) && isExpression(op)) { // what it was for is not printed either
    expressions.setName(value, names.fresh(hint(op)));
    return;
  }
  // The expression first: it cannot use its own name, and the names of what is unfolded come before it.
  std::string type = "const " + expressions.typeOf(value) + " ";
  std::string reserved = hint(op);
  shorten(op, [&] { return type + reserved + "00 = " + expressions.expression(op).text + ";"; });
  std::string name = nameFor(op);
  print(op, type + name + " = ", ";", [&] { return expressions.expression(op); });
  expressions.setName(value, name);
}

void Statements::returnValues(func::ReturnOp op) {
  if (op.getNumOperands() == 0)
    return;
  if (op.getNumOperands() == 1)
    return print(op, "return ", ";", [&] { return expressions.value(op.getOperand(0)); });
  std::string text = shorten(op, [&] {
    std::string values;
    for (Value operand : op.getOperands())
      values += (values.empty() ? "" : ", ") + expressions.text(operand);
    return "return {" + values + "};";
  });
  out.line(text);
}

/// Tiles of one type that are neighbours stand in one declaration: `f32x8 w[2], acc[6][2];`
void Statements::alloca(memref::AllocaOp op) {
  auto neighbour = [&](Operation *at, bool forward) {
    do
      at = forward ? at->getNextNode() : at->getPrevNode();
    while (at && isLiteral(at));
    auto other = dyn_cast_if_present<memref::AllocaOp>(at);
    return other && other.getType().getElementType() == op.getType().getElementType() ? other : memref::AllocaOp();
  };
  if (neighbour(op, /*forward=*/false))
    return; // declared with that one
  std::string type = valueType(op.getType().getElementType()), line;
  for (memref::AllocaOp one = op; one; one = neighbour(one, /*forward=*/true)) {
    if (expressions.isUnread(one))
      continue;
    StringRef given = stringAttr(one, "nnc.name");
    std::string name = names.fresh(given.empty() ? "tile" : given), declared = name;
    if (auto sizes = one->getAttrOfType<ArrayAttr>("nnc.shape")) { // in a template
      for (Attribute size : sizes)
        declared += "[" + mlir::cast<StringAttr>(size).str() + "]";
    } else {
      for (int64_t size : one.getType().getShape())
        declared += "[" + std::to_string(size) + "]";
    }
    if (!line.empty() && !out.fits(line + ", " + declared + ";")) {
      out.line(line + ";");
      line.clear();
    }
    line += (line.empty() ? type + " " : ", ") + declared;
    expressions.setBuffer(one, {name});
  }
  if (!line.empty())
    out.line(line + ";");
}

void Statements::global(memref::GetGlobalOp op) {
  expressions.setBuffer(op, {identifier(op.getName()), {}, true, /*isConst=*/true});
}

/// The type of a pointer to rows of a buffer, for a cast: `float[64]`.
static std::string rowType(MemRefType type) {
  std::string text = valueType(type.getElementType());
  for (int64_t size : type.getShape().drop_front())
    text += "[" + std::to_string(size) + "]";
  return text;
}

void Statements::view(memref::ViewOp op) {
  APInt offset;
  auto argument = dyn_cast<BlockArgument>(op.getSource());
  std::string block = expressions.buffer(op.getSource()).text;
  if (argument && matchPattern(op.getByteShift(), m_ConstantInt(&offset))) {
    auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
    auto region = function ? function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "nnc.region") : nullptr;
    if (views && region)
      return expressions.setBuffer(op,
                                   {views(block, region.getValue() == "state", offset.getSExtValue(), op.getType())});
  }
  expressions.setBuffer(
      op, {"at<" + rowType(op.getType()) + ">(" + block + ", " + expressions.text(op.getByteShift()) + ")"});
}

void Statements::store(Operation *op) {
  auto words = [&](StringRef helper, Value buffer, ValueRange indices, Value value, Value mask, Value lanes) {
    auto type = mlir::cast<VectorType>(value.getType());
    std::string text = expressions.use(helper, type) + "(&" + expressions.element(buffer, indices) + ", ";
    if (lanes)
      text += expressions.text(lanes) + ", ";
    if (mask)
      text += expressions.mask(mask, type) + ", ";
    return Expression{text + expressions.text(value) + ")"};
  };
  if (auto store = dyn_cast<memref::StoreOp>(op)) {
    if (expressions.isUnread(store.getMemRef()))
      return;
    (void)shorten(op, [&] {
      return expressions.element(store.getMemRef(), store.getIndices()) + " = " + expressions.text(store.getValue()) +
             ";";
    });
    return print(op, expressions.element(store.getMemRef(), store.getIndices()) + " = ", ";",
                 [&] { return expressions.value(store.getValue()); });
  }
  if (auto store = dyn_cast<vector::MaskedStoreOp>(op); store && isFirstLane(store.getMask()))
    return print(op, expressions.element(store.getBase(), store.getIndices()) + " = ", ";",
                 [&] { return Expression{expressions.text(store.getValueToStore(), Binds::postfix) + "[0]"}; });
  print(op, "", ";", [&] {
    if (auto store = dyn_cast<vector::StoreOp>(op))
      return words("store", store.getBase(), store.getIndices(), store.getValueToStore(), {}, {});
    if (auto store = dyn_cast<vector::MaskedStoreOp>(op))
      return words("masked_store", store.getBase(), store.getIndices(), store.getValueToStore(), store.getMask(), {});
    auto scatter = mlir::cast<vector::ScatterOp>(op);
    if (elementBits(scatter.getIndices().getType()) != 32)
      expressions.fail(op);
    return words("scatter", scatter.getBase(), scatter.getOffsets(), scatter.getValueToStore(), scatter.getMask(),
                 scatter.getIndices());
  });
}

void Statements::call(func::CallOp op) {
  if (op.getNumResults() == 1)
    return declare(op);
  std::string before;
  if (op.getNumResults() > 1) {
    for (OpResult result : op.getResults()) {
      std::string name = names.fresh(resultName(op, result.getResultNumber()));
      expressions.setName(result, name);
      before += (before.empty() ? "const auto [" : ", ") + name;
    }
    before += "] = ";
  }
  print(op, before, ";", [&] { return Expression{expressions.call(op)}; });
}

} // namespace nnc::cpp
