# RUN: check_systems.py %nnc %s %t
"""Convolutions of three widths over embedded words, against the sums written out."""
from layers import Weights, affine, filled, look_up
from systems import convolve, cross_entropy, labels, tensor

PROGRAM = "examples/tour/textcnn.nn"
SMALL = {"embed": 3, "filters": 2, "drop": 0}


def test(p):
    words = p.parameters()["embedding.weight"][0]
    p.same("parameters", p.count(), words * 128 + 100 * (128 * (3 + 4 + 5) + 3) + 2 * 301)
    weights, lengths = p.drawn(SMALL), [400, 7]
    inputs = {"text": labels(words, 2, 400), "length": tensor(lengths, "I64")}
    logits = p.forward(inputs, weights=weights, defines=SMALL)["logits"]
    w, wanted = Weights(weights), []
    for text, n in zip(inputs["text"], lengths):
        x = tensor([[list(row) for row in zip(*look_up(text.values[:n], w.at("embedding")))]])
        pooled = []
        for i, width in enumerate((3, 4, 5)):
            y = convolve(x, weights[f"convs.{i}.weight"], weights[f"convs.{i}.bias"], padding=[((width - 1) // 2, width // 2)])
            pooled += [max(0.0, *channel.values) for channel in y[0]]
        wanted.append(affine(pooled, w("fc.weight"), w("fc.bias")))
    p.same("logits", logits, tensor(wanted))
    other = dict(inputs, text=filled(inputs["text"], lengths, 0))
    p.same("filler changes nothing", p.forward(other, weights=weights, defines=SMALL)["logits"].values, logits.values)
    inputs["mood"] = labels(2, 2)
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), cross_entropy(logits, inputs["mood"]))
