"""Programs that are made of many alike parts, for growth.py: beside the chains of test/tools/nesting.py."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "test" / "tools"))
from nesting import MODEL  # noqa: E402

RECURSIVE = """layer Deep(n: int)(x: float[B, 4]) -> float[B, 4] {
  if n == 0 { x } else { x |> Linear(4) |> Deep(n - 1) }
}
model M(x: float[B, 4]) -> float[B, 4] { x |> Deep(%d) }
"""
GENERIC = """fn same(x: float[N]) -> float[N] { x }
model M(%s) -> float[B] {
  %s
}
"""
BLOCK = """layer Block(width: int)(x: float[B, T, width]) -> float[B, T, width] {
  h = x + (x |> norm: LayerNorm |> mix: Linear(width) |> gelu)
  h + (h |> wide: Linear(4 * width) |> gelu |> back: Linear(width))
}
model M(x: float[B, 8, 16]) -> float[B, 8, 16] { x |> [Block(16) for i in 0..%d] }
"""
TRAINED = """dim Kind = { one, two, three }
dataset rows = csv("rows.csv") {
  x: float[4] = [p, q, r, s]
  y: Kind = kind
%s}
model M(x: float[B, 4]) -> (logits: float[B, Kind]) { x%s |> head: Linear(Kind) }
train M on rows {
  loss = cross_entropy(logits, y)%s
  optimizer = Adam(lr = 1e-2)
  epochs = 2
%s}
"""


def trained(n, settings="", loss="", fields="", each="l{i}"):
    """`n` layers that are trained; `settings` and `loss` take a list of `each` for each of them."""
    listed = ", ".join(each.format(i=i) for i in range(n))
    layers = "".join(f" |> l{i}: Linear(4)" for i in range(n))
    return TRAINED % (fields, layers, loss.replace("LIST", listed), settings.replace("LIST", listed))


def declared(n, one):
    """A line for each number below n."""
    return "".join(one.format(i=i) for i in range(n))


# name: (a program of that many links, which the checker may refuse; links of the smallest).
WIDE = {
    "recursive layer": (lambda n: RECURSIVE % n, 25),
    "generic calls": (lambda n: GENERIC % ("x: float[B]", "same(" * n + "x" + ")" * n), 25),
    "generic uses": (lambda n: GENERIC % (", ".join(f"x{i}: float[B]" for i in range(n)), " + ".join(f"same(x{i})" for i in range(n))), 500),
    "size variables": (lambda n: "model M(" + ", ".join(f"x{i}: float[B, S{i}]" for i in range(n)) + ") -> float[B, S0] { x0 }", 500),
    "nested layers": (lambda n: "".join(
        f"layer L{i}(x: float[B, 4]) -> float[B, 4] {{ x |> {f'L{i - 1}' if i else 'Linear(4)'} |> relu }}\n" for i in range(n))
        + MODEL % f"x |> L{n - 1}", 25),
    "misspelt among many": (lambda n: MODEL % (declared(n, "value{i} = x\n  ") + declared(n, "z{i} = valeu{i}\n  ") + "x"), 500),
    "packs of layers": (lambda n: MODEL % ("x |> " + " |> ".join(f"(Linear({i % 7 + 1}) |> Linear(4))" for i in range(n))), 500),
    "blocks of a transformer": (lambda n: BLOCK % n, 50),
    "layers and joins": (lambda n: MODEL % ("h0 = x\n" + "".join(f"  h{i + 1} = h{i} + (h{i} |> l{i}: Linear(4) |> relu)\n" for i in range(n)) + f"  h{n}"), 250),
    "models": (lambda n: declared(n, "model M{i}(x: float[B, 4]) -> float[B, 4] {{ x |> Linear(4) }}\n"), 8),
    "layers defined": (lambda n: declared(n, "layer L{i}(x: float[B, 4]) -> float[B, 4] {{ x |> Linear(4) }}\n") + MODEL % ("x" + declared(n, " |> L{i}")), 250),
    "layers that are not used": (lambda n: declared(n, "layer L{i}(h: int)(x: float[B, 4]) -> float[B, h] {{ x |> Linear(h) }}\n") + MODEL % "x", 500),
    "conditions of a layer": (lambda n: "layer L(k: int)(x: float[B, 4]) -> float[B, 4] {\n  y = x\n" + declared(n, "  if k == {i} {{ y = y + {i} }}\n") + "  y\n}\n" + MODEL % "x |> L(3)", 250),
    "trained layers": (lambda n: trained(n), 100),
    "frozen layers": (lambda n: trained(n, "  freeze = [LIST]\n"), 100),
    "groups of layers": (lambda n: trained(n, "  groups = [LIST]\n", each="l{i}: 0.1"), 100),
    "penalties of layers": (lambda n: trained(n, loss=" + l2(1e-4, of = [LIST])"), 100),
    "constraints": (lambda n: trained(n, "  constrain = [LIST]\n", each="nonnegative(l{i}.weight)"), 100),
    "metrics": (lambda n: TRAINED % ("", "", "", "  metrics = [" + ", ".join(f"m{i}: accuracy(logits, y)" for i in range(n)) + "]\n"), 50),
    "fields": (lambda n: trained(0, fields=declared(n, "  f{i}: float = c{i} * 2 + 1\n")), 500),
    "columns of a field": (lambda n: TRAINED % (f"  z: float[{n}] = [" + ", ".join(f"c{i}" for i in range(n)) + "]\n", "", "", ""), 500),
    "members of a dim": (lambda n: "dim Many = { " + ", ".join(f"l{i}" for i in range(n)) + " }\nmodel M(x: float[B, Many]) -> float[B] { " + " + ".join(f"x[:, Many.l{i}]" for i in range(n)) + " }\n", 100),
    "parts of a concat": (lambda n: f"model M(x: float[B, 4]) -> float[B, {4 * n}] {{ concat([" + "x, " * n + "], over = axis(-1)) }\n", 100),
    "terms of an index": (lambda n: f"model M(x: float[B, {n}]) -> float[B] {{\n  y[b] = " + " + ".join(f"x[b, {i}]" for i in range(n)) + "\n  y\n}\n", 200),
    "bindings of a scan": (lambda n: "model M(x: float[B, 8, 4]) -> float[B, 4] {\n  h = scan a in x over axis(1), h = zeros(B, 4) {\n    y0 = a + h\n" + "".join(f"    y{i + 1} = y{i} + h\n" for i in range(n)) + f"    h = y{n}\n  }}\n  h\n}}\n", 250),
    "what a scan reads": (lambda n: "model M(x: float[B, 8, 4], z: float[B, 4]) -> float[B, 4] {\n" + declared(n, "  c{i} = z + {i}\n") + "  h = scan a in x over axis(1), h = zeros(B, 4) {\n    h = h + a" + declared(n, " + c{i}") + "\n  }\n  h\n}\n", 250),
    "turns of a for": (lambda n: MODEL % (f"y = x\n  for i in 0..{n} {{ y = y + i }}\n  y"), 500),
    "inputs": (lambda n: "model M(" + ", ".join(f"x{i}: float[B, 4]" for i in range(n)) + ") -> float[B, 4] { " + " + ".join(f"x{i}" for i in range(n)) + " }\n", 250),
    "results": (lambda n: "model M(x: float[B, 4]) -> (" + ", ".join(f"y{i}: float[B, 4]" for i in range(n)) + ") { " + ", ".join(f"x + {i}" for i in range(n)) + " }\n", 250),
    "states": (lambda n: MODEL % (declared(n, "state s{i}: float[4] = 0\n  s{i} <- s{i} + 1\n  ") + "x"), 250),
}
