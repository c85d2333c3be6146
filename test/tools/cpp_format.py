#!/usr/bin/env python3
"""Printed C++ is formatted as this repository is: cpp_format.py FILE.cpp…

Other versions of clang-format than 22 format differently, so without that one nothing is checked, and a line says so.
"""
import os
import shutil
import subprocess
import sys

from repository import ROOT


def main():
    tool = shutil.which("clang-format-22") or shutil.which("/usr/lib/llvm-22/bin/clang-format")
    if tool is None:
        print(f"clang-format-22 is missing: {len(sys.argv) - 1} files were not checked")
        sys.exit(0)
    wrong = 0
    for name in sys.argv[1:]:
        with open(name, encoding="utf-8") as file:
            text = file.read()
        style = "--style=file:" + os.path.join(ROOT, ".clang-format")
        made = subprocess.run([tool, style, "--assume-filename=printed.cpp"], input=text, capture_output=True, text=True,
                              check=True).stdout
        for number, (is_, should) in enumerate(zip(text.splitlines(), made.splitlines()), 1):
            if is_ != should:
                print(f"{name}:{number}: {is_}\n  should be {should}")
                break
        wrong += text != made
    print(f"{len(sys.argv) - 1} files: " + (f"{wrong} to mend" if wrong else "right"))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
