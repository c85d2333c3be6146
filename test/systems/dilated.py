# RUN: check_systems.py %nnc %s %t
"""Dilated convolutions: sizes stay, a pixel reaches exactly as far as the dilations add up to, and values are the definition's."""
from systems import build, channels_last, convolve, cross_entropy, labels, uniform


def test(p):
    p.same("parameters", p.count(), 8 * 28 + 6 * 8 * 73 + 8 * 9)
    small = {"width": 1}
    narrow = p.edited("64, 64", "64, 8")
    x, w = uniform(1, 3, 64, 8), p.drawn(small)
    for name, value in w.items():  # every pixel counts: no ReLU is at rest
        w[name] = value.map(lambda v: abs(v) + 0.1)
    h = convolve(x, w["front.0.weight"], w["front.0.bias"], padding=1)
    for i in range(5):
        h = convolve(h, w[f"context.{i}.0.weight"], w[f"context.{i}.0.bias"], dilation=2**i, padding=2**i)
    h = convolve(h, w["wide.0.weight"], w["wide.0.bias"], padding=1)
    wanted = convolve(h, w["head.weight"], w["head.bias"])
    logits = narrow.forward({"image": x}, weights=w, defines=small)["logits"]
    p.same("logits", logits, wanted)
    reach = 1 + (1 + 2 + 4 + 8 + 16) + 1
    changed = build(x.shape, lambda b, c, i, j: x.at(b, c, i, j) + (1.0 if (c, i, j) == (0, 60, 5) else 0.0))
    other = narrow.forward({"image": changed}, weights=w, defines=small)["logits"]
    rows = {i for _, k, i, j in logits.places() if logits.at(0, k, i, j) != other.at(0, k, i, j)}
    p.same("rows that see row 60", rows, set(range(60 - reach, 64)))
    inputs = {"image": x, "part": labels(8, 1, 64, 8)}
    p.same("loss", narrow.loss(inputs, weights=w, defines=small), cross_entropy(channels_last(logits), inputs["part"]))
