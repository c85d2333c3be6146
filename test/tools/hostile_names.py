#!/usr/bin/env python3
"""Thousands of names and texts that try to become code, through the C++ back end.

hostile_names.py NNC SCRATCH [--names 10000] [--seed 1] [--cxx g++ --cxx clang++-22] [--run 2]

Modules of one form are filled with hostile names: of models, parameters, entries, ports, labels, free sizes, layers, files,
facts. Each must give the C++ of the same module with harmless names, token for token (but that long lines may be cut): identifiers are renamed one to one
and of a made form, strings hold the bytes of the names, comments are comments. A tokenizer of its own says what is what.
Every text must compile without a warning; a few programs run, and give the bits of the same program through LLVM.
"""
import argparse, json, os, pathlib, random, re, string, struct, subprocess, sys

WARNINGS = "-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror".split()
KEYWORDS = """alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class
co_await co_return co_yield compl concept const const_cast consteval constexpr constinit continue decltype default delete do
double dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable namespace new
noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires return short signed
sizeof static static_assert static_cast struct switch template this thread_local throw true try typedef typeid typename union
unsigned using virtual void volatile wchar_t while xor xor_eq typeof restrict inline import module final override""".split()
OURS = """first16 first8 load16 splat16 store f32x16 f32x7 f32x3 f64x8 i32x16 u32x4 i8 i16 i32 i64 u8 u16 u32 u64 f32 f64
f32x16_mem u32x16_pair i64x3 u8x7 f16x2 i1 f32x NNC_INLINE NNC_KERNEL NNC_UNROLL NNC_STANDALONE NNC_OK NNC_F32 NNC_FORWARD
NNC_E_SIZE nnc_model_main nnc_call nnc_error nnc_status nnc_entry nnc_port nnc_tensor nnc_size nnc_setting nnc_barrier
State state work call tid threads sizes inputs outputs bytes output_dims error status settings step steps steps_per_epoch out
results scalars tensors entries recipe model_name cpu_features dims at below fail barrier floor_div start prepare run thread
mode count parallel Flush flush part rows row column panel acc tile weights partial from rest lane i j k m n x y v x2 x_2 i2
i64_2 gap gap2 a b c d fma max min select abs sqrt exp expm1 log log1p tanh erf sin cos floor ceil libm_exp libm_pow sum4_f32x16
exp_f32x16 transpose_f32x16 masked_load masked_store gather scatter mul_wide forward eval loss grad pack forward_run
forward_prepare forward_inputs forward_outputs_0_labels forward_sizes eval_inputs decode k0 k0_relu linear_relu relu none
std main linux unix i386 assert errno stdin stdout offsetof size_t ptrdiff_t nullptr_t NULL EOF INT_MAX M_PI defined
__LINE__ __FILE__ __cplusplus _Pragma __builtin_trap __asm__ __attribute__ _OPENMP __AVX512F__ omp_get_thread_num
exit abort malloc free system printf memcpy select random rand div index time read write open close signal getenv
uint ulong ushort int8_t uint32_t u_char quad_t key_t id_t div_t fd_set timespec timeval byte endian bit_cast""".split()
TEXTS = ["\"", "\\", "\\\\", "'", "*/", "/*", "//", "///", "\n", "\r", "\r\n", "\t", "\v", "\f", "\b", "\x01", "\x1b[31m", "\x7f",
         "\\\n", "\\ \n", "\\\r\n", "??/", "??/\n", "??=", "??'", "??(", "??)", "??!", "??<", "??>", "??-", "???/", "????/", "?",
         "<:", ":>", "<%", "%>", "%:", "%:%:", "%s%n%d", "%", "%%", "{", "}", "};", "{}", "{0}", "(", ")", ";", ",", "#", "##",
         "#include <fstream>", "\n#error x\n", "\n#define float int\n", "_Pragma(\"once\")", "R\"(", ")\"", "u8\"", "L'", "0x", "1e9",
         "\"; system(\"touch hostile-was-here\"); \"", "*/ int main() { return 1; } /*", "\\u000a", "\\x0a", "\\012", "\\N{LINE FEED}",
         "$(touch hostile-was-here)", "`touch hostile-was-here`", "; touch hostile-was-here;", "--help", "-o", "@file", "$x", "@", "~", "!",
         "é", "ß", "Ж", "名前", "😀", "👩‍👩‍👧", "\u202e", "\u2066", "\u200e", "\u200b", "\u2028", "\u2029", "\u0085", "\ufeff", "\u061c", "ａ",
         "е", "\u0301", ".", "..", "/", "../..", "a.b", "a_b", "a__b", "a..b", "_", "__", "_A", "a-b", "a b", "0", "9x", "1.5",
         "clang-format off", "clang-format on", "NOLINT", "TODO", "@param", "\\param", "inf", "nan", "-0", "true", "nullptr"]
