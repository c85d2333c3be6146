#!/usr/bin/env python3
"""Runs an entry of a program in the reference evaluator, in f64, and compares every result with a golden file of PyTorch.

usage: forward.py NNC PROGRAM.nn GOLDEN.safetensors SCRATCH [--entry forward] [--tolerance 1e-10] [--compiled] [-- options of nnc]

--compiled: the program is compiled and runs itself.

The file has in.NAME (inputs), init.NAME (parameters and states) and out.NAME (results). The parameters of the program must be those of
the file: the evaluator refuses weights that lack one, and a parameter that the program lacks is an error here.
The difference allowed is relative, with values below 1 counted as 1. Prints the largest difference of each result.
"""
import pathlib
import subprocess
import sys

import safetensors


def difference(got, wanted):
    assert len(got) == len(wanted), f"{len(got)} values, {len(wanted)} wanted"
    # Equal values first: the difference of two infinities is no number.
    return max((0.0 if a == b else abs(a - b) / max(1.0, abs(b)) if a == a else float("inf") for a, b in zip(got, wanted)),
               default=0.0)


def main():
    words = sys.argv[1:]
    extra = words[words.index("--") + 1 :] if "--" in words else []
    words = words[: words.index("--")] if "--" in words else words
    nnc, program, golden, scratch = words[:4]
    entry = words[words.index("--entry") + 1] if "--entry" in words else "forward"
    tolerance = float(words[words.index("--tolerance") + 1]) if "--tolerance" in words else 1e-10
    scratch = pathlib.Path(scratch)
    scratch.mkdir(parents=True, exist_ok=True)
    tensors, _ = safetensors.read(golden)
    groups = {"in": {}, "init": {}, "out": {}}
    for name, value in tensors.items():
        prefix, rest = name.split(".", 1)
        groups[prefix][rest] = value
    safetensors.write(scratch / "in.safetensors", groups["in"])
    safetensors.write(scratch / "init.safetensors", groups["init"])
    files = ["--inputs", scratch / "in.safetensors", "--outputs", scratch / "out.safetensors"]
    if groups["init"]:
        files += ["--weights", scratch / "init.safetensors"]
    run = [nnc, "run", program, entry, "--backend=reference", "--dtype=f64", *files, *extra]
    if "--compiled" in words:
        subprocess.run([nnc, program, "-o", scratch / "program", "--dtype=f64", *extra], check=True)
        run = [scratch / "program", "run", entry, *files]
    subprocess.run(run, check=True)
    dump = subprocess.run([nnc, program, "--emit=program", *extra], check=True, capture_output=True, text=True).stdout
    declared = {line.split()[1] for line in dump.splitlines() if line.startswith(("param ", "state "))}
    assert declared == set(groups["init"]), f"parameters: {sorted(declared)}, in the file {sorted(groups['init'])}"
    results, _ = safetensors.read(scratch / "out.safetensors")
    worst = 0.0
    for name, (_, shape, values) in groups["out"].items():
        assert results[name][1] == shape, f"{name}: shape {results[name][1]}, wanted {shape}"
        here = difference(results[name][2], values)
        print(f"{name}: {here:.2e}")
        worst = max(worst, here)
    return 0 if worst <= tolerance else 1


if __name__ == "__main__":
    sys.exit(main())
