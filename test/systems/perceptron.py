# RUN: check_systems.py %nnc %s %t
"""The perceptron with its own rule: a step of the size 1 adds (target - answer) times the row to the weights."""
from systems import flags, mean, normal, tensor


def test(p):
    batch = ["--batch=7"]  # the rule of `train` is one row at a time
    x, setosa = normal(7, 4), flags(7)
    weights = {"weight": tensor([0.5, -1.0, 0.25, 0.125]), "bias": tensor([0.1])}
    score = [sum(a * w for a, w in zip(row.values, weights["weight"].values)) + 0.1 for row in x]
    fires = p.forward({"x": x}, weights=weights, options=batch)["fires"]
    p.same("answers", fires, tensor([float(s > 0) for s in score]))
    error = [float(t) - f for t, f in zip(setosa.values, fires.values)]
    inputs = {"x": x, "setosa": setosa}
    p.same("loss", p.loss(inputs, weights=weights, options=batch), mean(0.5 * e * e for e in error))
    p.same("accuracy", p.evaluate(inputs, weights=weights, options=batch)["accuracy"], mean(float(e == 0) for e in error))
    # Rosenblatt's rule, summed over the batch and divided by its size.
    after = p.run("step", inputs, weights=weights, options=batch)
    for name, seen in (("weight", x), ("bias", tensor([[1.0]] * 7))):
        rule = [w + mean(e * row[i] for e, row in zip(error, seen)) for i, w in enumerate(weights[name].values)]
        p.same(name, after[name], tensor(rule))
