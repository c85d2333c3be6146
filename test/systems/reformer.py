# RUN: check_systems.py %nnc %s %t
"""Attention inside buckets and reversible layers, against the sums written out; what was computed can be undone."""
import math

from layers import Weights, changed, dot, gelu, linear, look_up, next_token, norm, several, split, total
from systems import labels, tensor

DATA = "examples/tour"
SMALL = {"layers": 1, "heads": 2, "width": 4, "inner": 6, "buckets": 8, "drop": 0}


def buckets(x, rotation):
    """The places of the largest product with a column or its opposite."""
    made = []
    for row in x:
        turned = [dot(row, column) for column in zip(*rotation)]
        both = turned + [-value for value in turned]
        made.append(both.index(max(both)))
    return made


def mixed(x, w):
    """What attention says, and which pairs of each head share a bucket in one of the rounds."""
    x = norm(x, w.at("norm"))
    w = w.at("attend")
    q, v = linear(x, w.at("query_key")), linear(x, w.at("value"))
    rounds = [[buckets(head, w(f"{name}.rotation")) for head in split(q, 2)] for name in ("first", "second")]
    keys = [[[value / math.sqrt(dot(row, row) + 1e-6) for value in row] for row in head] for head in split(q, 2)]
    k = [keys[0][t] + keys[1][t] for t in range(len(x))]

    def meet(h, t, s):
        return s <= t and any(of[h][t] == of[h][s] for of in rounds)

    return linear(several(q, k, v, 2, meet, lambda h, t, s: -1e5 if t == s else 0.0), w.at("out")), meet


def thought(x, w):
    wide = [gelu(row) for row in linear(norm(x, w.at("norm")), w.at("wide"))]
    return linear(wide, w.at("narrow"))


def minus(x, y):
    return [[a - b for a, b in zip(*rows)] for rows in zip(x, y)]


def test(p):
    letters = p.parameters()["table.weight"][0]
    block = 3 * 128 * 128 + 128 + 128 * 512 * 2 + 512 + 128 + 4 * 128
    p.same("parameters", p.count(), letters * 128 + 256 * 128 + 4 * block + 2 * 128 + letters * 129)
    weights = p.drawn(SMALL)
    inputs = {"tokens": labels(letters, 1, 256)}
    logits = p.forward(inputs, weights=weights, defines=SMALL)["logits"]
    w = Weights(weights)
    a = b = total(look_up(inputs["tokens"][0].values, w.at("table")), w("places.weight"))
    f, g = w.at("blocks.0.f"), w.at("blocks.0.g")
    said, meet = mixed(b, f)
    y = total(a, said)
    z = total(b, thought(y, g))
    p.same("logits", logits, tensor([linear(norm([[0.5 * v for v in row] for row in total(y, z)], w.at("norm")), w.at("head"))]))
    back = minus(z, thought(y, g))
    p.same("the second half, undone", tensor(back), tensor(b))
    p.same("the first half, undone", tensor(minus(y, mixed(back, f)[0])), tensor(a))
    hidden = changed(inputs["tokens"], 0, 100, to=(inputs["tokens"][0][100] + 1) % letters)
    others = p.forward({"tokens": hidden}, weights=weights, defines=SMALL)["logits"]
    x = total(look_up(hidden[0].values, w.at("table")), w("places.weight"))
    meets = mixed(x, f)[1]
    apart = [t for t in range(256) if t != 100 and not any(way(h, t, 100) for h in (0, 1) for way in (meet, meets))]
    together = [t for t in range(101, 256) if t not in apart]
    p.holds("some places share a bucket, some do not", any(t > 100 for t in apart) and together)
    p.same("what is in other buckets has no weight", [others[0][t].values for t in apart], [logits[0][t].values for t in apart])
    p.holds("what is in the same one counts", all(others[0][t].values != logits[0][t].values for t in together))
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), next_token(logits, inputs["tokens"]))
