#!/usr/bin/env python3
"""The pages of `nnc explain` say what happens: check_explanations.py NNC

Page tools/nnc/explanations/CODE.md has a `nn wrong` block, the first line of what nnc says about it, and a `nn right`
block. Here `nnc check` reads both, with the data of examples/iris and what the page shows as `csv NAME`: the wrong one
must give this code and this text (what only stops the making of code is a remark of `check`), the right one must pass,
without a warning that the page is about.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from repository import ROOT, files, finish, read

TABLE = re.compile(r"```csv (\S+)\n(.*?)```\n", re.S)
BLOCK = re.compile(r"```nn (wrong|right)\n(.*?)```\n", re.S)


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def check(nnc, program, folder):
    path = write(folder, "page.nn", program)
    run = subprocess.run([nnc, "check", path, "--data", folder], capture_output=True, text=True, timeout=60)
    return run.returncode, run.stderr


def judge(nnc, name, known, folder, findings):
    code = os.path.basename(name).removesuffix(".md")
    text = read(name)
    blocks = dict(BLOCK.findall(text))
    message = re.search(rf"^    (?:error|warning|remark)\[{code}\]: .+$", text, re.M)
    if code not in known:
        findings.append(f"{name}: {code} is not in support/Diagnostics.def")
    if set(blocks) != {"wrong", "right"} or not message:
        findings.append(f"{name}: needs a wrong program, what nnc says about it, and a right program")
        return
    shutil.copy(os.path.join(ROOT, "examples", "iris", "iris.csv"), folder)
    for table, rows in TABLE.findall(text):
        write(folder, table, rows)
    _, said = check(nnc, blocks["wrong"], folder)
    if message.group().strip() not in said.splitlines():
        findings.append(f"{name}: the wrong program gives\n{said}")
    exit_code, said = check(nnc, blocks["right"], folder)
    if exit_code != 0 or f"[{code}]" in said:
        findings.append(f"{name}: the right program gives\n{said}")


def main():
    nnc = sys.argv[1]
    known = set(re.findall(r"NNC_DIAGNOSTIC\((\w+),", read("support/Diagnostics.def")))
    pages = [name for name in files(".md") if name.startswith("tools/nnc/explanations/")]
    findings = []
    for name in pages:
        with tempfile.TemporaryDirectory() as folder:
            judge(nnc, name, known, folder, findings)
    finish(f"{len(pages)} pages of `nnc explain`", findings)


if __name__ == "__main__":
    main()
