# RUN: check_systems.py %nnc %s %t
"""Products of vectors against logarithms of counts, with the weights of the paper."""
import math

from layers import Weights, add, dot
from systems import labels, mean, tensor

DATA = "test/systems/data"
SMALL = {"width": 4}


def test(p):
    words = p.parameters()["words.weight"][0]
    p.same("parameters", p.count(), 2 * words * (50 + 1))
    weights = p.drawn(SMALL)
    inputs = {"word": labels(words, 5), "context": labels(words, 5)}
    results = p.forward(inputs, weights=weights, defines=SMALL)
    w, guess, likeness = Weights(weights), [], []
    for i, j in zip(inputs["word"].values, inputs["context"].values):
        a, b = (add(w("words.weight")[k], w("contexts.weight")[k]) for k in (i, j))
        guess.append(dot(w("words.weight")[i], w("contexts.weight")[j]) + w("word_bias")[i] + w("context_bias")[j])
        likeness.append(dot(a, b) / math.sqrt(dot(a, a) * dot(b, b)))
    p.same("guess", results["guess"], tensor(guess))
    p.same("likeness", results["likeness"], tensor(likeness))
    counts = [1.0, 7.0, 99.0, 100.0, 2500.0]
    inputs["count"] = tensor(counts)
    fit = mean(min(1.0, (x / 100) ** 0.75) * (g - math.log(x)) ** 2 for x, g in zip(counts, guess))
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), fit)
