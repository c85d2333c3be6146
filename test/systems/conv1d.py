# RUN: check_systems.py %nnc %s %t
"""Convolutions along time, with strides, against their definition in plain Python."""
from systems import build, convolve, linear, mse, normal, tensor


def test(p):
    p.same("parameters", p.count(), 16 * 8 + 32 * (5 * 16 + 1) + 32 * (3 * 32 + 1) + 21 * 32 + 1)
    small = {"width": 2}
    x, w = normal(2, 90, 1), p.drawn(small)
    h = build([2, 1, 90], lambda b, c, t: x.at(b, t, c))
    for name, stride, padding in (("0", 2, 3), ("2", 2, 2), ("4", 1, 0)):
        h = convolve(h, w[f"features.{name}.weight"], w[f"features.{name}.bias"], stride=stride, padding=padding)
        h = h.map(lambda v: max(v, 0.0))
    p.same("steps that are left", h.shape, [2, 4, 21])
    wanted = linear(tensor([row.values for row in h]), w["head.weight"], w["head.bias"])
    voltage = p.forward({"past": x}, weights=w, defines=small)["voltage"]
    p.same("prediction", voltage, wanted)
    inputs = {"past": x, "next": normal(2, 1)}
    p.same("loss", p.loss(inputs, weights=w, defines=small), mse(voltage, inputs["next"]))
