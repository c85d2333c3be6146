// The call of `attention`: the mask over b, h, q, k, the bias, the scale.
#include "dsl/elaborate/masks/MaskReader.h"

#include <cmath>

namespace nnc::dsl {

using support::SourceRange;

Value Elaborator::attention(Frame &inner, Frame &frame, SourceRange range) {
  auto tensor = [&](const char *name) {
    TensorValue value = *inner.find(name)->as<TensorValue>();
    value.type = translate(value.type, inner);
    return value;
  };
  TensorValue q = tensor("q"), k = tensor("k"), v = tensor("v");
  std::map<std::string, Attr> attrs{{"scale", 1.0}};
  const Size &depth = q.type.shape[3];
  Size known = substitute(frame.rootSize(depth), module.dimSizes);
  if (auto number = known.constant()) {
    attrs["scale"] = 1 / std::sqrt(double(*number));
  } else {
    TensorValue size = sizeValue(frame, depth, q.type.elem, range);
    TensorValue factor = emit(frame, "rsqrt", {size}, size.type, range);
    q = emit(frame, "mul", {q, broadcastTo(frame, factor, q.type.shape, {}, range)}, q.type, range);
  }
  std::vector<TensorValue> operands{q, k, v};
  if (inner.find("bias")->as<TensorValue>()) {
    operands.push_back(tensor("bias"));
    attrs["bias"] = true;
  }
  const MaskTree &tree = *inner.find("mask")->as<MaskValue>()->tree;
  std::vector<Size> ranges{q.type.shape[0], q.type.shape[1], q.type.shape[2], k.type.shape[2]};
  MaskReader reader(*this, frame, ranges, {0, 1, 2, 3}, "attention", range);
  auto mask = reader.read(tree);
  if (!mask)
    return {};
  reader.warnDense(tree);
  operands.insert(operands.end(), reader.operands().begin(), reader.operands().end());
  double rate = *realOf(*inner.find("dropout"), inner);
  if (training() && !frame.atRest && rate > 0) {
    TensorType weights{q.type.elem, ranges};
    attrs["dropout"] = rate;
    keyDraw("dropout", operands, attrs, weights, range, frame);
  }
  TensorType out = q.type, lse = q.type;
  out.shape[3] = v.type.shape[3];
  out.from.clear();
  lse.shape.pop_back();
  lse.from.clear();
  TensorValue result = emitMany(frame, "attention", operands, {out, lse}, range, std::move(attrs))[0];
  if (mask->kind != Mask::All)
    targets.back().nodes.back().mask = std::make_shared<const Mask>(std::move(*mask));
  return result;
}

} // namespace nnc::dsl
