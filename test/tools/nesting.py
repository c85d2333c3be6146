#!/usr/bin/env python3
"""Programs that nest deeply or go on for long, from text to the checker's answer: nesting.py NNC [--stack KIB]

Every form that nests is accepted 256 levels deep; 257, 10,000 and a million levels (or as many as fit into the 4 MiB that
a program may have) are error E0111 with line and column, exit 1, on a stack of --stack KiB. A flat chain is no nesting:
100,000 links are accepted or meet a limit of the language that the answer names, and are formatted. What the checker
might do twice at each level, it does once: 64 levels are an answer. Each comes within ten seconds, or --seconds.
"""
import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile

MODEL = "model M(x: float[B, 4]) -> float[B, 4] {\n  %s\n}\n"
SOURCE_CAP = 4 << 20

# name: (levels already open around it, opening, middle, closing). The body of the model is one level.
NESTS = {
    "parentheses": (1, "(", "x", ")"),
    "calls": (1, "relu(", "x", ")"),
    "named arguments": (1, "relu(x = ", "x", ")"),
    "minus": (1, "- ", "x", ""),
    "powers": (1, "x ** ", "x", ""),
    "not": (3, "not ", "true", ""),
    "blocks of if": (1, "if true { ", "x", " } else { x }"),
    "lists": (1, "[", "x", "]"),
    "subscripts": (1, "x[", "0", "]"),
    "reducers": (2, "sum[i] ", "x[b, i]", ""),
    "blocks of for": (1, "for i in 0..1 { ", "x", " }"),
    "comprehensions": (1, "[", "relu for i in 0..1", "]"),
    "types": (1, "[", "int", "]"),
}
# Around the form, where it cannot stand alone. All the others are the body of a model.
AROUND = {
    "not": MODEL % "if (%s) { x } else { x }",
    "reducers": MODEL % "y[b, j in 4] = %s\n  y",
    "types": MODEL % "y: %s = 1\n  x",
}
# Forms that only the parser accepts in this shape: another answer than E0111 will do at the limit.
SYNTAX_ONLY = {"lists", "subscripts", "blocks of for", "comprehensions", "types", "reducers", "not"}

# name: a program of that many links.
CHAINS = {
    "sums": lambda n: MODEL % ("x" + " + x" * n),
    "products": lambda n: MODEL % ("x" + " * x" * n),
    "stages": lambda n: MODEL % ("x" + " |> relu" * n),
    "bindings": lambda n: MODEL % ("y0 = x\n  " + "".join(f"y{i + 1} = y{i}\n  " for i in range(n)) + f"y{n}"),
    "one name again and again": lambda n: MODEL % ("y = x\n  " + "y = relu(y)\n  " * n + "y"),
    "else if": lambda n: MODEL % ("if false { x }" + " else if false { x }" * n + " else { x }"),
    "and": lambda n: MODEL % ("if true" + " and true" * n + " { x } else { x }"),
    "sizes": lambda n: "model M(x: float[B, 0" + " + 1" * n + f"]) -> float[B, {n}] {{ x }}",
    "labels": lambda n: "dim Many = { " + ", ".join(f"a{i}" for i in range(n)) + " }\n" + MODEL % "x",
    "dims": lambda n: "".join(f"dim D{i}a = 3\n" for i in range(n)) + MODEL % "x",
    "functions": lambda n: "".join(f"fn f{i}(x: float) -> float {{ x }}\n" for i in range(n)) + MODEL % "x",
    "parameters": lambda n: MODEL % ("".join(f"param w{i}: float[4] = 0\n  " for i in range(n)) + "x" +
                                     "".join(f" + w{i}" for i in range(n))),
    "arguments": lambda n: MODEL % ("relu(" + "x, " * n + "x)"),
    "list elements": lambda n: MODEL % ("x |> [" + "relu, " * n + "relu]"),
    "layers": lambda n: MODEL % ("x" + "".join(f"\n    |> l{i}: Linear(4)" for i in range(n))),
    "layers of a list": lambda n: MODEL % f"x |> [Linear(4) for i in 0..{n}]",
    "axes": lambda n: "model M(x: float[B" + ", 1" * n + "]) -> float[B, 4] { x }",
    "comments": lambda n: "// a\n/// b\n" * n + MODEL % "x",
    "errors": lambda n: MODEL % ("y = 1 +\n  " * n + "x"),
    "unknown names": lambda n: MODEL % ("".join(f"y{i} = u{i}\n  " for i in range(n)) + "x"),
}

