# RUN: check_systems.py %nnc %s %t
"""A label that is the first memory of an LSTM, against the recurrence written out."""
from layers import Weights, changed, linear, look_up, lstm, next_token, tanh
from systems import labels, tensor

DATA = "examples/tour"
SMALL = {"embed": 3, "hidden": 4}


def test(p):
    words = p.parameters()["words.weight"][0]
    p.same("parameters", p.count(), 2 * 256 + words * 128 + 4 * 256 * (128 + 256 + 2) + words * 257)
    weights, lengths = p.drawn(SMALL), [60, 5]
    inputs = {"mood": labels(2, 2), "review": labels(words, 2, 60)}
    logits = p.forward(inputs, weights=weights, defines=SMALL)["logits"]
    w, wanted = Weights(weights), []
    for mood, review in zip(inputs["mood"].values, inputs["review"]):
        first = tanh(look_up([mood], w.at("feeling"))[0])
        y, _ = lstm(look_up(review.values, w.at("words")), first, [0.0] * 4, w.at("rnn"))
        wanted.append(linear(y, w.at("head")))
    p.same("logits", logits, tensor(wanted))
    later = changed(inputs["review"], 0, 30, to=(inputs["review"][0][30] + 1) % words)
    others = p.forward(dict(inputs, review=later), weights=weights, defines=SMALL)["logits"]
    p.same("a later word changes nothing before it", others.values[: 30 * words], logits.values[: 30 * words])
    p.holds("but what comes behind it", others[0][30].values != logits[0][30].values)
    inputs["length"] = tensor(lengths, "I64")
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), next_token(logits, inputs["review"], lengths))
