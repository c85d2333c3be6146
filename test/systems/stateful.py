# RUN: check_systems.py %nnc %s %t
"""Two LSTMs that begin with what an earlier segment left, against the recurrence written out; bits per character."""
from layers import Weights, linear, look_up, lstm, next_token
from systems import build, labels, tensor

DATA = "examples/tour"
SMALL = {"hidden": 4}


def test(p):
    letters = p.parameters()["table.weight"][0]
    p.same("parameters", p.count(), letters * 64 + 4 * 256 * (64 + 256 + 2) + 4 * 256 * (512 + 2) + letters * 257)
    weights = p.drawn(SMALL)
    zeros = build([2, 2, 4], lambda *_: 0.0)
    first = {"tokens": labels(letters, 2, 64), "h": zeros, "c": zeros}
    left = p.forward(first, weights=weights, defines=SMALL)
    second = {"tokens": labels(letters, 2, 64), "h": left["h"], "c": left["c"]}
    results = p.forward(second, weights=weights, defines=SMALL)
    w, wanted, ends = Weights(weights), [], []
    for b in range(2):  # both segments as one text
        x = look_up(first["tokens"][b].values + second["tokens"][b].values, w.at("table"))
        for layer in range(2):
            x, state = lstm(x, [0.0] * 4, [0.0] * 4, w.at("rnn"), f"_l{layer}")
            ends.append((b, layer, state))
        wanted.append(linear(x[64:], w.at("head")))
    p.same("the second segment goes on with the first", results["logits"], tensor(wanted))
    for b, layer, (h, c) in ends:
        p.same("h", results["h"][layer][b], tensor(h))
        p.same("c", results["c"][layer][b], tensor(c))
    loss = next_token(results["logits"], second["tokens"])
    figures = p.run("eval", second, weights=weights, defines=SMALL)
    p.same("loss", figures["loss"].values[0] / figures["loss.count"].values[0], loss)
    p.holds("a finite loss with dropout", 0 < p.loss(second, weights=weights, defines=SMALL) < 100)
