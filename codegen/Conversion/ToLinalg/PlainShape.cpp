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

} // namespace nnc
