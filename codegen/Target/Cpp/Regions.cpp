#include "codegen/Target/Cpp/Regions.h"
#include "codegen/Target/Cpp/Names.h"
#include "codegen/Target/Cpp/Types.h"
#include "runtime/abi/nnc_abi.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using llvm::ArrayRef;
using llvm::StringRef;

namespace nnc::cpp {
namespace {

struct Element {
  StringRef name, logical;
  int64_t bytes;
};

Element elementOf(uint8_t dtype) {
  switch (dtype) {
  case NNC_F32:
    return {"float", "float", 4};
  case NNC_F64:
    return {"double", "double", 8};
  case NNC_I32:
    return {"i32", "i32", 4};
  case NNC_I64:
    return {"i64", "i64", 8};
  default:
    return {"i8", "bool", 1};
  }
}

std::string brackets(ArrayRef<int64_t> shape) {
  std::string text;
  for (int64_t size : shape)
    text += "[" + std::to_string(size) + "]";
  return text;
}

/// The end of a packed copy's name: "fc1.weight.packed.0x64" has axis 0 in blocks of 64.
struct Packing {
  StringRef stem;
  unsigned axis = 0;
  int64_t block = 0;

  explicit Packing(const TensorInfo &tensor) : stem(tensor.name) {
    auto [head, tail] = StringRef(tensor.name).rsplit('.');
    auto [left, right] = tail.split('x');
    if (tensor.role != NNC_DERIVED || left.getAsInteger(10, axis) || right.getAsInteger(10, block) || block <= 0 ||
        axis >= tensor.dims.size())
      block = 0;
    else
      stem = head;
  }
  /// Of the parameter that is packed.
  std::string name() const { return (block == 0 ? stem : stem.rsplit('.').first).str(); }
};

std::string commentOf(const TensorInfo &tensor) {
  std::string shape;
  for (int64_t size : tensor.dims)
    shape += (shape.empty() ? "[" : ", ") + std::to_string(size);
  Packing packing(tensor);
  std::string text = packing.name() + " " + elementOf(tensor.dtype).logical.str() + shape + (shape.empty() ? "" : "]");
  if (packing.block == 0)
    return commentText(text);
  text += " in blocks of " + std::to_string(packing.block) +
          (packing.axis == 0 ? " rows" : " of axis " + std::to_string(packing.axis));
  if (int64_t rest = tensor.dims[packing.axis] % packing.block)
    text += ", " + std::to_string(packing.block - rest) + " zero";
  return commentText(text);
}

} // namespace

llvm::Expected<Regions> Regions::create(const ModelInfo &model) {
  Regions regions;
  Names names;
  for (const TensorInfo &tensor : model.tensors) {
    Element element = elementOf(tensor.dtype);
    Member member;
    StringRef stem = Packing(tensor).stem;
    if (tensor.role == NNC_SLOT)
      stem.consume_front("optimizer.");
    member.name = names.fresh(stem);
    member.type = element.name;
    member.elementBytes = member.bytes = element.bytes;
    member.comment = commentOf(tensor);
    member.shape.assign(tensor.physical.begin(), tensor.physical.end());
    if (member.shape.empty() || llvm::is_contained(member.shape, 0)) // nothing takes a line of its own
      member.shape.assign(1, 1);
    for (int64_t &size : member.shape) {
      size = std::max<int64_t>(size, 1); // as in the buffers of kernels
      member.bytes *= size;
    }
    member.offset = static_cast<int64_t>(tensor.offset);
    regions.order.push_back(regions.members.size());
    regions.members.push_back(std::move(member));
  }
  llvm::stable_sort(regions.order,
                    [&](size_t a, size_t b) { return regions.members[a].offset < regions.members[b].offset; });
  regions.bytes = static_cast<int64_t>(model.stateBytes);
  if (llvm::Error error = regions.findGaps())
    return std::move(error);
  for (Member &member : regions.members)
    if (member.gap != 0)
      member.gapName = names.fresh("gap");
  return regions;
}

/// Members are aligned to 64; where a tensor begins later than that, a gap follows the one before it.
llvm::Error Regions::findGaps() {
  for (size_t i = 0; i < order.size(); ++i) {
    Member &member = members[order[i]];
    int64_t end = llvm::alignTo(member.offset + member.bytes, 64);
    int64_t next = i + 1 < order.size() ? members[order[i + 1]].offset : bytes;
    if (member.offset % 64 != 0 || next % 64 != 0 || next < end || (i == 0 && member.offset != 0))
      return llvm::createStringError("the state block has no place for '" + member.name + "' at " +
                                     std::to_string(member.offset));
    // Behind the last member nobody needs one.
    member.gap = i + 1 < order.size() ? (next - end) / member.elementBytes : 0;
  }
  return llvm::Error::success();
}

std::string Regions::declaration(const Member &member) const {
  std::string gap = member.gap == 0 ? "" : ", " + member.gapName + "[" + std::to_string(member.gap) + "]";
  return "alignas(64) " + member.type + " " + member.name + brackets(member.shape) + gap + ";";
}

void Regions::print(Layout &out) const {
  out.comment("The state block: tensors are row-major; [block][other axes][in the block] where an axis is in blocks.");
  if (order.empty())
    return out.line("struct State {};");
  out.open("struct State");
  size_t code = 0, comment = 0;
  for (const Member &member : members) {
    code = std::max(code, declaration(member).size());
    comment = std::max(comment, member.comment.size());
  }
  // Comments stand in a column beside the members if all fit there, else each above its own.
  bool beside = 2 + code + 4 + comment <= Layout::columns;
  for (size_t i : order) {
    std::string line = declaration(members[i]);
    if (!beside)
      out.comment(members[i].comment);
    out.line(beside ? line + std::string(code + 1 - line.size(), ' ') + "// " + members[i].comment : line);
  }
  out.close(";");
  if (!order.empty())
    out.call("static_assert",
             {"offsetof(State, " + members[order.back()].name + ") == " + std::to_string(members[order.back()].offset) +
              " && sizeof(State) <= " + std::to_string(bytes)},
             ";");
}

std::string Regions::view(StringRef argument, bool isState, int64_t offset, mlir::MemRefType type) const {
  std::string element = scalarType(type.getElementType());
  if (isState)
    for (const Member &member : members)
      if (member.offset == offset && member.type == element && member.shape == type.getShape())
        return argument.str() + "->" + member.name;
  std::string row = element + brackets(type.getShape().drop_front(type.getRank() == 0 ? 0 : 1));
  return "at<" + row + ">(" + argument.str() + ", " + std::to_string(offset) + ")";
}

} // namespace nnc::cpp
