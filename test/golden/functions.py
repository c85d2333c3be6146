#!/usr/bin/env python3
"""Every function of the library on ordinary and extreme numbers, against PyTorch: values and gradients.

usage: test/golden/functions.py NNC SCRATCH       run by hand, with a Python that has PyTorch; the tests need none

One program takes the same numbers through all functions. The evaluator in f64 and the compiled programs in f64 and f32 are
compared with PyTorch element by element, to the tolerance below. Differences are printed; those that are meant stand in EXPECTED and
are counted.
"""
import math
import pathlib
import re
import subprocess
import sys

import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "tools")]
import safetensors  # noqa: E402

INF, NAN = math.inf, math.nan
NUMBERS = [0.0, -0.0, 1e-30, -1e-30, 1e-8, -1e-8, 0.5, -0.5, 1.0, -1.0, 2.5, -2.5, 3.0, -3.0, 6.0, -6.0, 7.5, -7.5,
           19.5, -19.5, 21.0, -21.0, 25.0, -25.0, 80.0, -80.0, 1e4, -1e4, 1e15, -1e15, 1e30, -1e30, INF, -INF, NAN]
SIDES = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 3.0, -2.0, 0.25, 1e4, -1e4, INF, -INF, NAN]
PAIRS = [(a, b) for a in SIDES for b in SIDES]
CHANCES = [0.0, 1.0, 0.5, 0.25, 1e-13, 1e-30, 1 - 2.0**-24]
SOFT = [(p, t) for p in CHANCES for t in (0.0, 1.0, 0.25)]
LABELS = [0, 1, 2, 3, 0, 1, 2, 3, 0]
ROWS = [[0.0, 0.0, 0.0, 0.0], [1.0, 3.0, 3.0, 2.0], [1e4, -1e4, 0.0, 1e4], [0.0, 2.0, 0.0, 3.0], [-INF, 0.0, 1.0, -INF],
        [INF, 0.0, 1.0, 2.0], [NAN, 0.0, 1.0, 2.0], [2.0, 0.0, 3.0, 4.0], [-1.0, -1.0, -2.0, -1.0]]

one = lambda name, theirs, ours=None: (name, ours or f"{name}(x)", theirs)
UNARY = [
    one("exp", torch.exp), one("log", torch.log), one("sqrt", torch.sqrt), one("rsqrt", torch.rsqrt), one("tanh", torch.tanh),
    one("sin", torch.sin), one("cos", torch.cos), one("erf", torch.erf), one("floor", torch.floor), one("ceil", torch.ceil),
    one("round", torch.round), one("log1p", torch.log1p), one("expm1", torch.expm1), one("abs", torch.abs), one("sign", torch.sign),
    one("relu", torch.relu), one("sigmoid", torch.sigmoid), one("softplus", F.softplus), one("gelu", F.gelu), one("relu6", F.relu6),
    one("leaky_relu", F.leaky_relu), one("elu", F.elu), one("selu", F.selu), one("gelu_tanh", lambda x: F.gelu(x, approximate="tanh")),
    one("silu", F.silu), one("mish", F.mish), one("log_sigmoid", F.logsigmoid), one("hard_sigmoid", F.hardsigmoid),
    one("clamp", lambda x: torch.clamp(x, -1.0, 2.5), "clamp(x, -1.0, 2.5)"),
    one("leaky_slope", lambda x: F.leaky_relu(x, 0.25), "leaky_relu(x, slope = 0.25)"),
    one("square", lambda x: x**2, "x ** 2"), one("cube", lambda x: x**3, "x ** 3"), one("root", lambda x: x**0.5, "x ** 0.5"),
    one("inverse", lambda x: x**-1, "x ** -1"), one("two_to", lambda x: 2.0**x, "2.0 ** x"), one("zero_to", lambda x: 0.0**x, "0.0 ** x"),
    one("reciprocal", lambda x: 1 / x, "1 / x"), one("negative", torch.neg, "-x"),
]
BINARY = [
    ("add", "a + b", lambda a, b: a + b), ("sub", "a - b", lambda a, b: a - b), ("mul", "a * b", lambda a, b: a * b),
    ("div", "a / b", lambda a, b: a / b), ("pow", "a ** b", lambda a, b: a**b), ("maximum", "maximum(a, b)", torch.maximum),
    ("minimum", "minimum(a, b)", torch.minimum), ("mse", "mse(a, b)", lambda a, b: F.mse_loss(a, b, reduction="none")),
    ("mae", "mae(a, b)", lambda a, b: F.l1_loss(a, b, reduction="none")),
    ("huber", "huber(a, b)", lambda a, b: F.huber_loss(a, b, reduction="none")),
    ("huber_delta", "huber(a, b, delta = 2.0)", lambda a, b: F.huber_loss(a, b, reduction="none", delta=2.0)),
    ("smooth_l1", "smooth_l1(a, b)", lambda a, b: F.smooth_l1_loss(a, b, reduction="none")),
    ("smooth_l1_beta", "smooth_l1(a, b, beta = 0.5)", lambda a, b: F.smooth_l1_loss(a, b, reduction="none", beta=0.5)),
    ("bce_with_logits", "bce_with_logits(a, b)", lambda a, b: F.binary_cross_entropy_with_logits(a, b, reduction="none")),
]
CHANCE = [("bce", "bce(a, b)", lambda a, b: F.binary_cross_entropy(a, b, reduction="none"))]
# Rows of four: the function takes the last axis.
BY_ROW = [
    ("sum", "sum(x, over = axis(1))", lambda x: x.sum(1)), ("mean", "mean(x, over = axis(1))", lambda x: x.mean(1)),
    ("max", "max(x, over = axis(1))", lambda x: x.amax(1)), ("min", "min(x, over = axis(1))", lambda x: x.amin(1)),
    ("prod", "prod(x, over = axis(1))", lambda x: x.prod(1)), ("logsumexp", "logsumexp(x, over = axis(1))", lambda x: x.logsumexp(1)),
    ("softmax", "softmax(x, over = axis(1))[:, 1]", lambda x: x.softmax(1)[:, 1]),
    ("log_softmax", "log_softmax(x, over = axis(1))[:, 1]", lambda x: x.log_softmax(1)[:, 1]),
    ("argmax", "x[:, 1] * float(argmax(x, over = axis(1)))", lambda x: x[:, 1] * x.argmax(1)),
    ("argmin", "x[:, 1] * float(argmin(x, over = axis(1)))", lambda x: x[:, 1] * x.argmin(1)),
    ("cross_entropy", "cross_entropy(x, k)", lambda x: F.cross_entropy(x, torch.tensor(LABELS), reduction="none")),
]

