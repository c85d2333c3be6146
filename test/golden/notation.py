#!/usr/bin/env python3
"""Makes the golden files of index notation, embeddings and graphs, in f64 by PyTorch.

usage: test/golden/notation.py

Writes test/golden/{notation,masked,gcn,textcnn}.safetensors: in.NAME (inputs), init.NAME (parameters), out.NAME (results). The nets
are those of test/e2e/Inputs, written here with PyTorch's own operations. Needs PyTorch, any version (written into the
metadata); the tests read the files only.
"""
import hashlib
import pathlib
import sys

import torch

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))
import safetensors  # noqa: E402


def save(name, inputs, init, out):
    tensors = {}
    for prefix, group in (("in", inputs), ("init", init), ("out", out)):
        for key, value in group.items():
            kind = "F64" if value.is_floating_point() else "I32" if value.dtype == torch.int32 else "I64"
            tensors[f"{prefix}.{key}"] = (kind, list(value.shape), value.detach().flatten().tolist())
    digest = hashlib.sha256(pathlib.Path(__file__).read_bytes()).hexdigest()
    safetensors.write(HERE / f"{name}.safetensors", tensors, {"torch": torch.__version__, "script_sha256": digest})
    print(f"{name}: {len(tensors)} tensors")


def scattered(values, places, rows, reduce, start):
    """Rows of `values` reduced where `places` says; `start` where none lands."""
    index = places[:, None].expand_as(values)
    return torch.full((rows, values.shape[1]), start).scatter_reduce(0, index, values, reduce, include_self=False)


def reduced(x, length):
    """Reducers with conditions over the steps of x."""
    steps, infinity = x.shape[1], float("inf")
    keeps = (torch.arange(steps) < length[:, None])[:, :, None].expand_as(x)
    first = torch.arange(steps)[None, :, None] == 0
    chosen = keeps & (x[:, :, :1] > 0)
    return {
        "total": torch.where(keeps, x, 0).sum(1),
        "most": torch.where(keeps, x, -infinity).amax(1),
        "least": torch.where(keeps | first, x, infinity).amin(1),
        "middle": torch.where(chosen, x, 0).sum(1) / chosen.sum(1).clamp(min=1),
        "before": (x[:, :, 1] * torch.arange(1, steps + 1)).cumsum(1),
    }


def masked():
    x, length = torch.randn(6, 5, 3), torch.tensor([5, 0, 3, 1, 4, 5])
    out = reduced(x, length)
    save("masked", {"x": x, "length": length}, {}, out)


def notation():
    rows, steps, edges = 4, 5, 7
    x = torch.randn(rows, steps, 3)
    word = torch.randint(7, (rows, steps))
    length, at = torch.tensor([5, 0, 3, 1]), torch.tensor([4, 0, 2, 2])
    src, dst = torch.tensor([0, 1, 1, 2, 3, 2, 0]), torch.tensor([1, 1, 0, 0, 1, 2, 2])  # no edge leads to 3
    table = torch.nn.Embedding(7, 4)
    embedded = table(word)
    infinity = float("inf")
    sums = x.sum(1)
    apart = (src != dst).nonzero().flatten()
    top = scattered(sums[src[apart]], dst[apart], rows, "amax", -infinity)
    out = {
        "embedded": embedded,
        "picked": (embedded @ table.weight.T).gather(2, word[:, :, None])[:, :, 0],
        "row": x[torch.arange(rows), at],
        "ahead": torch.cat([x[:, 1:], torch.full((rows, 1, 3), 0.5)], 1) - x,
        **reduced(x, length),
        "near": torch.zeros(rows, 3).index_add(0, dst, sums[src]),
        "top": torch.where(top > -infinity, top, 0),
        "centre": scattered(sums[src], dst, rows, "mean", 0.0).T,
        "hot": torch.nn.functional.one_hot(word, 7).double(),
        "position": torch.arange(steps)[:, None] - 2.0 * (torch.arange(steps) % 3),
        "pairs": sums[src] * sums[dst],
        "fixed": torch.tensor([1.0, 1.5, 3.0]),
    }
    inputs = {"x": x, "word": word.int(), "length": length, "at": at, "src": src.int(), "dst": dst.int()}
    save("notation", inputs, {"table.weight": table.weight}, out)


def gcn():
    nodes = 6
    src = torch.tensor([0, 1, 2, 2, 3, 4, 5, 0, 3])
    dst = torch.tensor([1, 0, 1, 3, 2, 3, 4, 4, 5])
    adjacent = torch.eye(nodes)
    for s, d in zip(src, dst):
        adjacent[d, s] += 1
    scale = adjacent.sum(1).rsqrt()
    normal = scale[:, None] * adjacent * scale[None, :]
    x = torch.randn(nodes, 5)
    lins = [torch.nn.Linear(5, 4, bias=False), torch.nn.Linear(4, 3, bias=False)]
    biases = [torch.randn(4), torch.randn(3)]
    h = torch.relu(normal @ lins[0](x) + biases[0])
    logits = normal @ lins[1](h) + biases[1]
    init = {}
    for i, (lin, bias) in enumerate(zip(lins, biases), 1):
        init |= {f"conv{i}.lin.weight": lin.weight, f"conv{i}.bias": bias}
    save("gcn", {"x": x, "src": src.int(), "dst": dst.int()}, init, {"logits": logits})


class TextCNN(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(20, 6)
        self.convs = torch.nn.ModuleList([torch.nn.Conv1d(6, 4, w, padding="same") for w in (3, 4, 5)])
        self.fc = torch.nn.Linear(12, 2)

    def forward(self, text, length):
        keeps = (torch.arange(text.shape[1]) < length[:, None])[:, None]
        e = torch.where(keeps, self.embedding(text).transpose(1, 2), 0.0)
        pooled = [torch.where(keeps, torch.relu(conv(e)), -float("inf")).amax(2) for conv in self.convs]
        return self.fc(torch.cat(pooled, 1))


def textcnn():
    net = TextCNN()
    text, length = torch.randint(20, (5, 9)), torch.tensor([9, 1, 4, 7, 2])
    save("textcnn", {"text": text.int(), "length": length}, dict(net.named_parameters()), {"logits": net(text, length)})


def main():
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    for make in (notation, masked, gcn, textcnn):
        torch.manual_seed(1)
        make()


if __name__ == "__main__":
    main()
