#!/usr/bin/env python3
"""Trains one program through every back end and compares the weights byte by byte.

usage: backends_agree.py NNC EXAMPLE SCRATCH [--steps N] [--quick] [-- OPTIONS of nnc]     EXAMPLE: a folder with NAME.nn and its data

LLVM, g++ and clang++; -O0 to -O3 for this CPU, and -O2 for x86-64-v3 and x86-64 (which has no fused multiply-add, and so
bits of its own); 1 and 3 threads. --quick: -O2 for this CPU alone.
"""
import hashlib
import pathlib
import subprocess
import sys

BACKENDS = {"llvm": [], "g++": ["--backend=cpp", "--cxx=g++"], "clang++": ["--backend=cpp", "--cxx=clang++"]}
BUILDS = {f"O{level}": [f"-O{level}"] for level in range(4)} | {"v3": ["--target-features=x86-64-v3"]}
PLAIN = {"plain": ["--target-features=x86-64"]}


def fingerprints(nnc, example, scratch, builds, steps, extra):
    """Which builds and runs ended in which weights, or how they failed."""
    found = {}
    for backend, through in BACKENDS.items():
        for build, options in builds.items():
            program = scratch / f"{backend}-{build}"
            subprocess.run([nnc, example / f"{example.name}.nn", "-o", program, *through, *options, *extra], check=True)
            for threads in ("1", "3"):
                run = scratch / f"{program.name}-{threads}.run"
                command = [program, "train", "--data", example, "--run", run, "--threads", threads, "--steps", steps, "--quiet"]
                code = subprocess.run(command).returncode
                end = f"exit {code}" if code else hashlib.sha256((run / "last.safetensors").read_bytes()).hexdigest()[:16]
                found.setdefault(end, []).append(f"{program.name}/{threads}")
    return found


def main():
    extra = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    nnc, example, scratch = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    steps = sys.argv[sys.argv.index("--steps") + 1] if "--steps" in sys.argv else "40"
    scratch.mkdir(parents=True, exist_ok=True)
    agree = True
    for builds in ({"O2": []},) if "--quick" in sys.argv else (BUILDS, PLAIN):
        found = fingerprints(nnc, example, scratch, builds, steps, extra)
        for value, runs in found.items():
            print(value, " ".join(runs))
        agree &= len(found) == 1 and not any(end.startswith("exit") for end in found)
    print(f"{example.name}: {'all agree' if agree else 'the back ends DIFFER'}")
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
