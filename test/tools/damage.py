#!/usr/bin/env python3
"""Damages programs and looks at what `nnc check` says: damage.py NNC [--count N] [--seed N] FILE...

Each damage is one edit of one file: a token, a line or some bytes removed, doubled, swapped or replaced. Whatever it is,
`nnc check` ends within ten seconds, with 0 or a code for a wrong program, never by a signal, never with 70 (our bug); a
rejected program has a diagnostic with a place. Most damages must be noticed: at least three of four are rejected.
"""
import argparse
import collections
import os
import random
import re
import subprocess
import sys
import tempfile

TOKEN = re.compile(r'//[^\n]*|"[^"\n]*"|\d[\w.]*|\w+|\|>|->|<-|\.\.\.?|[<>=!]=|\*\*|\n|[^\s\w]')
POOL = ["(", ")", "[", "]", "{", "}", ",", ":", "=", "->", "|>", "+", "-", "*", "/", "@", "**", "..", "...", ".", "<", "==",
        "if", "else", "for", "in", "scan", "over", "where", "param", "state", "not", "as", "yield", "true", "layer", "model",
        "fn", "mask", "train", "dim", "x", "Foo", "T", "sum", "0", "1", "-1", "3.5", "1e300", "99999999999999999999", "\"s\"",
        "float", "int", "bool", "\n", "//", "&", "~"]


def tokens(text):
    """Tokens that are no comments, as (begin, end)."""
    return [match.span() for match in TOKEN.finditer(text) if not match.group().startswith("//")]


def damage_token(text, random):
    spans = [span for span in tokens(text) if text[span[0]] != "\n"]
    begin, end = random.choice(spans)
    kind = random.choice(["remove", "double", "replace", "insert", "swap"])
    if kind == "remove":
        return text[:begin] + text[end:]
    if kind == "double":
        return text[:end] + " " + text[begin:end] + text[end:]
    if kind == "replace":
        return text[:begin] + random.choice(POOL) + text[end:]
    if kind == "insert":
        return text[:begin] + random.choice(POOL) + " " + text[begin:]
    other = random.choice(spans)
    (b1, e1), (b2, e2) = sorted([(begin, end), other])
    return text[:b1] + text[b2:e2] + text[e1:b2] + text[b1:e1] + text[e2:] if e1 <= b2 else text[:b1] + text[e1:]


def damage_line(text, random):
    lines = text.splitlines(keepends=True)
    full = [i for i, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("//")]
    at = random.choice(full)
    kind = random.choice(["remove", "double", "swap", "cut"])
    if kind == "remove":
        del lines[at]
    elif kind == "double":
        lines.insert(at, lines[at])
    elif kind == "swap":
        other = random.choice(full)
        lines[at], lines[other] = lines[other], lines[at]
    else:
        lines[at] = lines[at][:random.randrange(len(lines[at]))] + "\n"
    return "".join(lines)


def damage_bytes(text, random):
    data = bytearray(text.encode())
    kind = random.choice(["flip", "insert", "remove", "truncate"])
    at = random.randrange(len(data))
    if kind == "flip":
        data[at] ^= 1 << random.randrange(8)
    elif kind == "insert":
        data[at:at] = bytes(random.randrange(256) for _ in range(random.randrange(1, 5)))
    elif kind == "remove":
        del data[at:at + random.randrange(1, 20)]
    else:
        del data[at:]
    return bytes(data)


def damaged(text, random):
    how = random.choice([damage_token, damage_token, damage_token, damage_line, damage_bytes])
    while True:
        made = how(text, random)
        made = made.encode() if isinstance(made, str) else made
        if made != text.encode():
            return how.__name__, made


def judge(nnc, path, data_dir):
    """What is wrong with the answer to one file, its exit code and whether it was rejected."""
    command = [nnc, "check", path, "--data", data_dir]
    try:
        run = subprocess.run(command, capture_output=True, timeout=10)
    except subprocess.TimeoutExpired:
        return "took more than 10 s", None
    said = run.stderr.decode(errors="replace")
    if run.returncode < 0:
        return f"ended by signal {-run.returncode}", run.returncode
    if run.returncode not in (0, 1, 3, 4):
        return f"exit {run.returncode}: {said[-300:]}", run.returncode
    if run.returncode != 0 and not re.search(r"error\[E\d{4}\]: ", said):
        return f"exit {run.returncode} without a diagnostic: {said[-300:]}", run.returncode
    return None, run.returncode


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("nnc")
    arguments.add_argument("files", nargs="+")
    arguments.add_argument("--count", type=int, default=400)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--keep", metavar="DIR", help="write the programs that were answered wrongly here")
    options = arguments.parse_args()
    texts = []
    for name in options.files:
        with open(name, encoding="utf-8") as file:
            texts.append((name, file.read()))
    random_ = random.Random(options.seed)
    codes, failures = collections.Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.count):
            name, text = texts[number % len(texts)]
            kind, made = damaged(text, random_)
            path = os.path.join(folder, "damaged.nn")
            with open(path, "wb") as file:
                file.write(made)
            wrong, code = judge(options.nnc, path, os.path.dirname(os.path.abspath(name)))
            codes[code] += 1
            if wrong:
                failures.append(f"{name}, damage {number} ({kind}): {wrong}")
                if options.keep:
                    os.makedirs(options.keep, exist_ok=True)
                    with open(os.path.join(options.keep, f"{number}.nn"), "wb") as file:
                        file.write(made)
    for failure in failures:
        print(failure)
    rejected = sum(count for code, count in codes.items() if code != 0)
    shown = ", ".join(f"{count} x {code}" for code, count in sorted(codes.items(), key=str))
    print(f"{options.count} damages: {rejected} rejected, {len(failures)} answered wrongly (exit codes: {shown})")
    sys.exit(1 if failures or rejected * 4 < options.count * 3 else 0)


if __name__ == "__main__":
    main()
