# RUN: check_systems.py %nnc %s %t
"""ResNet-18 with torchvision's names and weights, and a new last layer: what is frozen is at rest in the loss as well."""
from systems import cross_entropy, labels, normal

PROGRAM = "examples/tour/resnet.nn"
DATA = "examples/tour"


def test(p):
    classes = 8
    # torchvision's resnet18 has 11,689,512 for 1,000 classes.
    p.same("parameters", p.count(), 11_689_512 - 513 * (1000 - classes))
    p.same("names", p.parameters()["layer2.0.downsample.0.weight"], [128, 64, 1, 1])
    few = p.edited("224", "32").edited("64)", "4)").edited("128", "4").edited("256", "4").edited("512", "4")
    few = few.edited("Conv2d(64,", "Conv2d(4,")
    x, w = normal(2, 3, 32, 32), few.drawn()
    logits = few.forward({"image": x}, weights=w)["logits"]
    p.same("shape", logits.shape, [2, classes])
    inputs = {"image": x, "pet": labels(classes, 2)}
    entropy = cross_entropy(logits, inputs["pet"], smoothing=0.1)
    p.same("loss at rest", few.evaluate(inputs, weights=w)["loss"], entropy)
    p.holds("norms that learn use the batch in training", abs(few.loss(inputs, weights=w) - entropy) > 1e-6)
