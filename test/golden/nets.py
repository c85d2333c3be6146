"""The nets of the examples in PyTorch, written out by hand, and their data: shared by the scripts that make golden values."""
import csv
import json
import pathlib
import subprocess

import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Net:
    """What a script needs to know of an example: its file, features, label, layers and how PyTorch names them."""

    def __init__(self, name, features, label, labels, layers, names, batch, epochs, lr):
        self.name, self.features, self.label, self.labels = name, features, label, labels
        self.layers, self.names, self.batch, self.epochs, self.lr = layers, names, batch, epochs, lr
        self.source = ROOT / "examples" / name / f"{name}.nn"

    def rows(self):
        with open(self.source.with_suffix(".csv"), newline="") as file:
            rows = list(csv.DictReader(file))
        x = torch.tensor([[float(row[c]) for c in self.features] for row in rows], dtype=torch.float64)
        y = torch.tensor([self.labels.index(row[self.label]) for row in rows])
        return x, y

    def module(self, dtype):
        """PyTorch's own defaults are the start distributions of nnc's Linear."""
        stages = []
        for i, (inputs, outputs) in enumerate(zip(self.layers, self.layers[1:])):
            stages += [torch.nn.ReLU()] if i else []
            stages.append(torch.nn.Linear(inputs, outputs, dtype=dtype))
        return torch.nn.Sequential(*stages)

    def parameters(self, module):
        linear = [stage for stage in module if isinstance(stage, torch.nn.Linear)]
        return {f"{name}.{leaf}": getattr(layer, leaf) for name, layer in zip(self.names, linear) for leaf in ("weight", "bias")}

    def parts(self, program):
        """Rows of each part, from the compiled program itself."""
        out = subprocess.run([program, "info", "--json", "--data", self.source.parent], capture_output=True, text=True, check=True)
        return json.loads(out.stdout)["datasets"][0]["parts"]


NETS = {
    "iris": Net("iris", ["sepal_length", "sepal_width", "petal_length", "petal_width"], "species",
                ["setosa", "versicolor", "virginica"], [4, 16, 3], ["0", "2"], 16, 100, 1e-2),
    "digits": Net("digits", [f"p{i}" for i in range(64)], "digit", [str(i) for i in range(10)], [64, 64, 10], ["fc1", "fc2"], 32, 60, 1e-3),
}


def standardized(x, train):
    """Mean and population deviation of the training part; a deviation of 0 counts as 1."""
    mean, deviation = x[train].mean(0), x[train].std(0, unbiased=False)
    deviation[deviation == 0] = 1
    return (x - mean) / deviation
