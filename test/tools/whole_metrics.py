#!/usr/bin/env python3
"""F1, IoU and calibration by their definitions: whole_metrics.py FOLDER writes d.csv, weights and inputs; with a second word
it compares what `eval --json` of a compiled program says, or a file of results of the evaluator."""
import csv
import json
import pathlib
import random
import sys

import safetensors
import systems

CLASSES, ROWS, STEPS, WIDTH = 4, 37, 5, 3
draw = random.Random(7)
folder = pathlib.Path(sys.argv[1])


def figures(pairs, two=False):
    """F1 and IoU of (said, true), of classes that occur at all."""
    f1, iou = [], []
    for k in range(2 if two else CLASSES):
        found, said, true = (sum(test(a, b) for a, b in pairs) for test in
                             (lambda a, b: a == b == k, lambda a, b: a == k, lambda a, b: b == k))
        if not said and not true:
            continue
        precision, recall = found / said if said else 0.0, found / true if true else 0.0
        f1.append(2 * precision * recall / (precision + recall) if found else 0.0)
        iou.append(found / (said + true - found))
    return f1[-1] if two else systems.mean(f1), systems.mean(iou)


def expected_calibration_error(logits, targets, bins):
    sure = [max(systems.softmax(row)) for row in logits]
    right = [float(row.index(max(row)) == target) for row, target in zip(logits, targets)]
    error = 0.0
    for i in range(bins):
        here = [j for j, p in enumerate(sure) if i / bins < p <= (i + 1) / bins]
        if here:
            error += len(here) / len(sure) * abs(systems.mean(right[j] for j in here) - systems.mean(sure[j] for j in here))
    return error


x = [[round(draw.uniform(-2, 2), 3) for _ in range(WIDTH)] for _ in range(ROWS)]
y = [draw.randrange(CLASSES - 1) for _ in range(ROWS)]  # the last class is never true
seen = [draw.random() < 0.5 for _ in range(ROWS)]
other = [draw.randrange(CLASSES) for _ in range(ROWS)]
weight = [[round(draw.uniform(-1, 1), 3) for _ in range(WIDTH)] for _ in range(CLASSES)]
weight[1] = [-5.0 - w for w in weight[1]]
logits = [[sum(a * b for a, b in zip(row, w)) for w in weight] for row in x]
said = [row.index(max(row)) for row in logits]
pairs = list(zip(said, y))

series = systems.normal(3, CLASSES, STEPS)
told = systems.labels(CLASSES, 3, STEPS)
length = systems.tensor([5, 0, 3], "I64")
kept = [(b, t) for b in range(3) for t in range(length.values[b])]

if len(sys.argv) == 2:
    with open(folder / "d.csv", "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["a", "b", "c", "kind", "rare", "seen", "other"])
        table.writerows([*row, "pqrs"[k], k == 2, int(one), "pqrs"[o]] for row, k, one, o in zip(x, y, seen, other))
    safetensors.write(folder / "w.safetensors", {"fc.weight": ("F64", [CLASSES, WIDTH], sum(weight, [])),
                                                 "rare.weight": ("F64", [2, WIDTH], weight[0] + weight[2])})
    safetensors.write(folder / "p.safetensors", {"weight": ("F64", [2, CLASSES, WIDTH], sum(weight, []) + sum(weight[::-1], []))})
    safetensors.write(folder / "in.safetensors", {"x": (series.dtype, series.shape, series.values),
                                                  "y": (told.dtype, told.shape, told.values),
                                                  "n": (length.dtype, length.shape, length.values)})
elif sys.argv[2].endswith("places.json"):
    got = json.loads(pathlib.Path(sys.argv[2]).read_text())["metrics"]
    second = [row[::-1] for row in logits]  # the second place has the weights in the other order
    places = list(zip((logits, second), (y, other)))
    told = [[(row.index(max(row)), k) for row, k in zip(rows, labels)] for rows, labels in places]
    want = {"together": figures(told[0] + told[1])[0]}
    for i, (rows, labels) in enumerate(places):
        want[f"f1.{i}"] = figures(told[i])[0]
        want[f"iou.{i}"] = figures([pair for pair, one in zip(told[i], seen) if one])[1]
        want[f"calibration.{i}"] = expected_calibration_error(rows, labels, 4)
    assert got.keys() == want.keys(), got
    for name, value in want.items():
        assert abs(got[name] - value) < 1e-9, (name, got[name], value)
elif sys.argv[2].endswith(".json"):
    got = json.loads(pathlib.Path(sys.argv[2]).read_text())["metrics"]
    f1, iou = figures(pairs)
    two = [(int(row[2] > row[0]), int(k == 2)) for row, k in zip(logits, y)]
    some = [pair for pair, one in zip(pairs, seen) if one]
    want = {"f1": f1, "iou": iou, "known": figures(some)[0], "rare": figures(two, True)[0], "both": figures(two, True)[1],
            "calibration": expected_calibration_error(logits, y, 15), "coarse": expected_calibration_error(
                [row for row, one in zip(logits, seen) if one], [k for k, one in zip(y, seen) if one], 3)}
    assert got.keys() == want.keys(), got
    for name, value in want.items():
        assert abs(got[name] - value) < 1e-9, (name, got[name], value)
else:
    got = {name: (shape, list(values)) for name, (_, shape, values) in safetensors.read(sys.argv[2])[0].items()}
    rows = [[series.at(b, k, t) for k in range(CLASSES)] for b, t in kept]
    true = [told.at(b, t) for b, t in kept]
    pairs = [(row.index(max(row)), k) for row, k in zip(rows, true)]
    counts = systems.class_counts(systems.tensor(rows), systems.tensor(true))
    assert got["f1"] == got["iou"] == ([2, CLASSES], counts.values), (got["f1"], counts.values)
    want = systems.sureness(systems.tensor(rows), systems.tensor(true), 15).values
    shape, sums = got["calibration"]
    assert shape == [15] and all(abs(a - b) < 1e-12 for a, b in zip(sums, want)), (sums, want)
    assert got["f1.count"][1] == got["calibration.count"][1] == [len(kept)]
    for t in range(STEPS):
        here = [i for i, (_, step) in enumerate(kept) if step == t]
        rows_here, true_here = systems.tensor([rows[i] for i in here]), systems.tensor([true[i] for i in here])
        assert got[f"step.{t}.count"][1] == got[f"sure.{t}.count"][1] == [len(here)], got[f"step.{t}.count"]
        if not here:
            assert not any(got[f"step.{t}"][1]) and not any(got[f"sure.{t}"][1]), t
            continue
        assert got[f"step.{t}"] == ([2, CLASSES], systems.class_counts(rows_here, true_here).values), t
        sums = systems.sureness(rows_here, true_here, 15).values
        assert all(abs(a - b) < 1e-12 for a, b in zip(got[f"sure.{t}"][1], sums)), t