# What differs on purpose: functions, which operands, why. Gradients where both values are NaN are not compared: such a
# step is refused.
EXPECTED = [
    ("clamp", lambda x: x in (-1.0, 2.5), "at the bounds the gradient is 1, as in PyTorch 1.13; 2.15 has 0"),
    ("hard_sigmoid", lambda x: abs(x) < 3, "PyTorch's 1/6 is rounded to f32"),
    ("bce", lambda p, t: p * (1 - p) < 1e-12, "PyTorch's 1e-12 is rounded to f32"),
    ("tanh elu selu gelu gelu_tanh", lambda x: 2.5 <= abs(x) < 1e3, "1 - y * y, 1 + y, 1 + erf cancel: relative bounds do not hold"),
    ("sign", math.isnan, "a NaN passes"),
    ("gelu", lambda x: x == INF, "PyTorch has NaN in f32, inf in f64"),
    ("cross_entropy", lambda x: max(map(abs, x)) >= 1e4, "the gradient is exp(x - lse), lse rounded; an infinite logit: inf, not NaN"),
    ("pow", lambda a, b: a == -INF and b in (0.5, 0.25) or a == -1 and math.isinf(b), "a < 0: NaN unless b is whole"),
]


GROUPS = [  # name, functions, the columns of each operand, its cases
    ("unary", UNARY, {"x": 1}, [NUMBERS]),
    ("binary", BINARY, {"a": 1, "b": 1}, list(zip(*PAIRS))),
    ("chances", CHANCE, {"a": 1, "b": 1}, list(zip(*SOFT))),
    ("rows", BY_ROW, {"x": 4}, [ROWS]),
]


def program(functions, operands):
    """A field for each operand of each function; the loss adds all results, so that each gradient is the derivative."""
    fields, body, results = ["k: Four = label"] if functions is BY_ROW else [], [], []
    for name, ours, _ in functions:
        for operand, width in operands.items():
            fields.append(f"{name}_{operand}: float{'[Four]' if width == 4 else ''} = " + ("columns(c0, c3)" if width == 4 else "c0"))
        body.append(f"r_{name} = " + re.sub(r"\b(%s)\b" % "|".join(operands), lambda m: f"{name}_{m[0]}", ours))
        results.append(f"r_{name}")
    inputs = ", ".join(re.sub(r"(\w+)(\[Four\])?$", lambda m: f"{m[1]}[B{', Four' if m[2] else ''}]", f.split(" =")[0]) for f in fields)
    lines = ["dim Four = 4", 'dataset numbers = csv("numbers.csv") {', *fields, "}"]
    lines += [f"model Functions({inputs}) -> (" + "".join(f"{r}: float[B], " for r in results) + "total: float) {", "param w: float = 0", *body]
    lines += [", ".join(results) + ", w + " + " + ".join(f"sum({r})" for r in results), "}"]
    lines += ["train Functions on numbers {", "loss = total", "optimizer = SGD(lr = 1)", "batch = 256", "epochs = 1", "}", ""]
    return "\n".join(lines)


