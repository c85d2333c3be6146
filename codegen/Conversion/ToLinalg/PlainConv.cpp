// Convolutions of the plain form: SPEC.md, Conv family. One step of the window after the other, its terms inside.
#include "codegen/Conversion/ToLinalg/PlainEmitter.h"

using namespace mlir;

namespace nnc {
namespace {

constexpr int64_t kRestart = 4096; // terms of one chain

nn::SizeExpr sizeAt(Value tensor, unsigned dim) {
  return nn::sizeOf(::mlir::cast<RankedTensorType>(tensor.getType()), dim);
}

SmallVector<nn::SizeExpr> spatial(Value tensor) {
  SmallVector<nn::SizeExpr> sizes = nn::sizesOf(::mlir::cast<RankedTensorType>(tensor.getType()));
  return {sizes.begin() + 2, sizes.end()};
}

} // namespace

/// One convolution y = x * w, seen from any of its three tensors.
struct PlainEmitter::Convolution : Sliding {
  template <class Op>
  Convolution(Op op, Value x, Value w, Value y)
      : Sliding{op.getStride(), op.getDilation(), op.getPadLow(), {}, spatial(x)}, groups(op.getGroups()),
        taps(spatial(w)), places(spatial(y)), channels(sizeAt(w, 1)), outputs(sizeAt(w, 0)), batch(sizeAt(x, 0)) {
    for (int64_t pad : op.getPadHigh())
      leaves.push_back(pad > 0);
    if (groups > 1)
      outputs = nn::SizeExpr::constant(op.getContext(), outputs.value() / groups);
  }

