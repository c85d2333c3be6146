#!/usr/bin/env python3
"""What the object of a program may contain: lint_object.py OBJECT [--f64] [--calls-only] [--memory] [--kernel NAME]...

Looks at llvm-objdump's disassembly. In an object of an f32 program no function calls anything but the barrier's pointer,
kernels and functions of the same file; the host's scalars alone may call the C library. An innermost loop that
multiplies and adds (vfmadd) stores no vector register on the stack. Exit 1 with one line for each offence."""
import argparse
import re
import subprocess
import sys

LIBRARY = {"exp", "expm1", "log", "log1p", "tanh", "erf", "sin", "cos", "pow"}


def functions(path):
    """Name and instructions, (address, text), of each function, with relocations resolved."""
    text = subprocess.run(["llvm-objdump", "-d", "-r", "--no-show-raw-insn", "--demangle", path], check=True,
                          capture_output=True, text=True).stdout
    result, name, lines = {}, None, []
    for line in text.splitlines():
        if m := re.match(r"[0-9a-f]+ <(.+)>:$", line):
            name, lines = m[1], []
            result[name] = lines
        elif m := re.match(r"\s+([0-9a-f]+):\s+R_\S+\s+(\S+)", line):
            if lines:
                lines[-1] = (lines[-1][0], lines[-1][1], m[2])
        elif (m := re.match(r"\s*([0-9a-f]+):\s+(.*)$", line)) and name:
            lines.append((int(m[1], 16), m[2].replace("\t", " "), None))
    return result


def check_calls(name, lines, known, allowed):
    host = re.search(r"scalars(\(|$)", name)
    for _, text, target in lines:
        if not text.startswith(("call", "jmp")):
            continue
        if target is None:
            continue  # inside the file, or the barrier's pointer
        callee = re.split(r"[-+@]", target)[0]
        if callee in known or callee == "nnc_barrier" or callee.startswith(".text") or callee in allowed or (host and callee in LIBRARY):
            continue
        if text.startswith("jmp") and "(" in text:
            continue  # a jump table
        yield f"{name}: calls {callee}"


def innermost_loops(lines):
    """Ranges of instructions between a backward jump and its target that hold no other such range."""
    places = {address: i for i, (address, _, _) in enumerate(lines)}
    loops = []
    for i, (_, text, _) in enumerate(lines):
        if m := re.match(r"j\w+\s+0x([0-9a-f]+)", text):
            start = places.get(int(m[1], 16))
            if start is not None and start <= i:
                loops.append((start, i))
    return [a for a in loops if not any(b != a and a[0] <= b[0] and b[1] <= a[1] for b in loops)]


def check_spills(name, lines):
    for start, end in innermost_loops(lines):
        body = [text for _, text, _ in lines[start:end + 1]]
        if not any("vfmadd" in text or "vfnmadd" in text for text in body):
            continue
        for text in body:
            if re.search(r"%[yz]mm\d+, -?\w*\(%rsp", text):
                yield f"{name}: a register is stored on the stack in an inner loop: {text.strip()}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("object")
    parser.add_argument("--f64", action="store_true", help="the program is f64: its steps may call libm")
    parser.add_argument("--kernel", action="append", default=[], help="look for spills in these kernels only")
    parser.add_argument("--calls-only", action="store_true", help="look for no spills")
    parser.add_argument("--memory", action="store_true", help="loops may have become calls of memcpy, memmove, memset")
    options = parser.parse_args()
    allowed = (LIBRARY if options.f64 else set()) | ({"memcpy", "memmove", "memset"} if options.memory else set())
    found = functions(options.object)
    offences = []
    for name, lines in found.items():
        offences += check_calls(name, lines, set(found), allowed)
        if not options.calls_only and (not options.kernel or any(kernel in name for kernel in options.kernel)):
            offences += check_spills(name, lines)
    print("\n".join(offences) if offences else f"{len(found)} functions, nothing to say")
    return 1 if offences else 0


sys.exit(main())
