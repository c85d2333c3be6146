# RUN: check_systems.py %nnc %s %t
"""Two LSTMs over three variables, and twelve steps of one of them, against the recurrences written out."""
from layers import Weights, affine, lstm, nested
from systems import mean, normal, tensor

PROGRAM = "examples/tour/power.nn"
SMALL = {"hidden": 4}


def test(p):
    p.same("parameters", p.count(), 4 * 64 * (3 + 64 + 2) + 4 * 64 * (64 + 64 + 2) + 12 * 65)
    weights = p.drawn(SMALL)
    inputs = {"past": normal(3, 48, 3), "next": normal(3, 12)}
    y = p.forward({"past": inputs["past"]}, weights=weights, defines=SMALL)["y"]
    w, wanted = Weights(weights), []
    for past in inputs["past"]:
        rows = nested(past)
        for layer in range(2):
            rows, _ = lstm(rows, [0.0] * 4, [0.0] * 4, w.at("rnn"), f"_l{layer}")
        wanted.append(affine(rows[-1], w("head.weight"), w("head.bias")))
    p.same("twelve steps", y, tensor(wanted))
    results = p.run("eval", inputs, weights=weights, defines=SMALL)
    off = [abs(a - b) for a, b in zip(y.values, inputs["next"].values)]
    huber = mean(e * e / 2 if e <= 1 else e - 0.5 for e in off)
    p.same("huber", results["loss"].values[0] / results["loss.count"].values[0], huber)
    p.same("mae", results["mae"].values[0] / results["mae.count"].values[0], mean(off))
    p.holds("a finite loss with dropout", 0 < p.loss(inputs, weights=weights, defines=SMALL) < 100)
