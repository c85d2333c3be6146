#!/usr/bin/env python3
"""One name, four places: the record of a pass, its file, its flag and its test.

`def PlanMemory : Pass<"nn-plan-memory">` is PlanMemory.cpp, --nn-plan-memory and plan-memory.mlir; a pass towards LLVM,
`def ConvertToLLVM : Pass<"llvm-convert">`, keeps the short flag. A description is a contract: needs, does, guarantees,
gives up. The test runs the pass by its flag.
"""
import os
import re

from repository import files, finish, read

RECORD = re.compile(r'^def (\w+)\s*:\s*Pass<"([^"]+)"', re.M)
PREFIXES = ("nn-", "nnc-", "kernel-", "llvm-")
PARTS = ("needs", "does", "guarantees", "gives up")


def kebab(name):
    """PlanMemory -> plan-memory, VerifyKernelIR -> verify-kernel-ir, LLVMCheck -> llvm-check."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def flags(name):
    """The flags that a record may have."""
    base = kebab(name)
    made = {base} if base.startswith("llvm-") else {prefix + base for prefix in PREFIXES}
    towards = re.fullmatch(r"(.+)-(?:to|for)-llvm", base)
    if towards:
        made.add("llvm-" + towards.group(1))
    return made


def check(td, sources, tests, findings):
    text = read(td)
    records = list(RECORD.finditer(text))
    for number, match in enumerate(records):
        name, flag = match.groups()
        where = f"{td}: {name}"
        if flag not in flags(name):
            findings.append(f"{where}: the flag {flag} does not follow from the name")
        if not any(os.path.basename(source) == name + ".cpp" and source.startswith(td.split("/")[0] + "/")
                   for source in sources):
            findings.append(f"{where}: no file {name}.cpp")
        test = kebab(name) + ".mlir"
        of_that_name = [t for t in tests if os.path.basename(t) == test]
        if not of_that_name:
            findings.append(f"{where}: no test {test}")
        elif not any(re.search(rf"(--|[ =,(]){re.escape(flag)}\b", read(t)) for t in of_that_name):
            findings.append(f"{where}: {test} does not run {flag}")
        end = records[number + 1].start() if number + 1 < len(records) else len(text)
        body = text[match.start():end]
        description = re.search(r"let description = \[\{(.*?)\}\]", body, re.S)
        said = description.group(1).lower() if description else ""
        missing = [part for part in PARTS if part + ":" not in said]
        if missing:
            findings.append(f"{where}: the description does not say: {', '.join(missing)}")


def main():
    findings = []
    records = [name for name in files("asses.td") if not name.startswith("test/")]
    sources, tests = files(".cpp"), files(".mlir")
    passes = sum(len(RECORD.findall(read(td))) for td in records)
    for td in records:
        check(td, sources, tests, findings)
    finish(f"names of {passes} passes", findings)


if __name__ == "__main__":
    main()