  int64_t groups;
  SmallVector<nn::SizeExpr> taps, places;
  nn::SizeExpr channels, outputs; // those of one group
  nn::SizeExpr batch;
};

Value PlainEmitter::both(Value a, Value b) { return a && b ? op<arith::AndIOp>({a, b}) : a ? a : b; }

/// The first of the `to` channels of the group that holds channel `at`, in groups of `from`.
Value PlainEmitter::groupStart(const Convolution &conv, Value at, const nn::SizeExpr &from, const nn::SizeExpr &to) {
  if (conv.groups == 1)
    return index(0);
  return mul(op<arith::DivUIOp>({at, size(from)}), size(to));
}

/// Where tap k of the window at place p reads x. Only a pad has places outside.
PlainEmitter::Place PlainEmitter::placeRead(const Sliding &window, ArrayRef<Value> p, ArrayRef<Value> k) {
  Place place;
  for (unsigned i = 0; i < p.size(); ++i) {
    Value position = add(mul(p[i], index(window.stride[i])), mul(k[i], index(window.dilation[i])));
    if (window.low[i] > 0) {
      position = sub(position, index(window.low[i]));
      place.exists = both(place.exists, compare(arith::CmpIPredicate::sge, position, index(0)));
    }
    if (window.leaves[i])
      place.exists = both(place.exists, compare(arith::CmpIPredicate::slt, position, size(window.axes[i])));
    place.at.push_back(position);
  }
  return place;
}

/// The place whose tap k reads element s of x.
PlainEmitter::Place PlainEmitter::placeThatReads(const Convolution &conv, ArrayRef<Value> s, ArrayRef<Value> k) {
  Place place;
  for (unsigned i = 0; i < s.size(); ++i) {
    Value distance = sub(add(s[i], index(conv.low[i])), mul(k[i], index(conv.dilation[i])));
    Value reached = compare(arith::CmpIPredicate::sge, distance, index(0));
    Value stride = index(conv.stride[i]), from = select(reached, distance, index(0));
    if (conv.stride[i] > 1)
      reached = both(reached, compare(arith::CmpIPredicate::eq, op<arith::RemUIOp>({from, stride}), index(0)));
    Value position = conv.stride[i] > 1 ? op<arith::DivUIOp>({from, stride}) : from;
    place.exists = both(place.exists, reached);
    place.exists = both(place.exists, compare(arith::CmpIPredicate::slt, position, size(conv.places[i])));
    place.at.push_back(position);
  }
  return place;
}

/// The sum over steps · width terms: of a step that does not exist none takes part, but they count.
Value PlainEmitter::windowChain(Value start, const nn::SizeExpr &steps, const nn::SizeExpr &width, unsigned depth,
                                WindowStep visit) {
  nn::SizeExpr count = steps * width;
  std::optional<int64_t> length = count.asConstant(), wide = width.asConstant();
  bool single = length && *length <= kRestart;
  auto accumulate = [&](Value start, unsigned depth, Value from, Value to) {
    Value firstStep = index(0), lastStep = size(steps);
    if (!single) {
      firstStep = op<arith::DivUIOp>({from, size(width)});
      lastStep = op<arith::DivUIOp>({add(to, sub(size(width), index(1))), size(width)});
    }
    return loop(depth, firstStep, lastStep, 1, {start}, [&](Value step, ValueRange carried) {
      auto [exists, term] = visit(step);
      Value low = index(0), high = size(width);
      if (!single && wide != 1) {
        Value base = mul(step, size(width)), left = sub(from, base), right = sub(to, base);
        low = select(compare(arith::CmpIPredicate::sgt, left, low), left, low);
        high = min(right, high);
      }
      if (exists)
        high = select(exists, high, low);
      return loop(currentDepth(), low, high, 1, carried, [&](Value i, ValueRange inner) {
        auto [a, b] = term(i);
        return SmallVector<Value>{fma(a, b, inner[0])};
      });
    })[0];
  };
  if (single)
    return accumulate(start, depth, {}, {});
  Value n = size(count), zero = number(start.getType(), 0);
  Value first = accumulate(start, depth, index(0), min(index(kRestart), n));
  return loop(depth, index(kRestart), n, kRestart, {first}, [&](Value k, ValueRange carried) {
    Value end = min(add(k, index(kRestart)), n);
    return SmallVector<Value>{add(carried[0], accumulate(zero, currentDepth(), k, end))};
  })[0];
}

template <typename Op> Value PlainEmitter::initOf(Op op, const Indices &at) {
  return op.getInit() ? element(op.getInit(), at) : number(op.getType().getElementType(), 0);
}

Value PlainEmitter::conv(nn::ConvOp op, const Indices &at) {
  Convolution conv(op, op.getX(), op.getFilter(), op.getY());
  Value first = groupStart(conv, at[1], conv.outputs, conv.channels);
  return windowChain(initOf(op, at), product(conv.taps), conv.channels, depthOf(at),
                     [&](Value step) -> std::pair<Value, WindowTerm> {
                       Indices k = split(step, conv.taps);
                       Place from = placeRead(conv, ArrayRef(at).drop_front(2), k);
                       return {from.exists, [=, this](Value c) mutable {
                                 Indices x{at[0], add(first, c)}, w{at[1], c};
                                 x.append(from.at);
                                 w.append(k);
                                 return std::pair{element(op.getX(), x), element(op.getFilter(), w)};
                               }};
                     });
}

Value PlainEmitter::convInputGrad(nn::ConvInputGradOp op, const Indices &at) {
  Convolution conv(op, op.getY(), op.getFilter(), op.getG());
  Value first = groupStart(conv, at[1], conv.channels, conv.outputs);
  Value inGroup = conv.groups == 1 ? at[1] : this->op<arith::RemUIOp>({at[1], size(conv.channels)});
  return windowChain(initOf(op, at), product(conv.taps), conv.outputs, depthOf(at),
                     [&](Value step) -> std::pair<Value, WindowTerm> {
                       Indices k = split(step, conv.taps);
                       Place place = placeThatReads(conv, ArrayRef(at).drop_front(2), k);
                       return {place.exists, [=, this](Value c) mutable {
                                 Value o = add(first, c);
                                 Indices g{at[0], o}, w{o, inGroup};
                                 g.append(place.at);
                                 w.append(k);
                                 return std::pair{element(op.getG(), g), element(op.getFilter(), w)};
                               }};
                     });
}

Value PlainEmitter::convFilterGrad(nn::ConvFilterGradOp op, const Indices &at) {
  Convolution conv(op, op.getX(), op.getY(), op.getG());
  Value first = groupStart(conv, at[0], conv.outputs, conv.channels);
  SmallVector<nn::SizeExpr> positions{conv.batch};
  positions.append(conv.places);
  return windowChain(initOf(op, at), product(positions), nn::SizeExpr::constant(op.getContext(), 1), depthOf(at),
                     [&](Value step) -> std::pair<Value, WindowTerm> {
                       Indices p = split(step, positions);
                       Place from = placeRead(conv, ArrayRef(p).drop_front(), ArrayRef(at).drop_front(2));
                       return {from.exists, [=, this](Value once) mutable {
                                 Indices x{p[0], add(first, at[1])}, g{p[0], at[0]};
                                 x.append(from.at);
                                 x.back() = add(x.back(), once); // + 0: the read belongs into the loop of this term
                                 g.append(p.begin() + 1, p.end());
                                 return std::pair{element(op.getX(), x), element(op.getG(), g)};
                               }};
                     });
}

} // namespace nnc
