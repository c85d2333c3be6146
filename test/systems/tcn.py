# RUN: check_systems.py %nnc %s %t
"""Causal and dilated: a step sees itself and exactly the 1 + 2 * (3 - 1) * (1 + 2 + 4 + 8 + 16) steps up to it, none behind it."""
from systems import build, mean, normal


def huber(e):
    return 0.5 * e * e if abs(e) <= 1 else abs(e) - 0.5


def test(p):
    p.same("parameters", p.count(), (3 * 3 + 1) * 25 + 9 * (3 * 25 + 1) * 25 + (3 + 1) * 25 + 26)
    small = {"width": 2, "levels": 4, "drop": 0.0}
    x, w = normal(1, 96, 3), p.drawn(small)
    for name, value in w.items():  # every step counts: no ReLU is at rest
        w[name] = value.map(lambda v: abs(v) + 0.1)
    x = x.map(abs)
    y = p.forward({"past": x}, weights=w, defines=small)["y"]
    changed = build(x.shape, lambda b, t, f: x.at(b, t, f) + (1.0 if t == 20 else 0.0))
    other = p.forward({"past": changed}, weights=w, defines=small)["y"]
    reach = 2 * (3 - 1) * (1 + 2 + 4 + 8)
    seen = [t for t in range(96) if y.at(0, t) != other.at(0, t)]
    p.same("steps that see step 20", seen, list(range(20, 20 + reach + 1)))
    load = normal(1, 96)
    wanted = mean(huber(y.at(0, t) - load.at(0, t + 1)) for t in range(95))
    p.same("loss", p.loss({"past": x, "load": load}, weights=w, defines=small), wanted)
