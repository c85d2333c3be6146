#!/usr/bin/env python3
"""Runs the case of one system, or holds the table of all of them.

usage: check_systems.py NNC CASE.py SCRATCH        one case
       check_systems.py --table                    every row has its program and its case, every program its row

A case is test/systems/NAME.py. Its program is NAME.nn beside it, or PROGRAM, a path from the root; TRAIN = "Model" picks one of
several `train` blocks (a list: `p.trained(NAME)` is the program of one of them), DATA = "folder" (from the root) is where
vocabularies lie, WARNINGS are the codes of the warnings that belong to the program. Its function `test(p)` runs entries of the program
in the reference evaluator, in f64, and compares what comes out with what does not come from nnc. Every case must run `forward` and
`loss` and compare something. For each case the program must pass `nnc check` and `nnc fmt --check`, and compile if its row of
README.md says so; else compiling ends in E0504, E0505 or E0240, and in nothing beside them.
"""
import importlib.util
import json
import math
import os
import pathlib
import re
import subprocess
import sys

import safetensors
from systems import Tensor, uniform

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "test" / "systems"
NOT_YET = {"E0504", "E0505", "E0240"}


class Program:
    """One program and what a case asks of it."""

    def __init__(self, nnc, path, scratch, options):
        self.nnc, self.path, self.scratch, self.options = nnc, path, scratch, options
        self.entries, self.told = set(), []

    def call(self, *words):
        return subprocess.run([str(word) for word in words], capture_output=True, text=True)

    def good(self, *words):
        done = self.call(*words)
        assert done.returncode == 0, f"{' '.join(map(str, words))}\nexit {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def settings(self, defines):
        return [word for name, value in (defines or {}).items() for word in ("-D", f"{name}={value}")]

    def run(self, entry, inputs, weights=None, defines=None, options=()):
        """The results of an entry by name, with the given values of all parameters and states (`drawn`), else with those that
        a training begins with."""
        files = []
        for kind, tensors in (("inputs", inputs), ("weights", weights)):
            if tensors is not None:
                safetensors.write(self.scratch / f"{kind}.safetensors",
                                  {name: (t.dtype, t.shape, t.values) for name, t in tensors.items()})
                files += [f"--{kind}", self.scratch / f"{kind}.safetensors"]
        self.good(self.nnc, "run", self.path, entry, "--backend=reference", "--dtype=f64", *files, "--outputs",
                  self.scratch / "outputs.safetensors", *self.settings(defines), *self.options, *options)
        self.entries.add(entry)
        results, _ = safetensors.read(self.scratch / "outputs.safetensors")
        return {name: Tensor(shape, values, dtype) for name, (dtype, shape, values) in results.items()}

    def forward(self, inputs, **more):
        return self.run("forward", inputs, **more)

    def loss(self, inputs, **more):
        return self.run("loss", inputs, **more)["loss"].values[0]

    def evaluate(self, inputs, **more):
        """Each figure of the entry `eval` as a mean; those that are no means over elements stand in `figures` of `run`."""
        results = self.run("eval", inputs, **more)
        return {name: value.values[0] / results[name + ".count"].values[0] for name, value in results.items()
                if name + ".count" in results}

    def declared(self, defines=None):
        """The parameters and states by name: shape and start, as text."""
        text = self.good(self.nnc, self.path, "--emit=program", *self.settings(defines), *self.options).stdout
        found = re.findall(r"^(?:param|state) (\S+) : f\d+(?:\[([\d, ]*)\])? = (.*)$", text, re.M)
        return {name: ([int(size) for size in shape.split(",")] if shape else [], start) for name, shape, start in found}

    def parameters(self, defines=None):
        return {name: shape for name, (shape, _) in self.declared(defines).items()}

    def drawn(self, defines=None, scale=0.5):
        """Values for all parameters and states; running variances are positive."""
        return {name: uniform(*shape, low=0.5, high=1.5) if name.endswith("running_var") else uniform(*shape, low=-scale, high=scale)
                for name, shape in self.parameters(defines).items()}

    def recipe(self):
        """What the runtime is told of data and training."""
        text = self.good(self.nnc, self.path, "--emit=program", *self.options).stdout
        return json.loads(re.search(r"^recipe (.*)$", text, re.M)[1])

    def edited(self, old, new):
        """The program with other text: smaller pictures, fewer classes. Its runs count as the program's."""
        text = self.path.read_text(encoding="utf-8")
        assert old in text, f"{self.path} has no `{old}`"
        folder = self.scratch / "edited"
        folder.mkdir(exist_ok=True)
        path = folder / self.path.name
        path.write_text(text.replace(old, new), encoding="utf-8")
        made = Program(self.nnc, path, self.scratch, self.options)
        made.entries, made.told = self.entries, self.told
        return made

    def trained(self, name):
        """The program of one of several `train` blocks."""
        made = Program(self.nnc, self.path, self.scratch, [*self.options, "--train", name])
        made.entries, made.told = self.entries, self.told
        return made

    def summary(self, defines=None, at=None):
        sizes = ["--at", at] if at else []
        return json.loads(self.good(self.nnc, "summary", self.path, "--json", *sizes, *self.settings(defines),
                                    *self.options).stdout)

    def count(self, defines=None):
        """Numbers in all parameters, as `nnc check` says."""
        said = self.good(self.nnc, "check", self.path, *self.settings(defines), *self.options)
        return int(re.search(r"([\d,]+) parameters?", said.stdout)[1].replace(",", ""))

    def same(self, what, got, wanted, tolerance=1e-9):
        """Numbers, or tensors with their shapes; relative, with values below 1 counted as 1."""
        self.told.append(what)
        if isinstance(wanted, Tensor):
            assert got.shape == wanted.shape, f"{what}: shape {got.shape}, wanted {wanted.shape}"
            pairs = zip(got.values, wanted.values, strict=True)
        elif isinstance(wanted, (int, float)):
            pairs = [(got, wanted)]
        else:
            assert got == wanted, f"{what}: {got}, wanted {wanted}"
            pairs = []
        for place, (a, b) in enumerate(pairs):
            equal = a == b or abs(a - b) <= tolerance * max(1.0, abs(b))
            assert equal and not math.isnan(b), f"{what}: {a} at {place}, wanted {b}"

    def holds(self, what, condition):
        self.told.append(what)
        assert condition, f"{what} does not hold"


