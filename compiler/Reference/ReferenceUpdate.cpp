// Updates of parameters. A step whose gradients are not finite keeps the old values.
#include "compiler/Reference/Evaluator.h"

using namespace mlir;

namespace nnc::reference {
namespace {

template <class S> bool keepsOldValues(Value finite, const Frame<S> &frame) {
  return finite && !frame[finite].integers[0];
}

template <class S> LogicalResult sgd(nn::SgdOp op, Frame<S> &frame) {
  const Tensor<S> &grad = frame[op.getGrad()];
  Tensor<S> param = frame[op.getParam()];
  Tensor<S> velocity = op.getVelocity() ? frame[op.getVelocity()] : Tensor<S>(ElementKind::Real, {});
  if (!keepsOldValues(op.getFinite(), frame)) {
    S lr = frame[op.getLr()].reals[0], momentum = S(op.getMomentum().convertToDouble());
    for (int64_t i = 0; i < param.size(); ++i) {
      S g = grad.reals[i];
      if (op.getDecay())
        g = scalar::fma(frame[op.getDecay()].reals[0], param.reals[i], g);
      if (op.getVelocity()) {
        velocity.reals[i] = scalar::fma(momentum, velocity.reals[i], g);
        g = op.getNesterov() ? scalar::fma(momentum, velocity.reals[i], g) : velocity.reals[i];
      }
      param.reals[i] = scalar::fma(-lr, g, param.reals[i]);
    }
  }
  frame.set(op.getNewParam(), std::move(param));
  if (op.getNewVelocity())
    frame.set(op.getNewVelocity(), std::move(velocity));
  return success();
}

template <class S> LogicalResult adam(nn::AdamOp op, Frame<S> &frame) {
  const Tensor<S> &grad = frame[op.getGrad()];
  Tensor<S> param = frame[op.getParam()], m = frame[op.getM()], v = frame[op.getV()];
  if (!keepsOldValues(op.getFinite(), frame)) {
    auto scalarAt = [&](unsigned i) { return frame[op.getScalars()[i]].reals[0]; };
    S lr = scalarAt(0), c1 = scalarAt(1), c2 = scalarAt(2);
    bool decays = op.getScalars().size() == 4;
    S beta1 = S(op.getBeta1().convertToDouble()), beta2 = S(op.getBeta2().convertToDouble());
    S rest1 = S(1.0 - op.getBeta1().convertToDouble()), rest2 = S(1.0 - op.getBeta2().convertToDouble());
    S eps = S(op.getEps().convertToDouble());
    for (int64_t i = 0; i < param.size(); ++i) {
      S g = grad.reals[i], p = param.reals[i];
      if (decays && op.getDecoupled())
        p = scalar::fma(-(lr * scalarAt(3)), p, p);
      else if (decays)
        g = scalar::fma(scalarAt(3), p, g);
      m.reals[i] = scalar::fma(rest1, g, beta1 * m.reals[i]);
      v.reals[i] = scalar::fma(rest2 * g, g, beta2 * v.reals[i]);
      S u = (m.reals[i] * c1) / (scalar::sqrt(v.reals[i] * c2) + eps);
      param.reals[i] = scalar::fma(-lr, u, p);
    }
  }
  frame.set(op.getNewParam(), std::move(param));
  frame.set(op.getNewM(), std::move(m));
  frame.set(op.getNewV(), std::move(v));
  return success();
}

/// The gradient with the decay's share.
template <class S, class Op> S decayed(Op op, const Frame<S> &frame, S p, S g) {
  return op.getDecay() ? scalar::fma(frame[op.getDecay()].reals[0], p, g) : g;
}

template <class S> LogicalResult rmsprop(nn::RmspropOp op, Frame<S> &frame) {
  const Tensor<S> &grad = frame[op.getGrad()];
  Tensor<S> param = frame[op.getParam()], square = frame[op.getSquare()];
  Tensor<S> velocity = op.getVelocity() ? frame[op.getVelocity()] : Tensor<S>(ElementKind::Real, {});
  if (!keepsOldValues(op.getFinite(), frame)) {
    S lr = frame[op.getLr()].reals[0], momentum = S(op.getMomentum().convertToDouble());
    S alpha = S(op.getAlpha().convertToDouble()), rest = S(1.0 - op.getAlpha().convertToDouble());
    S eps = S(op.getEps().convertToDouble());
    for (int64_t i = 0; i < param.size(); ++i) {
      S g = decayed(op, frame, param.reals[i], grad.reals[i]);
      square.reals[i] = scalar::fma(rest, g * g, alpha * square.reals[i]);
      S u = g / (scalar::sqrt(square.reals[i]) + eps);
      if (op.getVelocity())
        u = velocity.reals[i] = scalar::fma(momentum, velocity.reals[i], u);
      param.reals[i] = scalar::fma(-lr, u, param.reals[i]);
    }
  }
  frame.set(op.getNewParam(), std::move(param));
  frame.set(op.getNewSquare(), std::move(square));
  if (op.getNewVelocity())
    frame.set(op.getNewVelocity(), std::move(velocity));
  return success();
}

template <class S> LogicalResult adagrad(nn::AdagradOp op, Frame<S> &frame) {
  const Tensor<S> &grad = frame[op.getGrad()];
  Tensor<S> param = frame[op.getParam()], sum = frame[op.getSum()];
  if (!keepsOldValues(op.getFinite(), frame)) {
    S lr = frame[op.getLr()].reals[0], eps = S(op.getEps().convertToDouble());
    for (int64_t i = 0; i < param.size(); ++i) {
      S g = decayed(op, frame, param.reals[i], grad.reals[i]);
      sum.reals[i] = scalar::fma(g, g, sum.reals[i]);
      param.reals[i] = scalar::fma(-lr, g / (scalar::sqrt(sum.reals[i]) + eps), param.reals[i]);
    }
  }
  frame.set(op.getNewParam(), std::move(param));
  frame.set(op.getNewSum(), std::move(sum));
  return success();
}

} // namespace

template <class S> void registerUpdate(Evaluator<S> &evaluator) {
  evaluator.template add<nn::SgdOp>(sgd<S>);
  evaluator.template add<nn::AdamOp>(adam<S>);
  evaluator.template add<nn::RmspropOp>(rmsprop<S>);
  evaluator.template add<nn::AdagradOp>(adagrad<S>);
}
NNC_REFERENCE_INSTANTIATE(registerUpdate)

} // namespace nnc::reference
