# RUN: check_systems.py %nnc %s %t
"""Convolutions of pictures, padded so that the size stays, and with strides, against their definition in plain Python."""
from systems import Tensor, convolve, cross_entropy, labels, linear, tensor, uniform


def halved(x):
    """The largest of each 2 x 2."""
    b, c, h, w = x.shape
    values = [max(x.at(i, j, 2 * k + m, 2 * l + n) for m in (0, 1) for n in (0, 1))
              for i in range(b) for j in range(c) for k in range(h // 2) for l in range(w // 2)]
    return Tensor([b, c, h // 2, w // 2], values)


def test(p):
    p.same("parameters", p.count(), 32 * 10 + 64 * (9 * 32 + 1) + 128 * (9 * 64 + 1) + 9 * 128 * 10 + 10)
    small = {"width": 2}
    x, w = uniform(2, 1, 28, 28), p.drawn(small)
    relu = lambda v: max(v, 0.0)
    h = halved(convolve(x, w["features.0.weight"], w["features.0.bias"], padding=1).map(relu))
    h = halved(convolve(h, w["features.3.weight"], w["features.3.bias"], padding=1).map(relu))
    h = convolve(h, w["features.6.weight"], w["features.6.bias"], stride=2).map(relu)
    p.same("places that are left", h.shape, [2, 8, 3, 3])
    logits = p.forward({"image": x}, weights=w, defines=small)["logits"]
    p.same("logits", logits, linear(tensor([row.values for row in h]), w["3.weight"], w["3.bias"]))
    inputs = {"image": x, "clothing": labels(10, 2)}
    figures = p.evaluate(inputs, weights=w, defines=small)
    p.same("loss at rest", figures["loss"], cross_entropy(logits, inputs["clothing"]))
    p.holds("Dropout changes the loss of training", p.loss(inputs, weights=w, defines=small) != figures["loss"])