BYTES = [b"\xff", b"\xfe\xff", b"\xc3", b"\xc3(", b"\xed\xa0\x80", b"\xf0\x9f", b"\x80", b"\xe2\x80", b"\xe2\x80\xae\\", b"\xc0\xaf"]


def run(words, good=(0,), **more):
    done = subprocess.run(words, capture_output=True, timeout=120, **more)
    if done.returncode not in good:
        sys.exit(f"exit {done.returncode} of {' '.join(map(str, words))}\n{(done.stdout + done.stderr).decode(errors='replace')[:4000]}")
    return done.stdout


def header_names(compilers):
    """What the headers of a generated file define: macros in small letters, then anything that is a word in them."""
    text = "#include <cstddef>\n#include <bit>\n#include <cstdint>\n#include <immintrin.h>\n#include <omp.h>\n"
    macros, words = set(), set()
    for compiler in compilers:
        for standard in ("c++20", "gnu++20"):
            flags = [compiler, "-x", "c++", f"-std={standard}", "-march=x86-64-v4", "-fopenmp", "-E"]
            have = subprocess.run(flags + ["-"], input=text.encode(), capture_output=True)
            if have.returncode:  # clang++ may have no omp.h
                text = text.replace("#include <omp.h>\n", "")
            macros |= set(re.findall(r"#define (\w+)", run(flags + ["-dM", "-"], input=text.encode()).decode()))
            words |= set(re.findall(r"\b[A-Za-z]\w*\b", run(flags + ["-P", "-"], input=text.encode()).decode()))
    return sorted(macros), sorted(words)


