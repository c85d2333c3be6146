#!/usr/bin/env python3
"""Compares a recurrent net with a golden file of PyTorch: results, loss, gradients and 200 Adam steps, in f64.

usage: recurrent.py NNC GOLDEN.safetensors SCRATCH [--reference] [--states] [--tolerance 1e-9]

The program is written here from the file's name, KIND-LAYERS[-both].safetensors; the rows of its data set have every length
from 0 to STEPS. --reference: results, loss and gradients come from the evaluator, and no program is compiled. --states: of
a net that looks at the last states, whose batch is not the outermost axis; it is not trained.
The difference allowed is relative, with values below 1 counted as 1. Prints the largest difference of each tensor.
"""
import pathlib
import subprocess
import sys

import safetensors
from golden import difference, train

HIDDEN = 4


def source(name, shape, states):
    """A net whose loss sees the outputs of the layer, or its last states."""
    kind, layers = name.split("-")[:2]
    rows, steps, inputs = shape
    both = name.endswith("-both")
    width, stacked = HIDDEN * (2 if both else 1), int(layers) * (2 if both else 1)
    columns = ", ".join("[" + ", ".join(f"x{s * inputs + i}" for i in range(inputs)) + "]" for s in range(steps))
    names = ["h", "c"] if kind == "lstm" else ["h"]
    discarded = ", _" * len(names)
    if states:
        results = "".join(f", {n}: float[{stacked}, B, {HIDDEN}]" for n in names)
        body = f"""  states = Linear(2)
  _, {', '.join(names)} = rnn(x, length = length)
  states(sum({' + '.join(names)}, over = axis(0))), {', '.join(names)}"""
    else:
        results = f", y: float[B, {steps}, {width}]"
        body = f"""  head = Linear(2)
  tail = Linear(2)
  y{discarded} = rnn(x, length = length)
  head(mean(y, over = axis(1))) + tail(last(y, over = axis(1), length = length)), y"""
    return f"""//! Written by test/tools/recurrent.py.
dataset rows = csv("rows.csv") {{
  x: float[{steps}, {inputs}] = [{columns}]
  length: int = length
  t: float[2] = [t0, t1]
}}

model Net(x: float[B, {steps}, {inputs}], length: int[B]) -> (out: float[B, 2]{results}) {{
  rnn = {kind.upper()}({HIDDEN}, layers = {layers}, bidirectional = {'true' if both else 'false'})
{body}
}}

train Net on rows {{
  loss      = mse(out, t)
  optimizer = Adam(lr = 1e-2)
  batch     = {rows}
  steps     = 200
}}
"""


def write_rows(path, tensors):
    """One row of the golden data a line, with the digits that read back."""
    _, (rows, steps, inputs), x = tensors["x"]
    width = steps * inputs
    lines = [",".join([f"x{i}" for i in range(width)] + ["length", "t0", "t1"])]
    for row in range(rows):
        values = [repr(v) for v in x[row * width : (row + 1) * width]] + [str(tensors["length"][2][row])]
        lines.append(",".join(values + [repr(v) for v in tensors["t"][2][2 * row : 2 * row + 2]]))
    path.write_text("\n".join(lines) + "\n")


def main():
    nnc, golden, scratch = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    tolerance = float(sys.argv[sys.argv.index("--tolerance") + 1]) if "--tolerance" in sys.argv else 1e-9
    states = "--states" in sys.argv
    reference = "--reference" in sys.argv
    scratch.mkdir(parents=True, exist_ok=True)
    tensors, _ = safetensors.read(golden)
    text, program = scratch / f"{golden.stem}.nn", scratch / golden.stem
    text.write_text(source(golden.stem, tensors["x"][1], states))
    write_rows(scratch / "rows.csv", tensors)
    if not reference:
        subprocess.run([nnc, text, "--dtype=f64", "-o", program], check=True)
    init = {name[5:]: value for name, value in tensors.items() if name.startswith("init.")}
    init = {name: value for name, value in init.items() if name.startswith("rnn.") or name.startswith("states.") == states}

    def run(entry, inputs):
        safetensors.write(scratch / "in.safetensors", init | {name: tensors[name] for name in inputs})
        command = [nnc, "run", text, entry, "--backend=reference", "--dtype=f64"] if reference else [program, "run", entry]
        subprocess.run([*command, "--inputs", scratch / "in.safetensors", "--outputs", scratch / "out.safetensors"], check=True)
        return safetensors.read(scratch / "out.safetensors")[0]

    worst = {}

    def compare(got, name, wanted):
        assert list(got[1]) == list(wanted[1]), f"{name}: shape {got[1]}, wanted {wanted[1]}"
        worst[name] = difference(got[2], wanted[2])

    forward = run("forward", ["x", "length"])
    for name in (["h", "c"] if states else ["out", "y"]):
        if f"forward.{name}" in tensors:
            compare(forward[name], name, tensors[f"forward.{name}"])
    prefix = "states." if states else ""
    grad = run("grad", ["x", "length", "t"])
    compare(grad["loss"], "loss", tensors[prefix + "value"])
    for name in init:
        compare(grad[f"grad.{name}"], f"grad.{name}", tensors[f"{prefix}grad.{name}"])
    if not reference and not states:
        chosen = {name: value for name, value in tensors.items() if not name.startswith("init.states.")}
        worst |= {f"200 steps: {name}": value for name, value in train(program, chosen, scratch, scratch).items()}
    for name, value in worst.items():
        if value > tolerance:
            print(f"{name}: {value:.2e}")
    print(f"{golden.stem}: {len(worst)} tensors, largest difference {max(worst.values()):.2e}")
    return 0 if max(worst.values()) <= tolerance else 1


if __name__ == "__main__":
    sys.exit(main())
