# RUN: check_systems.py %nnc %s %t
"""The figures of a classifier: means over elements, counts by class and sums by bin."""
from systems import accuracy, class_counts, cross_entropy, labels, normal, sureness


def test(p):
    x, y, w = normal(9, 4), labels(3, 9), p.drawn()
    logits = p.forward({"x": x}, weights=w)["logits"]
    inputs = {"x": x, "y": y}
    p.same("loss", p.loss(inputs, weights=w), cross_entropy(logits, y))
    figures = p.evaluate(inputs, weights=w)
    p.same("accuracy", figures["accuracy"], accuracy(logits, y))
    ahead = [sum(v > row[t] for v in row) for row, t in zip(logits, y)]
    p.same("top two", figures["top_k_accuracy"], sum(a < 2 for a in ahead) / 9)
    parts = p.run("eval", inputs, weights=w)
    p.same("counts of f1", parts["f1"], class_counts(logits, y))
    p.same("counts of iou", parts["iou"], class_counts(logits, y))
    p.same("sums of calibration", parts["calibration"], sureness(logits, y, 10))
    p.same("elements", {parts[name + ".count"].values[0] for name in ("f1", "iou", "calibration")}, {9})
