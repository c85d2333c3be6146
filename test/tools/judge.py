#!/usr/bin/env python3
"""Compares a compiled program with the evaluator, entry by entry, on random inputs and the same weights.

usage: judge.py NNC FILE.nn SCRATCH [--batch N] [--tolerance T] [-- OPTIONS of nnc]

For `forward`, `loss`, `grad`, `step`: `PROGRAM run` and `nnc run --backend=reference` get the same tensors (weights from the
same seed) and must give the same names and shapes, integers exactly, floats within T of the largest value of their tensor.
"""
import json
import math
import pathlib
import random
import subprocess
import sys

import safetensors


def option(name, default):
    return type(default)(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else default


def random_inputs(entry, batch, generator):
    tensors = {}
    for port in entry["inputs"]:
        shape = [batch if isinstance(size, str) else size for size in port["shape"]]
        count = math.prod(shape)
        if port["dtype"] in ("f32", "f64"):
            tensors[port["name"]] = (port["dtype"].upper(), shape, [generator.uniform(-1, 1) for _ in range(count)])
        else:
            bound = len(port["labels"]) if port["labels"] else 2
            tensors[port["name"]] = (port["dtype"].upper() if port["dtype"] != "bool" else "BOOL", shape, [generator.randrange(bound) for _ in range(count)])
    return tensors


def compare(name, got, wanted, tolerance):
    assert got[1] == wanted[1], f"{name}: shape {got[1]}, the evaluator has {wanted[1]}"
    if got[0] not in ("F32", "F64"):
        return 0.0 if list(got[2]) == list(wanted[2]) else float("inf")
    scale = max([1e-6] + [abs(v) for v in wanted[2] if math.isfinite(v)])
    worst = 0.0
    for a, b in zip(got[2], wanted[2]):
        if math.isnan(a) and math.isnan(b) or a == b:
            continue
        worst = max(worst, abs(a - b) / scale if math.isfinite(a) and math.isfinite(b) else float("inf"))
    return worst


def main():
    nnc, source, scratch = sys.argv[1:4]
    extra = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    batch, tolerance = option("--batch", 5), option("--tolerance", 2e-5)
    scratch = pathlib.Path(scratch)
    scratch.mkdir(parents=True, exist_ok=True)
    program = scratch / "program"
    subprocess.run([nnc, source, "-o", program, *extra], check=True)
    info = json.loads(subprocess.run([program, "info", "--json"], capture_output=True, text=True, check=True).stdout)
    generator, bad, seen = random.Random(7), 0, 0
    for entry in info["entries"]:
        if entry["name"] not in ("forward", "loss", "grad", "step"):
            continue
        given, ours, judge = (scratch / f"{entry['name']}.{kind}" for kind in ("in", "out", "reference"))
        safetensors.write(given, random_inputs(entry, batch, generator))
        words = [entry["name"], "--inputs", given, "--seed", "3"]
        subprocess.run([program, "run", *words, "--outputs", ours], check=True)
        subprocess.run([nnc, "run", *extra, "--backend=reference", source, *words, "--outputs", judge], check=True)
        got, wanted = safetensors.read(ours)[0], safetensors.read(judge)[0]
        assert set(got) == set(wanted), f"{entry['name']}: {sorted(set(got) ^ set(wanted))} on one side only"
        for name in sorted(wanted):
            worst = compare(name, got[name], wanted[name], tolerance)
            seen += 1
            if worst > tolerance:
                bad += 1
                print(f"{entry['name']} {name}: {worst:.2e}")
    print(f"{seen} tensors compared, {bad} differ")
    return 1 if bad or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
