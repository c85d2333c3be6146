#!/usr/bin/env python3
"""Kernels of a .mlir file in phase `kernel` through the LLVM road and through the C++ back end, run on the same numbers.

both_roads.py FILE.mlir [--target T] [--cxx g++ --cxx clang++-22] [--index N] [--small] [--name FUNC]

Every public function is called with buffers of ordinary and special numbers (zeros of both signs, infinities, NaN,
subnormals, limits), with subnormals kept and flushed; what lies in the buffers and what comes back must be equal bit for
bit, but that NaN equals NaN. The text must be what clang-format leaves and compile without a warning.
"""
import argparse, ctypes, random, re, struct, subprocess, sys, tempfile, pathlib

WARNINGS = "-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror".split()
BYTES = 1 << 14
HELPER = '#include <immintrin.h>\nextern "C" void flush(int on) { _mm_setcsr((_mm_getcsr() & ~0x8040u) | (on ? 0x8040u : 0)); }\n'


def run(words):
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(words)}\n{done.stdout}{done.stderr}")
    return done.stdout


def arguments_of(text):
    """(name, [type]) of every public function."""
    for match in re.finditer(r"^\s*func\.func @(\w+)\((.*)$", text, re.M):
        line, depth, types = match.group(2), 0, []
        for piece in re.finditer(r"%\w+: (memref<[^>]*?(?:vector<[^>]*>)?>|!llvm\.ptr|\w+)", line.split(") ->")[0].split(") {")[0]):
            types.append(piece.group(1))
        yield match.group(1), types


FORMATS = {"f32": "f", "f64": "d", "i8": "b", "i32": "i", "i64": "q"}


def element(kind):
    return re.search(r"(f32|f64|i8|i32|i64)>?$", kind.rstrip(">")).group(1)


def numbers(kind, count, special, small, random):
    if kind[0] == "f":
        tiny = 1e-40 if kind == "f32" else 5e-310
        rare = [0.0, -0.0, float("inf"), float("-inf"), float("nan"), tiny, -tiny, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5,
                88.8, -87.8, 127.0, 3.4e38, -3.4e38, 1.1754944e-38, 8388608.0, 8388609.0]
        usual = lambda: random.uniform(-4, 4)
    else:
        bits = int(kind[1:])
        rare = [0, 1, -1, 2**(bits - 1) - 1, -2**(bits - 1), 5, -7, 42]
        usual = lambda: random.randrange(-100, 100)
        if small or kind == "i8":
            return [random.randrange(0, 2 if kind == "i8" else 16) for _ in range(count)]
    return [random.choice(rare) if special and random.random() < 0.5 else usual() for _ in range(count)]


def fill(kind, special, small, random):
    form = FORMATS[kind]
    count = BYTES // struct.calcsize(form)
    return struct.pack(f"{count}{form}", *numbers(kind, count, special, small, random))


def same(kind, a, b):
    if a == b:
        return True
    if kind[0] != "f":
        return False
    form, size = FORMATS[kind], struct.calcsize(FORMATS[kind])
    for i in range(0, len(a), size):
        if a[i:i + size] != b[i:i + size]:
            x, y = struct.unpack(form, a[i:i + size])[0], struct.unpack(form, b[i:i + size])[0]
            if x == x or y == y:
                return False
    return True


def call(library, name, types, index, special, small):
    chance = random.Random(7)
    buffers, values = [], []
    for kind in types:
        if kind.startswith("memref"):
            # 64 bytes in front: what is written before the start is seen too.
            buffers.append((element(kind), ctypes.create_string_buffer(fill(element(kind), special, small, chance), BYTES)))
            values.append(ctypes.c_void_p(ctypes.addressof(buffers[-1][1])))
        elif kind == "index":
            values.append(ctypes.c_int64(index))
        elif kind in ("f32", "f64"):
            number = numbers(kind, 1, special, small, chance)[0]
            values.append(ctypes.c_float(number) if kind == "f32" else ctypes.c_double(number))
        elif kind == "i1":
            values.append(ctypes.c_bool(chance.random() < 0.5))
        else:
            number = numbers(kind, 1, special, small, chance)[0]
            values.append({"i8": ctypes.c_int8, "i32": ctypes.c_int32, "i64": ctypes.c_int64}[kind](number))
    function = getattr(library, name)
    function.restype = None
    function(*values)
    return [(kind, bytes(buffer)) for kind, buffer in buffers]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--target", default="x86-64-v3")
    parser.add_argument("--cxx", action="append")
    parser.add_argument("--level", default="-O2")
    parser.add_argument("--index", type=int, default=37)
    parser.add_argument("--small", action="store_true", help="integers are small and not negative, as indices are")
    options = parser.parse_args()
    features = re.search(r"^flags.*", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    runs = not (options.target.endswith("v4") and features and "avx512dq" not in features.group(0))
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        text = str(place / "kernels.cpp")
        run(["nnc-translate", options.file, "--emit=cpp", f"--target-features={options.target}", "-o", text])
        style = pathlib.Path(__file__).resolve().parents[2] / ".clang-format"
        formatted = run(["clang-format-22", f"--style=file:{style}", text])
        original = pathlib.Path(text).read_text()
        for number, (mine, theirs) in enumerate(zip(original.split("\n"), formatted.split("\n")), 1):
            if mine != theirs:
                sys.exit(f"{options.file}: line {number} is not what clang-format leaves:\n{mine}\n{theirs}")
        (place / "flush.cpp").write_text(HELPER)
        run(["nnc-translate", options.file, "--emit=lib", f"--target-features={options.target}", "-o", str(place / "llvm.so")])
        reference = ctypes.CDLL(str(place / "llvm.so")) if runs else None
        functions = list(arguments_of(pathlib.Path(options.file).read_text()))
        compared = 0
        for compiler in options.cxx or ["g++", "clang++-22"]:
            library = str(place / f"{compiler}.so")
            # Without AVX g++ has words about how vectors that are wider than a register would be passed.
            march = ["-Wno-psabi"] if options.target == "x86-64" else [f"-march={options.target}"]
            run([compiler, "-std=c++20", options.level, *march, *WARNINGS, "-fPIC", "-shared", "-o", library, text, str(place / "flush.cpp")])
            if not runs:
                continue
            loaded = ctypes.CDLL(library)
            for name, types in functions:
                for special in (False, True):
                    for flush in (0, 1):
                        loaded.flush(flush)
                        mine = call(loaded, name, types, options.index, special, options.small)
                        theirs = call(reference, name, types, options.index, special, options.small)
                        loaded.flush(0)
                        for number, ((kind, a), (_, b)) in enumerate(zip(mine, theirs)):
                            if not same(kind, a, b):
                                size = struct.calcsize(FORMATS[kind])
                                at = next(i for i in range(0, len(a), size) if not same(kind, a[i:i + size], b[i:i + size]))
                                x, y = (struct.unpack(FORMATS[kind], t[at:at + size])[0] for t in (a, b))
                                sys.exit(f"{name}: {compiler} gives {x!r} where the LLVM road gives {y!r}: buffer {number}, "
                                         f"element {at // size}, {'special' if special else 'ordinary'} numbers, flush {flush}")
                        compared += 1
        print(f"{len(functions)} functions equal in {compared} runs" if runs else "skipped: this CPU lacks features")


if __name__ == "__main__":
    main()
