# RUN: check_systems.py %nnc %s %t
"""A picture starts the decoder, letters steer it: each answer depends on the picture and on the letters so far."""
from systems import Tensor, build, labels, log_softmax, mean, tensor, uniform


def test(p):
    shapes = p.parameters()
    p.same("the decoder's matrices", shapes["cell.weight_hh"], [3 * 64, 64])
    small = {"width": 2, "hidden": 4}
    x, name = uniform(2, 1, 28, 28), labels(20, 2, 12)
    w = p.drawn(small)
    logits = p.forward({"image": x, "name": name}, weights=w, defines=small)["logits"]
    p.same("shape", logits.shape, [2, 12, 21])
    changed = build([2, 12], lambda b, t: (name.at(b, t) + (t >= 5)) % 20, "I32")
    other = p.forward({"image": x, "name": changed}, weights=w, defines=small)["logits"]
    p.same("what comes before the changed letter", [row.values[:105] for row in other], [row.values[:105] for row in logits])
    p.holds("what comes behind it differs", other.values != logits.values)
    picture = p.forward({"image": uniform(2, 1, 28, 28), "name": name}, weights=w, defines=small)["logits"]
    p.holds("the first letter depends on the picture", picture[0][0].values != logits[0][0].values)
    length = tensor([5, 9], "I32")
    wanted = mean(-log_softmax(logits[b][t].values)[name.at(b, t + 1)] for b in (0, 1) for t in range(length[b] - 1))
    inputs = {"image": x, "name": name, "length": length}
    p.same("loss of the letters that count", p.loss(inputs, weights=w, defines=small), wanted)
