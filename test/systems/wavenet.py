# RUN: check_systems.py %nnc %s %t
"""Gated causal convolutions: 1,024 steps in reach with ten layers, none of the future, and the loss of the next sample."""
from systems import build, labels, log_softmax, mean


def test(p):
    layer = 2 * (2 * 32 * 32 + 32) + 32 * 32 + 32 + 32 * 256 + 256
    p.same("parameters", p.count(), 256 * 32 + 10 * layer + 2 * (256 * 256 + 256))
    few, small = p.edited("2000", "40"), {"width": 3, "skip": 4, "layers": 4}
    x, w = labels(256, 1, 40), few.drawn(small)
    logits = few.forward({"sound": x}, weights=w, defines=small)["logits"]
    p.same("shape", logits.shape, [1, 40, 256])
    changed = build([1, 40], lambda b, t: (x.at(b, t) + (t == 10)) % 256, "I32")
    other = few.forward({"sound": changed}, weights=w, defines=small)["logits"]
    seen = [t for t in range(40) if logits[0][t].values != other[0][t].values]
    p.same("steps that see step 10", seen, list(range(10, 10 + 2**4)))
    wanted = mean(-log_softmax(logits[0][t].values)[x.at(0, t + 1)] for t in range(39))
    p.same("loss", few.loss({"sound": x}, weights=w, defines=small), wanted)
