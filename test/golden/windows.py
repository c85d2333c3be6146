#!/usr/bin/env python3
"""Makes the golden files of nets with convolutions, pooling and norms, in f64 by PyTorch.

usage: test/golden/windows.py

Writes test/golden/nets/NET.safetensors: init.NAME (parameters and running values), in.NAME and out.NAME; for the nets that
list one layer after the other also the program NET.nn. Weights and inputs are numbers that f32 holds, so that files are
small. Needs PyTorch, any version (written into the metadata); the tests read the files only. ResNet-18 is thin here, with
two channels where it has 64; the names of the whole one are in names.py.
"""
import pathlib
import sys

import torch
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))
import safetensors  # noqa: E402


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2))
        self.classifier = nn.Sequential(nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))

    def forward(self, image):
        return {"logits": self.classifier(self.features(image).flatten(1))}


class BasicBlock(nn.Module):
    def __init__(self, inputs, planes, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = None
        if stride != 1 or inputs != planes:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, planes, 1, stride, bias=False), nn.BatchNorm2d(planes))

    def forward(self, x):
        y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (y + (self.downsample(x) if self.downsample else x)).relu()


class ResNet18(nn.Module):
    """As in torchvision: the names of its parameters are those of the published weights."""

    def __init__(self, width=64, classes=1000):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        for i in range(4):
            inputs = width * 2 ** max(i - 1, 0)
            planes = width * 2**i
            setattr(self, f"layer{i + 1}", nn.Sequential(BasicBlock(inputs, planes, 1 if i == 0 else 2), BasicBlock(planes, planes)))
        self.fc = nn.Linear(8 * width, classes)

    def forward(self, image):
        x = self.maxpool(self.bn1(self.conv1(image)).relu())
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return {"logits": self.fc(x.mean((2, 3)))}


class Double(nn.Module):
    def __init__(self, inputs, out):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, out, 3, padding="same", bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, padding="same", bias=False)
        self.bn2 = nn.BatchNorm2d(out)

    def forward(self, x):
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu())).relu()


class UNet(nn.Module):
    def __init__(self, width=2):
        super().__init__()
        self.down = nn.ModuleList([Double(3, width), Double(width, 2 * width)])
        self.bottom = Double(2 * width, 4 * width)
        self.up = nn.ModuleList([nn.ConvTranspose2d(4 * width, 2 * width, 2, 2), nn.ConvTranspose2d(2 * width, width, 2, 2)])
        self.merge = nn.ModuleList([Double(4 * width, 2 * width), Double(2 * width, width)])
        self.head = nn.Conv2d(width, 2, 1)

    def forward(self, image):
        a = self.down[0](image)
        b = self.down[1](F.max_pool2d(a, 2))
        c = self.merge[0](torch.cat([self.up[0](self.bottom(F.max_pool2d(b, 2))), b], 1))
        return {"mask": self.head(self.merge[1](torch.cat([self.up[1](c), a], 1)))}


class Padded(nn.Module):
    """A convolution behind zeros that are not the same at both ends, as `same` with a stride and `causal` want them."""

    def __init__(self, conv, pads):
        super().__init__()
        self.weight, self.bias, self.conv, self.pads = conv.weight, conv.bias, conv, pads

    def forward(self, x):
        return self.conv(F.pad(x, self.pads))


