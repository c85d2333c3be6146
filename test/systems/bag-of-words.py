# RUN: check_systems.py %nnc %s %t
"""Logistic regression on counts of words."""
import math

from layers import Weights, affine
from systems import build, cross_entropy, labels, tensor

DATA = "examples/tour"


def test(p):
    words = p.parameters()["0.weight"][1]
    p.same("parameters", p.count(), 2 * words + 2)
    weights = p.drawn()
    inputs = {"counts": build([3, words], lambda b, w: float((b + w) % 4 // 2))}
    logits = p.forward(inputs, weights=weights)["logits"]
    w = Weights(weights)
    wanted = [affine([math.log(1 + count) for count in row.values], w("0.weight"), w("0.bias")) for row in inputs["counts"]]
    p.same("logits", logits, tensor(wanted))
    inputs["mood"] = labels(2, 3)
    decay = sum(value * value for value in weights["0.weight"].values)
    p.same("loss", p.loss(inputs, weights=weights), cross_entropy(logits, inputs["mood"]) + 1e-4 * decay)