def hostile(count, chance, compilers):
    """`count` different names, as bytes."""
    macros, words = header_names(compilers)
    plain = [m for m in macros if not m.startswith("_")]
    fixed = [*KEYWORDS, *OURS, *plain, *TEXTS, "x" * 300, "very_long_" * 400, "é" * 500, "\\" * 999, "?" * 400, "\"" * 333, "*/" * 200]
    names = [name.encode() for name in fixed] + BYTES
    common = [w for w in words if not w.startswith(("_", "v"))]
    names += [w.encode() for w in chance.sample(common, min(len(common), count // 4))]
    names += [w.encode() for w in chance.sample(macros, min(len(macros), count // 20))]
    names = [name for name in dict.fromkeys(names) if not TAKEN.fullmatch(name)]
    seen = set(names)
    pieces = [t.encode() for t in TEXTS + KEYWORDS + OURS] + BYTES
    while len(names) < count:
        name = b"".join(chance.choice(pieces) for _ in range(chance.randint(1, 4)))
        if chance.random() < 0.2:
            name = bytes(chance.randrange(1, 256) for _ in range(chance.randint(1, 12)))
        if chance.random() < 0.3:
            name += str(chance.randrange(100)).encode()
        if name not in seen and not TAKEN.fullmatch(name):
            seen.add(name)
            names.append(name)
    chance.shuffle(names)
    return names[:count]


def quoted(name):
    """As MLIR reads it."""
    return '"' + "".join(chr(c) if 32 <= c < 127 and chr(c) not in '"\\' else f"\\{c:02X}" for c in name) + '"'


TAKEN = re.compile(rb"forward|eval|loss|grad|step|pack|step\.scalars|nnc_.*|optimizer\..*|k\d+_.*|", re.S)  # errors, tested apart
UNARY = ["relu", "exp", "tanh", "sigmoid", "neg", "abs", "sqrt", "floor"]
PARAMETERS, LABELS, KERNELS = 170, 120, 12


def module(name):
    """A module; `name()` gives the next name each time."""
    take = lambda: quoted(name())
    size = take()
    lines = [f"module @{take()} {{"]
    weight, bias = take(), take()
    lines += [f"  nn.param @{weight} : tensor<24x5xf32> = <uniform, [-1.0, 1.0]>", f"  nn.param @{bias} : tensor<24xf32> = <uniform, [-1.0, 1.0]>"]
    lines += [f"  nn.param @{take()} : tensor<{1 + i % 3}xf32> = <constant, [{i}.0]>" for i in range(PARAMETERS)]
    lines += [f"  nn.state @{take()} : tensor<{1 + i % 5}xf32> = <constant, [0.5]>" for i in range(8)]
    for kind in ("forward", "eval"):
        inputs, outputs, body, results = [], [], [], []
        tensor = lambda n: f"tensor<?x{n}xf32, #nn.dims<{size}, {n}>>"
        place = lambda: f"loc({take()}({take()}({take()}:{len(body) + 3}:7)))"
        labels = ", ".join(take() for _ in range(LABELS))
        count = KERNELS if kind == "forward" else 3
        for i in range(count):
            n = 2 + i if kind == "forward" else 20 + i
            extra = f", nn.labels = [{labels}]" if i == 1 else ""
            inputs.append(f"%x{i}: {tensor(n)} {{nn.name = {take()}{extra}}}")
            body.append(f"    %y{i} = nn.{UNARY[i % len(UNARY)]} %x{i} : {tensor(n)} {place()}")
            metric = ', nn.metric = "mean"' if False else ""
            results.append((f"%y{i}", tensor(n), f"{{nn.name = {take()}{metric}}}"))
        if kind == "forward":
            body += [f"    %w = nn.get @{weight} : tensor<24x5xf32> {place()}", f"    %b = nn.get @{bias} : tensor<24xf32> {place()}",
                     f"    %bb = nn.broadcast %b dims [1] : tensor<24xf32> -> {tensor(24)} {place()}",
                     f'    %c = nn.contract %x3, %w init %bb : {tensor(24)} "ab,zb->az" : ({tensor(5)}, tensor<24x5xf32>) -> {tensor(24)} {place()}',
                     f"    %r = nn.relu %c : {tensor(24)} {place()}"]
            results.append(("%r", tensor(24), f"{{nn.name = {take()}}}"))
        facts = f"facts = [#nn.fact<{size} le 256, {take()}, {take()}>], " if kind == "forward" else ""
        lines.append(f"  nn.entry @{take()}({', '.join(inputs)}) -> ({', '.join(t + ' ' + a for _, t, a in results)}) attributes "
                     f'{{kind = "{kind}", {facts}sizes = [#nn.size<{size} max 16>]}} {{')
        lines += body
        lines += [f"    nn.return {', '.join(v for v, _, _ in results)} : {', '.join(t for _, t, _ in results)}", "  }"]
    return "\n".join(lines + ["}"]) + "\n"


class Token:
    __slots__ = ("kind", "text", "line")

    def __init__(self, kind, text, line):
        self.kind, self.text, self.line = kind, text, line


ESCAPES = {"n": 10, "t": 9, "r": 13, "a": 7, "b": 8, "f": 12, "v": 11, "0": 0, "\\": 92, '"': 34, "'": 39, "?": 63}


def tokens(text, where):
    """The tokens of C++ text (bytes) by the rules of the language; fails on what generated text never has."""
    def bad(what):
        sys.exit(f"{where}:{line}: {what}: {text[max(0, at - 60):at + 60]!r}")
    found, at, line, size = [], 0, 1, len(text)
    while at < size:
        c = text[at:at + 1]
        if text[at:at + 2] == b"??" and text[at + 2:at + 3] in b"=/'()!<>-" and at + 2 < size:
            bad("a trigraph")
        if c == b"\n":
            line += 1
            at += 1
        elif c == b" ":
            at += 1
        elif text[at:at + 2] == b"//":
            end = text.index(b"\n", at)
            comment = text[at:end]
            if comment.endswith(b"\\") or re.search(rb"\?\?[=/'()!<>-]", comment) or re.search(rb"[\x00-\x1f\x7f]", comment):
                bad("a comment that goes on, or holds control characters")
            try:
                words = comment.decode()
            except UnicodeDecodeError:
                bad("a comment that is not UTF-8")
            if re.search("[\u0080-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]", words):
                bad("a comment with marks that move what a reader sees, or ends of lines")
            at = end
        elif text[at:at + 2] == b"/*":
            bad("a comment of the other form")
        elif c == b'"':
            at += 1
            value = bytearray()
            while text[at:at + 1] != b'"':
                c = text[at]
                if c < 32 or c > 126:
                    bad("a byte that stands in a string as it is")
                if text[at:at + 2] == b"??":
                    bad("half a trigraph in a string")
                if c == 92:
                    octal = re.compile(rb"[0-7]{3}").match(text, at + 1)
                    if octal:
                        value.append(int(octal.group(), 8))
                        at += 4
                    elif chr(text[at + 1]) in '\\"?':
                        value.append(text[at + 1])
                        at += 2
                    else:
                        bad("an escape of an odd form")
                else:
                    value.append(c)
                    at += 1
            at += 1
            if found and found[-1].kind == "string":
                found[-1].text += bytes(value)
            else:
                found.append(Token("string", bytes(value), line))
        elif c == b"'":
            bad("a character literal")
        elif re.match(rb"[A-Za-z_]", c):
            word = re.compile(rb"\w+", re.A).match(text, at).group()
            if text[at + len(word):at + len(word) + 1] in (b'"', b"'") and text[at + len(word):at + len(word) + 1]:
                bad("a literal with a prefix")
            found.append(Token("word", word.decode(), line))
            at += len(word)
        elif re.match(rb"[0-9]", c):
            number = re.compile(rb"[0-9](?:[eE][+-]|[\w.])*").match(text, at).group()
            found.append(Token("number", number.decode(), line))
            at += len(number)
        elif c in b"{}[]()<>;:,.?+-*/%&|^~!=#" and c:
            if c == b"}" and found[-1].text == ",":
                found.pop()  # tables of several lines have a comma at their end
            found.append(Token("mark", c.decode(), line))
            at += 1
        else:
            bad("a byte that no token has")
    return found


TAME = re.compile(rb"tame(\d+)z")


def declarations(found):
    """Cuts the tokens into top-level declarations: local names may differ from one to the next."""
    part, depth = [], 0
    for token in found:
        part.append(token)
        if token.kind == "mark":
            depth += {"{": 1, "}": -1}.get(token.text, 0)
            if depth == 0 and token.text in ";}":
                yield part
                part = []
    yield part


def compare(mine, tame, names, reserved, where):
    """The same program under other names, or out. A kernel whose lines are longer may name a value more."""
    mine, tame = list(declarations(mine)), list(declarations(tame))
    if len(mine) != len(tame):
        sys.exit(f"{where}: {len(mine)} declarations instead of {len(tame)}")
    for ours, theirs in zip(mine, tame):
        same_declaration(ours, theirs, names, reserved, where)


def same_declaration(ours, theirs, names, reserved, where):
    made = lambda word: re.fullmatch(r"[A-Za-z](_?[A-Za-z0-9])*_?", word)
    wrong = [t for t in ours if t.kind == "word" and t.text not in reserved and not made(t.text)]
    if wrong:
        sys.exit(f"{where}:{wrong[0].line}: an identifier that is not of the made form: {wrong[0].text!r}")
    if len(ours) != len(theirs):
        if theirs[0].text not in ("NNC_KERNEL", "template", "NNC_INLINE") or any(t.kind == "string" for t in ours):
            sys.exit(f"{where}:{ours[0].line}: {len(ours)} tokens instead of {len(theirs)}")
        return
    forth, back = {}, {}
    for i, (a, b) in enumerate(zip(ours, theirs)):
        of = "member " if i > 1 and (theirs[i - 1].text == ">" and theirs[i - 2].text == "-" or theirs[i - 2].text == "State") else ""
        bad = lambda what: sys.exit(f"{where}:{a.line}: {what}: {a.text!r} where the same program with other names has {b.text!r}")
        if a.kind != b.kind:
            bad("another kind of token")
        if a.kind == "word":
            if b.text in reserved or a.text in reserved:
                if a.text != b.text:
                    bad("a reserved word")
            elif forth.setdefault(of + b.text, a.text) != a.text or back.setdefault(of + a.text, b.text) != b.text:
                bad("two names that became one, or one that became two")
        elif a.kind == "string":
            wanted = TAME.sub(lambda match: names[int(match.group(1))], b.text)
            if a.text != wanted and not b.text.startswith(b'{"'):  # the recipe escapes once more
                sys.exit(f"{where}:{a.line}: the string {a.text!r} where {wanted!r} is wanted")
        elif a.text != b.text and not (a.kind == "number" and a.text.endswith("u")):  # but for the hash of the structure
            bad("another token")


def write_tensors(path, tensors):
    header, at, data = {}, 0, b""
    for name, shape, numbers in tensors:
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + 4 * len(numbers)]}
        data += struct.pack(f"<{len(numbers)}f", *numbers)
        at += 4 * len(numbers)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def is_text(name):
    try:
        return name.decode() != "" and len(name) < 1000
    except UnicodeDecodeError:
        return False


def same_bits(options, compilers, names):
    """One program of hostile names runs, and computes what LLVM's code computes."""
    supply = iter(names)
    text = module(lambda: next(supply))
    pathlib.Path("runs.mlir").write_text(text)
    entry = re.search(r'nn\.entry @("(?:[^"]|\\.)*")', text).group(1)
    unquote = lambda word: re.sub(rb"\\([0-9A-F]{2})", lambda m: bytes([int(m.group(1), 16)]), word[1:-1].encode()).decode()
    head = text[text.index("nn.entry @"):].split("-> (")[0]
    numbers = random.Random(3)
    inputs = []
    for port, size in re.findall(r'%x\d+: tensor<\?x(\d+)xf32.*?nn\.name = ("(?:[^"]|\\.)*")', head):
        inputs.append((unquote(size), [7, int(port)], [numbers.uniform(-3, 3) for _ in range(7 * int(port))]))
    write_tensors(pathlib.Path("in.safetensors"), inputs)
    results = set()
    for way in [[], *[["--backend=cpp", f"--cxx={compiler}"] for compiler in compilers]]:
        run([options.nnc, "runs.mlir", f"--target-features={options.target}", "-o", "runs", *way])
        run(["./runs", "run", unquote(entry), "--inputs", "in.safetensors", "--outputs", "out.safetensors"])
        results.add(pathlib.Path("out.safetensors").read_bytes())
    if len(results) != 1:
        sys.exit("the back ends disagree about a program of hostile names")
    print(f"{len(inputs)} inputs, {len(results.pop())} bytes of results: the same bits")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("nnc")
    parser.add_argument("scratch", type=pathlib.Path)
    parser.add_argument("--names", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cxx", action="append")
    parser.add_argument("--target", default="x86-64-v3")
    options = parser.parse_args()
    compilers = options.cxx or ["g++"]
    options.scratch.mkdir(parents=True, exist_ok=True)
    os.chdir(options.scratch)
    chance = random.Random(options.seed)
    emit = lambda file, out: run([options.nnc, file, "--emit=cpp", "--backend=cpp", f"--target-features={options.target}", "-o", out])
    used = 0

    def tame_name():
        nonlocal used
        used += 1
        return f"tame{used - 1}z".encode()

    pathlib.Path("tame.mlir").write_text(module(tame_name))
    emit("tame.mlir", "tame.cpp")
    tame_text = pathlib.Path("tame.cpp").read_bytes()
    tame = tokens(tame_text, "tame.cpp")
    # What users cannot take: keywords, and what the text defines for itself.
    defined = rb"#define (\w+)|using (\w+)|typedef \w+ (\w+)|NNC_INLINE \w+ \**(\w+)\(|struct (nnc_\w+)|\b(NNC_\w+) = \d"
    reserved = {next(filter(None, groups)).decode() for groups in re.findall(defined, tame_text)}
    reserved |= {"std", *KEYWORDS} - {"restrict", "import", "module", "final", "override"}
    reserved |= {t.text for t in tame if t.kind == "word" and t.text.startswith("_")}
    names = hostile(options.names, chance, compilers)
    texts = 0
    for number, first in enumerate(range(0, len(names), used)):
        mine = names[first:first + used]
        mine += names[:used - len(mine)]
        source = f"hostile-{number}.mlir"
        supply = iter(mine)
        pathlib.Path(source).write_text(module(lambda: next(supply)))
        emit(source, f"hostile-{number}.cpp")
        compare(tokens(pathlib.Path(f"hostile-{number}.cpp").read_bytes().replace(f"hostile-{number}.".encode(), b"tame."), f"hostile-{number}.cpp"), tame,
                mine, reserved, f"hostile-{number}.cpp")
        if texts < 3:  # the form without the tables of the runtime
            run([options.nnc, source, "--emit=cpp", f"--target-features={options.target}", "-o", f"library-{number}.cpp"])
            tokens(pathlib.Path(f"library-{number}.cpp").read_bytes(), f"library-{number}.cpp")
        texts += 1
    for compiler in compilers:
        for number in range(texts):
            run([compiler, "-std=c++20", f"-march={options.target}", *WARNINGS, "-fsyntax-only", f"hostile-{number}.cpp"])
            if number < 3:
                run([compiler, "-std=c++20", f"-march={options.target}", *WARNINGS, "-Wno-unknown-pragmas", "-fsyntax-only", f"library-{number}.cpp"])
    same_bits(options, compilers, [name for name in names if is_text(name)][:used])
    if pathlib.Path("hostile-was-here").exists():
        sys.exit("a name ran as a command")
    print(f"{len(names)} names in {texts} programs of {used}: the same tokens; no warning from {', '.join(compilers)}")


if __name__ == "__main__":
    main()
