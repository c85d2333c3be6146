#!/usr/bin/env python3
"""Makes the golden files of recurrent layers, in f64 by PyTorch: RNN, LSTM and GRU, 1 and 2 layers, one and both
directions.

usage: test/golden/recurrent.py

Writes test/golden/KIND-LAYERS[-both].safetensors: the data (x, length, t; rows of every length from 0 to STEPS), init.NAME,
what all rows together give (forward.out, forward.y, forward.h, forward.c; loss and gradients of the outputs: value,
grad.NAME; of the last states: states.value, states.grad.NAME), and 200 Adam steps (order, loss, final.NAME).
PyTorch has no rows of length 0: their outputs and states are zeros, by definition.
Needs PyTorch, any version (written into the metadata); the tests read the files only.
"""
import hashlib
import itertools
import pathlib
import sys

import torch

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))
import safetensors  # noqa: E402

ROWS, STEPS, INPUTS, HIDDEN, OUTPUTS, BATCH, UPDATES = 14, 5, 3, 4, 2, 4, 200
LENGTHS = [5, 0, 1, 3, 2, 5, 4, 1, 0, 5, 3, 4, 2, 5]


class Net(torch.nn.Module):
    """The mean of the outputs through one linear layer, the last ones through another; the last states through a third."""

    def __init__(self, kind, layers, both):
        super().__init__()
        self.rnn = getattr(torch.nn, kind.upper())(INPUTS, HIDDEN, layers, batch_first=True, bidirectional=both)
        self.head = torch.nn.Linear(HIDDEN * (2 if both else 1), OUTPUTS)
        self.tail = torch.nn.Linear(HIDDEN * (2 if both else 1), OUTPUTS)
        self.states = torch.nn.Linear(HIDDEN, OUTPUTS)

    def forward(self, x, length):
        some = (length > 0).nonzero().flatten()
        directions = self.rnn.num_layers * (2 if self.rnn.bidirectional else 1)
        y = torch.zeros(len(x), STEPS, self.head.in_features)
        states = [torch.zeros(directions, len(x), HIDDEN) for _ in range(2 if isinstance(self.rnn, torch.nn.LSTM) else 1)]
        if len(some):
            packed = torch.nn.utils.rnn.pack_padded_sequence(x[some], length[some], batch_first=True, enforce_sorted=False)
            outputs, last = self.rnn(packed)
            outputs, _ = torch.nn.utils.rnn.pad_packed_sequence(outputs, batch_first=True, total_length=STEPS)
            y = y.index_copy(0, some, outputs)
            last = last if isinstance(last, tuple) else (last,)
            states = [zero.index_copy(1, some, state) for zero, state in zip(states, last)]
        last = y[torch.arange(len(x)), (length - 1).clamp(min=0)]
        out = self.head(y.mean(1)) + self.tail(last)
        return out, y, states


def put(tensors, name, value):
    kind = "F64" if value.is_floating_point() else "I64"
    tensors[name] = (kind, list(value.shape), value.detach().flatten().tolist())


def make(kind, layers, both):
    torch.manual_seed(10 * layers + both)
    net = Net(kind, layers, both)
    x, t, length = torch.randn(ROWS, STEPS, INPUTS), torch.randn(ROWS, OUTPUTS), torch.tensor(LENGTHS)
    tensors = {}
    for name, value in (("x", x), ("length", length), ("t", t)):
        put(tensors, name, value)
    for name, value in net.named_parameters():
        put(tensors, f"init.{name}", value)
    out, y, states = net(x, length)
    value = torch.nn.functional.mse_loss(out, t)
    value.backward()
    for name, result in [("out", out), ("y", y)] + list(zip("hc", states)):
        put(tensors, f"forward.{name}", result)
    put(tensors, "value", value)
    used = [(name, parameter) for name, parameter in net.named_parameters() if parameter.grad is not None]
    for name, parameter in used:
        put(tensors, f"grad.{name}", parameter.grad)
    net.zero_grad()
    value = torch.nn.functional.mse_loss(net.states(sum(net(x, length)[2]).sum(0)), t)
    value.backward()
    put(tensors, "states.value", value)
    for name, parameter in net.named_parameters():
        if parameter.grad is not None:
            put(tensors, f"states.grad.{name}", parameter.grad)
    optimizer = torch.optim.Adam([parameter for _, parameter in used], lr=1e-2)
    order, losses = [], []
    for _ in range(UPDATES):
        rows = torch.randperm(ROWS)[:BATCH]
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(net(x[rows], length[rows])[0], t[rows])
        loss.backward()
        optimizer.step()
        order.append(rows)
        losses.append(loss.detach())
    put(tensors, "order", torch.stack(order))
    put(tensors, "loss", torch.stack(losses))
    for name, parameter in used:
        put(tensors, f"final.{name}", parameter)
    digest = hashlib.sha256(pathlib.Path(__file__).read_bytes()).hexdigest()
    name = f"{kind}-{layers}{'-both' if both else ''}"
    safetensors.write(HERE / f"{name}.safetensors", tensors, {"torch": torch.__version__, "script_sha256": digest})
    print(f"{name}: loss {losses[0]:.4f} -> {losses[-1]:.4f}")


def main():
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    for kind, layers, both in itertools.product(("rnn", "lstm", "gru"), (1, 2), (False, True)):
        make(kind, layers, both)


if __name__ == "__main__":
    main()
