#!/usr/bin/env python3
"""Reads lit's JSON report, prints what was skipped, and ends with the line `N passed, N failed`."""
import json
import sys
from collections import Counter


def main(path):
    with open(path) as report:
        tests = json.load(report)["tests"]
    codes = Counter(test["code"] for test in tests)
    for test in tests:
        if test["code"] not in ("PASS", "UNSUPPORTED"):
            print(f"{test['code']}: {test['name']}")
    slow = sorted(tests, key=lambda test: -(test.get("elapsed") or 0))[:5]
    print("slowest:", ", ".join(f"{test['name'].split('::')[-1].strip()} {test.get('elapsed') or 0:.1f} s" for test in slow))
    failed = sum(count for code, count in codes.items() if code not in ("PASS", "UNSUPPORTED"))
    if codes["UNSUPPORTED"]:
        print(f"skipped, because this machine lacks what they need: {codes['UNSUPPORTED']}")
    print(f"{codes['PASS']} passed, {failed} failed")
    return 1 if failed or not codes["PASS"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
