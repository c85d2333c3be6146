# RUN: check_systems.py %nnc %s %t
"""AlexNet: torchvision's 61,100,840 parameters, the sizes of its feature maps, and its loss with fewer channels."""
from systems import cross_entropy, labels, normal


def test(p):
    p.same("parameters of torchvision's alexnet", p.count(), 61_100_840)
    sizes = {layer["path"]: layer["result"] for layer in p.summary()["layers"]}
    p.same("maps", [sizes[f"features.{i}"] for i in (0, 2, 5, 12)], ["64 x 55 x 55", "64 x 27 x 27", "192 x 13 x 13", "256 x 6 x 6"])
    few, small = p.edited("1_000", "10"), {"width": 1, "hidden": 12}
    x, w = normal(2, 3, 224, 224), few.drawn(small)
    logits = few.forward({"image": x}, weights=w, defines=small)["logits"]
    p.same("shape", logits.shape, [2, 10])
    inputs = {"image": x, "thing": labels(10, 2)}
    figures = few.evaluate(inputs, weights=w, defines=small)
    p.same("loss at rest", figures["loss"], cross_entropy(logits, inputs["thing"]))
    ahead = [sum(v > row[t] for v in row) for row, t in zip(logits, inputs["thing"])]
    p.same("top five", figures["top_k_accuracy"], sum(a < 5 for a in ahead) / 2)
    few.loss(inputs, weights=w, defines=small)
