# RUN: check_systems.py %nnc %s %t
"""How weights begin: bounds and deviations of the published formulas in the start of each matrix, and in the drawn numbers."""
import re

from systems import build, cross_entropy, labels, mean, normal


def numbers(text):
    return [float(n) for n in re.findall(r"-?\d[\d.e-]*", text)]


def test(p):
    starts = {name: start for name, (_, start) in p.declared().items()}
    both, one = (6 / (64 + 64)) ** 0.5, (6 / 64) ** 0.5
    for name, kind, bound in (("first.0", "uniform", both), ("last.0", "uniform", one), ("last.4", "uniform", 0.01)):
        said = starts[name + ".weight"]
        p.holds(f"{name}: {kind}", said.startswith(kind))
        p.same(name, numbers(said)[-1], bound, tolerance=1e-12)
    for name, deviation in (("first.2", (2 / 128) ** 0.5), ("last.2", (2 / 64) ** 0.5)):
        p.holds(f"{name}: normal", starts[name + ".weight"].startswith("normal"))
        p.same(name, numbers(starts[name + ".weight"])[-1], deviation, tolerance=1e-12)
    # A step with a learning rate of 0 gives the weights with which a training begins.
    x, digit = normal(2, 64), labels(10, 2)
    begun = p.run("step", {"pixels": x, "digit": digit}, options=["--set", "optimizer.lr=0"])
    for i in range(8):
        w = begun[f"linear.{i}.0.weight"]
        product = build([64, 64], lambda a, b: sum(u * v for u, v in zip(w[a], w[b])))
        p.same(f"linear.{i}: its transpose is its inverse", product, build([64, 64], lambda a, b: float(a == b)))
    for name, bound in (("first.0", both), ("last.0", one)):
        values = begun[name + ".weight"].values
        p.holds(f"{name} is within its bound", max(map(abs, values)) <= bound)
        # 4,096 draws: the mean square is within 5 of its deviations of bound ** 2 / 3.
        p.holds(f"{name} fills it", abs(mean(v * v for v in values) / (bound**2 / 3) - 1) < 5 * (0.8 / 4096) ** 0.5)
    for name, deviation in (("first.2", (2 / 128) ** 0.5), ("last.2", (2 / 64) ** 0.5)):
        values = begun[name + ".weight"].values
        p.holds(f"{name} has its deviation", abs(mean(v * v for v in values) / deviation**2 - 1) < 5 * (2 / 4096) ** 0.5)
    logits = p.forward({"pixels": x})["logits"]
    p.same("loss", p.loss({"pixels": x, "digit": digit}), cross_entropy(logits, digit))
