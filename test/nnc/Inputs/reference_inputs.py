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
