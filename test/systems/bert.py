# RUN: check_systems.py %nnc %s %t
"""Hidden words, drawn; what the judge sees, against the sums written out."""
from layers import Weights, affine, encoder_layer, filled, gelu, linear, look_up, norm, tanh, total
from systems import cross_entropy, labels, tensor, Tensor

DATA = "examples/tour"
TRAIN = "Pretrain"
SMALL = {"layers": 1, "heads": 2, "width": 4, "drop": 0}
MASK = 2  # the members of the vocabulary begin with unknown, begin, mask


def encoded(tokens, w):
    x = total(look_up(tokens, w.at("table")), w("encoder.places.weight")[: len(tokens)])
    return encoder_layer(norm(x, w.at("encoder.norm")), w.at("encoder.blocks.0"), 2, lambda h, t, s: True, gelu)


def test(p):
    words = p.parameters()["table.weight"][0]
    layer = 4 * 128 * 129 + 128 * 512 * 2 + 512 + 128 + 4 * 128
    p.same("parameters", p.count(), words * 128 + 128 * 128 + 2 * 128 + 4 * layer + 128 * 129 + 2 * 128)
    weights, lengths = p.drawn(SMALL), [128, 128, 20, 1]
    inputs = {"text": labels(words, 4, 128), "length": tensor(lengths, "I64")}
    results = p.forward(inputs, weights=weights, defines=SMALL)
    logits, asked = results["logits"], results["asked"]
    places = [(b, t) for b in range(4) for t in range(128) if asked[b][t]]
    p.holds("no filler is asked for, nor what stands in front", all(0 < t < lengths[b] for b, t in places))
    p.holds("about 15 of 100 words are asked for", 0.08 < sum(b < 2 for b, _ in places) / 256 < 0.22)
    other = dict(inputs, text=filled(inputs["text"], lengths, 0))
    again = p.forward(other, weights=weights, defines=SMALL)["logits"]
    p.same("filler changes nothing", again[2].values[: 20 * words], logits[2].values[: 20 * words])
    # The last text is too short to be asked for: it is what the encoder and the head make of it.
    w = Weights(weights)
    rows = [gelu(row) for row in linear(encoded(inputs["text"][3].values[:1], w), w.at("dense"))]
    p.same("logits", logits[3][0], tensor(affine(norm(rows, w.at("norm"))[0], w("table.weight"))))
    figures = p.run("eval", inputs, weights=weights, defines=SMALL)
    kept = Tensor([len(places), words], [value for b, t in places for value in logits[b][t].values])
    wanted = cross_entropy(kept, Tensor([len(places)], [inputs["text"][b][t] for b, t in places]))
    p.same("loss of the words asked for", figures["loss"].values[0] / figures["loss.count"].values[0], wanted)
    p.holds("a finite loss", 0 < p.loss(inputs, weights=weights, defines=SMALL) < 100)
