# RUN: check_systems.py %nnc %s %t
"""Huber's loss as a loss, and the other distances as metrics: all from the same predictions and targets."""
from systems import mae, mean, mse, normal


def test(p):
    x, target, w = normal(6, 7, 4), normal(6, 1), p.drawn()
    y = p.forward({"weather": x}, weights=w)["y"]
    errors = [abs(a - b) for a, b in zip(y.values, target.values, strict=True)]
    p.holds("errors on both sides of each bend", min(errors) < 0.5 and max(errors) > 1.5)
    huber = mean(0.5 * e * e if e <= 1.5 else 1.5 * (e - 0.75) for e in errors)
    inputs = {"weather": x, "rentals": target}
    p.same("loss", p.loss(inputs, weights=w), huber)
    figures = p.evaluate(inputs, weights=w)
    p.same("huber", figures["loss"], huber)
    p.same("mse", figures["mse"], mse(y, target))
    p.same("mae", figures["mae"], mae(y, target))
    p.same("smooth_l1", figures["smooth_l1"], mean(e * e if e < 0.5 else e - 0.25 for e in errors))
    # rmse is the root of a mean over the whole part: the entry sums squares.
    p.same("rmse before the root", figures["rmse"], mse(y, target))
