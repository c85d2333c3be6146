#include "codegen/Conversion/Emit/SpecKernel.h"

using namespace mlir;

namespace nnc::emit {

static constexpr int64_t kUnbounded = int64_t(1) << 30;

void raiseBound(Bounds &bounds, nn::SizeAttr size) {
  int64_t &largest = bounds[size.getName().str()];
  largest = std::max(largest, std::min(size.getMax().value_or(kUnbounded), kUnbounded));
}

SpecKernel::SpecKernel(nn::KernelOp spec, func::FuncOp function, int64_t lanes, Bounds promised)
    : kernel(spec), b(function, lanes), bounds(std::move(promised)) {
  Block &entry = function.getBody().front();
  SmallVector<KernelBuffer> signature = buffersOf(kernel);
  SmallVector<StringRef> names;
  if (auto attribute = function->getAttrOfType<ArrayAttr>(kSizesAttr))
    llvm::append_range(names, attribute.getAsValueRange<StringAttr>());
  size_t views = viewsOf(signature).size();
  if (entry.getNumArguments() != signature.size() + views + names.size() + 1) {
    unsupported = "the function has not the arguments of the kernel contract";
    return;
  }
  unsigned nextView = signature.size(), next = nextView + views;
  for (StringRef name : names)
    sizes[name.str()] = b.named(entry.getArgument(next++), name);
  task = b.named(entry.getArgument(next), "task");
  for (auto [i, buffer] : llvm::enumerate(signature)) {
    if (buffer.type.getElementType().isF64())
      unsupported = "f64";
    for (int64_t dim = 1; dim < buffer.type.getRank(); ++dim)
      if (buffer.type.isDynamicDim(dim))
        unsupported = "a free size that is not the outermost";
    Value offset = buffer.isView() ? entry.getArgument(nextView++) : Value();
    if (!unsupported.empty())
      continue;
    Value memory = openBuffer(b, b.getLoc(), entry.getArgument(i), buffer, offset,
                              [&](const nn::SizeExpr &outermost) { return size(outermost); });
    buffers.push_back({buffer, memory});
  }
  kernel.walk([&](Operation *op) {
    for (Type type : op->getResultTypes())
      if (auto tensor = dyn_cast<RankedTensorType>(type); tensor && tensor.getElementType().isF64())
        unsupported = "f64";
  });
  if (unsupported.empty())
    findCut();
}

// Which dimension of the first result the tasks divide.
void SpecKernel::findCut() {
  std::optional<nn::TasksAttr> tasks = kernel.getTasks();
  if (!tasks || (!tasks->getSize() && tasks->getDim() < 0))
    return;
  auto type = cast<RankedTensorType>(kernel.getResultTypes().front());
  chunk = tasks->getChunk();
  if (!tasks->getSize()) {
    cut = tasks->getDim();
    return;
  }
  auto named = nn::SizeExpr::symbol(kernel.getContext(), tasks->getSize().getValue());
  for (unsigned dim = 0; dim < type.getRank() && !cut; ++dim)
    if (nn::sizeOf(type, dim) == named)
      cut = dim;
  if (!cut)
    unsupported = "tasks along a size that the first result has not";
}

Range SpecKernel::taskRange(Value extent) {
  if (!cut)
    return {b.index(0), extent};
  Value from = b.mul(task, chunk);
  return {from, b.smaller(b.add(from, chunk), extent)};
}

void SpecKernel::forTaskColumns(int64_t extent, bool isCut, llvm::function_ref<void(Value, int64_t)> body) {
  if (!isCut)
    return body(b.index(0), extent);
  Range columns = taskRange(b.index(extent));
  if (extent % chunk == 0)
    return body(columns.from, chunk);
  // All tasks but the last have whole chunks; the last one's place is a constant.
  int64_t last = extent / chunk * chunk;
  Value isLast = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, columns.from, b.index(last));
  b.choose(isLast, [&] { body(b.index(last), extent - last); }, [&] { body(columns.from, chunk); });
}

Value SpecKernel::flat(const Buffer &whole) {
  Value buffer = whole.memory;
  auto memref = cast<MemRefType>(buffer.getType());
  if (memref.getRank() == 1)
    return buffer;
  OpBuilder::InsertionGuard guard(b);
  if (auto view = buffer.getDefiningOp<memref::ReinterpretCastOp>()) {
    b.setInsertionPointAfter(view);
    buffer = view.getSource();
  } else {
    b.setInsertionPointToTop();
  }
  nn::SizeExpr count = nn::SizeExpr::constant(b.getContext(), 1);
  for (const nn::SizeExpr &extent : nn::physicalShape(whole.type))
    count = count * extent;
  std::optional<int64_t> fixed = count.asConstant();
  auto row = MemRefType::get({fixed.value_or(ShapedType::kDynamic)}, memref.getElementType());
  OpFoldResult elements = fixed ? OpFoldResult(b.getIndexAttr(*fixed)) : OpFoldResult(size(count));
  return memref::ReinterpretCastOp::create(b, row, buffer, OpFoldResult(b.getIndexAttr(0)),
                                           ArrayRef<OpFoldResult>{elements}, ArrayRef<OpFoldResult>{b.getIndexAttr(1)});
}

