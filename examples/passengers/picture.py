#!/usr/bin/env python3
"""Draws the truth, the program's forecasts and the seasonal naive ones as plain SVG.

usage: examples/passengers/picture.py PROGRAM > examples/passengers/forecast.svg      PROGRAM: passengers.nn, compiled and trained

All forecasts are one month ahead, from the true ten months before.
"""
import csv
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
WIDTH, HEIGHT, LEFT, TOP, BOTTOM, WINDOW = 920, 400, 52, 34, 30, 10


def output(program, *words):
    return subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with open(HERE / "passengers.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    truth = [float(row["passengers"]) for row in rows]
    # Line i is the forecast of month i + WINDOW; the last one has no truth yet.
    forecast = [float(line) for line in output(program, "predict", HERE / "passengers.csv").split()][: len(truth) - WINDOW]
    parts = json.loads(output(program, "info", "--json", "--data", HERE))["datasets"][0]["parts"]
    held = range(parts["test"][0], parts["test"][-1] + WINDOW + 1)
    top = 100 * (int(max(truth + forecast)) // 100 + 1)

    def x(month):
        return LEFT + (WIDTH - LEFT - 12) * month / (len(truth) - 1)

    def y(value):
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top

    def line(points, style):
        return f'<polyline fill="none" {style} points="{" ".join(f"{x(m):.1f},{y(v):.1f}" for m, v in points)}"/>'

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
           f'<rect x="{x(held[0]):.1f}" y="{TOP}" width="{x(held[-1]) - x(held[0]):.1f}" height="{HEIGHT - TOP - BOTTOM}" fill="#f2f2f2"/>']
    for value in range(0, top + 1, 100):
        out.append(f'<line x1="{LEFT}" y1="{y(value):.1f}" x2="{WIDTH - 12}" y2="{y(value):.1f}" stroke="#dddddd"/>')
        out.append(f'<text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value}</text>')
    for month in range(0, len(truth), 12):
        out.append(f'<text x="{x(month):.1f}" y="{HEIGHT - 10}">{rows[month]["month"][:4]}</text>')
    out.append(line([(m, truth[m - 12]) for m in held], 'stroke="#999999" stroke-dasharray="3 3"'))
    out.append(line(list(enumerate(truth)), 'stroke="black" stroke-width="1.5"'))
    out.append(line([(i + WINDOW, v) for i, v in enumerate(forecast)], 'stroke="#c03020" stroke-width="1.5"'))
    legend = (("black", "passengers, thousands"), ("#c03020", "forecast, one month ahead"), ("#999999", "the month one year before"))
    for i, (colour, text) in enumerate(legend):
        out.append(f'<line x1="{LEFT + 220 * i}" y1="16" x2="{LEFT + 24 + 220 * i}" y2="16" stroke="{colour}" stroke-width="2"/>')
        out.append(f'<text x="{LEFT + 30 + 220 * i}" y="20">{text}</text>')
    out.append(f'<text x="{x(held[0]) + 6:.1f}" y="{TOP + 16}" fill="#666666">held out</text>')
    print("\n".join(out + ["</svg>"]))


if __name__ == "__main__":
    main()
