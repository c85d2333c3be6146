# RUN: check_systems.py %nnc %s %t
"""MobileNet: the published 4.2 million parameters, the names of its parts, and a depthwise window that sees its channel alone."""
from systems import build, cross_entropy, labels, normal


def test(p):
    # torch and Keras count 4,231,976 that learn: 28 layers for 1,000 classes.
    p.same("parameters", p.count(), 4_231_976)
    shapes = p.parameters()
    p.same("a depthwise window", shapes["body.12.depthwise.weight"], [1024, 1, 3, 3])
    p.same("a mixture", shapes["body.6.pointwise.weight"], [512, 512, 1, 1])
    few, small = p.edited("224", "32").edited("1_000", "10"), {"width": 2}
    x, w = normal(2, 3, 32, 32), few.drawn(small)
    logits = few.forward({"image": x}, weights=w, defines=small)["logits"]
    inputs = {"image": x, "thing": labels(10, 2)}
    figures = few.evaluate(inputs, weights=w, defines=small)
    p.same("loss at rest", figures["loss"], cross_entropy(logits, inputs["thing"]))
    few.loss(inputs, weights=w, defines=small)
    # A channel that the mixture does not read changes nothing, whatever its window is.
    w["body.0.pointwise.weight"] = build([4, 2, 1, 1], lambda o, c, *_: 0.0 if c == 1 else 0.3 * (o - 1))
    before = few.forward({"image": x}, weights=w, defines=small)["logits"]
    w["body.0.depthwise.weight"] = build([2, 1, 3, 3], lambda c, _, i, j: w["body.0.depthwise.weight"].at(c, 0, i, j) + c)
    p.same("logits", few.forward({"image": x}, weights=w, defines=small)["logits"], before)
