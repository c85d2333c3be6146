# RUN: check_systems.py %nnc %s %t
"""All gradients together are at most 0.25 long when they reach the weights; and when training stops stands in the recipe."""
from systems import Tensor, mse, normal


def test(p):
    p.same("parameters", p.count(), 32 + 32 * 32 + 32 + 32 + 33)
    small = {"hidden": 3}
    x, target, w = normal(4, 60, 1), normal(4, 1).map(lambda v: 5 + v), p.drawn(small)
    inputs = {"past": x, "next": target}
    y = p.forward({"past": x}, weights=w, defines=small)["y"]
    p.same("loss", p.loss(inputs, weights=w, defines=small), mse(y, target))
    names = p.parameters(small)
    after = p.run("step", inputs, weights=w, defines=small)
    gradient = p.run("grad", inputs, weights=w, defines=small)
    length = sum(v * v for name in names for v in gradient["grad." + name].values) ** 0.5
    p.holds("the gradient is longer than its bound", length > 0.25)
    for name in names:
        values = [v - 0.05 * g * 0.25 / length for v, g in zip(w[name].values, gradient["grad." + name].values)]
        p.same(name, after[name], Tensor(w[name].shape, values), tolerance=1e-6)
    stop = p.recipe()["train"]["stop"]
    p.same("stop", [stop["part"], stop["metric"], stop["patience"]], ["valid", "loss", 10])
