#!/usr/bin/env python3
"""What compilers and sanitizers say of the C++ of random programs and of the examples: nothing.

usage: check_cpp.py BUILD SCRATCH [--programs N] [--seed S] [--examples A,B] [--only warnings,address,thread]

warnings  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror, g++ and clang++, f32 and f64, AVX-512, AVX2 and neither
address   AddressSanitizer and UBSan: random programs are run by nnc-random, examples train, evaluate and are timed
thread    ThreadSanitizer, on 3 and 4 threads; the runtime is compiled with it as well
A planted overrun and a planted race, each in a program of its own, must be found first.
"""
import argparse
import concurrent.futures
import itertools
import os
import pathlib
import subprocess
import sys

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror"]
SANITIZERS = {
    "address": (["-fsanitize=address,undefined", "-fno-sanitize-recover=all"], "asan", "ASAN_OPTIONS",
                # LLVM, in the same process, is not instrumented
                "detect_leaks=0:allow_user_poisoning=0:detect_container_overflow=0:exitcode=66"),
    "thread": (["-fsanitize=thread"], "tsan", "TSAN_OPTIONS", "halt_on_error=1:exitcode=66"),
}
PLANTED = {
    "address": "__attribute__((constructor)) static void overrun() { int *p = new int[4]; volatile int at = 4; p[at] = 1; }\n",
    "thread": """#include <pthread.h>
static int shared;
static void *count(void *) { for (int i = 0; i < 100000; ++i) shared += 1; return nullptr; }
__attribute__((constructor)) static void race() {
  pthread_t a, b;
  pthread_create(&a, nullptr, count, nullptr);
  pthread_create(&b, nullptr, count, nullptr);
  pthread_join(a, nullptr);
  pthread_join(b, nullptr);
}
""",
}


class Check:
    def __init__(self, options):
        self.build, self.scratch = options.build.resolve(), options.scratch
        self.root = pathlib.Path(__file__).resolve().parents[2]
        self.programs, self.seed = options.programs, options.seed
        everything = sorted(path.stem for path in (self.root / "examples").glob("*/*.nn") if path.stem == path.parent.name)
        self.examples = options.examples.split(",") if options.examples else everything
        self.failures = 0

    def spread(self, function, items):
        """The results of function for every item, as many at a time as there are processors."""
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(function, items))

    def run(self, what, command, code=0, **environment):
        """Runs a command that must end with this exit code."""
        done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              env=os.environ | environment)
        ok = done.returncode == code
        if not ok:
            self.failures += 1
            print(f"{what}: exit {done.returncode}, wanted {code}\n" + done.stdout[-6000:], flush=True)
        return ok

    def random(self, what, compilers, flags, effort, code=0, programs=None, **environment):
        """Random programs in portions, each drawn from seeds of its own."""
        programs = programs or self.programs
        portions = min(programs, os.cpu_count())

        def portion(index):
            count = programs // portions + (index < programs % portions)
            command = [self.build / "bin/nnc-random", f"--programs={count}", f"--seed={self.seed + 10000 * index}", f"--cxx-opt={effort}",
                       f"--keep={self.scratch / f'found-{index}.mlir'}", "--shrink=0"]
            command += [f"--cxx={compiler}" for compiler in compilers] + [f"--cxx-flag={flag}" for flag in flags]
            return self.run(what, command, code, **environment)

        if all(self.spread(portion, range(portions))) and not code:
            print(f"{what}: {programs} random programs, no report", flush=True)

    def text(self, example, name, *options):
        path = self.scratch / f"{example}-{name}.cpp"
        self.run(f"{example}: nnc", [self.build / "bin/nnc", self.root / "examples" / example / f"{example}.nn", "--emit=cpp", *options, "-o", path])
        return path

    def warnings(self):
        self.random("warnings", ["g++", "clang++"], WARNINGS, 2)
        forms = ([], ["--backend=cpp"], ["--backend=cpp", "--dtype=f64"], ["--backend=cpp", "-O0"])  # a library; programs

        def one(case):
            example, level, (number, options) = case
            name = f"{level}-{number}"
            text = self.text(example, name, f"--target-features={level}", *options)
            return all([self.run(f"{example} {level} {options} {compiler}", [compiler, "-std=c++20", "-O2", f"-march={level}", *WARNINGS, "-c", text,
                                                                             "-o", text.with_suffix(".o")]) for compiler in ("g++", "clang++")])

        for example in self.examples:
            cases = itertools.product([example], ("x86-64", "x86-64-v3", "x86-64-v4"), enumerate(forms))
            if all(self.spread(one, cases)):
                print(f"warnings: {example}, no report", flush=True)

    def runtime(self, flags):
        """The runtime's objects, compiled with these flags, with all processors."""
        sources = sorted(self.root.glob("runtime/*/*.c*")) + sorted(self.root.glob("data/*.cpp"))
        folder = self.scratch / "runtime"
        folder.mkdir(exist_ok=True)

        def compile_one(source):
            target = folder / (source.parent.name + "-" + source.name + ".o")
            compiler = ["clang", "-std=c11"] if source.suffix == ".c" else ["clang++", "-std=c++20"]
            self.run(f"runtime: {source.name}", [*compiler, "-O1", "-g1", *flags, f"-I{self.root}", f"-I{self.build}", "-c", source, "-o", target])
            return target

        return self.spread(compile_one, sources)

    def sanitizer(self, name):
        flags, library, variable, settings = SANITIZERS[name]
        path = subprocess.run(["clang++", f"-print-file-name=libclang_rt.{library}-x86_64.so"], check=True, capture_output=True, text=True).stdout.strip()
        preloaded = {"LD_PRELOAD": path, variable: settings}
        planted = self.scratch / "planted.h"
        planted.write_text(PLANTED[name])
        self.random(f"{name}, planted", ["clang++"], [*flags, "-include", str(planted)], 1, code=66, programs=1, **preloaded)
        # At 0 plain and fast kernels; races are those of the entries, the same in both.
        self.random(name, ["clang++"], flags, 0 if name == "address" else 1, **preloaded)
        runtime = self.runtime(flags) if name == "thread" else [self.build / "lib/nnc/libnnc_runtime.a"]

        def one(example):
            program, data = self.scratch / f"{example}-{name}", self.root / "examples" / example
            if not self.run(f"{example} {name}", ["clang++", "-std=c++20", "-O1", "-g1", "-march=native", *flags,
                                                  self.text(example, name, "--backend=cpp"), *runtime, "-o", program]):
                return
            words = ["--data", data, "--threads", "4", "--run", self.scratch / f"{example}-{name}.run"]
            commands = [["train", "--steps", "20", "--quiet", *words], ["eval", *words], ["bench", "forward", "--threads", "4"]]
            if all([self.run(f"{example} {name} {command[0]}", [program, *command], **{variable: settings}) for command in commands]):
                print(f"{name}: {example}, no report", flush=True)

        self.spread(one, self.examples)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("scratch", type=pathlib.Path)
    parser.add_argument("--programs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", default="")
    parser.add_argument("--only", default="warnings,address,thread")
    options = parser.parse_args()
    options.scratch.mkdir(parents=True, exist_ok=True)
    check = Check(options)
    for part in options.only.split(","):
        check.warnings() if part == "warnings" else check.sanitizer(part)
    print("nothing found" if not check.failures else f"{check.failures} failures")
    return 1 if check.failures else 0


if __name__ == "__main__":
    sys.exit(main())
