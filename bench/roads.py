#!/usr/bin/env python3
"""The C++ back end beside LLVM's, kernel by kernel: time through g++ and clang++ over the time of LLVM's code.

usage: bench/roads.py [--size 64] [--target native] [--cxx g++ --cxx clang++] [FILE.nn …]     default: the examples

Both forms of a kernel run by turns on one core, sixty times each; the best of each counts. Kernels of less than 100 ns
are not listed: they measure the clock.
"""
import argparse
import math
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[1]
BIN = ROOT / "build" / "bin"
LINE = re.compile(r"^(\S+)\s+(\d+) ns.*?(\d+) ns in C\+\+, ratio ([\d.]+)", re.M)


def kernels(source, options, compiler):
    planned = subprocess.run([BIN / "nnc", source, "--emit=planned", f"--target-features={options.target}", "-o", "-"] if options.target != "native"
                             else [BIN / "nnc", source, "--emit=planned", "-o", "-"], check=True, capture_output=True).stdout
    outlined = subprocess.run([BIN / "nnc-opt", "--nn-outline"], input=planned, check=True, capture_output=True).stdout
    text = subprocess.run([BIN / "nnc-twins", "-", f"--target={options.target}", f"--cxx={compiler}", f"--bench={options.size}"], input=outlined,
                          check=True, capture_output=True).stdout.decode()
    return [(name, int(llvm), float(ratio)) for name, llvm, _, ratio in LINE.findall(text) if int(llvm) >= 100]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--target", default="native")
    parser.add_argument("--cxx", action="append")
    options = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    files = options.files or [ROOT / "examples" / name / f"{name}.nn" for name in ("iris", "digits", "passengers")]
    for compiler in options.cxx or ["g++", "clang++"]:
        ratios = []
        for source in files:
            for name, llvm, ratio in kernels(source, options, compiler):
                ratios.append(ratio)
                if ratio > 1.05:
                    print(f"{compiler} {pathlib.Path(source).name} {name}: {llvm} ns, ratio {ratio:.3f}")
        if ratios:
            mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
            print(f"{compiler}: {len(ratios)} kernels, geometric mean {mean:.3f}, {sum(r > 1.05 for r in ratios)} above 1.05, worst {max(ratios):.3f}")


if __name__ == "__main__":
    main()