# name: a program that many levels deep, each of which the checker might do twice.
TWICE = {
    "means in their conditions": lambda n: "model M(x: float[B]) -> float {\n  " + "".join(f"mean[i{i} where x[i{i}] < " for i in range(n)) + "0.0"
    + "".join(f"] x[i{i}]" for i in reversed(range(n))) + "\n}\n",
    "twice in itself": lambda n: MODEL % ("y0 = x\n  " + "".join(f"y{i + 1} = y{i} + y{i}\n  " for i in range(n)) + f"y{n}"),
}


class Runner:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.failures, self.count, self.slowest = [], 0, (0, "")

    def answer(self, name, program, command="check"):
        """The exit code and the codes of the errors."""
        path = os.path.join(self.folder, "program.nn")
        with open(path, "w", encoding="utf-8") as file:
            file.write(program)
        stack = self.options.stack << 10
        self.count += 1
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        try:
            run = subprocess.run([self.options.nnc, command, path], capture_output=True, timeout=self.options.seconds * 10,
                                 preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_STACK, (stack, stack)))
        except subprocess.TimeoutExpired:
            self.fail(name, "no answer")
            return None, []
        seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        self.slowest = max(self.slowest, (seconds, name))
        if seconds > self.options.seconds:
            self.fail(name, f"took {seconds:.1f} s")
        said = run.stderr.decode(errors="replace") + run.stdout.decode(errors="replace")
        codes = re.findall(r"error\[(E\d{4})\]", said)
        if run.returncode == 1 and not re.search(r"error\[E\d{4}\].*\n +--> \S+program\.nn:\d+:\d+\n", said):
            self.fail(name, "an error without a place: " + said[:300])
        if run.returncode not in (0, 1):
            self.fail(name, f"exit {run.returncode}: {said[-300:]}")
        return run.returncode, codes

    def fail(self, name, what):
        self.failures.append(f"{name}: {what}")

    def nest(self, name):
        outer, opening, middle, closing = NESTS[name]
        around = AROUND.get(name, MODEL)
        for depth in (256, 257, 10_000, 1_000_000):
            levels = depth - outer
            if depth > 257:
                levels = min(levels, (SOURCE_CAP - 200) // len(opening + closing))
            program = around % (opening * levels + middle + closing * levels)
            exit_code, codes = self.answer(f"{name}, {depth} deep", program)
            if exit_code is None:
                continue
            if depth <= 256 and ("E0111" in codes or (exit_code != 0 and name not in SYNTAX_ONLY)):
                self.fail(f"{name}, {depth} deep", f"refused: {codes}")
            if depth > 256 and codes != ["E0111"]:
                self.fail(f"{name}, {depth} deep", f"exit {exit_code} with {codes[:5]}, expected E0111")

    def chain(self, name):
        for command in ("check", "fmt"):
            self.answer(f"{name}, {self.options.links:,} links, {command}", CHAINS[name](self.options.links), command)

    def twice(self, name):
        self.answer(f"{name}, 64 deep", TWICE[name](64))


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("nnc")
    arguments.add_argument("--stack", type=int, default=1024, help="KiB")
    arguments.add_argument("--seconds", type=float, default=10, help="of processor time an answer may take")
    arguments.add_argument("--links", type=int, default=100_000)
    arguments.add_argument("--only", help="forms and chains whose name holds this")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(options, folder)
        for names, run in ((NESTS, runner.nest), (CHAINS, runner.chain), (TWICE, runner.twice)):
            for name in names:
                if not options.only or options.only in name:
                    run(name)
    print("\n".join(runner.failures))
    print(f"{runner.count} programs, {len(runner.failures)} answered wrongly; "
          f"the slowest took {runner.slowest[0]:.1f} s ({runner.slowest[1]})")
    sys.exit(1 if runner.failures or not runner.count else 0)


if __name__ == "__main__":
    main()
