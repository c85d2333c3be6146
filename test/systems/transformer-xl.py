# RUN: check_systems.py %nnc %s %t
"""Two segments, the second with the memory of the first, against the sums over both written out."""
import math

from layers import Weights, add, affine, changed, dot, linear, look_up, next_token, norm, relu, scaled, split, total, waves
from systems import build, labels, softmax, tensor

DATA = "examples/tour"
SMALL = {"layers": 2, "heads": 2, "width": 4, "inner": 5, "drop": 0}
SPAN = 64


def relative(x, seen, w):
    """The paper's four terms: content and distance, each for what is read and whatever reads."""
    q, k, v = (split(linear(rows, w.at(name)), 2) for rows, name in ((x, "q_net"), (seen, "k_net"), (seen, "v_net")))
    r = split(linear(waves(len(seen), len(x[0])), w.at("r_net")), 2)
    content, distance, parts, past = w("r_w_bias"), w("r_r_bias"), [], len(seen) - len(x)
    for h in range(2):
        part = []
        for t, row in enumerate(q[h]):
            here = past + t
            scores = [(dot(add(row, content[h]), k[h][s]) + dot(add(row, distance[h]), r[h][here - s])) / math.sqrt(len(row))
                      for s in range(here + 1)]
            shares = softmax(scores)
            part.append([math.fsum(p * v[h][s][i] for s, p in enumerate(shares)) for i in range(len(row))])
        parts.append(part)
    return linear([parts[0][t] + parts[1][t] for t in range(len(x))], w.at("o_net"))


def segment(tokens, memory, w):
    x = [scaled(row, 2.0) for row in look_up(tokens, w.at("table"))]
    kept = []
    for i in range(2):
        block, seen = w.at(f"blocks.{i}"), memory[i] + x
        kept.append(seen[-SPAN:])
        x = norm(total(x, relative(x, seen, block.at("attend"))), block.at("norm1"))
        wide = [relu(row) for row in linear(x, block.at("wide"))]
        x = norm(total(x, linear(wide, block.at("narrow"))), block.at("norm2"))
    return [affine(row, w("table.weight")) for row in x], kept


def test(p):
    letters = p.parameters()["table.weight"][0]
    block = 5 * 128 * 128 + 2 * 128 + 128 * 512 * 2 + 512 + 128 + 4 * 128
    p.same("parameters", p.count(), letters * 128 + 4 * block)
    weights = p.drawn(SMALL)
    first = {"tokens": labels(letters, 1, 64), "memory": build([2, 1, SPAN, 4], lambda *_: 0.0)}
    before = p.forward(first, weights=weights, defines=SMALL)
    second = {"tokens": labels(letters, 1, 64), "memory": before["memory"]}
    results = p.forward(second, weights=weights, defines=SMALL)
    w = Weights(weights)
    memory = [[[0.0] * 4 for _ in range(SPAN)] for _ in range(2)]
    for inputs, got in ((first, before), (second, results)):
        logits, memory = segment(inputs["tokens"][0].values, memory, w)
        p.same("logits", got["logits"], tensor([logits]))
        p.same("memory", got["memory"], tensor([[rows] for rows in memory]))
    later = changed(second["tokens"], 0, 30, to=(second["tokens"][0][30] + 1) % letters)
    others = p.forward(dict(second, tokens=later), weights=weights, defines=SMALL)["logits"]
    p.same("a later letter changes nothing before it", others.values[: 30 * letters], results["logits"].values[: 30 * letters])
    fresh = p.forward(dict(second, memory=first["memory"]), weights=weights, defines=SMALL)["logits"]
    p.holds("the memory counts at the first letter", fresh[0][0].values != results["logits"][0][0].values)
    p.same("loss", p.loss(second, weights=weights, defines=SMALL), next_token(results["logits"], second["tokens"]))
