#!/usr/bin/env python3
"""A program with products of many shapes: linear_chain.py SEED > FILE.nn.

Fourteen Linear layers of widths around whole vectors, with training, so that each width meets others as rows, lanes and
terms. The program is for looking at its object: its data need not exist."""
import random
import sys

WIDTHS = [1, 2, 3, 5, 7, 8, 9, 10, 12, 15, 16, 17, 20, 24, 25, 31, 32, 33, 40, 48, 50, 64, 65, 100, 128, 200]
draw = random.Random(int(sys.argv[1]))
widths = [draw.choice(WIDTHS) for _ in range(14)]
layers = " |> ".join(f"l{i}: Linear({width}) |> relu" for i, width in enumerate(widths))
print(f"""dataset rows = csv("rows.csv") {{
  x: float[2] = [a, b]
  y: float[1] = [c]
  split(train = 0.8, test = 0.2)
}}
model Chain(x: float[B, 2]) -> (out: float[B, 1]) {{ x |> {layers} |> last: Linear(1) }}
train Chain on rows {{
  loss      = mse(out, y)
  optimizer = SGD(0.01)
  epochs    = 1
  batch     = 64
}}""")
