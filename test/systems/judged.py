# RUN: check_systems.py %nnc %s %t
"""The figures of a classifier that are means; those of whole parts stand in the recipe of the compiled program."""
from systems import accuracy, cross_entropy, labels, normal


def test(p):
    x, y, w = normal(9, 4), labels(3, 9), p.drawn()
    logits = p.forward({"x": x}, weights=w)["logits"]
    inputs = {"x": x, "y": y}
    p.same("loss", p.loss(inputs, weights=w), cross_entropy(logits, y))
    figures = p.evaluate(inputs, weights=w)
    p.same("accuracy", figures["accuracy"], accuracy(logits, y))
    ahead = [sum(v > row[t] for v in row) for row, t in zip(logits, y)]
    p.same("top two", figures["top_k_accuracy"], sum(a < 2 for a in ahead) / 9)
    print(p.run("eval", inputs, weights=w).keys())
