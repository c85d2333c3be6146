#!/usr/bin/env python3
"""Writes names and shapes of the parameters of nets that PyTorch has, as their weights are published.

usage: test/golden/names.py

Writes test/golden/nets/NAME.names, a line `NAME EXTENT x EXTENT …` for each parameter and running value: LeNet, torchvision's
ResNet-18, nn.GRU of two layers. Needs PyTorch, any version; the tests read the files only.
"""
import pathlib

import torch
from torch import nn

from windows import LeNet, ResNet18, stored

HERE = pathlib.Path(__file__).resolve().parent


def whole(module):
    """A module under the name `part`, as a model has it."""
    holder = nn.Module()
    holder.part = module
    return holder


def nets():
    yield "lenet", LeNet()
    yield "resnet18", ResNet18()
    yield "gru", whole(nn.GRU(4, 8, num_layers=2))


def main():
    with torch.device("meta"):
        made = dict(nets())
    for name, net in made.items():
        lines = [f"{key} {' x '.join(map(str, value.shape))}\n" for key, value in stored(net).items()]
        (HERE / "nets" / f"{name}.names").write_text("".join(lines))


if __name__ == "__main__":
    main()
