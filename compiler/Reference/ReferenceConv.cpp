// Convolution and its transposes: a chain of multiply-adds per element, as SPEC.md orders them.
#include "compiler/Reference/Evaluator.h"
#include "compiler/Reference/Space.h"

using namespace mlir;

namespace nnc::reference {
namespace {

/// A sum that starts anew every 4,096 terms; terms that take no part count, and so do chains of such terms alone.
template <class S> class Chain {
public:
  explicit Chain(S start) : sum(start) {}
  void add(S a, S b) {
    skip(1);
    sum = scalar::fma(a, b, sum);
  }
  void skip(int64_t terms) {
    count += terms;
    while ((count - 1) / 4096 > blocks) {
      total = blocks == 0 ? sum : total + sum;
      sum = S(0);
      ++blocks;
    }
  }
  S result() const { return blocks == 0 ? sum : total + sum; }

private:
  S total = S(0), sum;
  int64_t count = 0, blocks = 0;
};

/// One convolution, seen from any of its three tensors.
struct Geometry {
  template <class Op>
  Geometry(Op op, ArrayRef<int64_t> x, ArrayRef<int64_t> w, ArrayRef<int64_t> y)
      : space{threeAxes(x.drop_front(2), 1), threeAxes(w.drop_front(2), 1),  threeAxes(y.drop_front(2), 1),
              threeAxes(op.getStride(), 1),  threeAxes(op.getDilation(), 1), threeAxes(op.getPadLow(), 0)},
        batch(x[0]), channels(x[1]), outputs(w[0]), channelsOfGroup(w[1]), outputsOfGroup(w[0] / op.getGroups()) {}

  int64_t xAt(int64_t n, int64_t c, const Axes &at) const {
    return (n * channels + c) * volume(space.x) + place(at, space.x);
  }
  int64_t wAt(int64_t o, int64_t c, const Axes &k) const {
    return (o * channelsOfGroup + c) * volume(space.taps) + place(k, space.taps);
  }
  int64_t yAt(int64_t n, int64_t o, const Axes &p) const {
    return (n * outputs + o) * volume(space.places) + place(p, space.places);
  }

  Space space;
  int64_t batch, channels, outputs, channelsOfGroup, outputsOfGroup;
};

template <class S, class Op> S startAt(Op op, Frame<S> &frame, int64_t position) {
  return op.getInit() ? frame[op.getInit()].reals[position] : S(0);
}

template <class S> LogicalResult conv(nn::ConvOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getX()], &w = frame[op.getFilter()];
  FailureOr<Tensor<S>> y = frame.make(op, op.getType());
  if (failed(y))
    return failure();
  Geometry at(op, x.shape, w.shape, y->shape);
  for (int64_t n = 0; n < at.batch; ++n)
    for (int64_t o = 0; o < at.outputs; ++o)
      forEachPlace(at.space.places, [&](const Axes &p) {
        int64_t first = o / at.outputsOfGroup * at.channelsOfGroup;
        Chain<S> chain(startAt(op, frame, at.yAt(n, o, p)));
        forEachPlace(at.space.taps, [&](const Axes &k) {
          Axes from = at.space.read(p, k);
          if (!isInside(from, at.space.x))
            return chain.skip(at.channelsOfGroup);
          for (int64_t c = 0; c < at.channelsOfGroup; ++c)
            chain.add(x.reals[at.xAt(n, first + c, from)], w.reals[at.wAt(o, c, k)]);
        });
        y->reals[at.yAt(n, o, p)] = chain.result();
      });
  frame.set(op.getY(), std::move(*y));
  return success();
}

/// The place from which tap k reads `s`, if there is one.
bool placeOf(const Space &space, const Axes &s, const Axes &k, Axes &p) {
  for (int i = 0; i < 3; ++i) {
    int64_t distance = s[i] + space.low[i] - k[i] * space.dilation[i];
    if (distance < 0 || distance % space.stride[i] != 0)
      return false;
    p[i] = distance / space.stride[i];
  }
  return isInside(p, space.places);
}

template <class S> LogicalResult convInputGrad(nn::ConvInputGradOp op, Frame<S> &frame) {
  const Tensor<S> &g = frame[op.getG()], &w = frame[op.getFilter()];
  FailureOr<Tensor<S>> x = frame.make(op, op.getType());
  if (failed(x))
    return failure();
  Geometry at(op, x->shape, w.shape, g.shape);
  for (int64_t n = 0; n < at.batch; ++n)
    for (int64_t c = 0; c < at.channels; ++c)
      forEachPlace(at.space.x, [&](const Axes &s) {
        int64_t first = c / at.channelsOfGroup * at.outputsOfGroup;
        Chain<S> chain(startAt(op, frame, at.xAt(n, c, s)));
        forEachPlace(at.space.taps, [&](const Axes &k) {
          Axes p;
          if (!placeOf(at.space, s, k, p))
            return chain.skip(at.outputsOfGroup);
          for (int64_t o = first; o < first + at.outputsOfGroup; ++o)
            chain.add(g.reals[at.yAt(n, o, p)], w.reals[at.wAt(o, c % at.channelsOfGroup, k)]);
        });
        x->reals[at.xAt(n, c, s)] = chain.result();
      });
  frame.set(op.getY(), std::move(*x));
  return success();
}

template <class S> LogicalResult convFilterGrad(nn::ConvFilterGradOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getX()], &g = frame[op.getG()];
  FailureOr<Tensor<S>> w = frame.make(op, op.getType());
  if (failed(w))
    return failure();
  Geometry at(op, x.shape, w->shape, g.shape);
  for (int64_t o = 0; o < at.outputs; ++o)
    for (int64_t c = 0; c < at.channelsOfGroup; ++c)
      forEachPlace(at.space.taps, [&](const Axes &k) {
        int64_t channel = o / at.outputsOfGroup * at.channelsOfGroup + c;
        Chain<S> chain(startAt(op, frame, at.wAt(o, c, k)));
        for (int64_t n = 0; n < at.batch; ++n)
          forEachPlace(at.space.places, [&](const Axes &p) {
            Axes from = at.space.read(p, k);
            if (!isInside(from, at.space.x))
              return chain.skip(1);
            chain.add(x.reals[at.xAt(n, channel, from)], g.reals[at.yAt(n, o, p)]);
          });
        w->reals[at.wAt(o, c, k)] = chain.result();
      });
  frame.set(op.getY(), std::move(*w));
  return success();
}

} // namespace

template <class S> void registerConv(Evaluator<S> &evaluator) {
  evaluator.template add<nn::ConvOp>(conv<S>);
  evaluator.template add<nn::ConvInputGradOp>(convInputGrad<S>);
  evaluator.template add<nn::ConvFilterGradOp>(convFilterGrad<S>);
}
NNC_REFERENCE_INSTANTIATE(registerConv)

} // namespace nnc::reference
