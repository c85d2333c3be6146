#!/usr/bin/env python3
"""The C and C++ of the repository is formatted by clang-format 22 and the .clang-format at the root.

Other versions format differently, so without this one nothing is checked, and a line says so.
"""
import os
import shutil
import subprocess
import sys

from repository import ROOT, files, finish


def main():
    tool = shutil.which("clang-format-22") or shutil.which("/usr/lib/llvm-22/bin/clang-format")
    if tool is None:
        print("clang-format-22 is missing: nothing was checked")
        sys.exit(0)
    sources = files(".h", ".cpp", ".c")
    findings = []
    for begin in range(0, len(sources), 40):
        batch = sources[begin:begin + 40]
        made = subprocess.run([tool, "--dry-run", "--Werror", *batch], cwd=ROOT, capture_output=True, text=True)
        if made.returncode == 0:
            continue
        wrong = {line.split(":")[0] for line in made.stderr.splitlines() if "[-Wclang-format-violations]" in line}
        findings += [f"{name}: clang-format-22 -i {name}" for name in sorted(wrong)]
        if not wrong:
            findings.append(made.stderr.strip() or f"{os.path.basename(tool)} failed with {made.returncode}")
    finish(f"format of {len(sources)} files", findings)


if __name__ == "__main__":
    main()