def same_pads(sizes, kernel, stride):
    pads = []
    for size in reversed(sizes):
        total = max(0, (-(-size // stride) - 1) * stride + kernel - size)
        pads += [total // 2, total - total // 2]
    return pads


class Global(nn.Module):
    def __init__(self, largest):
        super().__init__()
        self.largest = largest

    def forward(self, x):
        return x.flatten(2).amax(2) if self.largest else x.flatten(2).mean(2)


def layers(n):
    """(text in the language, the same layer in PyTorch) with windows along n axes, for 4 channels."""
    conv, transposed = getattr(nn, f"Conv{n}d"), getattr(nn, f"ConvTranspose{n}d")
    max_pool, avg_pool = getattr(nn, f"MaxPool{n}d"), getattr(nn, f"AvgPool{n}d")
    sizes = SIZES[n]
    uneven, steps = (3, 2, 2)[:n], (2, 1, 2)[:n]
    text = lambda numbers: str(numbers[0]) if n == 1 else str(tuple(numbers))  # noqa: E731
    return [
        (f"Conv{n}d(3, kernel = 3)", conv(4, 3, 3)),
        (f"Conv{n}d(3, kernel = {text(uneven)}, stride = {text(steps)}, padding = 1)", conv(4, 3, uneven, steps, 1)),
        (f"Conv{n}d(2, kernel = 3, padding = {text((2, 1, 1)[:n])}, dilation = 2)"
         if n > 1 else f"Conv{n}d(2, kernel = 3, padding = 2, dilation = 2)",
         conv(4, 2, 3, padding=(2, 1, 1)[:n], dilation=2)),
        (f"Conv{n}d(6, kernel = 2, groups = 2, bias = false)", conv(4, 6, 2, groups=2, bias=False)),
        (f"Conv{n}d(8, kernel = 3, padding = same, groups = 4)", conv(4, 8, 3, padding="same", groups=4)),
        (f"Conv{n}d(2, kernel = 4, padding = same, dilation = 1)", conv(4, 2, 4, padding="same")),
        (f"Conv{n}d(2, kernel = 4, stride = 3, padding = same)", Padded(conv(4, 2, 4, 3), same_pads(sizes, 4, 3))),
    ] + ([(f"Conv1d(2, kernel = 3, stride = 2, padding = causal, dilation = 2)", Padded(conv(4, 2, 3, 2, dilation=2), (4, 0)))]
         if n == 1 else []) + [
        (f"ConvTranspose{n}d(3, kernel = 3)", transposed(4, 3, 3)),
        (f"ConvTranspose{n}d(3, kernel = 4, stride = 2, padding = 1)", transposed(4, 3, 4, 2, 1)),
        (f"ConvTranspose{n}d(2, kernel = 3, stride = 2, padding = 1, output_padding = 1)", transposed(4, 2, 3, 2, 1, 1)),
        (f"ConvTranspose{n}d(2, kernel = 2, stride = {text(steps)}, dilation = 2)", transposed(4, 2, 2, steps, dilation=2)),
        (f"ConvTranspose{n}d(6, kernel = 3, stride = 3, groups = 2, bias = false)",
         transposed(4, 6, 3, 3, groups=2, bias=False)),
        (f"MaxPool{n}d(2)", max_pool(2)),
        (f"MaxPool{n}d(3, stride = 2, padding = 1)", max_pool(3, 2, 1)),
        (f"MaxPool{n}d(2, stride = 3, ceil = true)", max_pool(2, 3, ceil_mode=True)),
        (f"AvgPool{n}d({text(uneven)})", avg_pool(uneven)),
        (f"AvgPool{n}d(3, stride = 2, padding = 1)", avg_pool(3, 2, 1)),
        (f"AvgPool{n}d(3, stride = 2, padding = 1, ceil = true)", avg_pool(3, 2, 1, ceil_mode=True)),
        ("GlobalAvgPool", Global(False)),
        ("GlobalMaxPool", Global(True)),
        ("BatchNorm", getattr(nn, f"BatchNorm{n}d")(4)),
        ("BatchNorm(eps = 1e-3)", getattr(nn, f"BatchNorm{n}d")(4, eps=1e-3)),
        ("GroupNorm(2)", nn.GroupNorm(2, 4)),
        ("LayerNorm", nn.LayerNorm(sizes[-1])),
        ("RMSNorm", nn.RMSNorm(sizes[-1], eps=1e-6)),
        ("PReLU", nn.PReLU()),
    ]


SIZES = {1: (11,), 2: (7, 6), 3: (5, 4, 4)}


def short(tensor):
    """Numbers that f32 holds."""
    return tensor.detach().float().double()


def settle(net):
    """Weights, running means and variances that are not the ones at the start."""
    with torch.no_grad():
        for name, tensor in list(net.named_parameters()) + list(net.named_buffers()):
            if not tensor.is_floating_point():
                continue
            if name.endswith("running_var"):
                tensor.uniform_(0.5, 2)
            elif name.endswith("running_mean") or "bn" in name or tensor.dim() == 1:
                tensor.add_(0.3 * torch.randn_like(tensor))
            tensor.copy_(short(tensor))


def put(tensors, name, value, kind):
    tensors[name] = (kind, list(value.shape), value.detach().flatten().tolist())


def stored(net):
    """Parameters and running values by name, each once."""
    return {name: value for name, value in net.state_dict().items()
            if not name.endswith("num_batches_tracked") and ".conv." not in name}


def write(name, net, inputs):
    net.eval()
    tensors = {}
    for key, value in stored(net).items():
        put(tensors, f"init.{key}", value, "F32")
    for key, value in inputs.items():
        put(tensors, f"in.{key}", value, "F64")
    with torch.no_grad():
        for key, value in net(**inputs).items():
            put(tensors, f"out.{key}", value, "F64")
    safetensors.write(HERE / "nets" / f"{name}.safetensors", tensors, {"torch": torch.__version__})


class OneByOne(nn.Module):
    def __init__(self, modules):
        super().__init__()
        for i, module in enumerate(modules):
            setattr(self, f"l{i}", module)
        self.count = len(modules)

    def forward(self, x):
        return {f"y{i}": getattr(self, f"l{i}")(x) for i in range(self.count)}


def windows(n):
    torch.manual_seed(n)
    texts, modules = zip(*layers(n))
    net = OneByOne(modules)
    settle(net)
    net.eval()
    x = short(torch.randn(2, 4, *SIZES[n]))
    results = net(x)
    lines = [f"//! Written by test/golden/windows.py: layers along {n} {'axis' if n == 1 else 'axes'}, one by one.",
             f"model Windows{n}(x: float[B, 4, {', '.join(map(str, SIZES[n]))}]) -> ("]
    shapes = [f"  {name}: float[B, {', '.join(map(str, y.shape[1:]))}]" for name, y in results.items()]
    lines += [",\n".join(shapes) + ") {"]
    lines += [f"  l{i} = {text}" for i, text in enumerate(texts)]
    lines += ["  " + ", ".join(f"l{i}(x)" for i in range(len(texts))), "}"]
    (HERE / "nets" / f"windows{n}.nn").write_text("\n".join(lines) + "\n")
    write(f"windows{n}", net, {"x": x})


def main():
    torch.set_default_dtype(torch.float64)
    for n in SIZES:
        windows(n)
    for name, net, shape in (("lenet", LeNet(), (2, 1, 28, 28)), ("resnet18-thin", ResNet18(2, 5), (2, 3, 33, 40)),
                             ("unet", UNet(), (2, 3, 12, 16))):
        torch.manual_seed(7)
        settle(net)
        write(name, net, {"image": short(torch.randn(shape))})


if __name__ == "__main__":
    main()
