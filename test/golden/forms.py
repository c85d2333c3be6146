#!/usr/bin/env python3
"""Forms of the language on random numbers, against PyTorch: products of several ranks, index definitions with reducers,
slices, a layer that is used twice. Values and gradients, evaluator and compiled program, in f64.

usage: test/golden/forms.py NNC SCRATCH       run by hand, with a Python that has PyTorch; the tests need none
"""
import math
import pathlib
import re
import subprocess
import sys

import torch

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "tools")]
import safetensors  # noqa: E402

BATCH, TOLERANCE = 3, 1e-12
S = torch.einsum

# name: inputs behind the batch, parameters, body of the model (its last line is y), the same in PyTorch.
FORMS = {
    "vector @ matrix": ("x: 4", "w: 4, 5", "x @ w", lambda x, w: x @ w),
    "matrix @ vector": ("x: 6, 4", "w: 4", "x @ w", lambda x, w: x @ w),
    "batch @ batch": ("x: 6, 4; z: 4, 5", "", "x @ z", lambda x, z: x @ z),
    "four axes @ matrix": ("x: 2, 6, 4", "w: 4, 5", "x @ w", lambda x, w: x @ w),
    "four axes @ four axes": ("x: 2, 6, 4; z: 2, 4, 5", "", "x @ z", lambda x, z: x @ z),
    "row times row": ("x: 4; z: 4", "", "y[b] = sum[i] x[b, i] * z[b, i]\n  y", lambda x, z: (x * z).sum(1)),
    "transposed": ("x: 6, 4; z: 5, 4", "", "x @ z.T", lambda x, z: x @ z.transpose(-1, -2)),
    "quadratic": ("x: 4", "w: 4, 4", "y[b] = sum[i, j] x[b, i] * w[i, j] * x[b, j]\n  y", lambda x, w: S("bi,ij,bj->b", x, w, x)),
    "outer": ("x: 4; z: 5", "", "y[b, i, j] = x[b, i] * z[b, j]\n  y", lambda x, z: S("bi,bj->bij", x, z)),
    "bilinear": ("x: 4; z: 5", "w: 3, 4, 5", "y[b, o] = sum[i, j] x[b, i] * w[o, i, j] * z[b, j]\n  y", lambda x, z, w: S("bi,oij,bj->bo", x, w, z)),
    "squared distance": ("x: 4", "w: 5, 4", "y[b, k] = sum[i] (x[b, i] - w[k, i]) ** 2\n  y", lambda x, w: ((x[:, None] - w) ** 2).sum(-1)),
    "largest": ("x: 4", "w: 5, 4", "y[b, k] = max[i] x[b, i] * w[k, i]\n  y", lambda x, w: (x[:, None] * w).amax(-1)),
    "smallest": ("x: 4", "w: 5, 4", "y[b, k] = min[i] (x[b, i] + w[k, i])\n  y", lambda x, w: (x[:, None] + w).amin(-1)),
    "mean of two": ("x: 4, 5", "", "y[b] = mean[i, j] tanh(x[b, i, j])\n  y", lambda x: x.tanh().mean((1, 2))),
    "nested": ("x: 4, 5", "w: 4", "y[b] = sum[i] w[i] * (max[j] x[b, i, j])\n  y", lambda x, w: (w * x.amax(-1)).sum(-1)),
    "over the batch": ("x: 4", "w: 4", "(x - mean(x, over = axis(0))) * w", lambda x, w: (x - x.mean(0)) * w),
    "window": ("x: 8", "w: 3", "y[b, i in 6] = sum[k] x[b, i + k] * w[k]\n  y", lambda x, w: torch.nn.functional.conv1d(x[:, None], w[None, None])[:, 0]),
    "stride": ("x: 9", "w: 3", "y[b, i in 4] = sum[k] x[b, 2 * i + k] * w[k]\n  y", lambda x, w: torch.nn.functional.conv1d(x[:, None], w[None, None], stride=2)[:, 0]),
    "border": ("x: 6", "w: 3", "y[b, i in 6] = sum[k] x[b, i + k - 1 else 0] * w[k]\n  y",
               lambda x, w: torch.nn.functional.conv1d(x[:, None], w[None, None], padding=1)[:, 0]),
    "diagonal": ("x: 5, 5", "", "y[b] = sum[i] x[b, i, i]\n  y", lambda x: x.diagonal(dim1=1, dim2=2).sum(-1)),
    "image filter": ("x: 2, 5, 5", "w: 3, 2, 3, 3", "y[b, o, i in 3, j in 3] = sum[c, k, l] x[b, c, i + k, j + l] * w[o, c, k, l]\n  y",
                     lambda x, w: torch.nn.functional.conv2d(x, w)),
    "softmax by hand": ("x: 5", "", "e = exp(x)\n  s[b] = sum[i] e[b, i]\n  y[b, i] = e[b, i] / s[b]\n  y", lambda x: x.softmax(-1)),
    "part of a parameter": ("x: 4", "w: 6, 4", "x * w[2, :] + w[0, :]", lambda x, w: x * w[2] + w[0]),
    "slices": ("x: 7", "", "x[:, 1:4] * x[:, 3:6]", lambda x: x[:, 1:4] * x[:, 3:6]),
    "reshape": ("x: 6, 4", "w: 8", "sum((x as [B, 3, 8]) * w, over = axis(1))", lambda x, w: (x.reshape(-1, 3, 8) * w).sum(1)),
    "shared layer": ("x: 4", "", "l = Linear(4)\n  x |> l |> tanh |> l", None),
    "shared in two places": ("x: 4; z: 4", "", "l = Linear(5, bias = false)\n  tanh(l(x)) * l(z)", None),
    "shared list": ("x: 4", "", "l = [Linear(6), relu, Linear(4)]\n  l(l(x)) + x", None),
}


