# RUN: check_systems.py %nnc %s %t
"""Convolutions of volumes: sizes of VoxNet, 32 - 14 - 12 - 6 a side; a window's sum in plain Python."""
from systems import Tensor, convolve, cross_entropy, labels, linear, normal, tensor


def leaky(v):
    return v if v > 0 else 0.1 * v


def test(p):
    # Maturana and Scherer give 921,736 for 40 classes of ModelNet; 38 fewer outputs of the last matrix are left out here.
    p.same("parameters", p.count(), 921_736 - 38 * 129)
    small = {"width": 1}
    x, w = normal(1, 1, 32, 32, 32), p.drawn(small)
    h = convolve(x, w["conv1.weight"], w["conv1.bias"], stride=2).map(leaky)
    p.same("places of the first", h.shape, [1, 1, 14, 14, 14])
    h = convolve(h, w["conv2.weight"], w["conv2.bias"]).map(leaky)
    p.same("places of the second", h.shape, [1, 1, 12, 12, 12])
    half = [max(h.at(0, 0, 2 * i + a, 2 * j + b, 2 * k + c) for a in (0, 1) for b in (0, 1) for c in (0, 1))
            for i in range(6) for j in range(6) for k in range(6)]
    h = linear(Tensor([1, 216], half), w["fc1.weight"], w["fc1.bias"]).map(lambda v: max(v, 0.0))
    logits = p.forward({"volume": x}, weights=w, defines=small)["logits"]
    p.same("logits", logits, linear(h, w["fc2.weight"], w["fc2.bias"]))
    inputs = {"volume": x, "finding": labels(2, 1)}
    p.same("loss at rest", p.evaluate(inputs, weights=w, defines=small)["loss"], cross_entropy(logits, inputs["finding"]))
    p.holds("the loss of training", p.loss(inputs, weights=w, defines=small) > 0)
