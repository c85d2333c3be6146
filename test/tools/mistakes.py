#!/usr/bin/env python3
"""What a newcomer gets wrong, and what must be answered: mistakes.py NNC FILE_OR_FOLDER…

Each program of test/mistakes/AREA has one mistake. Its first comments were written before the checker was asked:

    // expect: E0301 at 14      the diagnostic and its line; nothing else is reported
    // fact: float[B, 8]        what a person would want to read: in the message, beside a caret, in a note or a help
    // place: 12                another line of the file that the message points to
    // edit: [:, 0]             stands in a line that the offered edit makes

Here `nnc check` reads the program, with the data of test/mistakes/Inputs. What it says must be that; its exit code that
of the family; and if every diagnostic offers an edit, the edited program must pass.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

LIMITS = {"E0360"}  # what this version lacks is no mistake of the edited program
HEADER = re.compile(r"// (expect|fact|place|edit): (.+)")


def headers(text):
    found = {"expect": [], "fact": [], "place": [], "edit": []}
    for line in text.split("\n"):
        if not line.startswith("//"):
            break
        if match := HEADER.fullmatch(line):
            found[match[1]].append(match[2])
    return found


def check(nnc, program, data):
    run = subprocess.run([nnc, "check", program, "--data", data, "--diagnostics=json"], capture_output=True, text=True,
                         timeout=60)
    said = [json.loads(line) for line in run.stderr.splitlines() if line.startswith("{")]
    return run.returncode, [one for one in said if one["severity"] != "remark"]


def texts(said):
    """All that a person reads of a diagnostic, but not the lines of the program that it quotes."""
    yield said["message"]
    yield said.get("label", "")
    yield from said.get("facts", [])
    for part in said.get("labels", []) + said.get("notes", []) + said.get("helps", []):
        yield part["text"]


def lines_pointed_at(said, program):
    edits = [edit for part in said.get("helps", []) for edit in part.get("edits", [])]
    parts = said.get("labels", []) + said.get("notes", []) + edits + [said]
    return {part["line"] for part in parts if part.get("file") == program}


def first_edits(said, program):
    """The edits of the first help that has some; none if they change another file."""
    for part in said.get("helps", []):
        if edits := part.get("edits"):
            return edits if all(edit["file"] == program for edit in edits) else []
    return []


def apply(text, edits):
    """The text with the edits, which say lines and columns from 1, and the numbers of the lines that they touch."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    touched = set()
    for edit in sorted(edits, key=lambda edit: (edit["line"], edit["column"]), reverse=True):
        begin = starts[edit["line"] - 1] + edit["column"] - 1
        end = starts[edit["end_line"] - 1] + edit["end_column"] - 1
        text = text[:begin] + edit["text"] + text[end:]
        touched.add(edit["line"])
    return text, touched


def exit_code(codes):
    errors = [code for code in codes if code[0] == "E"]
    return 0 if not errors else 4 if all(code.startswith("E07") for code in errors) else 1


def judge(nnc, program):
    data = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(program))), "Inputs")
    with open(program, encoding="utf-8") as file:
        text = file.read()
    wanted = headers(text)
    if not wanted["expect"] or not wanted["fact"]:
        return ["the header needs `expect` and `fact`"]
    code, said = check(nnc, program, data)
    findings = []
    got = sorted(f"{one['code']} at {one.get('line', 0)}" for one in said)
    if got != sorted(wanted["expect"]):
        findings.append(f"expected {', '.join(wanted['expect'])}; got {', '.join(got) or 'nothing'}")
    elif code != exit_code([one["code"] for one in said]):
        findings.append(f"exit code {code}")
    read = [part for one in said for part in texts(one)]
    edits = [first_edits(one, program) for one in said]
    changed, touched = apply(text, [edit for part in edits for edit in part])
    new_lines = [changed.split("\n")[line - 1] for line in touched]
    new_lines += [edit["text"] for part in edits for edit in part]
    findings += [f"not said: {fact}" for fact in wanted["fact"] if not any(fact in part for part in read + new_lines)]
    pointed = set().union(*(lines_pointed_at(one, program) for one in said))
    findings += [f"does not point to line {place}" for place in wanted["place"] if int(place) not in pointed]
    findings += [f"no edit makes: {edit}" for edit in wanted["edit"] if not any(edit in line for line in new_lines)]
    if edits and all(edits):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "edited.nn")
            with open(path, "w", encoding="utf-8") as file:
                file.write(changed)
            _, after = check(nnc, path, data)
        after = [one for one in after if one["code"] not in LIMITS]
        if any(one["severity"] == "error" or one["code"] in [other["code"] for other in said] for one in after):
            findings.append("the edit does not help: " + "; ".join(one["message"] for one in after))
    return findings


def programs(paths):
    for path in paths:
        if not os.path.isdir(path):
            yield path
        for folder, folders, names in sorted(os.walk(path)):
            folders[:] = [name for name in folders if name != "Inputs"]
            yield from (os.path.join(folder, name) for name in sorted(names) if name.endswith(".nn"))


def main(nnc, *paths):
    wrong = count = 0
    for program in programs(paths):
        findings = judge(nnc, program)
        count += 1
        wrong += bool(findings)
        print(f"{program}: {'as expected' if not findings else ''}")
        for finding in findings:
            print(f"  {finding}")
    print(f"{count - wrong} of {count} as expected")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
