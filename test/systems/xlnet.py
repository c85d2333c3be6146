# RUN: check_systems.py %nnc %s %t
"""Two streams in a drawn order: what each place may know, and the loss of the last of the order."""
from layers import changed
from systems import cross_entropy, labels, Tensor

DATA = "examples/tour"
WARNINGS = {"W0602"}  # an order drawn at random is known only when the program runs: no block can be skipped
SMALL = {"layers": 2, "heads": 2, "width": 4, "inner": 5, "drop": 0}


def test(p):
    letters = p.parameters()["table.weight"][0]
    block = 5 * 128 * 128 + 2 * 128 + 128 * 512 * 2 + 512 + 128 + 4 * 128
    p.same("parameters", p.count(), letters * 128 + 4 * block + 128)
    weights = p.drawn(SMALL)
    inputs = {"tokens": labels(letters, 2, 128)}
    results = p.forward(inputs, weights=weights, defines=SMALL)
    logits, order = results["logits"], results["order"]
    p.holds("an order for each text, from 0 to 1", len(set(order.values)) == 256 and all(0 <= value < 1 for value in order.values))
    for place in (5, 90):
        other = {"tokens": changed(inputs["tokens"], 0, place, to=(inputs["tokens"][0][place] + 1) % letters)}
        again = p.forward(other, weights=weights, defines=SMALL)
        p.same("the order is not that of the letters", again["order"].values, order.values)
        for t in range(128):
            knows = order[0][place] < order[0][t]
            p.holds(f"{t} {'knows' if knows else 'does not know'} {place}", (again["logits"][0][t].values != logits[0][t].values) == knows)
        p.same("another text is another text", again["logits"][1].values, logits[1].values)
    figures = p.run("eval", inputs, weights=weights, defines=SMALL)
    last = [(b, t) for b in range(2) for t in range(128) if order[b][t] > 0.83]
    kept = Tensor([len(last), letters], [value for b, t in last for value in logits[b][t].values])
    wanted = cross_entropy(kept, Tensor([len(last)], [inputs["tokens"][b][t] for b, t in last]))
    p.same("loss of the last sixth", figures["loss"].values[0] / figures["loss.count"].values[0], wanted)
    p.holds("a finite loss", 0 < p.loss(inputs, weights=weights, defines=SMALL) < 100)
