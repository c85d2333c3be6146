#!/usr/bin/env python3
"""Trains a program from a golden file's weights and batches and compares every loss and every final weight.

usage: golden.py PROGRAM GOLDEN.safetensors DATA SCRATCH [--tolerance 1e-9]

The difference allowed is relative, with values below 1 counted as 1. Prints the largest difference of each tensor.
"""
import json
import pathlib
import subprocess
import sys

import safetensors


def difference(got, wanted):
    assert len(got) == len(wanted), f"{len(got)} values, {len(wanted)} wanted"
    return max((abs(a - b) / max(1.0, abs(b)) if a == a else float("inf")) for a, b in zip(got, wanted))


def train(program, tensors, data, scratch):
    """Trains from the weights and batches of a golden file; the largest difference of losses and of each weight."""
    init = {name[5:]: value for name, value in tensors.items() if name.startswith("init.")}
    safetensors.write(scratch / "init.safetensors", init)
    _, (steps, width), rows = tensors["order"]
    lines = [" ".join(str(r) for r in rows[s * width : (s + 1) * width] if r >= 0) for s in range(steps)]
    (scratch / "order.txt").write_text("\n".join(lines) + "\n")
    subprocess.run([program, "train", "--data", data, "--run", scratch / "run", "--weights", scratch / "init.safetensors",
                    "--order", scratch / "order.txt", "--log-every", "1", "--threads", "1", "--quiet"], check=True)
    events = [json.loads(line) for line in open(scratch / "run" / "log.jsonl")]
    losses = [event["loss"] for event in events if event["event"] == "train"]
    worst = {"loss": difference(losses, tensors["loss"][2])}
    final, _ = safetensors.read(scratch / "run" / "last.safetensors")
    for name, (_, shape, values) in tensors.items():
        if name.startswith("final."):
            assert final[name[6:]][1] == shape, f"{name}: shape {final[name[6:]][1]}, wanted {shape}"
            worst[name] = difference(final[name[6:]][2], values)
    return worst


def main():
    program, golden, data, scratch = sys.argv[1:5]
    tolerance = float(sys.argv[sys.argv.index("--tolerance") + 1]) if "--tolerance" in sys.argv else 1e-9
    scratch = pathlib.Path(scratch)
    scratch.mkdir(parents=True, exist_ok=True)
    tensors, _ = safetensors.read(golden)
    worst = train(program, tensors, data, scratch)
    for name, value in worst.items():
        print(f"{name}: {value:.2e}")
    return 0 if max(worst.values()) <= tolerance else 1


if __name__ == "__main__":
    sys.exit(main())
