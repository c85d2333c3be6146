# RUN: check_systems.py %nnc %s %t
"""Additive attention between two GRUs, against the sums written out."""
from layers import Weights, add, affine, changed, dot, filled, gru, gru_step, linear, look_up, next_token, tanh
from systems import labels, mean, softmax, tensor

PROGRAM = "examples/tour/translate.nn"
SMALL = {"embed": 3, "hidden": 4}


def test(p):
    english, french = (p.parameters()[name][0] for name in ("lookup_source.weight", "lookup.weight"))
    gru_of = lambda inside, out: 3 * out * (inside + out + 2)
    p.same("parameters", p.count(), (english + french) * 256 + 2 * gru_of(256, 512) + 512 * 1025 + 512 * (512 + 1024 + 1) +
           gru_of(256 + 1024, 512) + french * (512 + 1024 + 1))
    weights, of_source, of_target = p.drawn(SMALL), [60, 8], [9, 60]
    inputs = {"source": labels(english, 2, 60), "source_length": tensor(of_source, "I64"), "target": labels(french, 2, 60)}
    logits = p.forward(inputs, weights=weights, defines=SMALL)["logits"]
    w, wanted = Weights(weights), []
    cell = w.at("cell")
    for b, n in enumerate(of_source):
        x = look_up(inputs["source"][b].values[:n], w.at("lookup_source"))
        there, _ = gru(x, [0.0] * 4, w.at("encoder"))
        back, _ = gru(x, [0.0] * 4, w.at("encoder"), "_l0_reverse", backwards=True)
        memory = [a + c for a, c in zip(there, back)]
        h = tanh(affine([mean(column) for column in zip(*memory)], w("bridge.weight"), w("bridge.bias")))
        asked, rows = linear(memory, w.at("attend.w_memory")), []
        for y in look_up(inputs["target"][b].values, w.at("lookup")):
            query = affine(h, w("attend.w_query.weight"))
            shares = softmax([dot(w("attend.v"), tanh(add(query, row))) for row in asked])
            context = [dot(shares, column) for column in zip(*memory)]
            h = gru_step(y + context, h, cell)
            rows.append(affine(h + context, w("out.weight"), w("out.bias")))
        wanted.append(rows)
    p.same("logits", logits, tensor(wanted))
    other = dict(inputs, source=filled(inputs["source"], of_source, 0))
    p.same("filler changes nothing", p.forward(other, weights=weights, defines=SMALL)["logits"].values, logits.values)
    later = changed(inputs["target"], 0, 40, to=(inputs["target"][0][40] + 1) % french)
    others = p.forward(dict(inputs, target=later), weights=weights, defines=SMALL)["logits"]
    p.same("a later word changes nothing before it", others.values[: 40 * french], logits.values[: 40 * french])
    inputs["target_length"] = tensor(of_target, "I64")
    p.same("loss", p.loss(inputs, weights=weights, defines=SMALL), next_token(logits, inputs["target"], of_target, smoothing=0.1))
