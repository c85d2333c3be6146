#!/usr/bin/env python3
"""Makes test/Reference/torch-FAMILY.mlir: ops of nn on numbers, beside what PyTorch gives for them in f64.

usage: test/golden/ops.py            needs PyTorch, any version; the tests read the files only

Each case is an op on constants; a module computes the largest difference to PyTorch's numbers and says whether it is
within 1e-10. Where PyTorch has no such op, the case is written out in PyTorch's elementary ones.
"""
import pathlib
import struct

import torch

from ops_cases import FAMILIES

HERE = pathlib.Path(__file__).resolve().parent
TOLERANCE = "1.0e-10"
FORMATS = {"f64": "d", "i64": "q", "i32": "i"}


def kind(value):
    return {torch.float64: "f64", torch.int64: "i64", torch.int32: "i32", torch.bool: "i1"}[value.dtype]


def tensor_type(value):
    return f"tensor<{''.join(f'{extent}x' for extent in value.shape)}{kind(value)}>"


def dense(value):
    element, numbers = kind(value), value.flatten().tolist()
    if not numbers:
        return "dense<>"
    if element == "i1":
        text = str([bool(x) for x in numbers]).lower()
        if len(value.shape) == 1:
            return f"dense<{text}>"
        return "dense<" + str(value.tolist()).lower() + ">"
    data = b"".join(struct.pack("<" + FORMATS[element], x) for x in numbers)
    return f'dense<"0x{data.hex().upper()}">'


class Module:
    """The text of one module; names of values are counted."""

    def __init__(self):
        self.lines, self.outputs, self.count, self.known = [], [], 0, {}

    def name(self):
        self.count += 1
        return f"%v{self.count}"

    def constant(self, value):
        if id(value) in self.known:
            return self.known[id(value)][0]
        name = self.name()
        self.known[id(value)] = (name, value)
        self.lines.append(f"{name} = nn.constant {dense(value)} : {tensor_type(value)} : {tensor_type(value)}")
        return name

    def op(self, text, results):
        names = [self.name() for _ in results]
        self.lines.append(f"{', '.join(names)} = {text}")
        return names

    def judge(self, name, value, expected):
        """The largest difference is small; infinities and NaN stand where PyTorch has them."""
        want, type = self.constant(expected), tensor_type(expected)
        flags = type.rsplit("x", 1)[0] + "xi1>" if expected.shape else "tensor<i1>"
        (same,) = self.op(f"nn.compare eq {value}, {want} : {type} -> {flags}", [0])
        good = same
        if kind(expected) == "f64":
            (apart,) = self.op(f"nn.sub {value}, {want} : {type}", [0])
            (size,) = self.op(f"nn.abs {apart} : {type}", [0])
            limit = self.name()
            self.lines.append(f"{limit} = nn.constant dense<{TOLERANCE}> : {type} : {type}")
            (near,) = self.op(f"nn.compare le {size}, {limit} : {type} -> {flags}", [0])
            (nan,) = self.op(f"nn.compare ne {value}, {value} : {type} -> {flags}", [0])
            (nan_too,) = self.op(f"nn.compare ne {want}, {want} : {type} -> {flags}", [0])
            (both,) = self.op(f"nn.and {nan}, {nan_too} : {flags}", [0])
            (close,) = self.op(f"nn.or {same}, {near} : {flags}", [0])
            (good,) = self.op(f"nn.or {close}, {both} : {flags}", [0])
        dims = ", ".join(str(i) for i in range(len(expected.shape)))
        (all_good,) = self.op(f"nn.reduce all {good} dims [{dims}] : {flags} -> tensor<i1>", [0])
        self.outputs.append((name, all_good))

    def text(self, family):
        results = ", ".join(f'tensor<i1> {{nn.name = "{name}"}}' for name, _ in self.outputs)
        checks = "".join(f"// CHECK-{'NEXT' if i else 'SAME'}: {name} = true\n".replace("// CHECK-SAME:", "// CHECK:")
                         for i, (name, _) in enumerate(self.outputs))
        values, types = (", ".join(part) for part in zip(*((value, "tensor<i1>") for _, value in self.outputs)))
        return (f"// RUN: nnc-opt %s --nn-evaluate=precision=f64 | FileCheck %s --match-full-lines\n"
                f"// Made by test/golden/ops.py with PyTorch {torch.__version__}: {family}.\n\n{checks}\n"
                f"nn.entry @forward() -> ({results}) attributes {{sizes = []}} {{\n  "
                + "\n  ".join(self.lines) + f"\n  nn.return {values} : {types}\n}}\n")


def main():
    for family, cases in FAMILIES.items():
        torch.manual_seed(7)
        module = Module()
        for case in cases():
            operands = [module.constant(value) for value in case.operands]
            names = module.op(case.op.format(*operands), case.results)
            for i, (name, expected) in enumerate(zip(names, case.results)):
                if expected is not None:
                    module.judge(case.name + (f"_{i}" if i else ""), name, expected)
        path = HERE.parent / "Reference" / f"torch-{family}.mlir"
        path.write_text(module.text(family), encoding="utf-8")
        print(f"{path.name}: {len(module.outputs)} results")


if __name__ == "__main__":
    main()
