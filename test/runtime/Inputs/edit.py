"""edit.py IN OUT NAME VALUE: a safetensors file in which the first value of NAME is another one, or (`drop`) without NAME."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import safetensors  # noqa: E402

source, target, name, value = sys.argv[1:]
tensors, notes = safetensors.read(source)
if value == "drop":
    del tensors[name]
else:
    tensors[name][2][0] = float(value)
safetensors.write(target, tensors, notes)
