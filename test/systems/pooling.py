# RUN: check_systems.py %nnc %s %t
"""Pooling: windows that overlap and stick out, means of windows, and one number a channel, from their definitions."""
from systems import build, convolve, cross_entropy, labels, linear, mean, tensor, uniform


def test(p):
    p.same("parameters", p.count(), 32 * 26 + 32 * (25 * 32 + 1) + 32 * (9 * 32 + 1) + 64 * 10 + 10)
    small = {"width": 2}
    x, w = uniform(2, 1, 28, 28), p.drawn(small)
    relu = lambda v: max(v, 0.0)
    h = convolve(x, w["stem.0.weight"], w["stem.0.bias"], padding=2).map(relu)
    inside = lambda i: range(2 * i, min(2 * i + 3, 28))
    h = build([2, 2, 14, 14], lambda b, c, i, j: max(h.at(b, c, k, l) for k in inside(i) for l in inside(j)))
    h = convolve(h, w["deep.0.weight"], w["deep.0.bias"], padding=2).map(relu)
    h = build([2, 2, 7, 7], lambda b, c, i, j: mean(h.at(b, c, 2 * i + k, 2 * j + l) for k in (0, 1) for l in (0, 1)))
    h = convolve(h, w["maps.0.weight"], w["maps.0.bias"], padding=1).map(relu)
    both = tensor([[mean(c) for c in row] + [max(c.values) for c in row] for row in h])
    logits = p.forward({"image": x}, weights=w, defines=small)["logits"]
    p.same("logits", logits, linear(both, w["mixed.weight"], w["mixed.bias"]))
    inputs = {"image": x, "clothing": labels(10, 2)}
    p.same("loss", p.loss(inputs, weights=w, defines=small), cross_entropy(logits, inputs["clothing"]))
