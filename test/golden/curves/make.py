"""Loss curves of a small network in PyTorch, f64: makes curves.txt. Weights and batches are formulas, so that the test
computes the same ones. Any PyTorch from 1.13 on gives these numbers to 1e-12.

    python3 make.py > curves.txt
"""
import math

import torch

STEPS, ROWS = 200, 16


def filled(rows, columns, scale, phase):
    values = [scale * math.sin(1.3 * (i + phase)) for i in range(rows * max(columns, 1))]
    tensor = torch.tensor(values, dtype=torch.float64)
    return tensor.reshape(rows, columns) if columns else tensor


def network():
    net = torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.GELU(), torch.nn.Linear(16, 3)).double()
    with torch.no_grad():
        net[0].weight.copy_(filled(16, 4, 0.5, 1))
        net[0].bias.copy_(filled(16, 0, 0.5, 2))
        net[2].weight.copy_(filled(3, 16, 0.25, 3))
        net[2].bias.copy_(filled(3, 0, 0.25, 4))
    return net


def batch(step):
    x = [[math.sin(0.7 * (step * 64 + b * 4 + i)) for i in range(4)] for b in range(ROWS)]
    y = [(step * 5 + b * 7 + (1 if x[b][0] > 0 else 0)) % 3 for b in range(ROWS)]
    return torch.tensor(x, dtype=torch.float64), torch.tensor(y)


def curve(make, clip=None):
    net = network()
    matrices = [p for p in net.parameters() if p.dim() > 1]
    vectors = [p for p in net.parameters() if p.dim() == 1]
    optimizer = make(matrices, vectors)
    losses = []
    for step in range(STEPS):
        x, y = batch(step)
        loss = torch.nn.functional.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        if clip:
            torch.nn.utils.clip_grad_norm_(net.parameters(), clip)
        optimizer.step()
        losses.append(loss.item())
    return losses


def groups(matrices, vectors, decay):
    return [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]


CURVES = {
    "sgd": (lambda m, v: torch.optim.SGD(m + v, lr=0.1), None),
    "nesterov": (lambda m, v: torch.optim.SGD(groups(m, v, 0.01), lr=0.05, momentum=0.9, nesterov=True), None),
    "adam": (lambda m, v: torch.optim.Adam(groups(m, v, 0.01), lr=0.01), None),
    "adamw": (lambda m, v: torch.optim.AdamW(groups(m, v, 0.1), lr=0.01), 0.05),
}

for name, (make, clip) in CURVES.items():
    print(name)
    for loss in curve(make, clip):
        print(f"{loss:.17g}")
