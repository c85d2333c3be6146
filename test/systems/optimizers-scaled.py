# RUN: check_systems.py %nnc %s %t
"""Two steps of RMSprop and Adagrad, which divide by the root of squared gradients, from their formulas."""
from systems import cross_entropy, labels, normal, updates

PROGRAM = "test/systems/optimizers.nn"
TRAIN = ["ByRMSprop", "ByAdagrad"]


def test(p):
    for name, rule in {
        "ByRMSprop": lambda g, m, v, t: 1e-3 * g / (v(0.9, 0.1) ** 0.5 + 1e-8),
        "ByAdagrad": lambda g, m, v, t: 0.05 * g / (v(1.0, 1.0) ** 0.5 + 1e-10),
    }.items():
        one = p.trained(name)
        updates(one, {"x": normal(5, 4), "y": labels(3, 5)}, rule)
        x, y, w = normal(5, 4), labels(3, 5), one.drawn()
        logits = one.forward({"x": x}, weights=w)["logits"]
        p.same("loss", one.loss({"x": x, "y": y}, weights=w), cross_entropy(logits, y))
