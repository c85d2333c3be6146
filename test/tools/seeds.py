#!/usr/bin/env python3
"""Trains an example over several seeds and compares the test accuracies with what its README promises.

usage: seeds.py NNC EXAMPLE COUNT MEAN EACH SCRATCH

Seed k is `--seed k` of the program and `seed = k` of `split` in a copy. The mean must be at least MEAN, each at least
EACH, and the mean within 0.01 of the one in EXAMPLE/pytorch.json.
"""
import json
import pathlib
import re
import subprocess
import sys


def accuracy(nnc, example, seed, scratch):
    source = scratch / f"{example.name}-{seed}.nn"
    text = (example / f"{example.name}.nn").read_text()
    source.write_text(re.sub(r"split\((.*)\)", rf"split(\1, seed = {seed})", text))
    program = source.with_suffix("")
    subprocess.run([nnc, source, "-o", program], check=True)
    subprocess.run([program, "train", "--data", example, "--seed", str(seed), "--quiet"], check=True)
    result = subprocess.run([program, "eval", "--data", example, "--split", "test", "--json"], check=True, capture_output=True, text=True)
    return json.loads(result.stdout)["metrics"]["accuracy"]


def main():
    nnc, example, count, mean, each, scratch = sys.argv[1:]
    example, scratch = pathlib.Path(example), pathlib.Path(scratch)
    scratch.mkdir(parents=True, exist_ok=True)
    accuracies = [accuracy(nnc, example, seed, scratch) for seed in range(int(count))]
    got = sum(accuracies) / len(accuracies)
    peer = json.loads((example / "pytorch.json").read_text())["mean"]
    print(f"{example.name}: mean {got:.4f}, least {min(accuracies):.4f}, PyTorch's mean {peer:.4f}")
    ok = got >= float(mean) and min(accuracies) >= float(each) and abs(got - peer) <= 0.01
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
