# RUN: check_systems.py %nnc %s %t
"""The hinge for one question and for several labels, with and without a margin, from the scores."""
from systems import accuracy, labels, mean, normal


def test(p):
    x, species, w = normal(8, 4), labels(3, 8), p.drawn()
    results = p.forward({"x": x}, weights=w)
    score, scores = results["score"], results["scores"]
    signs = [1 if y == 0 else -1 for y in species]
    one = mean(max(0.0, 1 - sign * s) for s, sign in zip(score, signs))
    # PyTorch's multi_margin_loss: the sum over the other classes, by the number of all.
    several = mean(sum(max(0.0, 1 - row[y] + s) for k, s in enumerate(row) if k != y) / 3 for row, y in zip(scores, species))
    decay = 1e-3 * sum(v * v for name in ("single.weight", "several.weight") for v in w[name].values)
    inputs = {"x": x, "species": species}
    p.same("loss", p.loss(inputs, weights=w), one + several + decay)
    figures = p.evaluate(inputs, weights=w)
    p.same("perceptron of one", figures["one"], mean(max(0.0, -sign * s) for s, sign in zip(score, signs)))
    p.same("perceptron of all", figures["all"], mean(max(row) - row[y] for row, y in zip(scores, species)))
    p.same("accuracy", figures["accuracy"], accuracy(scores, species))
