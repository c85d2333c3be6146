// Loops, branches and the variables that they carry.
#include "codegen/Target/Cpp/Statements.h"
#include "codegen/Target/Cpp/Types.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace nnc::cpp {
namespace {

bool hasOnlyTerminator(Block &block) { return llvm::hasSingleElement(block); }

/// What a carried value is called when nobody said so.
StringRef carriedHint(Value next) {
  Operation *op = next.getDefiningOp();
  if (!op)
    return "carry";
  StringRef name = op->getName().stripDialect();
  if (name == "fma" || name == "addf" || name == "addi")
    return "sum";
  if (name == "mulf" || name == "muli")
    return "product";
  return name == "select" ? "best" : "carry";
}

std::string loopName(scf::ForOp op, unsigned depth) {
  if (StringRef name = stringAttr(op, "nnc.name"); !name.empty())
    return name.str();
  return std::string(1, static_cast<char>('i' + depth % 6)); // i j k l m n
}

} // namespace

/// May `op` go on using the variable that holds `value`? Nobody else reads it, neither now nor later.
bool Statements::takesOver(Value value, Operation *op) {
  if (!variables.contains(value) || value.getParentBlock() != op->getBlock())
    return false;
  return llvm::all_of(value.getUsers(), [&](Operation *user) { return op->isAncestor(user); }) &&
         (op->getNumRegions() > 1 || value.hasOneUse());
}

/// The variables that a folded expression reads.
void Statements::collectReads(Value value, std::vector<std::string> &reads) {
  if (auto found = variables.find(value); found != variables.end())
    reads.push_back(found->second);
  Operation *op = value.getDefiningOp();
  if (op && folding.isFolded(op) && !expressions.hasName(value))
    for (Value operand : op->getOperands())
      collectReads(operand, reads);
}

void Statements::assign(Operation *yield, ArrayRef<std::string> targets) {
  struct Assignment {
    std::string variable;
    Value value;
    std::string text;
    std::vector<std::string> reads;
  };
  std::vector<Assignment> open;
  for (auto [value, variable] : llvm::zip_equal(yield->getOperands(), targets)) {
    Assignment next{variable, value, "", {}};
    if (expressions.text(value) == variable)
      continue;
    collectReads(value, next.reads);
    open.push_back(std::move(next));
  }
  auto isRead = [&](const Assignment &by) {
    return llvm::any_of(
        open, [&](const Assignment &other) { return &other != &by && llvm::is_contained(other.reads, by.variable); });
  };
  while (!open.empty()) {
    auto next = llvm::find_if(open, [&](const Assignment &each) { return !isRead(each); });
    if (next == open.end()) { // a circle: one of them through a variable of its own
      Assignment &first = *llvm::find_if(open, [](const Assignment &each) { return each.text.empty(); });
      std::string name = names.fresh("next_" + first.variable);
      print(yield, "const " + expressions.typeOf(first.value) + " " + name + " = ", ";",
            [&] { return expressions.value(first.value); });
      first.text = name;
      first.reads.clear();
      continue;
    }
    Assignment now = *next;
    open.erase(next);
    if (!now.text.empty())
      out.line(now.variable + " = " + now.text + ";");
    else
      print(yield, now.variable + " = ", ";", [&] { return expressions.value(now.value); });
  }
}

