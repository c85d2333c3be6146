# RUN: check_systems.py %nnc %s %t
"""Binary cross entropy of logits and of probabilities, over several labels and over one."""
import math

from systems import bce_with_logits, mean, normal, sigmoid, uniform


def test(p):
    x, w = normal(5, 72), p.drawn(scale=0.2)
    results = p.forward({"sound": x}, weights=w)
    moods = uniform(5, 6).map(lambda v: float(v > 0.5))
    sung = uniform(5).map(lambda v: float(v > 0.5))
    p.same("shapes", [results["moods_logits"].shape, results["sung_probability"].shape], [[5, 6], [5]])
    p.holds("probabilities", all(0 < v < 1 for v in results["sung_probability"].values))
    single = mean(-math.log(q if t else 1 - q) for q, t in zip(results["sung_probability"].values, sung.values))
    inputs = {"sound": x, "moods": moods, "sung": sung}
    p.same("loss", p.loss(inputs, weights=w), bce_with_logits(results["moods_logits"], moods) + single)
    figures = p.evaluate(inputs, weights=w)
    hits = [float((z > 0) == (t > 0.5)) for z, t in zip(results["moods_logits"].values, moods.values)]
    p.same("moods", figures["moods"], mean(hits))
    hits = [float((q > 0.5) == (t > 0.5)) for q, t in zip(results["sung_probability"].values, sung.values)]
    p.same("voice", figures["voice"], mean(hits))
