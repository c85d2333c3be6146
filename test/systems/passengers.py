# RUN: check_systems.py %nnc %s %t
"""One variable, one step: an LSTM over the course of a window, against the recurrence written out."""
from layers import Weights, affine, lstm
from systems import mean, mse, tensor, uniform

PROGRAM = "examples/passengers/passengers.nn"
SMALL = {"hidden": 4}


def test(p):
    p.same("parameters", p.count(), 4 * 50 * (1 + 50 + 2) + 51)
    weights = p.drawn(SMALL)
    inputs = {"past": uniform(3, 10, 1, low=100, high=500), "next": uniform(3, 1, low=100, high=500)}
    y = p.forward({"past": inputs["past"]}, weights=weights, defines=SMALL)["y"]
    w, wanted = Weights(weights), []
    for past in inputs["past"]:
        level = mean(past)
        rows, _ = lstm([[value / level - 1] for value in past.values], [0.0] * 4, [0.0] * 4, w.at("rnn"))
        wanted.append([level * (1 + affine(rows[-1], w("head.weight"), w("head.bias"))[0])])
    p.same("the next step", y, tensor(wanted))
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), mse(y, inputs["next"]))
