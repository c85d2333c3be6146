# RUN: check_systems.py %nnc %s %t
"""VGG-16: the published 138,357,544 parameters and torchvision's names, five halvings, and its loss with fewer channels."""
from systems import cross_entropy, labels, normal


def test(p):
    p.same("parameters of torchvision's vgg16", p.count(), 138_357_544)
    shapes = p.parameters()
    convolutions = [name for name in shapes if name.startswith("features.") and name.endswith(".weight")]
    places = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]
    p.same("torchvision's names", convolutions, [f"features.{i}.weight" for i in places])
    p.same("the largest matrix", shapes["classifier.0.weight"], [4096, 512 * 49])
    few, small = p.edited("1_000", "10").edited("224, 224", "32, 64"), {"width": 1, "hidden": 12}
    x, w = normal(2, 3, 32, 64), few.drawn(small)
    logits = few.forward({"image": x}, weights=w, defines=small)["logits"]
    p.same("shape", logits.shape, [2, 10])
    inputs = {"image": x, "thing": labels(10, 2)}
    figures = few.evaluate(inputs, weights=w, defines=small)
    p.same("loss at rest", figures["loss"], cross_entropy(logits, inputs["thing"]))
    few.loss(inputs, weights=w, defines=small)
