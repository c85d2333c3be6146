# RUN: check_systems.py %nnc %s %t
"""Two LSTMs one upon the other, each in both directions, against the recurrences written out."""
from layers import Weights, filled, linear, look_up, lstm
from systems import accuracy, cross_entropy, labels, tensor, Tensor

DATA = "test/systems/data"
SMALL = {"embed": 3, "hidden": 4}


def both(x, w, layer):
    zeros = [0.0] * 4
    there, _ = lstm(x, zeros, zeros, w, f"_l{layer}")
    back, _ = lstm(x, zeros, zeros, w, f"_l{layer}_reverse", backwards=True)
    return [a + b for a, b in zip(there, back, strict=True)]


def test(p):
    words, tags = (p.parameters()[name][0] for name in ("table.weight", "head.weight"))
    rnn = 2 * 4 * 128 * (100 + 128 + 2) + 2 * 4 * 128 * (256 + 128 + 2)
    p.same("parameters", p.count(), words * 100 + rnn + tags * 257)
    weights, lengths = p.drawn(SMALL), [40, 9]
    inputs = {"sentence": labels(words, 2, 40), "length": tensor(lengths, "I64")}
    logits = p.forward(inputs, weights=weights, defines=SMALL)["logits"]
    p.same("shape", logits.shape, [2, 40, tags])
    w, seen, wanted = Weights(weights), [], []
    for b, length in enumerate(lengths):
        x = look_up(inputs["sentence"][b].values[:length], w.at("table"))
        wanted += linear(both(both(x, w.at("rnn"), 0), w.at("rnn"), 1), w.at("head"))
        seen += [logits[b][t].values for t in range(length)]
    p.same("logits", tensor(seen), tensor(wanted))
    other = dict(inputs, sentence=filled(inputs["sentence"], lengths, 0))
    p.same("filler changes nothing", p.forward(other, weights=weights, defines=SMALL)["logits"].values, logits.values)
    inputs["tags"] = labels(tags, 2, 40)
    kept = Tensor([49], [tag for b, n in enumerate(lengths) for tag in inputs["tags"][b].values[:n]])
    p.same("loss", p.run("eval", inputs, weights=weights, defines=SMALL)["loss"].values[0] / 49, cross_entropy(tensor(wanted), kept))
    p.same("accuracy", p.evaluate(inputs, weights=weights, defines=SMALL)["accuracy"], accuracy(tensor(wanted), kept))
    p.loss(inputs, weights=weights, defines={**SMALL, "drop": 0})
