# RUN: check_systems.py %nnc %s %t
"""Attention to a few mixtures of all words, against the sums written out."""
from layers import Weights, add, affine, filled, gelu, linear, look_up, norm, scaled, several, total
from systems import cross_entropy, labels, mean, tensor

DATA = "examples/tour"
SMALL = {"layers": 1, "heads": 2, "width": 4, "rows": 3, "drop": 0}


def test(p):
    words = p.parameters()["table.weight"][0]
    block = 4 * 128 * 129 + 128 * 512 * 2 + 512 + 128 + 4 * 128
    p.same("parameters", p.count(), words * 128 + 256 * 128 + 32 * 256 + 4 * block + 2 * 128 + 2 * 129)
    weights, lengths = p.drawn(SMALL), [256, 9]
    inputs = {"text": labels(words, 2, 256), "length": tensor(lengths, "I64")}
    logits = p.forward(inputs, weights=weights, defines=SMALL)["logits"]
    w, wanted = Weights(weights), []
    attend, mix = w.at("blocks.0.attend"), w("mix")
    for text, n in zip(inputs["text"], lengths):
        x = total(look_up(text.values[:n], w.at("table")), w("places.weight")[:n])
        y = norm(x, w.at("blocks.0.norm1"))
        few = [add(*(scaled(row, factor) for row, factor in zip(y, line))) for line in mix]
        read = several(linear(y, attend.at("query")), linear(few, attend.at("key")), linear(few, attend.at("value")), 2)
        x = total(x, linear(read, attend.at("out")))
        wide = [gelu(row) for row in linear(norm(x, w.at("blocks.0.norm2")), w.at("blocks.0.ff.wide"))]
        x = norm(total(x, linear(wide, w.at("blocks.0.ff.narrow"))), w.at("norm"))
        wanted.append(affine([mean(column) for column in zip(*x)], w("head.weight"), w("head.bias")))
    p.same("logits", logits, tensor(wanted))
    other = dict(inputs, text=filled(inputs["text"], lengths, 0))
    p.same("filler changes nothing", p.forward(other, weights=weights, defines=SMALL)["logits"].values, logits.values)
    inputs["mood"] = labels(2, 2)
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), cross_entropy(logits, inputs["mood"]))
