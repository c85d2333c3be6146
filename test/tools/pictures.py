#!/usr/bin/env python3
"""Pictures of random models are right, too: pictures.py NNC HOW_MANY FOLDER

Models of up to 17 layers and steps that read each other at random; picture.py judges each picture. Every layer that the
model has must be in the picture, every value that a layer reads must come in by an arrow.
"""
import os
import random
import re
import subprocess
import sys


class Model:
    """Statements of a model, and the boxes and arrows that they mean."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.values = []  # (name, width, the first line of its box)
        self.lines, self.boxes, self.arrows = [], set(), set()
        self.inputs = []
        for i in range(self.random.randint(1, 3)):
            self.inputs.append((f"in{i}", self.random.randint(2, 9), f"in{i}"))
        self.values += self.inputs
        for i in range(self.random.randint(1, 17)):
            self.step(i)
        self.result = self.values[-1]

    def pick(self):
        """Mostly one of the last values, sometimes one from far above."""
        near = self.values[-3:] if self.random.random() < 0.7 else self.values
        return self.random.choice(near)

    def step(self, i):
        name, width, box = self.pick()
        kind = self.random.randrange(3)
        if kind == 0:  # two values meet: a layer behind, so that the box has a name of its own
            other, other_width, other_box = self.pick()
            out = self.random.randint(2, 9)
            self.lines += [f"l{i} = Linear({out})", f"v{i} = l{i}(concat([{name}, {other}]))"]
            self.boxes.add(f"l{i}")
            if box == other_box:  # else both lead to the box `concat`
                self.arrows.add((box, f"l{i}"))
            self.values.append((f"v{i}", out, f"l{i}"))
            return
        out = width if kind == 1 else self.random.randint(2, 9)
        self.lines += [f"l{i} = Linear({out})", f"v{i} = l{i}({name})"]
        self.boxes.add(f"l{i}")
        self.arrows.add((box, f"l{i}"))
        self.values.append((f"v{i}", out, f"l{i}"))

    def text(self):
        inputs = ", ".join(f"{name}: float[B, {width}]" for name, width, _ in self.inputs)
        name, width, _ = self.result
        # What no result reads is a warning, not an error.
        return f"model M({inputs}) -> (y: float[B, {width}]) {{\n  " + "\n  ".join(self.lines) + f"\n  {name}\n}}\n"


def main(nnc, how_many, folder):
    os.makedirs(folder, exist_ok=True)
    judge = os.path.join(os.path.dirname(os.path.abspath(__file__)), "picture.py")
    for seed in range(int(how_many)):
        model = Model(seed)
        program, drawing = os.path.join(folder, f"{seed}.nn"), os.path.join(folder, f"{seed}.svg")
        with open(program, "w") as file:
            file.write(model.text())
        subprocess.run([nnc, "graph", program, "-o", drawing], check=True, timeout=60, stderr=subprocess.DEVNULL)
        shown = subprocess.run([sys.executable, judge, drawing], capture_output=True, text=True, timeout=60)
        if shown.returncode:
            sys.exit(f"{program}: {shown.stderr}")
        boxes = set(re.findall(r"^layer \| (\w+)", shown.stdout, re.M))
        arrows = set(re.findall(r"^arrow (\S+) -> (\S+)$", shown.stdout, re.M))
        if boxes != model.boxes:
            sys.exit(f"{program}: the picture has the layers {sorted(boxes)}, the model {sorted(model.boxes)}")
        if not model.arrows <= arrows:
            sys.exit(f"{program}: the picture lacks the arrows {sorted(model.arrows - arrows)}")
    print(f"{how_many} pictures")


if __name__ == "__main__":
    main(*sys.argv[1:])
