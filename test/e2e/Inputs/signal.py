"""Writes the data of recurrent.nn: signal.py FILE.csv. Seven steps of five values, of which the first `steps` count; the kind is told by the sign of their sums."""
import pathlib
import random
import sys

generator = random.Random(5)
path = pathlib.Path(sys.argv[1])
path.parent.mkdir(parents=True, exist_ok=True)
with open(path, "w") as file:
    file.write(",".join(f"x{i}" for i in range(35)) + ",steps,kind\n")
    for _ in range(80):
        values, steps = [round(generator.uniform(-1, 1), 3) for _ in range(35)], generator.randrange(8)
        first, last = sum(values[:5]), sum(values[5 * steps - 5 : 5 * steps])
        file.write(",".join(map(str, values)) + f",{steps},{0 if first < 0 else 1 if last < 0 else 2}\n")
