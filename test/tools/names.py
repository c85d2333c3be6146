#!/usr/bin/env python3
"""Compares names and shapes of a program's parameters and states with a list: names.py NNC PROGRAM.nn LIST [options of nnc]

A line of the list is `NAME EXTENT x EXTENT …`. The order does not count.
"""
import re
import subprocess
import sys


def main():
    nnc, program, names, *options = sys.argv[1:]
    dump = subprocess.run([nnc, program, "--emit=program", *options], check=True, capture_output=True, text=True).stdout
    own = {(name, tuple(re.findall(r"\d+", shape)))
           for name, shape in re.findall(r"^(?:param|state) (\S+) : f\d\d(?:\[(.*?)\])? =", dump, re.MULTILINE)}
    with open(names, encoding="utf-8") as file:
        wanted = {(line.split()[0], tuple(re.findall(r"\d+", line.split(" ", 1)[1]))) for line in file}
    for name, shape in sorted(own ^ wanted):
        print(f"only in the {'program' if (name, shape) in own else 'list'}: {name} {' x '.join(shape)}")
    return own != wanted


if __name__ == "__main__":
    sys.exit(main())
