# RUN: check_systems.py %nnc %s %t
"""A perceptron with one hidden layer: two affine maps with a ReLU between them. Rumelhart, Hinton and Williams 1986."""
from systems import accuracy, cross_entropy, labels, linear, normal

PROGRAM = "examples/digits/digits.nn"


def test(p):
    p.same("parameters", p.count(), 64 * 64 + 64 + 64 * 10 + 10)
    small, x = {"hidden": 5}, normal(4, 64)
    w = p.drawn(small)
    hidden = linear(x, w["fc1.weight"], w["fc1.bias"]).map(lambda v: max(v, 0.0))
    logits = p.forward({"pixels": x}, weights=w, defines=small)["logits"]
    p.same("logits", logits, linear(hidden, w["fc2.weight"], w["fc2.bias"]))
    inputs = {"pixels": x, "target": labels(10, 4)}
    p.same("loss", p.loss(inputs, weights=w, defines=small), cross_entropy(logits, inputs["target"]))
    figures = p.evaluate(inputs, weights=w, defines=small)
    p.same("accuracy", figures["accuracy"], accuracy(logits, inputs["target"]))
