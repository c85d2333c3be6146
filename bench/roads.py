#!/usr/bin/env python3
"""The C++ back end beside LLVM's: time through g++ and clang++ over the time of LLVM's code, kernel by kernel and entry by entry.

usage: bench/roads.py [--target x86-64-v4]… [--cxx g++]… [--only kernels|programs] [--size 64] [--rounds 5] [FILE.nn …]

Default: the examples and the nets of bench/, x86-64-v4 and x86-64-v3, g++ and clang++; one thread on one core. Of kernels
the forms run by turns in one process, 600 samples of 0.1 ms each; of programs (`BINARY bench ENTRY`, groups of 1 ms for a
second) the binaries run by turns, --rounds times. The best of each counts, so that other work on the machine does not.
Kernels of less than 50 ns are not listed: they measure the call.
"""
import argparse
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
BIN = ROOT / "build" / "bin"
DEFAULT = [ROOT / name for name in ("examples/iris/iris.nn", "examples/digits/digits.nn", "examples/passengers/passengers.nn",
                                    "bench/mlp.nn", "bench/lstm.nn")]
LINE = re.compile(r"^(\S+)\s+([\d.]+) ns.*?([\d.]+) ns in C\+\+, ratio ([\d.]+)", re.M)
LIMITS = {"kernels": 1.05, "programs": 1.10}


def output(words, **rest):
    return subprocess.run([str(word) for word in words], check=True, stdout=subprocess.PIPE, **rest).stdout


def kernels(source, target, compiler, options):
    """[(kernel, ns of LLVM's code, ratio)]"""
    planned = output([BIN / "nnc", source, "--emit=planned", f"--target-features={target}", "-o", "-"])
    outlined = output([BIN / "nnc-opt", "--nn-outline"], input=planned)
    text = output([BIN / "nnc-twins", "-", f"--target={target}", f"--cxx={compiler}", f"--bench={options.size}"], input=outlined).decode()
    return [(name, float(llvm), float(ratio)) for name, llvm, _, ratio in LINE.findall(text) if float(llvm) >= 50]


def microseconds(program, entry):
    """The best group of calls; None for an entry that the program lacks."""
    done = subprocess.run([program, "bench", entry, "--threads", "1", "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(done.stdout)["us"]["min"] if done.returncode == 0 else None


def programs(source, target, compilers, options, scratch):
    """{compiler: [(entry, us of LLVM's code, ratio)]}"""
    binaries = {"llvm": scratch / f"{source.stem}-{target}-llvm"}
    output([BIN / "nnc", source, f"--target-features={target}", "-o", binaries["llvm"]])
    for compiler in compilers:
        binaries[compiler] = scratch / f"{source.stem}-{target}-{compiler.replace('/', '_')}"
        output([BIN / "nnc", source, f"--target-features={target}", "--backend=cpp", f"--cxx={compiler}", "-o", binaries[compiler]])
    results = {compiler: [] for compiler in compilers}
    for entry in ("forward", "step"):
        best = {}
        for _ in range(options.rounds):
            for road, binary in binaries.items():
                if (time := microseconds(binary, entry)) is not None:
                    best[road] = min(time, best.get(road, time))
        for compiler in compilers:
            if compiler in best:
                results[compiler].append((f"{source.stem} {entry}", best["llvm"], best[compiler] / best["llvm"]))
    return results


def summary(what, target, compiler, ratios):
    if not ratios:
        return
    mean, limit = math.exp(sum(map(math.log, ratios)) / len(ratios)), LIMITS[what]
    print(f"{target} {compiler}: {len(ratios)} {what}, geometric mean {mean:.3f}, {sum(r > limit for r in ratios)} above {limit:.2f}, worst {max(ratios):.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    parser.add_argument("--size", type=int, default=64, help="the free sizes of kernels")
    parser.add_argument("--target", action="append")
    parser.add_argument("--cxx", action="append")
    parser.add_argument("--only", choices=sorted(LIMITS))
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    files, compilers = options.files or DEFAULT, options.cxx or ["g++", "clang++" if shutil.which("clang++") else "clang++-22"]
    for target in options.target or ["x86-64-v4", "x86-64-v3"]:
        for compiler in compilers if options.only != "programs" else []:
            ratios = []
            for source in files:
                for name, llvm, ratio in kernels(source, target, compiler, options):
                    ratios.append(ratio)
                    if ratio > LIMITS["kernels"]:
                        print(f"{target} {compiler} {source.name} {name}: {llvm:.0f} ns, ratio {ratio:.3f}", flush=True)
            summary("kernels", target, compiler, ratios)
        if options.only == "kernels":
            continue
        found = {compiler: [] for compiler in compilers}
        with tempfile.TemporaryDirectory() as scratch:
            for source in files:
                for compiler, rows in programs(source, target, compilers, options, pathlib.Path(scratch)).items():
                    found[compiler] += rows
        for rows in zip(*found.values()):
            print(f"{target} {rows[0][0]:20} {rows[0][1]:10.2f} us" + "".join(f"  {c} {row[2]:.3f}" for c, row in zip(found, rows)), flush=True)
        for compiler, rows in found.items():
            summary("programs", target, compiler, [ratio for _, _, ratio in rows])


if __name__ == "__main__":
    main()
