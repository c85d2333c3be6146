# RUN: check_systems.py %nnc %s %t
"""What is left when the net says nothing is the noisy picture, so that the loss is the variance of the noise."""
from systems import build, mean, mse, uniform


def test(p):
    p.same("parameters", p.count(), (27 + 1) * 64 + 15 * (9 * 64 * 64 + 2 * 64) + (9 * 64 + 1) * 3)
    small = {"width": 2, "depth": 2}
    x, w = uniform(4, 3, 40, 40), p.drawn(small)
    restored = p.forward({"clean": x}, weights=w, defines={**small, "noise": 0.0})["restored"]
    p.holds("the net takes something away", restored.values != x.values)
    p.same("loss without noise", p.evaluate({"clean": x}, weights=w, defines={**small, "noise": 0.0})["loss"], mse(restored, x))
    for name in ("last.weight", "last.bias"):
        w[name] = w[name].map(lambda v: 0.0)
    noisy = p.forward({"clean": x}, weights=w, defines=small)["restored"]
    noise = [a - b for a, b in zip(noisy.values, x.values)]
    # 19,200 draws: the mean is within 5 of its deviations, the variance within 5 of its own.
    p.holds("the noise has the mean 0", abs(mean(noise)) < 5 * 0.1 / 19_200**0.5)
    p.holds("and the deviation 0.1", abs(mean(n * n for n in noise) - 0.01) < 5 * 0.01 * (2 / 19_200) ** 0.5)
    loss = p.loss({"clean": x}, weights=w, defines=small)
    p.holds("so is the loss", abs(loss - 0.01) < 5 * 0.01 * (2 / 19_200) ** 0.5)
    p.holds("another step draws other noise", loss != p.loss({"clean": x}, weights=w, defines=small, options=["--step=1"]))
