# RUN: check_systems.py %nnc %s %t
"""A row and then a column is a window of rank one: its sum over both is that of their product."""
from systems import build, convolve, cross_entropy, labels, linear, mean, tensor, uniform


def test(p):
    p.same("parameters", p.count(), 160 + 2 * (16 * 16 * 14 + 16) + 170)
    small = {"width": 1}
    x, w = uniform(1, 1, 28, 28), p.drawn(small)
    relu = lambda v: max(v, 0.0)
    h = convolve(x, w["stem.weight"], w["stem.bias"], padding=1).map(relu)
    h = build([1, 1, 14, 14], lambda b, c, i, j: max(h.at(0, 0, 2 * i + a, 2 * j + d) for a in (0, 1) for d in (0, 1)))
    for name in ("0", "2"):
        row, column = w[f"wide.{name}.row.weight"], w[f"wide.{name}.column.weight"]
        window = build([1, 1, 7, 7], lambda o, c, i, j: column.at(0, 0, i, 0) * row.at(0, 0, 0, j))
        h = convolve(h, window, w[f"wide.{name}.column.bias"], padding=3).map(relu)
    logits = p.forward({"image": x}, weights=w, defines=small)["logits"]
    p.same("logits", logits, linear(tensor([[mean(h)]]), w["fc.weight"], w["fc.bias"]))
    inputs = {"image": x, "clothing": labels(10, 1)}
    p.same("loss", p.loss(inputs, weights=w, defines=small), cross_entropy(logits, inputs["clothing"]))
