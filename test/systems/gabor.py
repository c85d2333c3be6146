# RUN: check_systems.py %nnc %s %t
"""Gabor's kernels have the values of their formula, are no parameters, and the net behind them learns alone."""
import math

from systems import Tensor, build, convolve, cross_entropy, labels, linear, uniform


def bank(directions, n, length, sigma):
    """Daugman's real part with a round bell."""
    middle = n // 2

    def element(k, _, i, j):
        y, x = i - middle, j - middle
        along = x * math.cos(math.pi * k / directions) + y * math.sin(math.pi * k / directions)
        return math.exp(-(x * x + y * y) / (2 * sigma**2)) * math.cos(2 * math.pi * along / length)

    return build([directions, 1, n, n], element)


def test(p):
    p.same("parameters", sorted(p.parameters()), ["net.0.bias", "net.0.weight", "net.2.bias", "net.2.weight"])
    small = {"directions": 4, "n": 5}
    x, w = uniform(2, 1, 28, 28), p.drawn(small)
    waves = convolve(x, bank(4, 5, 4.0, 2.0), stride=2, padding=2).map(abs)
    p.same("shape of the waves", waves.shape, [2, 4, 14, 14])
    most = lambda b, c, i, j: max(waves.at(b, c, 2 * i + k, 2 * j + l) for k in (0, 1) for l in (0, 1))
    h = Tensor([2, 4 * 49], build([2, 4, 7, 7], most).values)
    h = linear(h, w["net.0.weight"], w["net.0.bias"]).map(lambda v: max(v, 0.0))
    logits = p.forward({"image": x}, weights=w, defines=small)["logits"]
    p.same("logits", logits, linear(h, w["net.2.weight"], w["net.2.bias"]))
    inputs = {"image": x, "digit": labels(10, 2)}
    p.same("loss", p.loss(inputs, weights=w, defines=small), cross_entropy(logits, inputs["digit"]))
