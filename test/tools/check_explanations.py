#!/usr/bin/env python3
"""The pages of `nnc explain` say what happens: check_explanations.py NNC

Page tools/nnc/explanations/CODE.md has a `nn wrong` block, the first line of what nnc says about it, and a `nn right`
block. Here `nnc check` reads both, with the data of examples/iris and what the page shows as `csv NAME`: the wrong one
must give this code and this text (what only stops the making of code is a remark of `check`), the right one must pass,
without a warning that the page is about. What no short program shows is a `sh wrong` block of commands instead.

Page tools/nnc/explanations/words/NAME.md is about words of other systems, listed in its first lines, `SYSTEM: word, word`;
each word stands on one page. It has a `nn right` block, and mostly a wrong one with any error.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from repository import ROOT, files, finish, read

TABLE = re.compile(r"```csv (\S+)\n(.*?)```\n", re.S)
BLOCK = re.compile(r"```(nn|sh) (wrong|right)\n(.*?)```\n", re.S)
HEAD = re.compile(r"(?:[A-Z][\w-]*: .+\n)+\n")


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def check(nnc, program, folder):
    path = write(folder, "page.nn", program)
    run = subprocess.run([nnc, "check", path, "--data", folder], capture_output=True, text=True, timeout=60)
    return run.returncode, run.stderr


def run_commands(nnc, commands, folder):
    path = os.path.dirname(os.path.abspath(nnc)) + os.pathsep + os.environ["PATH"]
    run = subprocess.run(["bash", "-c", commands], cwd=folder, env={**os.environ, "PATH": path}, capture_output=True,
                         text=True, timeout=60)
    return run.stderr


def judge(nnc, name, code, folder, findings):
    """A page, with the programs that it shows; `code` is what it is about, "" for words."""
    text = read(name)
    blocks = {(kind, which): body for kind, which, body in BLOCK.findall(text)}
    wrong = [key for key in blocks if key[1] == "wrong"]
    message = re.search(rf"^    (?:error|warning|remark)\[{code or '[EW][0-9]{4}'}\]: .+$", text, re.M)
    if ("nn", "right") not in blocks or len(wrong) != (message is not None) or (code and not message):
        findings.append(f"{name}: needs a wrong program, what nnc says about it, and a right program")
        return
    shutil.copy(os.path.join(ROOT, "examples", "iris", "iris.csv"), folder)
    for table, rows in TABLE.findall(text):
        write(folder, table, rows)
    if wrong:
        body = blocks[wrong[0]]
        said = run_commands(nnc, body, folder) if wrong[0][0] == "sh" else check(nnc, body, folder)[1]
        if message.group().strip() not in said.splitlines():
            findings.append(f"{name}: the wrong program gives\n{said}")
    exit_code, said = check(nnc, blocks["nn", "right"], folder)
    # What this version cannot compile yet is a remark.
    if exit_code != 0 or (f"[{code}]" in said if code else re.search(r"^(error|warning)\[", said, re.M)):
        findings.append(f"{name}: the right program gives\n{said}")


def check_words(pages, findings):
    seen = {}
    for name in pages:
        head = HEAD.match(read(name))
        if not head:
            findings.append(f"{name}: does not begin with `SYSTEM: word, word`")
            continue
        for line in head.group().strip().splitlines():
            for word in line.split(": ", 1)[1].split(", "):
                if word in seen:
                    findings.append(f"{name}: `{word}` is a word of {seen[word]} as well")
                seen[word] = name
    return len(seen)


def main():
    nnc = sys.argv[1]
    known = set(re.findall(r"NNC_DIAGNOSTIC\((\w+),", read("support/Diagnostics.def")))
    pages = [name for name in files(".md") if name.startswith("tools/nnc/explanations/")]
    words = [name for name in pages if "/words/" in name]
    findings = []
    count = check_words(words, findings)
    for name in pages:
        code = "" if name in words else os.path.basename(name).removesuffix(".md")
        if code and code not in known:
            findings.append(f"{name}: {code} is not in support/Diagnostics.def")
        with tempfile.TemporaryDirectory() as folder:
            judge(nnc, name, code, folder, findings)
    finish(f"{len(pages)} pages of `nnc explain`, {count} words", findings)


if __name__ == "__main__":
    main()
