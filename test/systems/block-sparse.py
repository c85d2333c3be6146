# RUN: check_systems.py %nnc %s %t
"""Blocks of 32: the own one, the one before and the first, against the sums written out."""
from layers import Weights, changed, gelu, linear, look_up, multihead, next_token, norm, total
from systems import labels, tensor

DATA = "examples/tour"
SMALL = {"layers": 1, "heads": 2, "width": 4, "drop": 0}


def test(p):
    letters = p.parameters()["table.weight"][0]
    block = 4 * 128 * 129 + 128 * 512 * 2 + 512 + 128 + 4 * 128
    p.same("parameters", p.count(), letters * 128 + 256 * 128 + 6 * block + 2 * 128 + letters * 129)
    weights = p.drawn(SMALL)
    inputs = {"tokens": labels(letters, 1, 256)}
    logits = p.forward(inputs, weights=weights, defines=SMALL)["logits"]
    w = Weights(weights)

    def sees(_, t, s):
        return s <= t and t // 32 - s // 32 in (0, 1, t // 32)

    x = total(look_up(inputs["tokens"][0].values, w.at("table")), w("places.weight"))
    seen = norm(x, w.at("blocks.0.norm1"))
    x = total(x, multihead(seen, seen, w.at("blocks.0.attend.attend"), 2, sees))
    wide = [gelu(row) for row in linear(norm(x, w.at("blocks.0.norm2")), w.at("blocks.0.ff.wide"))]
    x = total(x, linear(wide, w.at("blocks.0.ff.narrow")))
    p.same("logits", logits, tensor([linear(norm(x, w.at("norm")), w.at("head"))]))
    hidden = changed(inputs["tokens"], 0, 70, to=(inputs["tokens"][0][70] + 1) % letters)  # in the third block
    others = p.forward({"tokens": hidden}, weights=weights, defines=SMALL)["logits"]
    for t, reads in ((69, False), (70, True), (127, True), (128, False), (255, False)):
        p.holds(f"place {t} {'reads' if reads else 'does not read'} place 70", (others[0][t].values != logits[0][t].values) == reads)
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), next_token(logits, inputs["tokens"]))
