#!/usr/bin/env python3
"""`nnc doc NAME --source` prints a file that compiles alone: check_doc.py NNC

Every name that `nnc doc` lists has a page; every one with a text in `.nn` gives a file that `nnc check` accepts and that
`nnc fmt` leaves as it is.
"""
import re
import subprocess
import sys

from repository import finish


def run(nnc, *arguments, text=None):
    made = subprocess.run([nnc, *arguments], input=text, capture_output=True, text=True, timeout=60)
    return made.returncode, made.stdout, made.stderr


def listed(nnc):
    names = []
    for line in run(nnc, "doc")[1].splitlines():
        found = re.match(r"  ([A-Za-z_]\w*)", line)
        if found and found.group(1) not in names:
            names.append(found.group(1))
    return names


def judge(nnc, name, findings):
    code, page, said = run(nnc, "doc", name)
    if code != 0 or not page:
        findings.append(f"{name}: no page: {said}")
        return 0
    code, source, _ = run(nnc, "doc", name, "--source")
    if code != 0:
        return 0
    if "model Example" not in source:
        findings.append(f"{name}: no model uses it\n{source}")
    code, _, said = run(nnc, "check", "-", text=source)
    if code != 0 or "warning" in said:
        findings.append(f"{name}: nnc check says\n{said}\nof\n{source}")
    _, once, _ = run(nnc, "fmt", "-", text=source)
    if once != source:
        findings.append(f"{name}: nnc fmt makes\n{once}\nof\n{source}")
    return 1


def main():
    nnc = sys.argv[1]
    names = listed(nnc)
    findings = [] if len(names) > 90 else [f"nnc doc lists only {len(names)} names"]
    count = sum(judge(nnc, name, findings) for name in names)
    finish(f"{len(names)} pages of `nnc doc`, {count} sources", findings)


if __name__ == "__main__":
    main()
