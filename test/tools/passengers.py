#!/usr/bin/env python3
"""Trains the passengers example over several seeds and compares its error on the held-out years with seasonal naive's.

usage: passengers.py NNC EXAMPLE COUNT SCRATCH

Seasonal naive: the value of the same month one year before. For every seed the RMSE of the program on the months of its
test part, in passengers, must be below the RMSE of seasonal naive on the same months, worked out here from the CSV.
"""
import csv
import json
import math
import pathlib
import subprocess
import sys

WINDOW = 10


def main():
    nnc, example, count, scratch = sys.argv[1:]
    example, scratch = pathlib.Path(example), pathlib.Path(scratch)
    scratch.mkdir(parents=True, exist_ok=True)
    program = scratch / "passengers"
    subprocess.run([nnc, example / "passengers.nn", "-o", program], check=True)
    with open(example / "passengers.csv", newline="") as file:
        truth = [float(row["passengers"]) for row in csv.DictReader(file)]

    def output(*words):
        return json.loads(subprocess.run([program, *words, "--json", "--data", example], check=True, capture_output=True, text=True).stdout)

    months = [row + WINDOW for row in output("info")["datasets"][0]["parts"]["test"]]
    naive = math.sqrt(sum((truth[m] - truth[m - 12]) ** 2 for m in months) / len(months))
    errors = []
    for seed in range(int(count)):
        subprocess.run([program, "train", "--data", example, "--seed", str(seed), "--quiet"], check=True)
        errors.append(output("eval", "--split", "test")["metrics"]["rmse"])
    print(f"rmse {' '.join(f'{e:.1f}' for e in errors)}, seasonal naive {naive:.1f}, on {len(months)} months")
    return 0 if max(errors) < naive else 1


if __name__ == "__main__":
    sys.exit(main())
