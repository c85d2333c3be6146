#!/usr/bin/env python3
"""Makes the golden files of attention, masks and domains, in f64 by PyTorch.

usage: test/golden/attention.py

Writes test/golden/{attention,domains,heads,kept-losses,kept-gradients,positions}.safetensors: in.NAME and init.NAME, the inputs and parameters of the program
of that name in test/e2e/Inputs, and out.NAME, its results. A row that may see nothing gives zeros, where PyTorch has NaN.
Needs PyTorch, any version (written into the metadata); the tests read the files only.
"""
import math
import pathlib
import sys

import torch

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))
import safetensors  # noqa: E402

B, T, S = 3, 5, 7


def put(tensors, name, value):
    kind = "F64" if value.is_floating_point() else "I64"
    tensors[name] = (kind, list(value.shape), value.detach().flatten().tolist())


def write(name, inputs, outputs, parameters=None):
    tensors = {}
    for key, value in (parameters or {}).items():
        put(tensors, f"init.{key}", value)
    for key, value in inputs.items():
        put(tensors, f"in.{key}", value)
    for key, value in outputs.items():
        put(tensors, f"out.{key}", value)
    safetensors.write(HERE / f"{name}.safetensors", tensors, {"torch": torch.__version__})


def attend(q, k, v, mask, bias=None):
    """The definition, with zeros for a row that sees nothing."""
    heads = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(heads, 1), v.repeat_interleave(heads, 1)
    score = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    score = score if bias is None else score + bias
    mask = mask.expand(score.shape)
    p = torch.softmax(score.masked_fill(~mask, -math.inf), -1)
    return torch.where(mask.any(-1, keepdim=True), p, torch.zeros_like(p)) @ v


