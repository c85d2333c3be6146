#!/usr/bin/env python3
"""The printed C++ of every program of this repository is formatted as the repository is: format_programs.py NNC SCRATCH

Programs: test/e2e/Inputs, the examples, bench; each with and without its `train` blocks, for AVX-512, AVX2 and any
x86-64, as a library and for the runtime. Programs that the compiler refuses (an op without a kernel, exit 1) are counted.
"""
import itertools
import os
import pathlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = pathlib.Path(__file__).resolve().parent
TARGETS = ("x86-64-v4", "x86-64-v3", "x86-64")
FORMS = ([], ["--backend=cpp"])


def sources(scratch):
    """(file, folder of its data): the programs, and copies of them without what trains."""
    for path in sorted([*ROOT.glob("test/e2e/Inputs/*.nn"), *ROOT.glob("examples/**/*.nn"), *ROOT.glob("bench/*.nn")]):
        yield path, path.parent
        text = path.read_text(encoding="utf-8")
        plain = re.sub(r"^train .*?^}\n", "", text, flags=re.M | re.S)
        if plain != text:
            copy = scratch / f"{path.stem}-plain.nn"
            copy.write_text(plain, encoding="utf-8")
            yield copy, path.parent


def main():
    nnc, scratch = sys.argv[1], pathlib.Path(sys.argv[2])
    scratch.mkdir(parents=True, exist_ok=True)

    def one(task):
        (source, data), target, form = task
        made = scratch / f"{source.stem}-{target}{'-runtime' if form else ''}.cpp"
        done = subprocess.run([nnc, source, f"--data={data}", f"--target-features={target}", "--emit=cpp", *form, "-o", made],
                              capture_output=True, text=True, timeout=300)
        if done.returncode not in (0, 1):
            sys.exit(f"{source}: exit {done.returncode}\n{done.stderr}")
        return made if done.returncode == 0 else None

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        made = list(pool.map(one, itertools.product(sources(scratch), TARGETS, FORMS)))
    printed = [path for path in made if path]
    print(f"{len(made) - len(printed)} refused")
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, TOOLS / "cpp_format.py", *printed])


if __name__ == "__main__":
    main()