void Statements::loop(scf::ForOp op) {
  auto given = op->getAttrOfType<ArrayAttr>("nnc.names");
  std::vector<std::string> carried;
  for (auto [i, init] : llvm::enumerate(op.getInitArgs())) {
    BlockArgument argument = op.getRegionIterArg(i);
    std::string name;
    if (takesOver(init, op)) {
      name = variables[init];
    } else {
      StringRef hint = given && i < given.size() && isa<StringAttr>(given[i]) ? cast<StringAttr>(given[i]).getValue()
                                                                              : carriedHint(op.getYieldedValues()[i]);
      std::string type = expressions.typeOf(argument);
      name = names.fresh(hint);
      print(op, type + " " + name + " = ", ";", [&, init = init] { return expressions.value(init); });
    }
    carried.push_back(name);
    expressions.setName(argument, name);
    variables[argument] = name;
  }
  bool unroll = op->hasAttr("nnc.unroll");
  auto times = op->getAttrOfType<IntegerAttr>("nnc.unroll_by");
  std::string hurry = unroll ? "NNC_UNROLL " : times ? "NNC_UNROLL_" + std::to_string(times.getInt()) + " " : "";
  names.push();
  std::string counter = names.fresh(loopName(op, depth));
  std::string head = shorten(op, [&] {
    bool byOne = expressions.text(op.getStep()) == "1";
    return hurry + "for (i64 " + counter + " = " + expressions.text(op.getLowerBound()) + "; " + counter + " < " +
           expressions.text(op.getUpperBound(), Binds::shift) + "; " +
           (byOne ? "++" + counter : counter + " += " + expressions.text(op.getStep())) + ")  ";
  });
  out.open(StringRef(head).rtrim(), !hurry.empty() ? Layout::Block::inLine : Layout::Block::loop);
  expressions.setName(op.getInductionVar(), counter);
  ++depth;
  block(*op.getBody());
  assign(op.getBody()->getTerminator(), carried);
  --depth;
  out.close();
  names.pop();
  for (auto [result, name] : llvm::zip_equal(op.getResults(), carried)) {
    expressions.setName(result, name);
    variables[result] = name;
  }
}

/// Declares the variables of a branch's results; `initial` is an arm without operations, which then needs no code.
std::vector<std::string> Statements::resultVariables(Operation *op, Block *initial) {
  std::vector<std::string> results;
  for (OpResult result : op->getResults()) {
    Value start = initial ? initial->getTerminator()->getOperand(result.getResultNumber()) : Value();
    std::string name;
    if (start && takesOver(start, op) && !llvm::is_contained(results, variables[start])) {
      name = variables[start];
    } else {
      StringRef given = stringAttr(op, "nnc.name");
      Value yielded = op->getRegion(0).front().getTerminator()->getOperand(result.getResultNumber());
      std::string type = expressions.typeOf(result);
      name = names.fresh(given.empty() ? carriedHint(yielded) : given);
      if (start)
        out.line(type + " " + name + " = " + expressions.text(start) + ";");
      else
        out.line(type + " " + name + ";");
    }
    results.push_back(name);
  }
  return results;
}

void Statements::arm(Block &arm, ArrayRef<std::string> targets) {
  names.push();
  block(arm);
  assign(arm.getTerminator(), targets);
  names.pop();
}

void Statements::branch(scf::IfOp op) {
  std::string condition = shorten(op, [&] { return "if (" + expressions.text(op.getCondition()) + ") {"; });
  Block *otherwise = op.elseBlock();
  // Values before the branch, that its shorter arm only hands on.
  Block *initial = otherwise && op.getNumResults() && hasOnlyTerminator(*otherwise) ? otherwise : nullptr;
  std::vector<std::string> results = resultVariables(op, initial);
  bool both = otherwise && !initial && !(op.getNumResults() == 0 && hasOnlyTerminator(*otherwise));
  out.open(StringRef(condition).drop_back(2), both ? Layout::Block::braces : Layout::Block::loop);
  arm(*op.thenBlock(), results);
  if (both) {
    out.middle("} else {");
    arm(*otherwise, results);
  }
  out.close();
  for (auto [result, name] : llvm::zip_equal(op.getResults(), results)) {
    expressions.setName(result, name);
    variables[result] = name;
  }
}

