# RUN: check_systems.py %nnc %s %t
"""The parts and the judge from their formulas; what is constrained stands in the recipe, and no entry updates without it."""
from systems import cross_entropy, labels, linear, mse, uniform


def test(p):
    p.same("parameters", p.count(), 64 * 25 + 25 + 64 * 25 + 25 * 10 + 10)
    x, digit, w = uniform(4, 64), labels(10, 4), p.drawn(scale=2.0)
    h = linear(x, w["find.weight"], w["find.bias"]).map(lambda v: max(v, 0.0))
    results = p.forward({"pixels": x}, weights=w)
    p.same("drawn", results["drawn"], linear(h, w["draw.weight"]))
    inputs = {"pixels": x, "digit": digit}
    wanted = mse(results["drawn"], x) + 0.01 * cross_entropy(results["logits"], digit)
    p.same("loss", p.loss(inputs, weights=w), wanted)
    # No entry does an update that the constraints are no part of; what they are stands in the recipe.
    said = p.call(p.nnc, "run", p.path, "step", "--backend=reference", "--inputs", "x", "--outputs", "y")
    p.holds("there is no `step`", said.returncode == 2 and "it has forward, eval, loss, grad" in said.stderr)
    p.same("constraints", [(c["kind"], c["path"], c["bound"]) for c in p.recipe()["train"]["constrain"]],
           [("nonnegative", "find.weight", 0.0), ("nonnegative", "draw.weight", 0.0), ("max_norm", "judge.weight", 1.0)])
