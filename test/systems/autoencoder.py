# RUN: check_systems.py %nnc %s %t
"""The published stack 784-1000-500-250-2 and back; the picture is its own target."""
from systems import Tensor, bce_with_logits, linear, uniform


def test(p):
    sizes = [784, 1000, 500, 250, 2, 250, 500, 1000, 784]
    p.same("parameters", p.count(), sum((a + 1) * b for a, b in zip(sizes, sizes[1:])))
    few = p.edited("1000", "20").edited("500", "10").edited("250", "5")
    x, w = uniform(2, 1, 28, 28), few.drawn()
    h = Tensor([2, 784], x.values)
    for part in ("encoder", "decoder"):
        for name in ("0", "2", "4", "6"):
            h = linear(h, w[f"{part}.{name}.weight"], w[f"{part}.{name}.bias"])
            if name != "6":
                h = h.map(lambda v: max(v, 0.0))
        if part == "encoder":
            code = h
    results = few.forward({"image": x}, weights=w)
    p.same("code", results["z"], code)
    p.same("picture", results["logits"], h)
    p.same("loss", few.loss({"image": x}, weights=w), bce_with_logits(h, x))
