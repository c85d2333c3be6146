# RUN: check_systems.py %nnc %s %t
"""Encoder and decoder with one layer each, against the sums written out."""
from layers import Weights, affine, changed, decoder_layer, encoder_layer, filled, look_up, next_token, scaled, total, waves
from systems import labels, tensor

DATA = "examples/tour"
SMALL = {"layers": 1, "heads": 2, "width": 4, "inner": 6, "drop": 0}


def test(p):
    english, french = (p.parameters()[name][0] for name in ("lookup_source.weight", "lookup.weight"))
    attention, inside = 4 * 256 * 257, 2 * 256 * 1024 + 1024 + 256
    p.same("parameters", p.count(), (english + french) * 256 + 3 * (attention + inside + 4 * 256 + 2 * attention + inside + 6 * 256))
    weights, of_source, of_target = p.drawn(SMALL), [60, 8], [6, 60]
    inputs = {"source": labels(english, 2, 60), "source_length": tensor(of_source, "I64"), "target": labels(french, 2, 60)}
    logits = p.forward(inputs, weights=weights, defines=SMALL)["logits"]
    w, wanted = Weights(weights), []
    for b, n in enumerate(of_source):
        memory = total([scaled(row, 2.0) for row in look_up(inputs["source"][b].values[:n], w.at("lookup_source"))], waves(n, 4))
        memory = encoder_layer(memory, w.at("encoder.0"), 2, lambda h, t, s: True)
        y = total([scaled(row, 2.0) for row in look_up(inputs["target"][b].values, w.at("lookup"))], waves(60, 4))
        y = decoder_layer(y, memory, w.at("decoder.0"), 2, lambda h, t, s: s <= t, lambda h, t, s: True)
        wanted.append([affine(row, w("lookup.weight")) for row in y])
    p.same("logits", logits, tensor(wanted))
    other = dict(inputs, source=filled(inputs["source"], of_source, 0))
    p.same("filler changes nothing", p.forward(other, weights=weights, defines=SMALL)["logits"].values, logits.values)
    later = changed(inputs["target"], 0, 40, to=(inputs["target"][0][40] + 1) % french)
    others = p.forward(dict(inputs, target=later), weights=weights, defines=SMALL)["logits"]
    p.same("a later word changes nothing before it", others.values[: 40 * french], logits.values[: 40 * french])
    p.holds("but what comes behind it", others[0][40].values != logits[0][40].values)
    inputs["target_length"] = tensor(of_target, "I64")
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), next_token(logits, inputs["target"], of_target, smoothing=0.1))
