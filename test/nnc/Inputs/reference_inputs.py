"""Runs the evaluator on inputs of wrong shapes: reference_inputs.py NNC FOLDER; a line for each."""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import safetensors

nnc, folder = sys.argv[1], pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
program = folder / "sum.nn"
program.write_text("model Sum(x: float[B, 4], n: float[B]) -> (y: float[B]) { sum(x, over = axis(1)) + n }\n")


def zeros(*shape):
    count = 1
    for extent in shape:
        count *= extent
    return ("F32", list(shape), [0.0] * count)


for name, x, n in [("rank", zeros(2, 4), zeros(2, 1)), ("extent", zeros(2, 5), zeros(2)), ("size", zeros(2, 4), zeros(3)),
                   ("none", zeros(0, 4), zeros(0)), ("right", zeros(2, 4), zeros(2))]:
    inputs = folder / "inputs"
    safetensors.write(str(inputs), {"x": x, "n": n})
    done = subprocess.run([nnc, "run", program, "forward", "--inputs", inputs, "--outputs", folder / "outputs",
                           "--backend=reference"], capture_output=True, text=True)
    print(f"{name}: exit {done.returncode}: {done.stderr.strip().replace(f'nnc: error: {inputs}: ', '')}".rstrip())

# What belongs to the state may stand among the inputs, and in the weights: parameters and slots.
line = folder / "line.nn"
line.write_text("""dataset d = csv("d.csv") {
  x: float[2] = [a, b]
  y: float[1] = [c]
}
model Line(x: float[B, 2]) -> (z: float[B, 1]) { x |> Linear(1) }
train Line on d {
  loss      = mse(z, y)
  optimizer = Adam(lr = 0.1)
  epochs    = 1
}
""")


def step(name, given, *more):
    safetensors.write(str(folder / "given"), {"x": ("F32", [2, 2], [1, 2, 3, 4]), "y": ("F32", [2, 1], [1, 5]), **given})
    done = subprocess.run([nnc, "run", line, "step", "--inputs", folder / "given", "--outputs", folder / name,
                           "--backend=reference", *more], capture_output=True, text=True)
    print(f"{name}: exit {done.returncode}: {done.stderr.strip().replace('nnc: error: ', '').replace(f'{folder}/', '')}".rstrip())
    return {} if done.returncode else safetensors.read(str(folder / name))[0]


step("setting", {}, "--set", "optimizer.lt=1")
step("number", {}, "--set", "optimizer.lr=nan")
step("parameter", {"0.weight": ("F32", [1], [0])})
first = step("first", {})
state = {name: tensor for name, tensor in first.items() if name.startswith(("0.", "optimizer."))}
print("state:", *sorted(state))
same = step("weights", {}, "--weights", folder / "first", "--step", "1") == step("inputs", state, "--step", "1")
print("slots from weights and from inputs:", "the same" if same else "different")