def attention():
    torch.manual_seed(1)
    q, k, v = torch.randn(B, 4, T, 6), torch.randn(B, 4, S, 6), torch.randn(B, 4, S, 5)
    few_k, few_v, bias = torch.randn(B, 2, S, 6), torch.randn(B, 2, S, 5), torch.randn(B, 4, T, S)
    length, a, c = torch.tensor([0, 3, 7]), torch.randn(B, T), torch.randn(B, S)
    group, other = torch.randint(0, 3, (B, T)), torch.randint(0, 3, (B, S))
    group[1, 2] = 5  # like no other
    i, j = torch.arange(T)[:, None], torch.arange(S)[None, :]
    causal = j <= i
    upto = (j < length[:, None, None])[:, None]
    write("attention", {"q": q, "k": k, "v": v, "few_k": few_k, "few_v": few_v, "bias": bias, "length": length, "group": group,
                        "other": other, "a": a, "c": c}, {
        "full": attend(q, k, v, torch.ones(T, S, dtype=bool)),
        "past": attend(q, k, v, causal),
        "near": attend(q, k, v, causal & (i - j < 3) | (j < 1)),
        "padded": attend(q, k, v, upto),
        "biased": attend(q, k, v, causal & upto, bias),
        "grouped": attend(q, few_k, few_v, causal),
        "alike": attend(q, k, v, (group[:, :, None] == other[:, None, :])[:, None]),
        "block": attend(q, k, v, i // 2 == j // 2),
        "looked_up": attend(q, k, v, (a[:, :, None] > c[:, None, :])[:, None]),
        "outside": attend(q, k, v, ~causal)})


def domains():
    torch.manual_seed(2)
    D = 4
    x, z, length = torch.randn(B, T, D), torch.randn(B, T, D), torch.tensor([0, 2, 5])
    sign = torch.tensor([[1., -1, 1, 1, -1], [-1, -1, -1, -1, -1], [1, 1, 1, 1, 1]])
    inside = (torch.arange(T) < length[:, None])[:, :, None].expand(B, T, D)
    keep = (sign > 0)[:, :, None].expand(B, T, D)
    fill = lambda value, tensor=x: torch.where(inside, tensor, torch.full_like(tensor, value))
    count = inside.sum(1).clamp(min=1)
    zeros = lambda p, mask: torch.where(mask.any(1, keepdim=True) & mask, p, torch.zeros_like(p))
    logs = torch.where(inside, torch.log_softmax(fill(-math.inf), 1), torch.full_like(x, -math.inf))
    kept = torch.where(keep, z, torch.zeros_like(z))
    outputs = {
        "total": fill(0.).sum(1), "average": fill(0.).sum(1) / count, "top": fill(-math.inf).amax(1), "low": fill(math.inf).amin(1),
        "times": fill(1.).prod(1), "weights": zeros(torch.softmax(fill(-math.inf), 1), inside), "logs": logs,
        "parts": kept.sum(2), "means": kept.mean(2), "chosen": zeros(torch.softmax(z.masked_fill(~keep, -math.inf), 1), keep),
        "late": fill(-math.inf).argmax(1), "running": fill(0.).cumsum(1), "one": z[keep].mean()}
    nan = torch.full_like(x, math.nan)
    write("domains", {"x": torch.where(inside, x, nan), "length": length, "z": torch.where(keep, z, nan), "sign": sign}, outputs)


def heads():
    torch.manual_seed(3)
    own, other = torch.nn.MultiheadAttention(8, 2, batch_first=True), torch.nn.MultiheadAttention(8, 4, bias=False, batch_first=True)
    torch.nn.init.normal_(own.in_proj_bias)
    torch.nn.init.normal_(own.out_proj.bias)
    x, memory, length = torch.randn(B, T, 8), torch.randn(B, S, 8), torch.tensor([1, 3, 7])
    i, j = torch.arange(T)[:, None], torch.arange(T)[None, :]
    hidden = torch.arange(S) >= length[:, None]
    parameters = {f"attend.{name}": value for name, value in own.named_parameters()}
    parameters |= {f"other.{name}": value for name, value in other.named_parameters()}
    write("heads", {"x": x, "memory": memory, "length": length}, {
        "own": own(x, x, x)[0], "past": own(x, x, x, attn_mask=~((j <= i) & (i - j < 2)))[0],
        "cross": other(x, memory, memory, key_padding_mask=hidden)[0]}, parameters)


def kept_losses():
    torch.manual_seed(4)
    F, K = torch.nn.functional, 6
    logits, target, tokens = torch.randn(B, T, K), torch.randn(B, T, K), torch.randint(0, K, (B, T))
    length, sign = torch.tensor([0, 3, 5]), torch.tensor([-1., 1, 1])
    inside = torch.arange(T) < length[:, None]
    pick = lambda smoothing: F.cross_entropy(logits[inside], tokens[inside], label_smoothing=smoothing)
    each = F.cross_entropy(logits.transpose(1, 2), tokens, reduction="none")
    behind = torch.arange(T - 1) + 1 < length[:, None]
    following = F.cross_entropy(logits[:, :-1][behind], tokens[:, 1:][behind])
    chosen = F.huber_loss(logits[sign > 0], target[sign > 0])
    write("kept-losses", {"logits": logits, "tokens": tokens, "length": length, "target": target, "sign": sign}, {
        "next": following, "padded": 2 * pick(0.), "smooth": pick(0.1), "each": torch.where(inside, each, torch.zeros_like(each)),
        "chosen": chosen, "nothing": torch.zeros(())})


def kept_gradients():
    """What is excluded is NaN in the file, and no part of the sums here."""
    torch.manual_seed(5)
    F, K = torch.nn.functional, 6
    z, x, target, tokens = torch.randn(B, T), torch.randn(B, T), torch.randn(B, T), torch.randint(0, K, (B, T))
    shift, scale = torch.randn(K, requires_grad=True), torch.randn(T, requires_grad=True)
    length, sign = torch.tensor([0, 3, 5]), torch.tensor([-1., 1, 1])
    inside, behind = torch.arange(T) < length[:, None], torch.arange(T - 1) + 1 < length[:, None]
    for value in (z, x):
        value.requires_grad_()
    logits, y = z[:, :, None] + shift, x + scale
    loss = F.cross_entropy(logits[inside], tokens[inside], label_smoothing=0.1) + F.huber_loss(y[sign > 0], target[sign > 0])
    loss = loss + F.cross_entropy(logits[:, :-1][behind], tokens[:, 1:][behind])
    loss.backward()
    nan = torch.full_like(x, math.nan)
    hidden = (sign < 0)[:, None].expand(B, T)
    write("kept-gradients", {
        "z": torch.where(inside, z, nan), "x": torch.where(hidden, nan, x), "target": torch.where(hidden, nan, target),
        "tokens": tokens, "length": length, "sign": sign}, {
        "loss": loss, "grad.shift": shift.grad, "grad.scale": scale.grad, "grad.z": z.grad, "grad.x": x.grad},
        {"shift": shift, "scale": scale})


def positions():
    torch.manual_seed(6)
    D, half = 6, 3
    x, t = torch.randn(B, 2, T, D), torch.arange(T)[:, None]
    waves = torch.empty(T, D)
    for c in range(D):
        angle = torch.arange(T) / 10_000 ** (2 * (c // 2) / D)
        waves[:, c] = torch.cos(angle) if c % 2 else torch.sin(angle)
    def turned(base):
        angle = t / base ** (2 * torch.arange(half) / D)
        point = torch.complex(x[..., :half], x[..., half:]) * torch.polar(torch.ones_like(angle), angle)
        return torch.cat([point.real, point.imag], -1)
    write("positions", {"x": x}, {"waves": waves, "turned": turned(10_000.), "other": turned(100.)})


torch.set_default_dtype(torch.float64)
kept_losses()
kept_gradients()
positions()
attention()
domains()
heads()
