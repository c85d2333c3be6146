#!/usr/bin/env python3
"""Makes the golden file of what differs while training, in f64 by PyTorch.

usage: test/golden/modes.py

Writes test/golden/nets/modes.safetensors: init.NAME (parameters and running values), for each of three steps of SGD with
momentum x.STEP, t.STEP, loss.STEP and all tensors behind it as after.STEP.NAME; then y, what the net in rest makes of the
first x. Needs PyTorch, any version (written into the metadata); the tests read the file only.
"""
import torch
from torch import nn
from torch.nn import functional as F

from windows import HERE, put, safetensors, settle, short, stored

STEPS, BATCH = 3, 5


class Fire(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x > 0).double()

    @staticmethod
    def backward(ctx, d):
        (x,) = ctx.saved_tensors
        return d * (x.abs() < 1)


class Modes(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 8)
        self.bn1 = nn.BatchNorm1d(8)
        self.act = nn.PReLU()
        self.second = nn.Linear(8, 6)
        self.bn2 = nn.BatchNorm1d(6, momentum=0.3, eps=1e-3)
        self.norm = nn.LayerNorm(6)
        self.rms = nn.RMSNorm(6, eps=1e-6)
        self.rest = nn.BatchNorm1d(6)
        self.frozen = nn.BatchNorm1d(6)
        self.out = nn.Linear(6, 3)

    def train(self, mode=True):
        super().train(mode)
        self.rest.eval()
        self.frozen.eval()
        return self

    def forward(self, x):
        h = self.bn2(self.second(self.act(self.bn1(self.first(x)))))
        h = self.frozen(self.rms(0.5 * Fire.apply(h) + self.norm(h)))
        return self.out(self.rest(h))


def main():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(11)
    net = Modes()
    settle(net)
    net.train()
    tensors = {}
    for key, value in stored(net).items():
        put(tensors, f"init.{key}", value, "F64")
    learns = [value for key, value in net.named_parameters() if not key.startswith("frozen.")]
    optimizer = torch.optim.SGD(learns, lr=0.1, momentum=0.5)
    for step in range(STEPS):
        x, t = short(torch.randn(BATCH, 4)), short(torch.randn(BATCH, 3))
        put(tensors, f"x.{step}", x, "F64")
        put(tensors, f"t.{step}", t, "F64")
        loss = F.mse_loss(net(x), t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        put(tensors, f"loss.{step}", loss, "F64")
        for key, value in stored(net).items():
            put(tensors, f"after.{step}.{key}", value, "F64")
    net.eval()
    with torch.no_grad():
        put(tensors, "y", net(torch.tensor(tensors["x.0"][2]).reshape(BATCH, 4)), "F64")
    safetensors.write(HERE / "nets" / "modes.safetensors", tensors, {"torch": torch.__version__})


if __name__ == "__main__":
    main()
