# RUN: check_systems.py %nnc %s %t
"""A passage that reads a question by multi-head cross attention, against the sums written out."""
from layers import Weights, encoder_layer, filled, linear, look_up, multihead, norm, total, waves
from systems import labels, log_softmax, mean, tensor

DATA = "test/systems/data"
SMALL = {"width": 4, "heads": 2, "drop": 0}


def test(p):
    words = p.parameters()["table.weight"][0]
    attention, layer = 4 * 128 * 129, 4 * 128 * 129 + 128 * 512 * 2 + 512 + 128 + 4 * 128
    p.same("parameters", p.count(), words * 128 + attention + 2 * 128 + layer + 2 * 129)
    weights, of_passage, of_question = p.drawn(SMALL), [120, 17], [5, 30]
    inputs = {"passage": labels(words, 2, 120), "passage_length": tensor(of_passage, "I64"),
              "question": labels(words, 2, 30), "question_length": tensor(of_question, "I64")}
    results = p.forward(inputs, weights=weights, defines=SMALL)
    w = Weights(weights)
    for b in range(2):
        n, m = of_passage[b], of_question[b]
        x = total(look_up(inputs["passage"][b].values[:n], w.at("table")), waves(n, 4))
        y = total(look_up(inputs["question"][b].values[:m], w.at("table")), waves(m, 4))
        x = norm(total(x, multihead(x, y, w.at("ask"), 2)), w.at("norm"))
        x = encoder_layer(x, w.at("ponder"), 2, lambda h, t, s: True)
        score = linear(x, w.at("point"))
        for name, column in (("begins", 0), ("ends", 1)):
            p.same(name, tensor(results[name][b].values[:n]), tensor(log_softmax([row[column] for row in score])))
    other = dict(inputs, passage=filled(inputs["passage"], of_passage, 0), question=filled(inputs["question"], of_question, 0))
    for name, row in p.forward(other, weights=weights, defines=SMALL).items():
        p.same("filler changes nothing", row[1].values[:17], results[name][1].values[:17])
    inputs |= {"begin": tensor([3, 16], "I64"), "end": tensor([110, 16], "I64")}
    missed = [mean(-results[name][b][inputs[place][b]] for b in range(2)) for name, place in (("begins", "begin"), ("ends", "end"))]
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), sum(missed))