void Statements::choose(scf::IndexSwitchOp op) {
  std::vector<std::string> results = resultVariables(op, nullptr);
  std::string head = shorten(op, [&] { return "switch (" + expressions.text(op.getArg()) + ") {"; });
  out.open(StringRef(head).drop_back(2));
  for (auto [value, region] : llvm::zip_equal(op.getCases(), op.getCaseRegions())) {
    out.label("case " + std::to_string(value) + ": {");
    arm(region.front(), results);
    out.line("break;");
    out.label("}");
  }
  out.label("default: {");
  arm(op.getDefaultRegion().front(), results);
  out.label("}");
  out.close();
  for (auto [result, name] : llvm::zip_equal(op.getResults(), results)) {
    expressions.setName(result, name);
    variables[result] = name;
  }
}

/// A size, stride or offset: a constant or a value.
static std::string numberOf(Expressions &expressions, OpFoldResult number, Binds needed) {
  if (auto constant = dyn_cast<Attribute>(number))
    return std::to_string(cast<IntegerAttr>(constant).getInt());
  return expressions.text(cast<Value>(number), needed);
}

void Statements::declarePointer(const std::string &before, const std::string &start) {
  std::string whole = before + " = " + start + ";";
  if (out.fits(whole) || !out.assign(before + " =", start + ";"))
    out.line(whole);
}

/// A whole buffer with a free size keeps its name; a part of one becomes a pointer to its first element, as an array of
/// rows where its strides are those of one.
void Statements::cast(memref::ReinterpretCastOp op) {
  const Buffer source = expressions.buffer(op.getSource());
  MemRefType type = op.getType(), from = mlir::cast<MemRefType>(op.getSource().getType());
  if (type.getLayout().isIdentity() && type.getRank() == from.getRank() &&
      (type.getRank() == 0 || type.getShape().drop_front() == from.getShape().drop_front()))
    return expressions.setBuffer(op, source);
  SmallVector<OpFoldResult> strides = op.getMixedStrides();
  std::string offset = numberOf(expressions, op.getMixedOffsets()[0], Binds::product);
  std::string base = source.text;
  if (from.getRank() > 1) {
    for (int64_t i = 1; i < from.getRank(); ++i)
      base += "[0]";
    base = "&" + base + "[0]";
  }
  if (expressions.isPlanted("cpp-forgotten-offset"))
    offset = "0";
  std::string start = base + (offset == "0" ? "" : " + " + offset);
  std::vector<int64_t> constants;
  for (OpFoldResult stride : strides)
    if (std::optional<int64_t> value = getConstantIntValue(stride))
      constants.push_back(*value);
  bool rows = constants.size() == strides.size() && !constants.empty() && constants.back() == 1;
  for (size_t i = 0; rows && i + 1 < constants.size(); ++i) {
    int64_t inner = constants[i + 1], size = type.getShape()[i + 1];
    rows = inner > 0 && constants[i] % inner == 0 && constants[i] > 0 && !ShapedType::isDynamic(size) &&
           size <= constants[i] / inner;
  }
  StringRef given = stringAttr(op, "nnc.name");
  std::string element = (source.isConst ? "const " : "") + valueType(type.getElementType());
  std::string name = names.fresh(given.empty() ? source.text + "_part" : given.str());
  if (rows && constants.size() > 1) {
    std::string row = element;
    for (size_t i = 0; i + 1 < constants.size(); ++i)
      row += "[" + std::to_string(constants[i] / constants[i + 1]) + "]";
    declarePointer("auto *const " + name, "rows_of<" + row + ">(" + start + ")");
    return expressions.setBuffer(op, {name, {}, true, source.isConst});
  }
  declarePointer(element + " *const " + name, start);
  Buffer buffer{name, {}, false, source.isConst};
  if (rows)
    return expressions.setBuffer(op, {name, {}, true, source.isConst});
  buffer.lastIsOne =
      constants.size() == strides.size() ? constants.back() == 1 : getConstantIntValue(strides.back()) == 1;
  for (OpFoldResult stride : strides)
    buffer.strides.push_back(numberOf(expressions, stride, Binds::unary));
  if (buffer.lastIsOne)
    buffer.strides.pop_back();
  expressions.setBuffer(op, buffer);
}

} // namespace nnc::cpp
