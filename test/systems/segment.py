# RUN: check_systems.py %nnc %s %t
"""The U-shaped net: 31 million parameters as in the public PyTorch version with norms, a class for each pixel, and its loss."""
from systems import channels_last, class_counts, cross_entropy, labels, rows, uniform


def test(p):
    # milesial/Pytorch-UNet has 31,037,633 for one class; each further one adds 64 weights and a bias.
    p.same("parameters", p.count(), 31_037_633 + 2 * 65)
    few, small = p.edited("128, 128", "32, 16"), {"width": 1}
    x, w = uniform(1, 3, 32, 16), few.drawn(small)
    logits = few.forward({"image": x}, weights=w, defines=small)["logits"]
    p.same("shape", logits.shape, [1, 3, 32, 16])
    inputs = {"image": x, "region": labels(3, 1, 32, 16)}
    figures = few.evaluate(inputs, weights=w, defines=small)
    pixels = channels_last(logits)
    p.same("loss at rest", figures["loss"], cross_entropy(pixels, inputs["region"]))
    p.same("counts of iou", few.run("eval", inputs, weights=w, defines=small)["iou"],
           class_counts(pixels, inputs["region"]))
    best = [row.index(max(row)) for row in rows(pixels)]
    p.same("accuracy", figures["accuracy"], sum(a == b for a, b in zip(best, inputs["region"].values)) / len(best))
    few.loss(inputs, weights=w, defines=small)
    # Without the way through the middle the shortcuts of the largest size still bring the picture to the end.
    for name in w:
        if name.startswith("up.3.up."):
            w[name] = w[name].map(lambda v: 0.0)
    across = few.forward({"image": x}, weights=w, defines=small)["logits"]
    p.holds("the shortcut carries the picture", max(across.values) - min(across.values) > 1e-6)
