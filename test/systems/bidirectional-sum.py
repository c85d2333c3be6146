# RUN: check_systems.py %nnc %s %t
"""A GRU in both directions, whose results are added, against the recurrence written out."""
from layers import Weights, add, affine, filled, gru, look_up
from systems import cross_entropy, labels, mean, tensor

DATA = "examples/tour"
SMALL = {"embed": 3, "hidden": 4}


def test(p):
    words = p.parameters()["table.weight"][0]
    p.same("parameters", p.count(), words * 128 + 2 * 3 * 128 * (128 + 128 + 2) + 2 * 129)
    weights, lengths = p.drawn(SMALL), [200, 12]
    inputs = {"text": labels(words, 2, 200), "length": tensor(lengths, "I64")}
    logits = p.forward(inputs, weights=weights, defines=SMALL)["logits"]
    w, wanted = Weights(weights), []
    for text, length in zip(inputs["text"], lengths):
        x = look_up(text.values[:length], w.at("table"))
        there, _ = gru(x, [0.0] * 4, w.at("rnn"))
        back, _ = gru(x, [0.0] * 4, w.at("rnn"), "_l0_reverse", backwards=True)
        y = [add(*rows) for rows in zip(there, back)]
        wanted.append(affine([mean(column) for column in zip(*y)], w("head.weight"), w("head.bias")))
    p.same("logits", logits, tensor(wanted))
    other = dict(inputs, text=filled(inputs["text"], lengths, 0))
    p.same("filler changes nothing", p.forward(other, weights=weights, defines=SMALL)["logits"].values, logits.values)
    inputs["mood"] = labels(2, 2)
    figures = p.evaluate(inputs, weights=weights, defines=SMALL)
    p.same("cross entropy", figures["loss"], cross_entropy(logits, inputs["mood"]))
    p.holds("a finite loss with dropout", 0 < p.loss(inputs, weights=weights, defines=SMALL) < 100)
