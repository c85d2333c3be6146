# RUN: check_systems.py %nnc %s %t
"""Each net has the activation of its name: values of the formulas, and losses side by side."""
import math

from systems import linear, mean, normal, rows, sigmoid, softmax, tensor

FORMULAS = {
    "by_step": ("stepped", "step", lambda v: float(v >= 0)),
    "by_sigmoid": ("sigmoidal", "sigmoid", sigmoid),
    "by_tanh": ("hyperbolic", "tanh", math.tanh),
    "by_relu": ("rectified", "relu", lambda v: max(v, 0.0)),
    "by_leaky_relu": ("leaky", "leaky", lambda v: v if v > 0 else 0.01 * v),
    "by_prelu": ("parametric", "prelu", lambda v: v if v > 0 else 0.25 * v),
    "by_gelu": ("smooth", "gelu", lambda v: v * 0.5 * (1 + math.erf(v / math.sqrt(2)))),
    "by_softmax": ("chosen", "softmax", None),
}


def test(p):
    p.same("parameters", p.count(), 8 * (8 * 16 + 16 + 17) + 1)
    x, strength, w = normal(5, 8), normal(5), p.drawn()
    p.same("the start of the slope", p.declared()["by_prelu.1.weight"], ([1], "0.25 no_decay"))
    w["by_prelu.1.weight"] = tensor([0.25])
    results = p.forward({"x": x}, weights=w)
    terms = {}
    for name, (result, term, formula) in FORMULAS.items():
        h = linear(x, w[name + ".0.weight"], w[name + ".0.bias"])
        h = h.map(formula) if formula else tensor([softmax(row) for row in rows(h)])
        wanted = linear(h, w[name + ".2.weight"], w[name + ".2.bias"])
        p.same(name, results[result], wanted)
        terms[term] = mean((a - b) ** 2 for a, b in zip(wanted.values, strength.values))
    said = p.run("loss", {"x": x, "strength": strength}, weights=w)
    for term, value in terms.items():
        p.same(term, said[f"loss.{term}"].values[0] / said[f"loss.{term}.count"].values[0], value)
    p.same("loss", said["loss"].values[0], sum(terms.values()))
