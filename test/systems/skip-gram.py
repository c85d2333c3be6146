# RUN: check_systems.py %nnc %s %t
"""The products of vectors, and the logarithms of their sigmoids."""
import math

from layers import Weights, dot
from systems import labels, mean, sigmoid, tensor

DATA = "test/systems/data"
SMALL = {"width": 4}


def test(p):
    words = p.parameters()["words.weight"][0]
    p.same("parameters", p.count(), 2 * words * 100)
    weights = p.drawn(SMALL)
    inputs = {"word": labels(words, 5), "near": labels(words, 5), "others": labels(words, 5, 10)}
    results = p.forward(inputs, weights=weights, defines=SMALL)
    w = Weights(weights)
    vectors, contexts = w("words.weight"), w("contexts.weight")
    right, wrong, likeness = [], [], []
    for word, near, others in zip(inputs["word"].values, inputs["near"].values, inputs["others"]):
        a, b = vectors[word], vectors[near]
        right.append(dot(a, contexts[near]))
        wrong.append([dot(a, contexts[other]) for other in others.values])
        likeness.append(dot(a, b) / math.sqrt(dot(a, a) * dot(b, b)))
    for name, wanted in (("right", right), ("wrong", wrong), ("likeness", likeness)):
        p.same(name, results[name], tensor(wanted))
    self = dict(inputs, near=inputs["word"])
    p.same("a word is like itself", p.forward(self, weights=weights, defines=SMALL)["likeness"], tensor([1.0] * 5))
    loss = mean(-math.log(sigmoid(x)) for x in right) + 10 * mean(-math.log(sigmoid(-x)) for row in wrong for x in row)
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), loss)
