#!/usr/bin/env python3
"""Every diagnostic has a test of its text.

A code of support/Diagnostics.def counts as tested if a test expects `[CODE]: `, or `CODE: ` from a pass, followed by the
whole text, with something in place of each slot, so that neither code nor wording changes unseen.
"""
import re

from repository import files, finish, read

# Codes that cannot be reached by a test, each with the reason.
EXCEPTIONS = {}

ENTRY = re.compile(r'NNC_DIAGNOSTIC\((\w+), (\w+), (\w+),\s*((?:"(?:[^"\\]|\\.)*"\s*)+),')
# As the user sees it, `error[E0301]: …`, or as a pass reports it, `expected-error {{E0504: …}}`.
EXPECTED = re.compile(r"(?:\[|\{\{)([EW]\d{4})\]?: (.*)")


def unescape(text):
    return text.replace('\\"', '"').replace("\\\\", "\\")


# Of what there is one a message speaks in the singular.
PLURALS = re.compile(r"^(\\ (?:result|value|name|element|member|number|subscript)s|\\ axes|\\ indices)(\\ stand)?")


def literal(part):
    return PLURALS.sub(lambda found: r"\ \w+" + (r"\ stands?" if found[2] else ""), re.escape(part))


def pattern(text):
    """The text as a regular expression: a slot is anything."""
    return re.compile("".join(".+" if re.fullmatch(r"\{\d\}", part) else literal(part)
                              for part in re.split(r"(\{\d\})", text)))


def expected_texts():
    """For each code the texts that tests expect behind it."""
    texts = {}
    for name in files(".nn", ".mlir", ".test", ".cpp", ".txt"):
        if not name.startswith("test/"):
            continue
        for line in read(name).splitlines():
            for code, rest in EXPECTED.findall(line):
                if name.endswith(".cpp"):
                    rest = unescape(rest.split('\\n"')[0])
                # A regular expression of FileCheck stands for the text of a slot, never for our words.
                texts.setdefault(code, []).append(re.sub(r"\{\{.*?\}\}", "*", rest))
    return texts


def main():
    findings = []
    texts = expected_texts()
    entries = ENTRY.findall(read("support/Diagnostics.def"))
    known = {code for code, _, _, _ in entries}
    for code, _, name, literal in entries:
        text = unescape("".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literal)))
        tested = any(pattern(text).match(found) for found in texts.get(code, []))
        if code in EXCEPTIONS:
            if tested:
                findings.append(f"{code} {name}: has a test, so it is no exception")
        elif not tested:
            findings.append(f'{code} {name}: no test expects "{text}"')
    findings += [f"{code}: expected by a test, but not in Diagnostics.def" for code in sorted(EXCEPTIONS)
                 if code not in known]
    finish(f"tests of {len(entries)} diagnostics", findings)


if __name__ == "__main__":
    main()
