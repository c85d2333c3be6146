#include "codegen/Conversion/Outline/Describe.h"
#include "compiler/Analysis/OpClass.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace nnc {
namespace {

/// What a location says about an op.
struct Origin {
  StringRef path, layer; // "fc1", "Linear(64)"
  std::string place;     // "digits.nn:12", in the user's file
  bool backward = false;
};

void read(Location loc, Origin &origin) {
  if (auto name = dyn_cast<NameLoc>(loc)) {
    auto layer = dyn_cast<NameLoc>(name.getChildLoc());
    if (origin.path.empty()) {
      origin.path = name.getName();
      origin.layer = layer ? layer.getName().getValue() : StringRef();
    }
    return read(layer ? layer.getChildLoc() : name.getChildLoc(), origin);
  }
  if (auto call = dyn_cast<CallSiteLoc>(loc))
    return read(call.getCaller(), origin);
  if (auto fused = dyn_cast<FusedLoc>(loc)) {
    auto kind = dyn_cast_if_present<StringAttr>(fused.getMetadata());
    origin.backward |= kind && kind.getValue() == "grad";
    for (Location part : fused.getLocations())
      read(part, origin);
    return;
  }
  auto file = dyn_cast<FileLineColLoc>(loc);
  if (file && origin.place.empty())
    origin.place = (llvm::sys::path::filename(file.getFilename()) + ":" + Twine(file.getLine())).str();
}

Origin originOf(Operation *op) {
  Origin origin;
  read(op->getLoc(), origin);
  return origin;
}

void addOnce(SmallVectorImpl<std::string> &list, StringRef word) {
  if (!word.empty() && !llvm::is_contained(list, word))
    list.push_back(word.str());
}

/// "relu(Linear(64))": what the layers of a group do, from the inside to the outside.
class Summary {
public:
  explicit Summary(nn::GroupOp group) {
    StringRef last;
    for (Operation &op : group.getBody().front().without_terminator()) {
      Origin origin = originOf(&op);
      addOnce(paths, origin.path);
      addOnce(places, origin.place);
      backward |= origin.backward;
      bool sameLayer = !origin.path.empty() && origin.path == last && !origin.backward;
      bool number = classify(&op) == OpClass::Elementwise && isScalar(op.getResult(0));
      if (classify(&op) == OpClass::Free || number || sameLayer)
        continue;
      last = origin.path;
      words.push_back(origin.layer.empty() || origin.backward ? shortName(&op) : origin.layer.str());
    }
  }

  std::string text() const {
    if (words.size() > 4)
      return llvm::join(llvm::ArrayRef(words).take_front(4), ", ") + " and " + std::to_string(words.size() - 4) +
             " more";
    std::string nested;
    for (const std::string &word : words)
      nested = nested.empty() ? word : word + "(" + nested + ")";
    return nested;
  }

  SmallVector<std::string> paths, places;
  bool backward = false;

private:
  SmallVector<std::string> words;
};

/// A free size by its name, a packed tensor without its layout.
std::string shapeOf(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  std::string text;
  llvm::raw_string_ostream os(text);
  Type element = type.getElementType();
  if (element.isF32())
    os << "float";
  else if (element.isF64())
    os << "double";
  else if (element.isInteger(1))
    os << "bool";
  else
    os << "i" << element.getIntOrFloatBitWidth();
  SmallVector<nn::SizeExpr> sizes = nn::sizesOf(type);
  llvm::interleaveComma(sizes, os << (sizes.empty() ? "" : "["), [&](const nn::SizeExpr &size) { os << size.str(); });
  os << (sizes.empty() ? "" : "]");
  return text;
}

/// "fc1.weight.packed" for "fc1.weight.packed.0x64": which blocks can be seen in its type.
std::string plainName(StringRef symbol) {
  auto [head, blocks] = symbol.rsplit('.');
  return head.ends_with(".packed") ? head.str() : symbol.str();
}

std::string nameOfResult(nn::GroupOp group, unsigned index) {
  Value result = group.getResult(index);
  for (OpOperand &use : result.getUses()) {
    auto ret = dyn_cast<nn::ReturnOp>(use.getOwner());
    if (!ret)
      continue;
    unsigned number = use.getOperandNumber(), values = ret.getOutputs().size();
    if (number < values)
      return cast<nn::EntryOp>(ret->getParentOp()).getResultName(number).str();
    return "new_" + plainName(cast<FlatSymbolRefAttr>((*ret.getTargets())[number - values]).getValue());
  }
  // The layer of the op that yields it, else of one that this op reads.
  Value yielded = group.getBody().front().getTerminator()->getOperand(index);
  Operation *last = yielded.getDefiningOp();
  if (!last)
    return "";
  for (Operation *op = last; op;) {
    Origin origin = originOf(op);
    if (!origin.path.empty())
      return (origin.backward ? "grad." : "") + origin.path.str();
    Operation *before = nullptr;
    for (Value operand : op->getOperands())
      if (!before && classify(op) == OpClass::Elementwise)
        before = operand.getDefiningOp();
    op = before;
  }
  if (originOf(last).backward)
    return "grad";
  std::string name = shortName(last);
  if (auto named = dyn_cast<OpAsmOpInterface>(last); named && last->getNumResults() > 1)
    named.getAsmResultNames([&](Value value, StringRef given) {
      if (value == yielded)
        name = given.str();
    });
  return name;
}

std::string nameOf(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    auto entry = dyn_cast<nn::EntryOp>(argument.getOwner()->getParentOp());
    return entry ? entry.getArgName(argument.getArgNumber()).str() : "";
  }
  Operation *op = value.getDefiningOp();
  if (auto get = dyn_cast<nn::GetOp>(op))
    return plainName(get.getSource());
  if (auto group = dyn_cast<nn::GroupOp>(op))
    return nameOfResult(group, cast<OpResult>(value).getResultNumber());
  Origin origin = originOf(op);
  return origin.path.str();
}

} // namespace

