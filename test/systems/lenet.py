# RUN: check_systems.py %nnc %s %t
"""LeNet-5, LeCun et al. 1998, with the 61,706 parameters of its fully connected variant."""
from systems import accuracy, cross_entropy, labels, uniform

PROGRAM = "examples/tour/lenet.nn"


def test(p):
    convolutions = 6 * (25 + 1) + 16 * (6 * 25 + 1)
    p.same("parameters", p.count(), convolutions + 120 * 401 + 84 * 121 + 10 * 85)
    weights = p.drawn()
    inputs = {"image": uniform(3, 1, 28, 28)}
    logits = p.forward(inputs, weights=weights)["logits"]
    p.same("shape", logits.shape, [3, 10])
    inputs["digit"] = labels(10, 3)
    figures = p.evaluate(inputs, weights=weights)
    entropy = cross_entropy(logits, inputs["digit"])
    p.same("cross entropy", figures["loss"], entropy)
    p.same("accuracy", figures["accuracy"], accuracy(logits, inputs["digit"]))
    decay = sum(v * v for w in weights.values() if len(w.shape) > 1 for v in w.values)
    p.same("loss", p.loss(inputs, weights=weights), entropy + 1e-4 * decay)