def shared(name, x, z, p):
    """The forms with layers; their parameters are made by nnc and read by name."""
    linear = lambda v, prefix: v @ p[f"{prefix}.weight"].T + p.get(f"{prefix}.bias", 0)
    if name == "shared layer":
        return linear(linear(x, "l").tanh(), "l")
    if name == "shared in two places":
        return linear(x, "l").tanh() * linear(z, "l")
    block = lambda v: linear(linear(v, "l.0").relu(), "l.2")
    return block(block(x)) + x


def parse(text):
    return {name: [int(n) for n in dims.split(",")] for name, dims in (part.split(":") for part in text.split(";") if part.strip())} if text else {}


def names(text):
    return {name.strip(): dims for name, dims in parse(text).items()}


def program(inputs, parameters, body, results):
    widths = {name: math.prod(dims) for name, dims in inputs.items()}
    fields = [f"  {n}_flat: float[{w}] = columns(c0, c{w - 1})" for n, w in widths.items()]
    takes = ", ".join(f"{n}_flat: float[B, {w}]" for n, w in widths.items())
    lines = ['dataset numbers = csv("numbers.csv") {', *fields, "}", f"model Form({takes}) -> (y: float[{results}], total: float) {{"]
    lines += [f"  {n} = {n}_flat as [B, {', '.join(map(str, dims))}]" if len(dims) > 1 else f"  {n} = {n}_flat" for n, dims in inputs.items()]
    lines += [f"  param {n}: float[{', '.join(map(str, dims))}] = normal(1.0)" for n, dims in parameters.items()]
    lines += ["  param one: float = 1"]
    *before, last = body.split("\n")
    lines += ["  " + line.strip() for line in before] + [f"  result = {last.strip()}", "  result, one * sum(result * result)", "}"]
    lines += ["train Form on numbers {", "  loss = total", "  optimizer = SGD(lr = 1)", "  epochs = 1", "}", ""]
    return "\n".join(lines)


def main():
    nnc, scratch = sys.argv[1], pathlib.Path(sys.argv[2])
    scratch.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(5)
    bad = seen = 0
    for name, (inputs_text, parameters_text, body, function) in FORMS.items():
        inputs, parameters = names(inputs_text), names(parameters_text)
        given = {n: torch.randn([BATCH, *dims], dtype=torch.float64).requires_grad_() for n, dims in inputs.items()}
        weights = {n: torch.randn(dims, dtype=torch.float64).requires_grad_() for n, dims in parameters.items()}
        if not function:
            blocks = [("l.0", 6, 4), ("l.2", 4, 6)] if "list" in name else [("l", 5 if "places" in name else 4, 4)]
            for prefix, rows, columns in blocks:
                weights[f"{prefix}.weight"] = torch.randn([rows, columns], dtype=torch.float64).requires_grad_()
                if "places" not in name:
                    weights[f"{prefix}.bias"] = torch.randn([rows], dtype=torch.float64).requires_grad_()
        y = function(*given.values(), *weights.values()) if function else shared(name, given["x"], given.get("z"), weights)
        (y * y).sum().backward()
        wanted = {"y": y} | {f"grad.{n}_flat": t.grad for n, t in given.items()} | {f"grad.{n}": t.grad for n, t in weights.items()}
        stem = scratch / re.sub(r"\W+", "-", name)
        source = stem.with_suffix(".nn")
        source.write_text(program(inputs, parameters, body, ", ".join(["B", *map(str, y.shape[1:])])))
        pack = lambda tensors: {n: ("F64", list(t.shape), t.detach().flatten().tolist()) for n, t in tensors.items()}
        one = torch.ones([], dtype=torch.float64)
        safetensors.write(stem.with_suffix(".w"), pack(weights | {"one": one}))
        safetensors.write(stem.with_suffix(".in"), pack({f"{n}_flat": t.reshape(BATCH, -1) for n, t in given.items()}))
        made = subprocess.run([nnc, "--dtype=f64", source, "-o", stem], capture_output=True, text=True)
        if made.returncode:
            bad += 1
            print(f"{name}: {made.stderr}")
            continue
        for title, command in {"compiled": [stem, "run"], "evaluator": [nnc, "run", "--backend=reference", "--dtype=f64", source]}.items():
            got = {}
            for entry in ("forward", "grad"):
                subprocess.run([*command, entry, "--inputs", stem.with_suffix(".in"), "--weights", stem.with_suffix(".w"), "--outputs", stem.with_suffix(".out")], check=True)
                got |= {n: torch.tensor(list(t[2]), dtype=torch.float64) for n, t in safetensors.read(stem.with_suffix(".out"))[0].items() if t[0] == "F64"}
            for key, value in wanted.items():
                worst = ((got[key] - value.detach().flatten()).abs().max() / value.abs().max()).item()
                seen += 1
                if not worst <= TOLERANCE:
                    bad += 1
                    print(f"{name}, {title}: {key} differs by {worst:.1e}")
    print(f"{seen} tensors of {len(FORMS)} forms compared with PyTorch {torch.__version__}, {bad} differ")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
