# RUN: check_systems.py %nnc %s %t
"""Bengio's net: hidden units, and a way past them, from the vectors of four words side by side."""
from layers import Weights, add, affine, flat, look_up, tanh
from systems import cross_entropy, labels, tensor

DATA = "examples/tour"
SMALL = {"width": 3, "hidden": 5}


def test(p):
    words = p.parameters()["table.weight"][0]
    # The paper's count: |V| (1 + n m + h) + h (1 + (n - 1) m), with n m for the words' vectors and the way past.
    p.same("parameters", p.count(), words * (1 + 5 * 60 + 100) + 100 * (1 + 4 * 60))
    weights = p.drawn(SMALL)
    inputs = {"words": labels(words, 6, 4)}
    logits = p.forward(inputs, weights=weights, defines=SMALL)["logits"]
    w, wanted = Weights(weights), []
    for row in inputs["words"]:
        x = flat(look_up(row.values, w.at("table")))
        hidden = tanh(affine(x, w("wide.weight"), w("wide.bias")))
        wanted.append([add(affine(hidden, w("out.weight"), w("out.bias")), affine(x, w("direct.weight")))])
    p.same("logits", logits, tensor(wanted))
    inputs["next"] = labels(words, 6, 1)
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), cross_entropy(logits, inputs["next"]))
