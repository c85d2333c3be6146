#!/usr/bin/env python3
"""How the time of `nnc check` grows when a program doubles: growth.py NNC [--links N] [--limit 2.5] [--only NAME]

The families of test/tools/nesting.py (chains, many names, wide lists, deep nesting) and those below, each at N, 2 N, 4 N
links (deep ones at 64, 128, 256). Processor time of the whole command less that of an empty program, the least of three.
A family that takes less than 20 ms at its largest says nothing of growth and is marked so. Ends with 1 if one grows faster.
"""
import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "test" / "tools"))
from nesting import AROUND, CHAINS, MODEL, NESTS  # noqa: E402

RECURSIVE = """layer Deep(n: int)(x: float[B, 4]) -> float[B, 4] {
  if n == 0 { x } else { x |> Linear(4) |> Deep(n - 1) }
}
model M(x: float[B, 4]) -> float[B, 4] { x |> Deep(%d) }
"""
GENERIC = """fn same[N](x: float[N]) -> float[N] { x }
model M(%s) -> float[B] {
  %s
}
"""
# name: a program of that many links, which the checker may refuse.
MORE = {
    "recursive layer": lambda n: RECURSIVE % n,
    "generic calls": lambda n: GENERIC % ("x: float[B]", "same(" * min(n, 200) + "x" + ")" * min(n, 200)),
    "generic uses": lambda n: GENERIC % (", ".join(f"x{i}: float[B]" for i in range(n)), " + ".join(f"same(x{i})" for i in range(n))),
    "size variables": lambda n: "model M(" + ", ".join(f"x{i}: float[B, S{i}]" for i in range(n)) + ") -> float[B, S0] { x0 }",
    "nested layers": lambda n: "".join(
        f"layer L{i}(x: float[B, 4]) -> float[B, 4] {{ x |> {'L%d' % (i - 1) if i else 'Linear(4)'} |> relu }}\n" for i in range(n))
    + MODEL % f"x |> L{n - 1}",
    "misspelt among many": lambda n: MODEL % ("".join(f"value{i} = x\n  " for i in range(n)) + "".join(f"z{i} = valeu{i}\n  " for i in range(n)) + "x"),
    "packs of layers": lambda n: MODEL % ("x |> " + " |> ".join(f"(Linear({i % 7 + 1}) |> Linear(4))" for i in range(n))),
}
DEEP = {
    "means in their conditions": lambda n: "model M(x: float[B]) -> float[] {\n  " + "mean[b where x[b] < " * n + "0.0" + "] x[b]" * n + "\n}\n",
    "twice in itself": lambda n: MODEL % ("y0 = x\n  " + "".join(f"y{i + 1} = y{i} + y{i}\n  " for i in range(n)) + f"y{n}"),
}


def seconds(nnc, path, most):
    """Processor seconds of one check, the least of three."""
    best = None
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            subprocess.run([nnc, "check", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=most)
        except subprocess.TimeoutExpired:
            return float("inf")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = took if best is None else min(best, took)
    return best


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("nnc")
    arguments.add_argument("--links", type=int, default=2000)
    arguments.add_argument("--limit", type=float, default=2.5)
    arguments.add_argument("--most", type=float, default=60, help="seconds that one check may take")
    arguments.add_argument("--only", default="")
    options = arguments.parse_args()
    sizes = [options.links, 2 * options.links, 4 * options.links]
    depths = [64, 128, 256]
    families = [(name, make, sizes) for name, make in {**CHAINS, **MORE}.items()]
    families += [(name, make, depths) for name, make in DEEP.items()]
    for name, (outer, opening, middle, closing) in NESTS.items():
        families.append((name, lambda n, o=outer, a=opening, m=middle, c=closing, w=AROUND.get(name, MODEL): w % (a * (n - o) + m + c * (n - o)), depths))
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "program.nn")

        def take(text):
            pathlib.Path(path).write_text(text, encoding="utf-8")
            return seconds(options.nnc, path, options.most)

        empty = take(MODEL % "x")
        print(f"{'family':28}" + "".join(f"{'ms':>10}" for _ in sizes) + "    growth (an empty program takes %.0f ms)" % (1e3 * empty))
        for name, make, at in families:
            if options.only not in name:
                continue
            times = [max(take(make(n)) - empty, 1e-4) for n in at]
            said = times[-1] > 0.02 and times[-2] > 0.005
            growth = times[-1] / times[-2]
            worst = max(worst, growth if said else 0)
            print(f"{name:28}" + "".join(f"{1e3 * t:10.1f}" for t in times) + (f"{growth:10.2f}{'  ABOVE' if growth > options.limit else ''}" if said else "   too short"), flush=True)
    print(f"the largest growth of a doubling: {worst:.2f}")
    sys.exit(1 if worst > options.limit else 0)


if __name__ == "__main__":
    main()
