# RUN: check_systems.py %nnc %s %t
"""Haar's transform three times: known values, and nothing is lost or gained, because it is a rotation."""
from systems import cross_entropy, labels, linear, normal, tensor


def haar(x):
    root = 0.5**0.5
    pairs = list(zip(x[::2], x[1::2]))
    return [root * (a + b) for a, b in pairs], [root * (a - b) for a, b in pairs]


def test(p):
    p.same("parameters", p.count(), 128 * 32 + 32 + 32 * 5 + 5)
    x, w = normal(3, 1, 128), p.drawn()
    spectra = []
    for row in x:
        a, d1 = haar(row[0].values)
        b, d2 = haar(a)
        c, d3 = haar(b)
        spectra.append(c + d3 + d2 + d1)
        energy = lambda values: sum(v * v for v in values)
        assert abs(energy(spectra[-1]) - energy(row[0].values)) < 1e-9  # of the formula above
    h = linear(tensor(spectra), w["net.0.weight"], w["net.0.bias"]).map(lambda v: max(v, 0.0))
    logits = p.forward({"signal": x}, weights=w)["logits"]
    p.same("logits", logits, linear(h, w["net.2.weight"], w["net.2.bias"]))
    inputs = {"signal": x, "beat": labels(5, 3)}
    p.same("loss", p.loss(inputs, weights=w), cross_entropy(logits, inputs["beat"]))
