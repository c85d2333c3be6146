# RUN: check_systems.py %nnc %s %t
"""A plain recurrent net from letters to a language, against the recurrence written out."""
from layers import Weights, affine, filled, flat, look_up, rnn
from systems import accuracy, cross_entropy, labels, tensor

DATA = "test/systems/data"
SMALL = {"embed": 3, "hidden": 5}


def test(p):
    letters = p.parameters()["table.weight"][0]
    p.same("parameters", p.count(), letters * 16 + 128 * (16 + 128 + 2) + 4 * 129)
    weights, lengths = p.drawn(SMALL), [20, 7, 1]
    inputs = {"letters": labels(letters, 3, 20), "length": tensor(lengths, "I64")}
    logits = p.forward(inputs, weights=weights, defines=SMALL)["logits"]
    w = Weights(weights)
    wanted = []
    for name, length in zip(inputs["letters"], lengths):
        _, h = rnn(look_up(name.values[:length], w.at("table")), [0.0] * 5, w.at("rnn"))
        wanted.append(affine(h, w("head.weight"), w("head.bias")))
    p.same("logits", logits, tensor(wanted))
    other = dict(inputs, letters=filled(inputs["letters"], lengths, 0))
    p.same("filler changes nothing", p.forward(other, weights=weights, defines=SMALL)["logits"].values, logits.values)
    inputs["answer"] = labels(4, 3)
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), cross_entropy(logits, inputs["answer"]))
    figures = p.evaluate(inputs, weights=weights, defines=SMALL)
    p.same("accuracy", figures["accuracy"], accuracy(logits, inputs["answer"]))
