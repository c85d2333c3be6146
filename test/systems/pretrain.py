# RUN: check_systems.py %nnc %s %t
"""Two trainings of one file: the classifier has the encoder of the first under the same names, and keeps a part of it frozen."""
from systems import Tensor, cross_entropy, labels, linear, mse, uniform

TRAIN = ["Pretrain", "Classify"]


def test(p):
    small = {"code": 3}
    first, second = p.trained("Pretrain"), p.trained("Classify")
    encoder = {name: shape for name, shape in first.parameters(small).items() if name.startswith("encoder.")}
    p.same("names and shapes of the encoder", encoder,
           {name: shape for name, shape in second.parameters(small).items() if name.startswith("encoder.")})
    p.same("its matrices", [encoder["encoder.fc1.weight"], encoder["encoder.fc2.weight"]], [[256, 784], [3, 256]])
    x, w = uniform(2, 1, 28, 28), first.drawn(small, scale=0.1)
    relu = lambda v: max(v, 0.0)

    def encoded(weights):
        h = linear(Tensor([2, 784], x.values), weights["encoder.fc1.weight"], weights["encoder.fc1.bias"]).map(relu)
        return linear(h, weights["encoder.fc2.weight"], weights["encoder.fc2.bias"]).map(relu)

    drawn = first.forward({"image": x}, weights=w, defines=small)["drawn"]
    p.same("picture", drawn, linear(encoded(w), w["decoder.weight"], w["decoder.bias"]))
    p.same("loss of the whole picture", first.evaluate({"image": x}, weights=w, defines=small)["loss"], mse(drawn, x))
    p.holds("half of it is hidden in training", first.loss({"image": x}, weights=w, defines=small) != mse(drawn, x))
    # What the second training begins with: the encoder of the first.
    w = {**second.drawn(small), **{name: w[name] for name in encoder}}
    inputs = {"image": x, "clothing": labels(10, 2)}
    logits = second.forward({"image": x}, weights=w, defines=small)["logits"]
    p.same("logits", logits, linear(encoded(w), w["fc.weight"], w["fc.bias"]))
    p.same("loss", second.loss(inputs, weights=w, defines=small), cross_entropy(logits, inputs["clothing"]))
    block = second.recipe()["train"]
    p.same("where it begins", [block["start"]["path"], block["start"]["into"]], ["pretrain.run/best.safetensors", "encoder"])
    p.same("how fast the encoder learns", block["groups"], [{"path": "encoder", "factor": 0.1}])
    plain = second.edited("  groups    = [encoder: 0.1]\n", "")
    after = plain.run("step", inputs, weights=w, defines=small)
    p.same("the first layer is frozen", after.get("encoder.fc1.weight", w["encoder.fc1.weight"]), w["encoder.fc1.weight"])
    p.holds("what lies behind it learns", after["encoder.fc2.weight"].values != w["encoder.fc2.weight"].values)