/// "float[B, 64] -> float[B, 10]": of the values that flow, without the parameters.
static std::string shapes(nn::GroupOp group) {
  auto isParameter = [](Value value) { return value.getDefiningOp<nn::GetOp>(); };
  auto flowing = llvm::make_filter_range(group.getInputs(), std::not_fn(isParameter));
  auto inputs = llvm::map_range(flowing, shapeOf);
  auto results = llvm::map_range(group.getResults(), shapeOf);
  std::string left = llvm::join(inputs, ", ");
  return left + (left.empty() ? "-> " : " -> ") + llvm::join(results, ", ");
}

/// A group of no layer works on a parameter, or on nothing that has a name.
static std::string pathOf(nn::GroupOp group, const Summary &summary) {
  if (!summary.paths.empty())
    return summary.paths.size() == 1 ? summary.paths.front() : "";
  for (Value input : group.getInputs())
    if (auto get = input.getDefiningOp<nn::GetOp>())
      return get.getSource().str();
  return "";
}

/// Beside the parameter of `path` its slots and copies need no long names: "m", "new_m", "packed".
static void shorten(std::string &name, StringRef path) {
  StringRef rest = name;
  StringRef fresh = rest.consume_front("new_") ? "new_" : "";
  if (path.empty() || !(rest.consume_front("optimizer.") ? rest.consume_front(path)
                                                         : rest.starts_with(path) && rest.ends_with(".packed")))
    return;
  bool isCopy = rest.consume_front(path);
  if (rest.consume_front("."))
    name = ((isCopy ? "" : fresh) + rest).str();
}

GroupText describe(nn::GroupOp group) {
  Summary summary(group);
  GroupText text;
  text.path = pathOf(group, summary);
  text.backward = summary.backward;
  text.paths.assign(summary.paths.begin(), summary.paths.end());
  std::string layers = text.paths.empty() ? text.path : llvm::join(text.paths, ", "), what = summary.text();
  text.doc = layers + (layers.empty() || what.empty() ? "" : ": ") + (summary.backward ? "gradient, " : "") + what;
  for (const std::string &place : summary.places)
    text.doc += (text.doc.empty() ? "" : ", ") + place;
  for (Value input : group.getInputs())
    text.buffers.push_back(nameOf(input));
  for (unsigned i = 0; i < group.getNumResults(); ++i)
    text.buffers.push_back(nameOfResult(group, i));
  for (std::string &name : text.buffers)
    shorten(name, text.path);
  bool updates = llvm::any_of(group.getBody().front(), [](Operation &op) { return classify(&op) == OpClass::Update; });
  if (!updates) // all of them have the parameter's
    text.doc += (text.doc.empty() ? "" : ", ") + shapes(group);
  return text;
}

/// The layer and as many of its ops as fit in a name.
std::string GroupText::name() const {
  constexpr size_t longest = 32;
  std::string name = path;
  if (backward && !StringRef(ops).contains("grad"))
    name += name.empty() ? "grad" : "_grad";
  for (StringRef word : llvm::split(ops, '_')) {
    if (!name.empty() && name.size() + 1 + word.size() > longest)
      break;
    name += (name.empty() ? "" : "_") + word.str();
  }
  return name;
}

std::vector<std::string> GroupText::lines() const {
  std::vector<std::string> list = {doc};
  if (paths.size() > 1 && doc.find(paths.back()) == std::string::npos)
    list.push_back("also for " + llvm::join(llvm::ArrayRef(paths).drop_front(), ", "));
  return list;
}

/// "h.0.fc" and "h.1.fc": "fc"; nothing in common: "".
static std::string common(StringRef a, StringRef b) {
  SmallVector<StringRef> left, right;
  a.split(left, '.');
  b.split(right, '.');
  size_t same = 0;
  while (same < std::min(left.size(), right.size()) && left[left.size() - 1 - same] == right[right.size() - 1 - same])
    ++same;
  return llvm::join(llvm::ArrayRef(left).take_back(same), ".");
}

void merge(GroupText &text, const GroupText &other) {
  for (const std::string &path : other.paths)
    if (!llvm::is_contained(text.paths, path))
      text.paths.push_back(path);
  // The same layer in another entry: a value may be a result there.
  if (text.path == other.path && text.doc == other.doc)
    return;
  text.path = common(text.path, other.path);
  for (auto [name, its] : llvm::zip_equal(text.buffers, other.buffers))
    name = common(name, its);
}

} // namespace nnc
