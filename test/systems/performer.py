# RUN: check_systems.py %nnc %s %t
"""Random features: the causal scan against the sums over all pairs; many features against softmax itself."""
import math
import random

from layers import Weights, changed, dot, gelu, linear, look_up, next_token, norm, scaled, split, total
from systems import labels, tensor

DATA = "examples/tour"
SMALL = {"layers": 1, "heads": 2, "width": 4, "count": 6, "drop": 0}


def features(row, directions):
    return [math.exp(dot(row, line) - 0.5 * dot(row, row)) / math.sqrt(len(directions)) for line in directions]


def fast(x, w):
    """All pairs, in the order of the definition; no running sums."""
    directions, parts = w("directions"), []
    for q, k, v in zip(*(split(linear(x, w.at(name)), 2) for name in ("query", "key", "value"))):
        root = len(q[0]) ** -0.25
        q, k = ([features(scaled(row, root), directions) for row in rows] for rows in (q, k))
        part = []
        for t, row in enumerate(q):
            shares = [dot(row, k[s]) for s in range(t + 1)]
            part.append([math.fsum(a * v[s][i] for s, a in enumerate(shares)) / math.fsum(shares) for i in range(len(v[0]))])
        parts.append(part)
    return linear([[value for part in parts for value in part[t]] for t in range(len(x))], w.at("out"))


def test(p):
    letters = p.parameters()["table.weight"][0]
    block = 4 * 128 * 128 + 128 + 128 * 512 * 2 + 512 + 128 + 4 * 128
    p.same("parameters", p.count(), letters * 128 + 256 * 128 + 4 * block + 2 * 128 + letters * 129)
    weights = p.drawn(SMALL)
    inputs = {"tokens": labels(letters, 1, 256)}
    logits = p.forward(inputs, weights=weights, defines=SMALL)["logits"]
    w = Weights(weights)
    x = total(look_up(inputs["tokens"][0].values, w.at("table")), w("places.weight"))
    x = total(x, fast(norm(x, w.at("blocks.0.norm1")), w.at("blocks.0.attend")))
    wide = [gelu(row) for row in linear(norm(x, w.at("blocks.0.norm2")), w.at("blocks.0.ff.wide"))]
    x = total(x, linear(wide, w.at("blocks.0.ff.narrow")))
    p.same("logits", logits, tensor([linear(norm(x, w.at("norm")), w.at("head"))]))
    later = changed(inputs["tokens"], 0, 100, to=(inputs["tokens"][0][100] + 1) % letters)
    others = p.forward({"tokens": later}, weights=weights, defines=SMALL)["logits"]
    p.same("a later letter changes nothing before it", others.values[: 100 * letters], logits.values[: 100 * letters])
    p.holds("but what comes behind it", others[0][100].values != logits[0][100].values)
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), next_token(logits, inputs["tokens"]))
    draws = random.Random(2)
    directions = [[draws.gauss(0, 1) for _ in range(2)] for _ in range(40_000)]
    q, k = [0.4, -0.3], [0.2, 0.5]
    p.same("the features are those of exp(q k)", dot(features(q, directions), features(k, directions)), math.exp(dot(q, k)), 0.02)
