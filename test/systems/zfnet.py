# RUN: check_systems.py %nnc %s %t
"""ZFNet: 62,357,608 parameters by its table, the sizes of its maps, and the response of a neighbourhood by its formula."""
from systems import Tensor, cross_entropy, labels, normal


def test(p):
    convolutions = 96 * 148 + 256 * (25 * 96 + 1) + 384 * (9 * 256 + 1) + 384 * (9 * 384 + 1) + 256 * (9 * 384 + 1)
    p.same("parameters", p.count(), convolutions + 4096 * (256 * 36 + 1) + 4096 * 4097 + 1000 * 4097)
    sizes = {layer["path"]: layer["result"] for layer in p.summary()["layers"]}
    # The table of the paper: 110, 55, 26, 13, 13, 13, 13, 6.
    maps = [sizes[f"features.{i}"] for i in (0, 2, 4, 6, 8, 12, 14)]
    p.same("maps", maps, ["96 x 110 x 110", "96 x 55 x 55", "256 x 26 x 26", "256 x 13 x 13", "384 x 13 x 13", "256 x 13 x 13", "256 x 6 x 6"])
    few, small = p.edited("1_000", "10"), {"width": 3, "hidden": 12}
    x, w = normal(1, 3, 224, 224), few.drawn(small)
    logits = few.forward({"image": x}, weights=w, defines=small)["logits"]
    inputs = {"image": x, "thing": labels(10, 1)}
    p.same("loss at rest", few.evaluate(inputs, weights=w, defines=small)["loss"], cross_entropy(logits, inputs["thing"]))
    few.loss(inputs, weights=w, defines=small)
    # The norm alone.
    text = p.path.read_text(encoding="utf-8")
    alone = p.edited(text[text.index("model ZFNet") :],
                     "model Norm(x: float[B, C, H, W]) -> (y: float[B, C, H, W]) {\n  x |> LocalResponseNorm\n}\n")
    x = normal(1, 7, 1, 2)
    y = alone.forward({"x": x})["y"]
    near = lambda c: range(max(c - 2, 0), min(c + 3, 7))
    wanted = [x.at(0, c, 0, i) / (2 + 1e-4 / 5 * sum(x.at(0, d, 0, i) ** 2 for d in near(c))) ** 0.75
              for c in range(7) for i in range(2)]
    p.same("response", y, Tensor([1, 7, 1, 2], wanted))
