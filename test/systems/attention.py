# RUN: check_systems.py %nnc %s %t
"""Scaled dot-product attention, against the sums written out."""
from layers import Weights, affine, attend, filled, linear, look_up, total, waves
from systems import cross_entropy, labels, mean, tensor

DATA = "examples/tour"
SMALL = {"width": 6}


def test(p):
    words = p.parameters()["table.weight"][0]
    p.same("parameters", p.count(), words * 64 + 3 * 64 * 64 + 2 * 65)
    weights, lengths = p.drawn(SMALL), [100, 11]
    inputs = {"text": labels(words, 2, 100), "length": tensor(lengths, "I64")}
    results = p.forward(inputs, weights=weights, defines=SMALL)
    w, logits, shares = Weights(weights), [], []
    for text, length in zip(inputs["text"], lengths):
        x = total(look_up(text.values, w.at("table")), waves(100, 6))
        q, k, v = (linear(x, w.at(name)) for name in ("query", "key", "value"))
        read, weight = attend(q, k, v, lambda t, s, n=length: s < n)
        shares.append(weight)
        logits.append(affine([mean(column) for column in zip(*read[:length])], w("head.weight"), w("head.bias")))
    p.same("weights", results["weight"], tensor(shares))
    p.same("logits", results["logits"], tensor(logits))
    other = dict(inputs, text=filled(inputs["text"], lengths, 0))
    p.same("filler changes nothing", p.forward(other, weights=weights, defines=SMALL)["logits"].values, results["logits"].values)
    inputs["mood"] = labels(2, 2)
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), cross_entropy(tensor(logits), inputs["mood"]))
