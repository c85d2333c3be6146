# RUN: check_systems.py %nnc %s %t
"""GPT with one layer, against the sums written out; bits and perplexity per character."""
import math

from layers import Weights, affine, changed, linear, look_up, next_token, norm, several, total
from systems import labels, tensor

PROGRAM = "examples/tour/gpt.nn"
SMALL = {"layers": 1, "heads": 2, "width": 4, "drop": 0}


def gelu_tanh(row):
    return [0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) for x in row]


def test(p):
    letters = p.parameters()["wte.weight"][0]
    # GPT-2's count without biases of the head: 12 D D + 13 D a layer.
    p.same("parameters", p.count(), (letters + 256) * 384 + 6 * (12 * 384 * 384 + 13 * 384) + 2 * 384)
    weights = p.drawn(SMALL)
    inputs = {"tokens": labels(letters, 1, 256)}
    logits = p.forward(inputs, weights=weights, defines=SMALL)["logits"]
    w = Weights(weights)
    block = w.at("h.0")
    x = total(look_up(inputs["tokens"][0].values, w.at("wte")), w("wpe.weight"))
    qkv = linear(norm(x, block.at("ln_1")), block.at("attn.c_attn"))
    read = several([row[:4] for row in qkv], [row[4:8] for row in qkv], [row[8:] for row in qkv], 2, lambda h, t, s: s <= t)
    x = total(x, linear(read, block.at("attn.c_proj")))
    wide = [gelu_tanh(row) for row in linear(norm(x, block.at("ln_2")), block.at("mlp.c_fc"))]
    x = norm(total(x, linear(wide, block.at("mlp.c_proj"))), w.at("ln_f"))
    p.same("logits", logits, tensor([[affine(row, w("wte.weight")) for row in x]]))
    later = changed(inputs["tokens"], 0, 100, to=(inputs["tokens"][0][100] + 1) % letters)
    others = p.forward({"tokens": later}, weights=weights, defines=SMALL)["logits"]
    p.same("a later letter changes nothing before it", others.values[: 100 * letters], logits.values[: 100 * letters])
    p.holds("but what comes behind it", others[0][100].values != logits[0][100].values)
    loss = next_token(logits, inputs["tokens"])
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), loss)
    figures = p.evaluate(inputs, weights=weights, defines=SMALL)  # perplexity and bits are exp and log2 of the means
    p.same("what bits and perplexity are made of", [figures["bits"], figures["perplexity"]], [figures["loss"]] * 2)
    p.same("mean over a text", figures["bits"], loss)
