# RUN: check_systems.py %nnc %s %t
"""What is added to the loss: the absolute values of one matrix, the squares of another, and nothing to `eval`."""
import math

from systems import cross_entropy, labels, linear, normal


def test(p):
    x, tissue, w = normal(4, 200), labels(2, 4), p.drawn()
    h = linear(x, w["choose.weight"]).map(math.tanh)
    logits = p.forward({"activity": x}, weights=w)["logits"]
    p.same("logits", logits, linear(h, w["judge.weight"], w["judge.bias"]))
    entropy = cross_entropy(logits, tissue)
    size = 1e-3 * sum(map(abs, w["choose.weight"].values)) + 0.5e-2 * sum(v * v for v in w["judge.weight"].values)
    inputs = {"activity": x, "tissue": tissue}
    p.same("loss", p.loss(inputs, weights=w), entropy + size)
    p.same("loss of eval", p.evaluate(inputs, weights=w)["loss"], entropy)
