#!/usr/bin/env python3
"""Steps of training in the reference evaluator, in f64, against a golden file of PyTorch: losses, parameters and states
behind each step, then `forward` with what they have become.

usage: steps.py NNC PROGRAM.nn GOLDEN.safetensors SCRATCH [--tolerance 1e-10]

The file has init.NAME, and for each step x.STEP, t.STEP, loss.STEP and after.STEP.NAME; y, the result for x.0 in the end.
The difference allowed is relative, with values below 1 counted as 1.
"""
import pathlib
import subprocess
import sys

import safetensors
from golden import difference


def main():
    nnc, program, golden, scratch = sys.argv[1:5]
    tolerance = float(sys.argv[sys.argv.index("--tolerance") + 1]) if "--tolerance" in sys.argv else 1e-10
    scratch = pathlib.Path(scratch)
    scratch.mkdir(parents=True, exist_ok=True)
    tensors, _ = safetensors.read(golden)
    before = {name[5:]: value for name, value in tensors.items() if name.startswith("init.")}
    worst = {}

    def run(entry, inputs, *options):
        safetensors.write(scratch / "in.safetensors", before | inputs)
        subprocess.run([nnc, "run", program, entry, "--backend=reference", "--dtype=f64", "--inputs", scratch / "in.safetensors",
                        "--outputs", scratch / "out.safetensors", *options], check=True)
        return safetensors.read(scratch / "out.safetensors")[0]

    steps = sum(name.startswith("loss.") for name in tensors)
    for step in range(steps):
        inputs = {"x": tensors[f"x.{step}"], "t": tensors[f"t.{step}"]}
        worst[f"loss.{step}"] = difference(run("loss", inputs)["loss"][2], tensors[f"loss.{step}"][2])
        before = run("step", inputs, "--step", str(step))
        for name, (_, shape, values) in tensors.items():
            if name.startswith(f"after.{step}."):
                own = before[name.split(".", 2)[2]]
                assert list(own[1]) == list(shape), f"{name}: shape {own[1]}, wanted {shape}"
                worst[name] = difference(own[2], values)
    worst["y"] = difference(run("forward", {"x": tensors["x.0"]})["y"][2], tensors["y"][2])
    for name, value in worst.items():
        if value > tolerance:
            print(f"{name}: {value:.2e}")
    print(f"{steps} steps, {len(worst)} tensors, largest difference {max(worst.values()):.2e}")
    return 0 if steps and max(worst.values()) <= tolerance else 1


if __name__ == "__main__":
    sys.exit(main())
