# RUN: check_systems.py %nnc %s %t
"""A window and a word that sees all, against the sums written out; two layers, so that the window decides the answer,
which is that of the words alone, without the filler."""
from layers import Weights, affine, gelu, linear, look_up, norm, several, total
from systems import cross_entropy, labels, tensor

DATA = "examples/tour"
SMALL = {"layers": 2, "heads": 2, "width": 4, "reach": 3, "drop": 0}


def long_attention(x, w, sees):
    q, k, v, first, all_k, all_v = (linear(x, w.at(name)) for name in
                                    ("query", "key", "value", "query_global", "key_global", "value_global"))
    near = several(q, k, v, 2, lambda h, t, s: sees(t, s))
    return linear(several(first[:1], all_k, all_v, 2) + near[1:], w.at("output"))


def answer(tokens, w, sees):
    x = total(look_up(tokens, w.at("table")), w("places.weight")[: len(tokens)])
    for block in (w.at("blocks.0"), w.at("blocks.1")):
        x = total(x, long_attention(norm(x, block.at("norm1")), block.at("attend"), sees))
        wide = [gelu(row) for row in linear(norm(x, block.at("norm2")), block.at("ff.wide"))]
        x = total(x, linear(wide, block.at("ff.narrow")))
    return affine(norm(x[:1], w.at("norm"))[0], w("head.weight"), w("head.bias"))


def test(p):
    words = p.parameters()["table.weight"][0]
    block = 7 * 128 * 129 + 128 * 512 * 2 + 512 + 128 + 4 * 128
    p.same("parameters", p.count(), words * 128 + 512 * 128 + 4 * block + 2 * 128 + 2 * 129)
    weights, lengths = p.drawn(SMALL), [40, 25]
    inputs = {"text": labels(words, 2, 512), "length": tensor(lengths, "I64")}
    logits = p.forward(inputs, weights=weights, defines=SMALL)["logits"]
    w = Weights(weights)
    texts = [text.values[:n] for text, n in zip(inputs["text"], lengths)]
    p.same("logits", logits, tensor([answer(text, w, lambda t, s: abs(t - s) <= 3 or s == 0) for text in texts]))
    everything = p.forward(inputs, weights=weights, defines={**SMALL, "reach": 512})["logits"]
    p.same("a window over all is full attention", everything, tensor([answer(text, w, lambda t, s: True) for text in texts]))
    inputs["mood"] = labels(2, 2)
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), cross_entropy(logits, inputs["mood"]))
