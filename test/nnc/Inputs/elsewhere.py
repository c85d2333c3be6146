"""Every layer of the library has a row in dsl/doc/Elsewhere.def, and every row is of a name that `nnc doc` knows:
elsewhere.py NNC ROOT"""
import pathlib
import re
import subprocess
import sys

nnc, root = sys.argv[1], pathlib.Path(sys.argv[2])
rows = re.findall(r'^NNC_ELSEWHERE\("(\w+)"', (root / "dsl/doc/Elsewhere.def").read_text(), re.M)
layers = {name for file in (root / "dsl/library").glob("*.nn") for name in re.findall(r"^layer (\w+)", file.read_text(), re.M)}
assert len(rows) == len(set(rows)) and len(layers) > 30, (rows, layers)
assert layers <= set(rows), layers - set(rows)
for name in rows:
    page = subprocess.run([nnc, "doc", name], capture_output=True, text=True)
    assert page.returncode == 0, (name, page.stderr)
    assert re.search(r"^(PyTorch|Keras|Note): .+$", page.stdout.splitlines()[-1]), (name, page.stdout)
