# RUN: check_systems.py %nnc %s %t
"""Cross entropy of soft labels, and the same softened further."""
from systems import build, labels, log_softmax, mean, rows, uniform


def test(p):
    p.same("parameters", p.count(), 26 * 16 + (25 * 16 + 1) * 32 + (32 * 144 + 1) * 8)
    small = {"width": 1}
    x, w = uniform(3, 1, 48, 48), p.drawn(small)
    logits = p.forward({"image": x}, weights=w, defines=small)["logits"]
    p.same("shape", logits.shape, [3, 8])
    judges = labels(8, 3, 10)
    votes = build([3, 8], lambda b, k: sum(vote == k for vote in judges[b]) / 10)
    entropy = lambda s: mean(-sum(((1 - s) * q + s / 8) * l for q, l in zip(vote, log_softmax(row)))
                             for vote, row in zip(rows(votes), rows(logits)))
    inputs = {"image": x, "votes": votes}
    p.same("loss", p.loss(inputs, weights=w, defines=small), entropy(0.0))
    p.same("with smoothing", p.evaluate(inputs, weights=w, defines=small)["surprise"], entropy(0.1))
