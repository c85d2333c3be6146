# RUN: check_systems.py %nnc %s %t
"""ResNeXt-50 (32 x 4d): torchvision's 25,028,904 parameters; each group of a convolution sees its own channels only."""
from systems import cross_entropy, labels, normal


def test(p):
    p.same("parameters of torchvision's resnext50_32x4d", p.count(), 25_028_904)
    shapes = p.parameters()
    p.same("a window of a group", shapes["layer1.0.conv2.weight"], [128, 128 // 32, 3, 3])
    p.same("a shortcut", shapes["layer2.0.downsample.0.weight"], [512, 256, 1, 1])
    small = {"paths": 2, "depth": 1}
    few = p.edited("224", "32").edited("1_000", "10").edited("Conv2d(64,", "Conv2d(4,")
    x = normal(2, 3, 32, 32)
    logits = few.forward({"image": x}, defines=small)["logits"]
    p.same("shape", logits.shape, [2, 10])
    inputs = {"image": x, "thing": labels(10, 2)}
    figures = few.evaluate(inputs, defines=small)
    p.same("loss at rest", figures["loss"], cross_entropy(logits, inputs["thing"]))
    few.loss(inputs, defines=small)
