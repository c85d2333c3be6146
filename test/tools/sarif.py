#!/usr/bin/env python3
"""Whether standard input is a SARIF 2.1.0 document as readers of it want one: sarif.py CODE…

Checked are the properties that the standard requires, that every index and region is possible, and that the results have these codes.
"""
import json
import sys


def need(condition, what):
    if not condition:
        sys.exit(f"not SARIF: {what}")


def check_region(region):
    for name in ("startLine", "startColumn", "endLine", "endColumn"):
        need(isinstance(region[name], int) and region[name] >= 1, f"{name} of {region}")
    need((region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"]), f"order of {region}")


def check_location(location):
    place = location["physicalLocation"]
    uri = place["artifactLocation"]["uri"]
    need(uri and " " not in uri and not uri.startswith("/"), f"uri {uri}")
    check_region(place["region"])


def check_fix(fix):
    need(fix["description"]["text"], "a fix without text")
    need(fix["artifactChanges"], "a fix without changes")
    for change in fix["artifactChanges"]:
        need(change["artifactLocation"]["uri"], "a change without a file")
        for replacement in change["replacements"]:
            check_region(replacement["deletedRegion"])
            need(isinstance(replacement["insertedContent"]["text"], str), "no text to insert")


def check_run(run):
    driver = run["tool"]["driver"]
    need(driver["name"] == "nnc" and driver["version"], "the tool")
    need(run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints"), "columnKind")
    rules = [rule["id"] for rule in driver["rules"]]
    need(len(rules) == len(set(rules)), "a rule twice")
    for result in run["results"]:
        need(rules[result["ruleIndex"]] == result["ruleId"], "ruleIndex")
        need(result["level"] in ("none", "note", "warning", "error"), "level")
        need(result["message"]["text"], "message")
        for location in result.get("locations", []) + result.get("relatedLocations", []):
            check_location(location)
        for fix in result.get("fixes", []):
            check_fix(fix)
    return [result["ruleId"] for result in run["results"]]


def main():
    document = json.load(sys.stdin)
    need(document["version"] == "2.1.0" and document["$schema"].endswith("sarif-2.1.0.json"), "version")
    need(isinstance(document["runs"], list) and len(document["runs"]) == 1, "one run")
    codes = check_run(document["runs"][0])
    need(sorted(codes) == sorted(sys.argv[1:]), f"the codes are {codes}")
    print("sarif: right")


if __name__ == "__main__":
    main()
