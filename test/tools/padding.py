#!/usr/bin/env python3
"""Runs padding.nn on padding of all kinds and on lengths that are none: padding.py NNC FILE.nn FOLDER; prints a line for each."""
import pathlib
import subprocess
import sys

import safetensors

NNC, FILE, FOLDER = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
FOLDER.mkdir(parents=True, exist_ok=True)
LENGTHS = [3, 0, 1, 2]


def run(command, entry, lengths, padding):
    """The outputs, or what the run said."""
    x = [0.25 + 0.125 * i for i in range(24)]
    for row, length in enumerate(lengths):
        for i in range(6 * row + 2 * max(length, 0), 6 * row + 6):
            x[i] = padding
    tensors = {"x": ("F32", [4, 3, 2], x), "n": ("I64", [4], lengths), "t": ("F32", [4, 2], [0.5] * 8)}
    if entry == "forward":
        del tensors["t"]
    safetensors.write(FOLDER / "in", tensors)
    done = subprocess.run([*command, "--inputs", FOLDER / "in", "--outputs", FOLDER / "out"], capture_output=True, text=True)
    if done.returncode:
        return f"exit {done.returncode}: " + done.stderr.strip().replace(f"{FOLDER / 'in'}: ", "")
    return safetensors.read(FOLDER / "out")[0]


def main():
    subprocess.run([NNC, FILE, "-o", FOLDER / "program"], check=True)
    forms = [("program", lambda entry: [FOLDER / "program", "run", entry]),
             ("evaluator", lambda entry: [NNC, "run", FILE, entry, "--backend=reference"])]
    for form, command in forms:
        for entry in ("forward", "grad", "step"):
            plain = run(command(entry), entry, LENGTHS, 1.0)
            assert all(v == v and abs(v) < 1e30 for _, _, values in plain.values() for v in values), (form, entry, plain)
            for padding in (0.0, -1.0, float("inf"), float("nan")):
                got = run(command(entry), entry, LENGTHS, padding)
                different = [name for name in plain if name != "grad.x" and got[name] != plain[name]]
                assert not different and got.get("grad.x") == plain.get("grad.x"), (form, entry, padding, different)
        print(f"{form}: padding changes nothing")
        for lengths in ([3, 4, 1, 2], [3, 0, -1, 2], [3, 0, 1, 1 << 40]):
            print(f"{form}: {lengths}: {run(command('forward'), 'forward', lengths, 0.0)}")


main()
