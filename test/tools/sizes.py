#!/usr/bin/env python3
"""Sizes that are huge, zero or negative, in every place where a program may write one: sizes.py NNC TABLE

TABLE has blocks of a line `== expected answer` and the program below it. The answer is that of `nnc check`: `ok`, or the
code and place of the first error, `E0305 2:15`. Whatever the size, the answer comes without that size's memory: the peak
of each run stays within 256 MB, or --limit.
"""
import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile


def cases(path):
    """(line of the block, expected answer, program)"""
    made = []
    with open(path, encoding="utf-8") as table:
        for number, line in enumerate(table, 1):
            if line.startswith("== "):
                made.append([number, line[3:].strip(), ""])
            elif made and not line.startswith("//"):
                made[-1][2] += line
    return made


def answer(nnc, program, folder):
    path = os.path.join(folder, "sizes.nn")
    with open(path, "w", encoding="utf-8") as file:
        file.write(program)
    process = subprocess.Popen([nnc, "check", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = process.stdout.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    found = re.search(r"error\[(E\d{4})\].*?\n +--> [^\n]*?sizes\.nn:(\d+:\d+)", said, re.S)
    if process.returncode == 0 and re.search(r"^ok: ", said, re.M):
        return "ok", usage.ru_maxrss, said
    if process.returncode in (1, 4) and found: # 4: the data, not the program
        return f"{found.group(1)} {found.group(2)}", usage.ru_maxrss, said
    return f"exit {process.returncode}", usage.ru_maxrss, said


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("nnc")
    arguments.add_argument("table")
    arguments.add_argument("--limit", type=int, default=256, help="MB")
    options = arguments.parse_args()
    table = cases(options.table)
    failures, peak = 0, 0
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        for line, expected, program in table:
            got, kilobytes, said = answer(options.nnc, program, folder)
            peak = max(peak, kilobytes)
            if got != expected or kilobytes > options.limit * 1024:
                failures += 1
                print(f"{options.table}:{line}: expected {expected}, got {got}, {kilobytes // 1024} MB\n{said}")
    print(f"{len(table)} sizes, {failures} answered wrongly, peak {peak // 1024} MB")
    sys.exit(1 if failures or not table else 0)


if __name__ == "__main__":
    main()
