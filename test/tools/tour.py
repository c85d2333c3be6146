#!/usr/bin/env python3
"""What a page of the examples shows is true: tour.py NNC PAGE.md [--write]

In a copy of the examples: each program of the page's folder is named by the page; each block ```nn stands, line by line,
in one of them; each block ```console says what its commands, the lines that begin with `$ `, really print. Blocks ```sh
are not run. With --write the answers are put into the page instead.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```(nn|console)\n(.*?)^```$", re.M | re.S)


def answers(block, folder, nnc):
    """The block with what its commands print now."""
    path = os.path.dirname(os.path.abspath(nnc)) + os.pathsep + os.environ["PATH"]
    made = []
    for line in block.splitlines():
        if not line.startswith("$ "):
            continue
        run = subprocess.run(["bash", "-c", line[2:]], cwd=folder, env={**os.environ, "PATH": path}, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        made.append(line + "\n" + "".join(part.rstrip() + "\n" for part in run.stdout.splitlines()))
    return "".join(made)


def check(nnc, page, write):
    home = os.path.dirname(os.path.abspath(page))
    with open(page, encoding="utf-8") as file:
        text = file.read()
    names = sorted(name for name in os.listdir(home) if name.endswith(".nn"))
    findings = [f"{name} is not named" for name in names if f"`{name}`" not in text]
    programs = [open(os.path.join(home, name), encoding="utf-8").read() for name in names]
    commands = 0
    with tempfile.TemporaryDirectory() as scratch:
        examples = os.path.join(scratch, "examples")
        shutil.copytree(os.path.dirname(home), examples, ignore=shutil.ignore_patterns("*.run"))
        folder = os.path.join(examples, os.path.basename(home))

        def judge(match):
            nonlocal commands
            kind, block = match[1], match[2]
            if kind == "nn":
                if not any("\n" + block in "\n" + program for program in programs):
                    findings.append("stands in no program:\n" + block)
                return match[0]
            now = answers(block, folder, nnc)
            commands += now.count("\n$ ") + now.startswith("$ ")
            if now != block and not write:
                findings.append(f"the page says\n{block}and now it is\n{now}")
            return f"```console\n{now}```"

        made = BLOCK.sub(judge, text)
    if write and made != text:
        with open(page, "w", encoding="utf-8") as file:
            file.write(made)
    return findings, len(names), commands


def main(arguments):
    write = "--write" in arguments
    nnc, page = [one for one in arguments if one != "--write"]
    findings, programs, commands = check(nnc, page, write)
    for finding in findings:
        print(finding)
    print(f"{programs} programs, {commands} commands, {len(findings)} to mend")
    return 1 if findings or not programs or not commands else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
