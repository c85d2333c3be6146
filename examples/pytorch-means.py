#!/usr/bin/env python3
"""Trains the nets of the examples in PyTorch and writes the mean test accuracies that nnc's are compared with.

usage: examples/pytorch-means.py NNC          writes examples/NET/pytorch.json: {"accuracies", "mean", "torch"}

Split k is trained REPEATS times with other start values and orders, because one run's accuracy on 30 flowers says little
(a single flower is 0.033): "accuracies" holds the mean of each split. It is trained on the parts that nnc makes with `seed = k` in `split` (from `info --json`), with PyTorch's start values,
shuffling and arithmetic: the same net, parts, start distributions, optimizer, batch and epochs; nothing else is shared.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "test" / "golden"))
import torch  # noqa: E402
from nets import NETS, standardized  # noqa: E402

SEEDS = {"iris": 10, "digits": 5}
REPEATS = {"iris": 10, "digits": 4}


def accuracy(net, parts, seed):
    torch.manual_seed(seed)
    x, y = net.rows()
    x = standardized(x, parts["train"]).float()
    module = net.module(torch.float32)
    optimizer = torch.optim.Adam(module.parameters(), lr=net.lr)
    train, test = torch.tensor(parts["train"]), torch.tensor(parts["test"])
    for _ in range(net.epochs):
        for rows in train[torch.randperm(len(train))].split(net.batch):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(module(x[rows]), y[rows]).backward()
            optimizer.step()
    return (module(x[test]).argmax(1) == y[test]).float().mean().item()


def main():
    torch.set_num_threads(1)
    for net in NETS.values():
        accuracies = []
        for seed in range(SEEDS[net.name]):
            with tempfile.TemporaryDirectory() as scratch:
                source = pathlib.Path(scratch) / net.source.name
                source.write_text(re.sub(r"split\((.*)\)", rf"split(\1, seed = {seed})", net.source.read_text()))
                program = pathlib.Path(scratch) / net.name
                subprocess.run([sys.argv[1], source, "-o", program], check=True)
                parts = net.parts(program)
                runs = [accuracy(net, parts, 1000 * repeat + seed) for repeat in range(REPEATS[net.name])]
                accuracies.append(round(sum(runs) / len(runs), 6))
        mean = sum(accuracies) / len(accuracies)
        result = {"accuracies": accuracies, "mean": round(mean, 6), "torch": torch.__version__}
        (net.source.parent / "pytorch.json").write_text(json.dumps(result) + "\n")
        print(f"{net.name}: mean {mean:.4f}  {accuracies}")


if __name__ == "__main__":
    main()
