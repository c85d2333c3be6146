# RUN: check_systems.py %nnc %s %t
"""Norms from their formulas: at rest with what was seen, in the loss with the batch; of a layer the same in both."""
from systems import Tensor, cross_entropy, labels, linear, mean, rows, tensor, uniform


def test(p):
    small = {"hidden": 5}
    x, digit, w = uniform(4, 64), labels(10, 4), p.drawn(small)
    relu = lambda v: max(v, 0.0)

    def normed(h, name, moments):
        values = [[(v - m) / (s + 1e-5) ** 0.5 * a + b for v, (m, s), a, b in
                   zip(row, moments(row), w[name + ".1.weight"], w[name + ".1.bias"])] for row in rows(h)]
        return linear(tensor(values).map(relu), w[name + ".3.weight"], w[name + ".3.bias"])

    h = linear(x, w["batch.0.weight"])
    seen = list(zip(w["batch.1.running_mean"], w["batch.1.running_var"]))
    columns = [[row[c] for row in rows(h)] for c in range(5)]
    variance = lambda values: mean((v - mean(values)) ** 2 for v in values)
    now = [(mean(column), variance(column)) for column in columns]
    results = p.forward({"pixels": x}, weights=w, defines=small)
    p.same("batch norm at rest", results["by_batch"], normed(h, "batch", lambda row: seen))
    own = lambda row: [(mean(row), variance(row))] * 5
    by_layer = normed(linear(x, w["layer.0.weight"]), "layer", own)
    p.same("layer norm", results["by_layer"], by_layer)
    inputs = {"pixels": x, "digit": digit}
    wanted = cross_entropy(normed(h, "batch", lambda row: now), digit) + cross_entropy(by_layer, digit)
    p.same("loss", p.loss(inputs, weights=w, defines=small), wanted)
    after = p.run("step", inputs, weights=w, defines=small)
    running = [0.9 * old + 0.1 * mean(column) for old, column in zip(w["batch.1.running_mean"], columns)]
    p.same("running mean", after["batch.1.running_mean"], Tensor([5], running))
    running = [0.9 * old + 0.1 * variance(column) * 4 / 3 for old, column in zip(w["batch.1.running_var"], columns)]
    p.same("running variance", after["batch.1.running_var"], Tensor([5], running))