def table():
    """The rows of README.md: (system, path of the program from the root, path of the case, whether it compiles)."""
    rows = []
    for line in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        linked = [re.fullmatch(r"\[[^]]*\]\(([^)]+)\)", cell) for cell in cells]
        if len(cells) == 4 and linked[1] and linked[2]:
            program, case = ((FOLDER / link[1]).resolve() for link in linked[1:3])
            rows.append((cells[0], program, case, cells[3]))
    return rows


def load(case):
    spec = importlib.util.spec_from_file_location("case", case)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def program_of(module, case):
    return ROOT / module.PROGRAM if hasattr(module, "PROGRAM") else case.with_suffix(".nn")


def compiles(program, promised):
    """What `nnc FILE -o BINARY` does is what the table says, and nothing that is a bug."""
    done = program.call(program.nnc, program.path, "-o", program.scratch / "program", "--diagnostics=json", *program.options)
    codes = {json.loads(line)["code"] for line in done.stderr.splitlines()
             if line.startswith("{") and json.loads(line)["severity"] == "error"}
    if done.returncode != 0:
        assert done.returncode == 1 and codes and codes <= NOT_YET, f"exit {done.returncode}\n{done.stderr}"
    now = "no" if done.returncode else "yes"
    assert now == promised, f"the table says that compiling it works: {promised}; now: {now}, {sorted(codes)}"


def run_case(nnc, case, scratch):
    scratch.mkdir(parents=True, exist_ok=True)
    promised = {row[3] for row in table() if row[2] == case}
    assert len(promised) == 1, f"rows of {case.name} in the table: {sorted(promised)}"
    module = load(case)
    path = program_of(module, case)
    options = ["--data", ROOT / module.DATA] if hasattr(module, "DATA") else []
    train = getattr(module, "TRAIN", None)
    if isinstance(train, str):
        options += ["--train", train]
    program = Program(nnc, path, scratch, options)
    said = program.good(nnc, "check", path, *options)
    assert said.stdout.startswith("ok: "), said.stdout
    warned = set(re.findall(r"^warning\[(W\d+)\]", said.stderr, re.M))
    assert warned == getattr(module, "WARNINGS", set()), said.stderr
    program.good(nnc, "fmt", "--check", path)
    module.test(program)
    assert {"forward", "loss"} <= program.entries, f"runs {sorted(program.entries)}, not `forward` and `loss`"
    assert program.told, "compares nothing"
    for one in [program.trained(name) for name in train] if isinstance(train, list) else [program]:
        compiles(one, *promised)
    print(f"{case.stem}: {len(program.told)} comparisons")


def check_table():
    rows, findings = table(), []
    cases = sorted(FOLDER.glob("*.py"))
    for system, program, case, promise in rows:
        for path in (program, case):
            if not path.is_file():
                findings.append(f"{system}: {path} is not there")
        if promise not in ("yes", "no"):
            findings.append(f"{system}: `{promise}` is neither yes nor no")
        if case.is_file() and program_of(load(case), case).resolve() != program:
            findings.append(f"{system}: the case is about another program")
    for path in cases:
        if path not in {row[2] for row in rows}:
            findings.append(f"{path.name}: no row")
        if not path.read_text(encoding="utf-8").startswith("# RUN: check_systems.py %nnc %s %t\n"):
            findings.append(f"{path.name}: the first line does not run it")
    for path in sorted(FOLDER.glob("*.nn")):
        if path not in {row[1] for row in rows}:
            findings.append(f"{path.name}: no row")
    names = [row[0] for row in rows]
    findings += [f"{name}: two rows" for name in sorted(set(names)) if names.count(name) > 1]
    for finding in findings:
        print(finding)
    print(f"{len(rows)} systems, {len({row[1] for row in rows})} programs, {len(findings)} to mend")
    return 1 if findings or not rows else 0


def main():
    sys.dont_write_bytecode = True
    if sys.argv[1:] == ["--table"]:
        return check_table()
    nnc, case, scratch = sys.argv[1:]
    run_case(nnc, pathlib.Path(case).resolve(), pathlib.Path(scratch))
    return 0


if __name__ == "__main__":
    sys.exit(main())