std::optional<Buffer> SpecKernel::merged(const Buffer &buffer, unsigned dim) {
  if (nn::layoutOf(buffer.type))
    return std::nullopt;
  SmallVector<nn::SizeExpr> shape = nn::sizesOf(buffer.type);
  SmallVector<int64_t> strides;
  int64_t offset = 0;
  std::optional<int64_t> inner = shape[dim + 1].asConstant();
  if (failed(cast<MemRefType>(buffer.memory.getType()).getStridesAndOffset(strides, offset)) || !inner ||
      strides[dim] != *inner * strides[dim + 1])
    return std::nullopt;
  shape[dim] = shape[dim] * shape[dim + 1];
  shape.erase(shape.begin() + dim + 1);
  strides.erase(strides.begin() + dim);
  Buffer result{{nn::makeType(buffer.type.getElementType(), shape), std::nullopt}, {}};
  OpBuilder::InsertionGuard guard(b);
  Value source = buffer.memory;
  OpFoldResult start = b.getIndexAttr(0);
  if (auto view = source.getDefiningOp<memref::ReinterpretCastOp>()) {
    b.setInsertionPointAfter(view);
    source = view.getSource();
    start = view.getMixedOffsets().front();
  }
  if (buffer.isView())
    result.strides = strides;
  SmallVector<OpFoldResult> sizes, steps = getAsIndexOpFoldResult(b.getContext(), strides);
  for (const nn::SizeExpr &extent : shape)
    sizes.push_back(extent.isConstant() ? OpFoldResult(b.getIndexAttr(extent.value())) : OpFoldResult(size(extent)));
  result.memory = memref::ReinterpretCastOp::create(b, result.full(), source, start, sizes, steps);
  return result;
}

Value SpecKernel::expand(AffineExpr expr, ArrayRef<Value> dims, ArrayRef<Value> symbols) {
  switch (expr.getKind()) {
  case AffineExprKind::Constant:
    return b.index(cast<AffineConstantExpr>(expr).getValue());
  case AffineExprKind::DimId:
    return dims[cast<AffineDimExpr>(expr).getPosition()];
  case AffineExprKind::SymbolId:
    return symbols[cast<AffineSymbolExpr>(expr).getPosition()];
  default:
    break;
  }
  auto binary = cast<AffineBinaryOpExpr>(expr);
  Value left = expand(binary.getLHS(), dims, symbols), right = expand(binary.getRHS(), dims, symbols);
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return b.add(left, right);
  case AffineExprKind::Mul:
    return b.mul(left, right);
  case AffineExprKind::FloorDiv:
    return b.div(left, right);
  case AffineExprKind::CeilDiv:
    return b.div(b.add(left, b.sub(right, b.index(1))), right);
  default:
    return b.rem(left, right);
  }
}

Value SpecKernel::size(const nn::SizeExpr &expr) {
  SmallVector<Value> symbols;
  for (StringAttr name : expr.getSymbols())
    symbols.push_back(size(name.getValue()));
  return expand(expr.getExpr(), {}, symbols);
}

// Sums, products and quotients of sizes grow with them.
static std::optional<int64_t> largestOf(AffineExpr expr, ArrayRef<int64_t> symbols) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue();
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return symbols[symbol.getPosition()];
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return std::nullopt;
  std::optional<int64_t> left = largestOf(binary.getLHS(), symbols), right = largestOf(binary.getRHS(), symbols);
  if (!left || !right || *left > kUnbounded || *right > kUnbounded)
    return std::nullopt;
  bool constant = isa<AffineConstantExpr>(binary.getRHS());
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return *left + *right;
  case AffineExprKind::Mul:
    return *left >= 0 && *right >= 0 ? std::optional(*left * *right) : std::nullopt;
  case AffineExprKind::FloorDiv:
    return constant && *right > 0 ? std::optional(*left / *right) : std::nullopt;
  default:
    return std::nullopt;
  }
}

std::optional<int64_t> SpecKernel::largest(const nn::SizeExpr &expr) {
  SmallVector<int64_t> symbols;
  for (StringAttr name : expr.getSymbols()) {
    auto known = bounds.find(name.str());
    symbols.push_back(known == bounds.end() ? kUnbounded : known->second);
  }
  std::optional<int64_t> value = largestOf(expr.getExpr(), symbols);
  return value && *value < kUnbounded ? value : std::nullopt;
}

SmallVector<Value> SpecKernel::physical(RankedTensorType type, ArrayRef<Value> at) {
  if (type.getRank() == 0)
    return {b.index(0)};
  AffineMap layout = nn::layoutOf(type);
  if (!layout)
    return llvm::to_vector(at);
  return llvm::map_to_vector(layout.getResults(), [&](AffineExpr expr) { return expand(expr, at, {}); });
}

// The block of a split dimension if `expr` is its position inside a block of `dim`, 0 if it is `dim` itself, else -1.
static int64_t innerBlock(AffineExpr expr, unsigned dim) {
  if (auto plain = dyn_cast<AffineDimExpr>(expr))
    return plain.getPosition() == dim ? 0 : -1;
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary || binary.getKind() != AffineExprKind::Mod || !binary.isFunctionOfDim(dim))
    return -1;
  auto block = dyn_cast<AffineConstantExpr>(binary.getRHS());
  return block ? block.getValue() : -1;
}

bool SpecKernel::isContiguous(RankedTensorType type, unsigned dim) const {
  AffineMap layout = nn::layoutOf(type);
  if (!layout) // axes of one element may stand behind it
    return llvm::all_of(type.getShape().drop_front(dim + 1), [](int64_t extent) { return extent == 1; });
  int64_t block = innerBlock(layout.getResult(layout.getNumResults() - 1), dim);
  return block == 0 || (block > 0 && block % b.lanes() == 0);
}

bool SpecKernel::isContiguous(const Buffer &buffer, unsigned dim) const {
  if (buffer.isView())
    return dim < buffer.strides->size() && (*buffer.strides)[dim] == 1;
  return isContiguous(buffer.type, dim);
}

bool SpecKernel::isPadded(RankedTensorType type, unsigned dim) const {
  std::optional<int64_t> inner = nn::physicalShape(type).back().asConstant();
  return isContiguous(type, dim) && inner && *inner % b.lanes() == 0;
}

} // namespace nnc::emit
