# RUN: check_systems.py %nnc %s %t
"""Two steps of each optimizer from its formula: the gradients are those of the entry `grad`, the rest is here."""
from systems import cross_entropy, labels, normal, updates

TRAIN = ["BySGD", "ByMomentum", "ByAdam", "ByAdamW"]


def test(p):
    for name, rule in {
        "BySGD": lambda g, m, v, t: 0.1 * g,
        "ByMomentum": lambda g, m, v, t: 0.05 * m(0.9, 1.0),
        "ByAdam": lambda g, m, v, t: 1e-2 * m(0.9, 0.1) / (1 - 0.9**t) / ((v(0.999, 0.001) / (1 - 0.999**t)) ** 0.5 + 1e-8),
        "ByAdamW": lambda g, m, v, t: 1e-2 * m(0.9, 0.1) / (1 - 0.9**t) / ((v(0.999, 0.001) / (1 - 0.999**t)) ** 0.5 + 1e-8),
    }.items():
        updates(p.trained(name), {"x": normal(5, 4), "y": labels(3, 5)}, rule, decay=1e-2 * 0.01 if name == "ByAdamW" else 0.0)
    x, y, w = normal(5, 4), labels(3, 5), p.trained("ByAdam").drawn()
    logits = p.trained("ByAdam").forward({"x": x}, weights=w)["logits"]
    p.same("loss", p.trained("ByAdam").loss({"x": x, "y": y}, weights=w), cross_entropy(logits, y))
