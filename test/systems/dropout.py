# RUN: check_systems.py %nnc %s %t
"""Dropout acts while training and then only: what `forward` gives is the whole net, what is drawn differs from step to step."""
from systems import cross_entropy, labels, linear, uniform


def test(p):
    small = {"hidden": 6}
    x, digit, w = uniform(3, 64), labels(10, 3), p.drawn(small)
    h = x
    for name in ("fc1", "fc2"):
        h = linear(h, w[name + ".weight"], w[name + ".bias"]).map(lambda v: max(v, 0.0))
    logits = p.forward({"pixels": x}, weights=w, defines=small)["logits"]
    p.same("logits", logits, linear(h, w["fc3.weight"], w["fc3.bias"]))
    inputs = {"pixels": x, "digit": digit}
    entropy = cross_entropy(logits, digit)
    p.same("loss at rest", p.evaluate(inputs, weights=w, defines=small)["loss"], entropy)
    whole = {**small, "drop": 0.0, "drop_in": 0.0}
    p.same("loss without dropout", p.loss(inputs, weights=w, defines=whole), entropy)
    losses = [p.loss(inputs, weights=w, defines=small, options=["--step", str(step)]) for step in (0, 0, 1, 2)]
    p.same("the same step draws the same", losses[0], losses[1])
    p.holds("other steps draw others", len({*losses[1:], entropy}) == 4)
