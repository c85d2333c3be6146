# RUN: check_systems.py %nnc %s %t
"""Fine-tuning: the encoder, and what it says of the word in front, against the sums written out."""
from layers import Weights, affine, encoder_layer, filled, gelu, look_up, norm, tanh, total
from systems import cross_entropy, labels, tensor

PROGRAM = "test/systems/bert.nn"
DATA = "examples/tour"
TRAIN = "Judge"
SMALL = {"layers": 2, "heads": 2, "width": 4, "drop": 0}


def test(p):
    words = p.parameters()["table.weight"][0]
    layer = 4 * 128 * 129 + 128 * 512 * 2 + 512 + 128 + 4 * 128
    p.same("parameters", p.count(), words * 128 + 128 * 128 + 2 * 128 + 4 * layer + 128 * 129 + 2 * 129)
    weights, lengths = p.drawn(SMALL), [128, 9]
    inputs = {"text": labels(words, 2, 128), "length": tensor(lengths, "I64")}
    logits = p.forward(inputs, weights=weights, defines=SMALL)["logits"]
    w, wanted = Weights(weights), []
    for text, n in zip(inputs["text"], lengths):
        x = total(look_up(text.values[:n], w.at("table")), w("encoder.places.weight")[:n])
        x = norm(x, w.at("encoder.norm"))
        for i in range(2):
            x = encoder_layer(x, w.at(f"encoder.blocks.{i}"), 2, lambda h, t, s: True, gelu)
        front = tanh(affine(x[0], w("pooler.weight"), w("pooler.bias")))
        wanted.append(affine(front, w("head.weight"), w("head.bias")))
    p.same("logits", logits, tensor(wanted))
    other = dict(inputs, text=filled(inputs["text"], lengths, 0))
    p.same("filler changes nothing", p.forward(other, weights=weights, defines=SMALL)["logits"].values, logits.values)
    inputs["mood"] = labels(2, 2)
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), cross_entropy(logits, inputs["mood"]))
