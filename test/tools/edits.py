#!/usr/bin/env python3
"""What a diagnostic offers is tried: edits.py NNC FOLDER…

`nnc check` reads each program of the folders. Of each diagnostic that offers an edit the first one is applied, alone: the
diagnostic must be gone then, and no other may have come. Prints how many edits of how many codes were tried.
"""
import concurrent.futures
import os
import sys
import tempfile

from mistakes import LIMITS, apply, check, first_edits


def programs(folders):
    for folder in folders:
        for name in sorted(os.listdir(folder)):
            if name.endswith(".nn"):
                yield os.path.join(folder, name)


def try_edits(nnc, program):
    """The codes whose edits were tried, and what is wrong."""
    folder = os.path.dirname(program)
    data = next(data for data in (folder + "/Inputs", folder + "/../Inputs") if os.path.isdir(data))
    with open(program, encoding="utf-8", errors="surrogateescape") as file:
        text = file.read()
    said = check(nnc, program, data)[1]
    tried, findings = [], []
    for one in said:
        edits = first_edits(one, program)
        if not edits:
            continue
        tried.append(one["code"])
        with tempfile.TemporaryDirectory() as beside:
            os.symlink(os.path.abspath(data), beside + "/Inputs")  # imports are relative to the program
            path = beside + "/edited.nn"
            with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
                file.write(apply(text, edits)[0])
            after = check(nnc, path, data)[1]
        before = [(other["code"], other["message"]) for other in said if other is not one]
        for other in after:
            key = (other["code"], other["message"])
            if key in before:
                before.remove(key)
            elif other["code"] not in LIMITS:
                findings.append(f"{program}:{one['line']}: {one['code']}'s edit leaves {key[0]}: {key[1]}")
    return tried, findings


def main():
    nnc, folders = sys.argv[1], sys.argv[2:]
    tried, findings = [], []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for codes, wrong in pool.map(lambda program: try_edits(nnc, program), programs(folders)):
            tried += codes
            findings += wrong
    for finding in findings:
        print(finding)
    print(f"{len(tried)} edits of {len(set(tried))} codes tried, {len(findings)} leave something")
    return bool(findings) or not tried


if __name__ == "__main__":
    sys.exit(main())