def theirs(functions, cases, dtype):
    """Per function: values and the gradient to each operand."""
    out = {}
    for name, _, function in functions:
        operands = [torch.tensor(c, dtype=dtype, requires_grad=True) for c in cases]
        value = function(*operands)
        value.sum().backward()
        gradients = [torch.zeros_like(x) if x.grad is None else x.grad for x in operands]
        out[name] = [value.detach().flatten().tolist()] + [g.flatten().tolist() for g in gradients]
    return out


def ours(command, functions, operands, cases, scratch):
    """The same from `forward` and `grad` of a program or of the evaluator."""
    tensors = {"k": ("I32", [len(LABELS)], LABELS)} if functions is BY_ROW else {}
    for name, _, _ in functions:
        for operand, case in zip(operands, cases):
            flat = torch.tensor(case, dtype=torch.float64)
            tensors[f"{name}_{operand}"] = ("F64", list(flat.shape), flat.flatten().tolist())
    safetensors.write(scratch / "in.safetensors", tensors)
    results = {}
    for entry in ("forward", "grad"):
        done = subprocess.run([*command, entry, "--inputs", scratch / "in.safetensors", "--outputs", scratch / "out.safetensors"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        results |= {name: list(tensor[2]) for name, tensor in safetensors.read(scratch / "out.safetensors")[0].items()}
    return {name: [results[f"r_{name}"]] + [results[f"grad.{name}_{o}"] for o in operands] for name, _, _ in functions}


def same(a, b, tolerance, tiny):
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return a == b or abs(a - b) <= tolerance * max(abs(a), abs(b)) or max(abs(a), abs(b)) < tiny


def meant(name, operands):
    return any(name in names.split() and where(*operands) for names, where, _ in EXPECTED)


def compare(title, functions, cases, got, wanted, tolerance, tiny):
    """Prints what differs and is not meant; (number of those, number of meant ones)."""
    bad = known = 0
    for name, _, _ in functions:
        for i, operands in enumerate(zip(*cases)):
            if math.isnan(got[name][0][i]) and math.isnan(wanted[name][0][i]):
                continue
            for part, (a, b) in enumerate(zip(got[name], wanted[name])):
                for j in range(len(a) // len(cases[0])):
                    x, y = (side[i * (len(a) // len(cases[0])) + j] for side in (a, b))
                    if same(x, y, tolerance, tiny):
                        continue
                    if meant(name, operands):
                        known += 1
                        continue
                    bad += 1
                    print(f"{title}: {name}{operands} {f'gradient {part}' if part else 'value'} [{j}]: {x!r}, PyTorch {y!r}")
    return bad, known


def main():
    nnc, scratch = sys.argv[1], pathlib.Path(sys.argv[2])
    scratch.mkdir(parents=True, exist_ok=True)
    bad = known = 0
    for group, functions, operands, cases in GROUPS:
        source = scratch / f"{group}.nn"
        source.write_text(program(functions, operands))
        wanted = {dtype: theirs(functions, cases, dtype) for dtype in (torch.float64, torch.float32)}
        for dtype, torch_dtype, tolerance, tiny in (("f64", torch.float64, 1e-13, 1e-300), ("f32", torch.float32, 2e-6, 1.2e-38)):
            binary = scratch / f"{group}-{dtype}"
            subprocess.run([nnc, source, f"--dtype={dtype}", "-o", binary], check=True)
            builds = {"compiled": [binary, "run"], "evaluator": [nnc, "run", "--backend=reference", f"--dtype={dtype}", source]}
            for title, command in builds.items():
                got = ours(command, functions, operands, cases, scratch)
                found = compare(f"{title} {dtype}", functions, cases, got, wanted[torch_dtype], tolerance, tiny)
                bad, known = bad + found[0], known + found[1]
    print(f"{bad} differences from PyTorch {torch.__version__}, {known} that are meant")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
