# RUN: check_systems.py %nnc %s %t
"""A GRU that reads and one that goes on, against the recurrences written out; the error of each hour."""
from layers import Weights, add, affine, gru, gru_step, nested
from systems import mean, mse, normal, tensor

DATA = "examples/tour"
SMALL = {"hidden": 4}


def test(p):
    p.same("parameters", p.count(), 2 * 3 * 64 * (3 + 64 + 2) + 3 * 65)
    weights = p.drawn(SMALL)
    inputs = {"past": normal(2, 48, 3), "next": normal(2, 12, 3)}
    y = p.forward({"past": inputs["past"]}, weights=weights, defines=SMALL)["y"]
    w, wanted = Weights(weights), []
    for past in inputs["past"]:
        said = nested(past)[-1]
        _, h = gru(nested(past), [0.0] * 4, w.at("reader"))
        hours = []
        for _ in range(12):
            h = gru_step(said, h, w.at("writer"))
            said = add(said, affine(h, w("head.weight"), w("head.bias")))
            hours.append(said)
        wanted.append(hours)
    p.same("twelve hours of three variables", y, tensor(wanted))
    results = p.run("eval", inputs, weights=weights, defines=SMALL)
    for hour in range(12):  # a sum for each variable, which has units of its own
        off = [sum(abs(y[b][hour][i] - inputs["next"][b][hour][i]) for b in range(2)) for i in range(3)]
        p.same(f"hour {hour}", results[f"hourly.{hour}"], tensor(off))
        p.same("elements", results[f"hourly.{hour}.count"].values[0], 6)
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), mse(y, inputs["next"]))
