# RUN: check_systems.py %nnc %s %t
"""GoogLeNet without auxiliary heads: torchvision's 6,624,904 parameters, its names, the channels of each block, and the loss."""
import re

from systems import cross_entropy, labels, normal


def test(p):
    p.same("parameters of torchvision's googlenet", p.count(), 6_624_904)
    shapes = p.parameters()
    p.same("a window", shapes["inception4d.branch3.1.conv.weight"], [64, 32, 3, 3])
    # Each block reads all that the one before it gives: table 1 of the paper.
    reads = [shapes[f"inception{name}.branch1.conv.weight"][1] for name in ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")]
    p.same("channels", reads, [192, 256, 480, 512, 512, 512, 528, 832, 832])
    p.same("features", shapes["fc.weight"], [1000, 1024])
    few = p.edited("224, 224", "32, 32").edited("1_000", "10")
    # A sixteenth of the channels; where blocks share a line of the table the second is changed with the first.
    for block in set(re.findall(r"(?:Inception|BasicConv)\(\d+.*?\)", p.path.read_text(encoding="utf-8"))):
        few = few.edited(block, re.sub(r"\b\d{2,}", lambda n: str(int(n[0]) // 16), block))
    x = normal(2, 3, 32, 32)
    logits = few.forward({"image": x})["logits"]
    inputs = {"image": x, "thing": labels(10, 2)}
    p.same("loss at rest", few.evaluate(inputs)["loss"], cross_entropy(logits, inputs["thing"]))
    few.loss(inputs)
