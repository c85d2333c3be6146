# RUN: check_systems.py %nnc %s %t
"""The same small net at every step: a step's answer depends on that step alone, and is the same wherever it stands."""
from systems import bce_with_logits, build, linear, normal, uniform


def test(p):
    p.same("parameters", p.count(), 4 * 16 + 16 + 16 + 1)
    x, w = normal(2, 60, 4), p.drawn()
    hidden = linear(x, w["dense.0.weight"], w["dense.0.bias"]).map(lambda v: max(v, 0.0))
    wanted = linear(hidden, w["dense.2.weight"], w["dense.2.bias"])
    logit = p.forward({"sensors": x}, weights=w)["logit"]
    p.same("logits", logit, build([2, 60], lambda b, t: wanted.at(b, t, 0)))
    turned = p.forward({"sensors": build([2, 60, 4], lambda b, t, f: x.at(b, 59 - t, f))}, weights=w)["logit"]
    p.same("logits of the series from its end", turned, build([2, 60], lambda b, t: logit.at(b, 59 - t)))
    inputs = {"sensors": x, "occupied": uniform(2, 60).map(lambda v: float(v > 0.5))}
    p.same("loss", p.loss(inputs, weights=w), bce_with_logits(logit, inputs["occupied"]))
