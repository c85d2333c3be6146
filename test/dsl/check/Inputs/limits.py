"""Programs at the limits of elaboration: `deep` calls through 300 functions, `steps` calls two to the 25th times."""
import sys

deep = sys.argv[1] == "deep"
count = 300 if deep else 26
print("fn f0(x: float[...]) -> float[...] { x }")
for i in range(1, count):
    call = f"f{i - 1}(x)" if deep else f"f{i - 1}(f{i - 1}(x))"
    print(f"fn f{i}(x: float[...]) -> float[...] {{ {call} }}")
print(f"model M(x: float[B, 4]) -> float[B, 4] {{ f{count - 1}(x) }}")
