#!/usr/bin/env python3
"""Makes the golden files: 200 steps of iris and digits in f64, SGD with momentum and Adam, computed by PyTorch.

usage: test/golden/make.py NNC       NNC: the compiler, which tells the rows of the training part (`info --json`)

Writes test/golden/NET-OPTIMIZER.safetensors: init.NAME and final.NAME (parameters), order (rows of each step, -1 behind a
short one), loss (of each step). Needs PyTorch, any version (written into the metadata); the tests read the files only.
"""
import hashlib
import pathlib
import subprocess
import sys
import tempfile

import torch

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tools")]
import safetensors  # noqa: E402
from nets import NETS, standardized  # noqa: E402

STEPS = 200


def optimizers(parameters, net):
    return {
        "sgd": lambda: torch.optim.SGD(parameters, lr=0.05, momentum=0.9),
        "adam": lambda: torch.optim.Adam(parameters, lr=net.lr),
    }


def make(net, kind, train):
    torch.manual_seed(1)
    x, y = net.rows()
    x = standardized(x, train)
    module = net.module(torch.float64)
    tensors = {}
    for name, value in net.parameters(module).items():
        tensors[f"init.{name}"] = ("F64", list(value.shape), value.detach().flatten().tolist())
    optimizer = optimizers(module.parameters(), net)[kind]()
    order, losses = [], []
    for step in range(STEPS):
        size = net.batch if step % 7 else net.batch - 3  # short batches too
        rows = torch.tensor(train)[torch.randperm(len(train))[:size]]
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(module(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        order += rows.tolist() + [-1] * (net.batch - size)
        losses.append(loss.item())
    tensors["order"] = ("I64", [STEPS, net.batch], order)
    tensors["loss"] = ("F64", [STEPS], losses)
    for name, value in net.parameters(module).items():
        tensors[f"final.{name}"] = ("F64", list(value.shape), value.detach().flatten().tolist())
    digest = hashlib.sha256(b"".join((HERE / f).read_bytes() for f in ("make.py", "nets.py"))).hexdigest()
    safetensors.write(HERE / f"{net.name}-{kind}.safetensors", tensors, {"torch": torch.__version__, "script_sha256": digest})
    print(f"{net.name}-{kind}: loss {losses[0]:.4f} -> {losses[-1]:.4f}")


def main():
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as scratch:
        for net in NETS.values():
            program = pathlib.Path(scratch) / net.name
            subprocess.run([sys.argv[1], net.source, "-o", program], check=True)
            train = net.parts(program)["train"]
            for kind in ("sgd", "adam"):
                make(net, kind, train)


if __name__ == "__main__":
    main()
