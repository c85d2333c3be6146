#!/usr/bin/env python3
"""Compares a recurrent net with a golden file of PyTorch: results, loss, gradients and 200 Adam steps, in f64.

usage: recurrent.py NNC GOLDEN.safetensors SCRATCH [--reference] [--tolerance 1e-9]

The program is written here from the file's name, KIND-LAYERS[-both].safetensors; the rows of its data set have every length
from 0 to STEPS. --reference: results, loss and gradients come from the evaluator, and no program is compiled.
The difference allowed is relative, with values below 1 counted as 1. Prints the largest difference of each tensor.
"""
import pathlib
import subprocess
import sys

import safetensors
from golden import difference, train

HIDDEN = 4


def source(name, shape, words):
    kind, layers = name.split("-")[:2]
    _, steps, inputs = shape
    columns = ", ".join("[" + ", ".join(f"x{s * inputs + i}" for i in range(inputs)) + "]" for s in range(steps))
    both = name.endswith("-both")
    lstm = kind == "lstm"
    return f"""//! Written by test/tools/recurrent.py.
dataset rows = csv("rows.csv") {{
  x: float[{steps}, {inputs}] = [{columns}]
  length: int = length
  t: float[2] = [t0, t1]
}}

model Net(x: float[B, T, {inputs}], length: int[B])
    -> (out: float[B, 2], y: float[B, T, {HIDDEN * (2 if both else 1)}], h: float[{int(layers) * (2 if both else 1)}, B, {HIDDEN}]{', c: float[%d, B, %d]' % (int(layers) * (2 if both else 1), HIDDEN) if lstm else ''}) {{
  rnn = {kind.upper()}({HIDDEN}, layers = {layers}, bidirectional = {'true' if both else 'false'})
  head = Linear(2)
  tail = Linear(2)
  y, h{', c' if lstm else ''} = rnn(x, length = length)
  last = sum(h{' + c' if lstm else ''}, over = axis(0))
  out = head(mean(y, over = T)) + tail(last)
  out, y, h{', c' if lstm else ''}
}}

train Net on rows {{
  loss      = mse(out, t)
  optimizer = Adam(lr = 1e-2)
  batch     = {words['rows']}
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
    reference = "--reference" in sys.argv
    scratch.mkdir(parents=True, exist_ok=True)
    tensors, _ = safetensors.read(golden)
    text, program = scratch / f"{golden.stem}.nn", scratch / golden.stem
    text.write_text(source(golden.stem, tensors["x"][1], {"rows": tensors["x"][1][0]}))
    write_rows(scratch / "rows.csv", tensors)
    if not reference:
        subprocess.run([nnc, text, "--dtype=f64", "-o", program], check=True)

    given = {name: tensors[name] for name in ("x", "length", "t")}
    given |= {name[5:]: value for name, value in tensors.items() if name.startswith("init.")}
    worst = {}
    for entry, prefix in (("forward", "forward."), ("grad", "")):
        # `forward` takes the inputs of the model only.
        safetensors.write(scratch / "in.safetensors", {k: v for k, v in given.items() if entry != "forward" or k != "t"})
        command = [nnc, "run", text, entry, "--backend=reference", "--dtype=f64"] if reference else [program, "run", entry]
        subprocess.run([*command, "--inputs", scratch / "in.safetensors", "--outputs", scratch / "out.safetensors"], check=True)
        got, _ = safetensors.read(scratch / "out.safetensors")
        wanted = {n: v for n, v in tensors.items() if n.startswith("forward." if entry == "forward" else "grad.")}
        if entry == "grad":
            wanted["loss"] = tensors["value"]
        for name, (_, shape, values) in wanted.items():
            result = got[name.removeprefix(prefix)]
            assert list(result[1]) == list(shape), f"{name}: shape {result[1]}, wanted {shape}"
            worst[name] = difference(result[2], values)
    if not reference:
        worst |= {f"200 steps: {name}": value for name, value in train(program, tensors, scratch, scratch).items()}
    for name, value in worst.items():
        if value > tolerance:
            print(f"{name}: {value:.2e}")
    print(f"{golden.stem}: {len(worst)} tensors, largest difference {max(worst.values()):.2e}")
    return 0 if max(worst.values()) <= tolerance else 1


if __name__ == "__main__":
    sys.exit(main())
