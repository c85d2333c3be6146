#!/usr/bin/env python3
"""Includes flow one way: dsl, compiler, codegen, tools; support and data are leaves; runtime stands alone.

A quoted include is the path from the root of the repository (or a header of MLIR, LLVM or the build). Below, for each
folder, what its files may include. The first rule whose folder holds the file decides.
"""
import os
import re

from repository import ROOT, files, finish, read

LLVM = ("llvm/", "mlir/", "lld/")

# folder: (folders of ours that it may include, outside headers that it may not)
RULES = [
    ("support/", ("support/",), LLVM + ("boost/",)),
    ("data/", ("data/", "support/"), LLVM + ("boost/",)),
    ("dsl/grammar/", ("dsl/", "support/"), LLVM),
    ("dsl/", ("dsl/", "data/", "support/"), LLVM + ("boost/",)),
    ("compiler/Dialect/", ("compiler/Dialect/", "support/"), ("boost/",)),
    ("compiler/Target/", ("compiler/Target/", "compiler/Dialect/", "support/"), ("boost/",)),
    ("compiler/Analysis/", ("compiler/Analysis/", "compiler/Target/", "compiler/Dialect/", "support/"), ("boost/",)),
    ("compiler/Reference/", ("compiler/Reference/", "compiler/Dialect/", "support/"), ("boost/",)),
    ("compiler/Import/", ("compiler/Import/", "compiler/Dialect/", "dsl/", "support/"), ("boost/",)),
    ("compiler/Transforms/", ("compiler/Transforms/", "compiler/Analysis/", "compiler/Target/", "compiler/Dialect/",
                              "support/"), ("boost/",)),
    ("compiler/Autodiff/", ("compiler/Autodiff/", "compiler/Analysis/", "compiler/Target/", "compiler/Dialect/",
                            "support/"), ("boost/",)),
    ("compiler/", ("compiler/", "support/"), ("boost/",)),
    ("codegen/", ("codegen/", "compiler/", "support/", "runtime/abi/"), ("boost/",)),
    ("runtime/abi/", (), LLVM + ("boost/",)),
    ("runtime/", ("runtime/", "data/", "support/"), LLVM + ("boost/",)),
    ("cmake/", (), ("boost/",)),
    ("tools/", ("tools/", "codegen/", "compiler/", "dsl/", "runtime/", "data/", "support/"), ("boost/",)),
    ("bench/", ("bench/", "tools/", "codegen/", "compiler/", "dsl/", "runtime/", "data/", "support/"), ("boost/",)),
    ("test/", ("test/", "tools/", "codegen/", "compiler/", "dsl/", "runtime/", "data/", "support/"), ()),
]

# Standard headers that a folder does without: the runtime of a small program is not to carry streams or their locale.
NOT_STANDARD = {"runtime/": ("iostream", "fstream", "sstream", "regex")}

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)
OURS = tuple(sorted({rule[0].split("/")[0] + "/" for rule in RULES}))


def check(name, findings):
    rule = next((rule for rule in RULES if name.startswith(rule[0])), None)
    if rule is None:
        findings.append(f"{name}: no rule for its folder")
        return
    folder, allowed, forbidden = rule
    text = read(name)
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start(2)) + 1
        quote, header = match.groups()
        where = f"{name}:{line}"
        if header.startswith(OURS):
            if quote == "<":
                findings.append(f'{where}: {header} is ours, write it in quotes')
            # Headers that the build makes lie under the same names.
            generated = header.endswith(".inc")
            if not generated and not os.path.isfile(os.path.join(ROOT, header)):
                findings.append(f"{where}: {header} does not exist")
            if not header.startswith(allowed):
                findings.append(f"{where}: {folder} may not include {header}")
        elif header.startswith(forbidden):
            findings.append(f"{where}: {folder} may not include {header}")
        elif quote == '"' and os.path.isfile(os.path.join(ROOT, os.path.dirname(name), header)):
            findings.append(f"{where}: {header}: write the path from the root of the repository")
        for start, headers in NOT_STANDARD.items():
            if name.startswith(start) and header in headers:
                findings.append(f"{where}: {start} does without <{header}>")


def main():
    sources = files(".h", ".cpp", ".c", ".def")
    sources = [name for name in sources if "/" in name and not name.startswith("examples/")]
    findings = []
    for name in sources:
        check(name, findings)
    finish(f"includes of {len(sources)} files", findings)


if __name__ == "__main__":
    main()
