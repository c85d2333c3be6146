// Constants and reshapes of the plain form; the other shape ops only choose indices.
#include "codegen/Conversion/ToLinalg/KernelSignature.h"
#include "codegen/Conversion/ToLinalg/PlainEmitter.h"

using namespace mlir;

namespace nnc {

Value PlainEmitter::constant(nn::ConstantOp op, const Indices &at) {
  auto values = dyn_cast<DenseElementsAttr>(op.getValue());
  if (!values)
    return {};
  Type element = values.getElementType();
  if (values.isSplat())
    return make({}, [&](OpBuilder &b) -> Value {
      return arith::ConstantOp::create(b, loc, cast<TypedAttr>(values.getSplatValue<Attribute>()));
    });
  auto type = MemRefType::get(values.getType().getShape(), bufferElement(element));
  Value table = once(op, -1, {}, [&] {
    DenseElementsAttr stored = values;
    if (element.isInteger(1))
      stored = values.mapValues(builder.getI8Type(), [](const APInt &v) { return v.zext(8); });
    std::string name = (func.getName() + ".table").str();
    OpBuilder top(func);
    auto global = memref::GlobalOp::create(top, loc, name, top.getStringAttr("private"), type, stored,
                                           /*constant=*/true, top.getI64IntegerAttr(64));
    symbols.insert(global);
    return make({},
                [&](OpBuilder &b) -> Value { return memref::GetGlobalOp::create(b, loc, type, global.getSymName()); });
  });
  Value value = make(at, [&](OpBuilder &b) -> Value { return memref::LoadOp::create(b, loc, table, at); });
  return element.isInteger(1) ? compare(arith::CmpIPredicate::ne, value, integer(value.getType(), 0)) : value;
}

nn::SizeExpr PlainEmitter::product(ArrayRef<nn::SizeExpr> sizes) {
  nn::SizeExpr result = nn::SizeExpr::constant(kernel.getContext(), 1);
  for (const nn::SizeExpr &size : sizes)
    result = result * size;
  return result;
}

Indices PlainEmitter::split(Value i, ArrayRef<nn::SizeExpr> sizes) {
  Indices result(sizes.size());
  for (size_t d = sizes.size(); d-- > 0;) {
    if (d == 0) {
      result[0] = i;
    } else if (sizes[d].asConstant() == 1) {
      result[d] = index(0);
    } else {
      Value extent = size(sizes[d]);
      result[d] = op<arith::RemUIOp>({i, extent});
      i = op<arith::DivUIOp>({i, extent});
    }
  }
  return result;
}

Value PlainEmitter::reshape(nn::ReshapeOp op, const Indices &at) {
  SmallVector<nn::SizeExpr> to = nn::sizesOf(op.getType()), from = nn::sizesOf(op.getX().getType());
  // Equal outer sizes keep their indices: the usual reshape splits or joins the inner ones.
  size_t same = 0;
  while (same < to.size() && same < from.size() && to[same] == from[same])
    ++same;
  Value position = index(0);
  for (size_t d = same; d < to.size(); ++d)
    position = d == same ? at[d] : add(mul(position, size(to[d])), at[d]);
  Indices source(at.begin(), at.begin() + same);
  Indices rest = split(position, ArrayRef(from).drop_front(same));
  source.append(rest.begin(), rest.end());
  return element(op.getX(), source);
}

Indices PlainEmitter::moved(const Indices &at, ArrayRef<int64_t> by) {
  Indices result;
  for (auto [position, offset] : llvm::zip_equal(at, by))
    result.push_back(offset ? add(position, index(offset)) : position);
  return result;
}

Value PlainEmitter::split(nn::SplitOp op, unsigned part, const Indices &at) {
  SmallVector<int64_t> low(at.size(), 0);
  for (Value before : op.getParts().take_front(part))
    low[op.getAxis()] += nn::sizeOf(::mlir::cast<RankedTensorType>(before.getType()), op.getAxis()).value();
  return element(op.getX(), moved(at, low));
}

// Nothing is read outside of the box: there the index goes to its first element, and the value is not taken.
Value PlainEmitter::pad(nn::PadOp op, const Indices &at) {
  RankedTensorType from = op.getX().getType(), to = op.getType();
  Value zero = to.getElementType().isInteger(1) ? integer(to.getElementType(), 0) : number(to.getElementType(), 0);
  if (nn::elementCount(from).asConstant() == 0)
    return zero;
  Indices source;
  Value inside;
  for (auto [dim, low] : llvm::enumerate(op.getLow())) {
    if (low == 0 && nn::sizeOf(from, dim) == nn::sizeOf(to, dim)) {
      source.push_back(at[dim]);
      continue;
    }
    Value position = sub(at[dim], index(low));
    Value within = this->op<arith::AndIOp>({compare(arith::CmpIPredicate::sge, position, index(0)),
                                            compare(arith::CmpIPredicate::slt, position, size(nn::sizeOf(from, dim)))});
    inside = inside ? this->op<arith::AndIOp>({inside, within}) : within;
    source.push_back(select(within, position, index(0)));
  }
  Value value = element(op.getX(), source);
  return inside ? select(inside, value, zero) : value;
}

// Of each part the element that is nearest to the position; the part in which it lies is taken.
Value PlainEmitter::concat(nn::ConcatOp op, const Indices &at) {
  Value result;
  int64_t low = 0, axis = op.getAxis();
  for (Value part : op.getParts()) {
    int64_t extent = nn::sizeOf(::mlir::cast<RankedTensorType>(part.getType()), axis).value();
    if (extent == 0)
      continue;
    Value begins = compare(arith::CmpIPredicate::sge, at[axis], index(low));
    Indices source = at;
    source[axis] = min(select(begins, sub(at[axis], index(low)), index(0)), index(extent - 1));
    Value value = element(part, source);
    result = result ? select(begins, value, result) : value;
    low += extent;
  }
  return result ? result : number(op.getType().getElementType(), 0);
}

} // namespace nnc
