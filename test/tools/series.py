#!/usr/bin/env python3
"""A forecast of series from end to end: rows, parts, units, `predict` from files and words; all worked out again here.

usage: series.py NNC SOURCE SCRATCH      SOURCE: test/e2e/Inputs/forecast.nn
"""
import csv
import json
import math
import pathlib
import subprocess
import sys

PAST, AHEAD, STEPS = 6, 3, 100


def run(*words):
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True).stdout


def check(name, got, wanted, tolerance=2e-5):
    if not math.isclose(got, wanted, rel_tol=tolerance, abs_tol=tolerance):
        sys.exit(f"{name}: {got}, not {wanted}")


def write_data(path):
    """Two series of different units; the rows of the file stand in another order than their times."""
    rows = [(f"2024-03-{1 + i // 24:02} {i % 24:02}:00", 300 + i + 40 * math.sin(i / 4), 5 + 2 * math.cos(i / 3)) for i in range(STEPS)]
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["wind", "hour", "load"])
        out.writerows([(f"{wind:.4f}", hour, f"{load:.4f}") for hour, load, wind in rows[1::2] + rows[::2]])
    return [(round(load, 4), round(wind, 4)) for hour, load, wind in rows]


def main():
    nnc, source, scratch = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    scratch.mkdir(parents=True, exist_ok=True)
    steps = write_data(scratch / "power.csv")
    program = scratch / "forecast"
    run(nnc, source, "-o", program, "--data", scratch)
    parts = json.loads(run(program, "info", "--json", "--data", scratch))["datasets"][0]["parts"]
    taken = PAST + AHEAD - 1
    wanted = {"train": range(0, 60 - taken), "valid": range(60, 80 - taken), "test": range(80, 100 - taken)}
    if parts != {name: list(rows) for name, rows in wanted.items()}:
        sys.exit(f"parts: {parts}")
    for seed in (0, 5):
        run(program, "train", "--data", scratch, "--quiet", "--seed", seed)
        if json.loads(run(program, "info", "--json", "--data", scratch))["datasets"][0]["parts"] != parts:
            sys.exit("--seed changes the split")

    lines = [[float(word) for word in line.split()] for line in run(program, "predict", scratch / "power.csv").splitlines()]
    if len(lines) != STEPS - PAST + 1:
        sys.exit(f"{len(lines)} forecasts of {STEPS} steps")
    words = [value for step in steps[20:20 + PAST] for value in step]
    one = [float(word) for word in run(program, "predict", *words).split()]
    for got, line in zip(one, lines[20]):
        check("predict from words", got, line)

    figures = json.loads(run(program, "eval", "--data", scratch, "--json", "--split", "test"))
    differences = []
    for row in parts["test"]:
        truth = [value for step in steps[row + PAST:row + PAST + AHEAD] for value in step]
        differences += [a - b for a, b in zip(lines[row], truth)]
    square = sum(d * d for d in differences) / len(differences)
    check("mae", figures["metrics"]["mae"], sum(map(abs, differences)) / len(differences))
    check("mse", figures["metrics"]["mse"], square)
    check("rmse", figures["metrics"]["rmse"], math.sqrt(square))
    check("scaled", figures["metrics"]["scaled"], 0.5 * figures["loss"])  # no distance: as it stands
    for hour in range(AHEAD):
        here = [abs(d) for i, d in enumerate(differences) if i // 2 % AHEAD == hour]
        check(f"mae of hour {hour}", figures["metrics"][f"hourly.{hour}"], sum(here) / len(here))
    for column in range(2):
        check(f"rmse of column {column}", figures["metrics"][f"column.{column}"], math.sqrt(sum(d * d for d in differences[column::2]) * 2 / len(differences)))
    deviations = []
    for column in range(2):
        part = [step[column] for step in steps[:60]]
        mean = sum(part) / 60
        deviations.append(math.sqrt(sum((value - mean) ** 2 for value in part) / 60))
    loss = sum((d / deviations[i % 2]) ** 2 for i, d in enumerate(differences)) / len(differences)
    check("loss", figures["loss"], loss)
    print(f"rmse {figures['metrics']['rmse']:.4g}, loss {figures['loss']:.4g}")


if __name__ == "__main__":
    main()
