// Dropout and random tensors.
#include "compiler/Reference/Draw.h"

#include <cmath>

using namespace mlir;

namespace nnc::reference {

Words philox(Words counter, uint64_t key) {
  uint32_t k0 = uint32_t(key), k1 = uint32_t(key >> 32);
  for (int round = 0; round < 10; ++round) {
    uint64_t a = uint64_t(0xD2511F53u) * counter[0], b = uint64_t(0xCD9E8D57u) * counter[2];
    counter = {uint32_t(b >> 32) ^ counter[1] ^ k0, uint32_t(b), uint32_t(a >> 32) ^ counter[3] ^ k1, uint32_t(a)};
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return counter;
}

Draw::Draw(StringRef site, uint64_t seed, int64_t step) : step(uint32_t(step)) {
  uint64_t hash = 0xcbf29ce484222325u; // FNV-1a
  for (char c : site)
    hash = (hash ^ uint8_t(c)) * 0x100000001b3u;
  Words words = philox({uint32_t(hash), uint32_t(hash >> 32), 0, 0}, seed);
  key = words[0] | uint64_t(words[1]) << 32;
}

Words Draw::block(int64_t number, int64_t sample) const {
  return philox({uint32_t(number), uint32_t(sample), uint32_t(uint64_t(sample) >> 32), step}, key);
}

uint32_t Draw::sixteen(int64_t number, int64_t sample) const {
  int64_t draw = number % 8;
  return block(number / 8, sample)[draw / 2] >> (16 * (draw % 2)) & 0xffff;
}

uint64_t Draw::bits(int64_t number, int64_t sample, bool wide) const {
  if (!wide)
    return block(number / 4, sample)[number % 4] >> 8;
  Words words = block(number / 2, sample);
  size_t low = 2 * (number % 2);
  return (words[low] | uint64_t(words[low + 1]) << 32) >> 11;
}

double Draw::uniform(int64_t number, int64_t sample, bool wide) const {
  return std::ldexp(double(bits(number, sample, wide)), wide ? -53 : -24);
}

/// Two elements share a point: its distance from the bits of the even one, its angle from those of the odd one. The
/// arithmetic is that of the element type.
double Draw::normal(int64_t number, int64_t sample, bool wide) const {
  int64_t even = number - number % 2;
  double u = std::ldexp(double(bits(even, sample, wide) + 1), wide ? -53 : -24);
  double v = std::ldexp(double(bits(even + 1, sample, wide)), wide ? -53 : -24);
  auto point = [&]<class F>(F) -> double {
    F distance = std::sqrt(F(-2) * F(std::log(u)));
    F angle = F(6.283185307179586) * F(v);
    return distance * F(number % 2 ? std::sin(double(angle)) : std::cos(double(angle)));
  };
  return wide ? point(double()) : point(float());
}

Dropout::Dropout(double rate) : threshold(uint32_t(std::round(rate * 65536))), factor(1 / (1 - rate)) {}

namespace {

bool isWide(Type type) { return cast<RankedTensorType>(type).getElementType().isF64(); }

template <class S, class Op> Numbering<S> numberingOf(Op op, const Frame<S> &frame, ArrayRef<int64_t> shape) {
  return {shape, op.getSample() ? &frame[op.getSample()] : nullptr, op.getTime() ? &frame[op.getTime()] : nullptr};
}

template <class S> LogicalResult sample(nn::SampleOp op, Frame<S> &frame) {
  FailureOr<Tensor<S>> y = frame.make(op, op.getType());
  if (failed(y))
    return failure();
  for (int64_t i = 0; i < y->size(); ++i)
    y->integers[i] = frame.arguments.firstSample + i;
  frame.set(op.getValue(), std::move(*y));
  return success();
}

template <class S> LogicalResult dropout(nn::DropoutOp op, Frame<S> &frame) {
  Tensor<S> y = frame[op.getX()];
  Draw draw(op.getSite(), frame.arguments.seed, frame.arguments.step);
  Numbering<S> numbering = numberingOf(op, frame, y.shape);
  Dropout dropout(op.getRate().convertToDouble());
  for (int64_t i = 0; i < y.size(); ++i)
    y.reals[i] =
        dropout.keeps(draw.sixteen(numbering.number(i), numbering.sample(i))) ? y.reals[i] * S(dropout.factor) : S(0);
  frame.set(op.getY(), std::move(y));
  return success();
}

template <class S> LogicalResult random(nn::RandomOp op, Frame<S> &frame) {
  FailureOr<Tensor<S>> y = frame.make(op, op.getType());
  if (failed(y))
    return failure();
  Draw draw(op.getSite(), frame.arguments.seed, frame.arguments.step);
  Numbering<S> numbering = numberingOf(op, frame, y->shape);
  bool wide = isWide(op.getType()), normal = op.getKind() == nn::RandomKind::normal;
  for (int64_t i = 0; i < y->size(); ++i) {
    int64_t number = numbering.number(i), sample = numbering.sample(i);
    y->reals[i] = S(normal ? draw.normal(number, sample, wide) : draw.uniform(number, sample, wide));
  }
  frame.set(op.getY(), std::move(*y));
  return success();
}

} // namespace

template <class S> void registerRandom(Evaluator<S> &evaluator) {
  evaluator.template add<nn::SampleOp>(sample<S>);
  evaluator.template add<nn::DropoutOp>(dropout<S>);
  evaluator.template add<nn::RandomOp>(random<S>);
}
NNC_REFERENCE_INSTANTIATE(registerRandom)

} // namespace nnc::reference
