# RUN: check_systems.py %nnc %s %t
"""Graph convolution by Kipf and Welling's formula, D^-1/2 (A + I) D^-1/2 H W + b, with a dense matrix."""
from systems import Tensor, accuracy, build, labels, linear, log_softmax, mean, normal, rows, tensor

PROGRAM = "examples/tour/gcn.nn"


def propagate(adjacency, h, bias):
    n, width = h.shape
    degree = [sum(adjacency.at(i, j) for j in range(n)) for i in range(n)]
    return build([n, width], lambda i, o: sum(adjacency.at(i, j) * h.at(j, o) / (degree[i] * degree[j]) ** 0.5
                                              for j in range(n)) + bias.values[o])


def test(p):
    p.same("parameters", p.count(), 1433 * 16 + 16 + 16 * 7 + 7)
    few = p.edited("1433", "5")
    edges = [(0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 2), (4, 0), (0, 4)]
    x, w = normal(6, 5), few.drawn({"hidden": 3})
    matrix = build([6, 6], lambda i, j: float(i == j) + sum(float((j, i) == e) for e in edges))
    h = propagate(matrix, linear(x, w["conv1.lin.weight"]), w["conv1.bias"]).map(lambda v: max(v, 0.0))
    wanted = propagate(matrix, linear(h, w["conv2.lin.weight"]), w["conv2.bias"])
    inputs = {"x": x, "src": tensor([s for s, _ in edges], "I32"), "dst": tensor([d for _, d in edges], "I32")}
    more = {"weights": w, "defines": {"hidden": 3}}
    logits = few.forward(inputs, **more)["logits"]
    p.same("logits", logits, wanted)
    inputs |= {"y": labels(7, 6), "known": tensor([True, True, False, False, True, False], "BOOL")}
    losses = [-log_softmax(row)[y] for row, y in zip(rows(logits), inputs["y"])]
    figures = few.evaluate(inputs, **more)
    p.same("loss at rest", figures["loss"], mean(losses[i] for i in (0, 1, 4)))
    unknown = [2, 3, 5]
    p.same("accuracy of the others", figures["accuracy"],
           accuracy(Tensor([3, 7], [v for i in unknown for v in rows(logits)[i]]), Tensor([3], [inputs["y"][i] for i in unknown])))
    p.holds("the loss of training", few.loss(inputs, **more) > 0)
