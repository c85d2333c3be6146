// Attention: one query after the other.
#include "compiler/Reference/Domain.h"
#include "compiler/Reference/Draw.h"

#include <optional>

using namespace mlir;

namespace nnc::reference {
namespace {

template <class S> class Attention {
public:
  Attention(nn::AttentionOp op, Frame<S> &frame)
      : op(op), frame(frame), q(frame[op.getQ()]), k(frame[op.getK()]), v(frame[op.getV()]),
        domain(op.getMaskAttr(), op.getMaskArgs(), frame), scale(op.getScale().convertToDouble()),
        dropout(op.getDropout().convertToDouble()) {}

  LogicalResult run() {
    FailureOr<Tensor<S>> y = frame.make(op, op.getOut().getType()), l = frame.make(op, op.getLse().getType());
    if (failed(y) || failed(l))
      return failure();
    out = std::move(*y);
    lse = std::move(*l);
    drawDropout();
    forEachIndex({q.shape[0], q.shape[1], q.shape[2]}, [&](ArrayRef<int64_t> index) { query(index); });
    frame.set(op.getOut(), std::move(out));
    frame.set(op.getLse(), std::move(lse));
    return success();
  }

private:
  /// Which weights dropout keeps: they are numbered over [B, H, T, S].
  void drawDropout() {
    Shape shape{q.shape[0], q.shape[1], q.shape[2], k.shape[2]};
    kept.assign(countElements(shape), true);
    if (!op.getSite())
      return;
    Draw draw(*op.getSite(), frame.arguments.seed, frame.arguments.step);
    Numbering<S> numbering(shape, op.getSample() ? &frame[op.getSample()] : nullptr,
                           op.getTime() ? &frame[op.getTime()] : nullptr);
    for (size_t i = 0; i < kept.size(); ++i)
      kept[i] = dropout.keeps(draw.sixteen(numbering.number(i), numbering.sample(i)));
  }

  S score(ArrayRef<int64_t> index, int64_t group, int64_t key, int64_t place) {
    S sum = S(0);
    for (int64_t d = 0; d < q.shape[3]; ++d)
      sum = scalar::fma(q.reals[positionOf(q.shape, {index[0], index[1], index[2], d})],
                        k.reals[positionOf(k.shape, {index[0], group, key, d})], sum);
    sum = sum * scale;
    return op.getBias() ? sum + frame[op.getBias()].reals[place] : sum;
  }

  void query(ArrayRef<int64_t> index) {
    int64_t keys = k.shape[2], group = index[1] / (q.shape[1] / k.shape[1]);
    int64_t row = positionOf(lse.shape, index);
    SmallVector<int64_t> seen;
    SmallVector<S> weights;
    S m = -scalar::infinity<S>(), sum = S(0);
    for (int64_t key = 0; key < keys; ++key)
      if (domain.admits({index[0], index[1], index[2], key})) {
        seen.push_back(key);
        weights.push_back(score(index, group, key, row * keys + key));
        m = weights.back() > m ? weights.back() : m;
      }
    S shift = scalar::abs(m) == scalar::infinity<S>() ? S(0) : m;
    for (S weight : weights)
      sum = sum + scalar::exp(weight - shift);
    lse.reals[row] = seen.empty() ? scalar::infinity<S>() : shift + scalar::log(sum);
    for (auto [key, weight] : llvm::zip(seen, weights)) {
      S p = scalar::exp(weight - m) / sum;
      if (op.getSite())
        p = kept[row * keys + key] ? p * S(dropout.factor) : S(0);
      for (int64_t e = 0; e < v.shape[3]; ++e) {
        S &y = out.reals[row * v.shape[3] + e];
        y = scalar::fma(p, v.reals[positionOf(v.shape, {index[0], group, key, e})], y);
      }
    }
  }

  nn::AttentionOp op;
  Frame<S> &frame;
  const Tensor<S> &q, &k, &v;
  Domain<S> domain;
  S scale;
  Dropout dropout;
  std::vector<bool> kept;
  Tensor<S> out, lse;
};

} // namespace

template <class S> void registerAttention(Evaluator<S> &evaluator) {
  evaluator.template add<nn::AttentionOp>(
      [](nn::AttentionOp op, Frame<S> &frame) { return Attention<S>(op, frame).run(); });
}
NNC_REFERENCE_INSTANTIATE(registerAttention)

} // namespace nnc::reference
