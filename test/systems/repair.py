# RUN: check_systems.py %nnc %s %t
"""What is known stays as it is, what is missing is painted, and only that counts."""
from systems import build, flags, mean, uniform


def test(p):
    p.same("parameters", p.count(), 32 * 33 + 64 * (16 * 32 + 1) + 128 * (9 * 64 + 1) + (128 * 64 * 16 + 64) +
           (64 * 32 * 16 + 32) + 9 * 32 + 1)
    small = {"width": 2}
    x, known = uniform(2, 1, 28, 28), flags(2, 1, 28, 28)
    w = p.drawn(small)
    painted = p.forward({"image": x, "known": known}, weights=w, defines=small)["painted"]
    p.same("known pixels", [v for v, k in zip(painted.values, known.values) if k],
           [v for v, k in zip(x.values, known.values) if k])
    missing = [(v, t) for v, t, k in zip(painted.values, x.values, known.values) if not k]
    p.holds("painted pixels are between black and white", all(0 < v < 1 for v, _ in missing))
    hidden = build(x.shape, lambda *at: x.at(*at) if known.at(*at) else 0.5)
    p.same("what is hidden changes nothing",
           p.forward({"image": hidden, "known": known}, weights=w, defines=small)["painted"], painted)
    loss = p.loss({"image": x, "known": known}, weights=w, defines=small)
    p.same("loss", loss, mean((v - t) ** 2 for v, t in missing))
