#!/usr/bin/env python3
"""Runs libFuzzer targets and prints their figures: fuzz.py BUILD TARGET|all [--runs N] [--seconds N] [--minimise]

The inputs to start from are the corpus of the target in test/fuzz/corpus (programs share the checker's) and, for programs,
every .nn file of the tree,
so that what the language learns is fuzzed with no further step. What a run discovers stays in BUILD/corpus/TARGET and
feeds the next one. An input that crashes, leaks, takes more than 5 s of a processor or too much memory is kept in BUILD/findings and
ends the run with 1: reduce it (BUILD/bin/fuzz-TARGET -minimize_crash=1 -runs=10000 FILE), put it into
test/fuzz/corpus/TARGET under a name that says what it was, and mend the bug.

--minimise writes the smallest corpus with the same coverage back to test/fuzz/corpus/TARGET; files with a name that was
given by hand (not 40 hexadecimal digits) stay.
"""
import argparse
import concurrent.futures
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from repository import ROOT, files

TARGETS = ("checker", "parser", "lexer", "csv", "safetensors", "weights")  # the slow ones first
PROGRAMS = ("lexer", "parser", "checker")
CORPUS = {"lexer": "checker", "parser": "checker"}  # programs serve all three
DICTIONARY = {"lexer": "nn", "parser": "nn", "checker": "nn"}
# Of memory, an input may take 64 MB at once; the process holds what libFuzzer keeps as well, which grows with the corpus.
SLOW = 5  # seconds
LIMITS = [f"-timeout={SLOW}", "-rss_limit_mb=1024", "-malloc_limit_mb=64"]
MAX_LENGTH = {"checker": 4096, "parser": 4096, "lexer": 4096, "csv": 4096, "safetensors": 4096, "weights": 4096}
# The shared library of the sanitizer's limits; leaks are looked for by libFuzzer itself.
# What was freed waits in a quarantine; a small one, or it would fill the limit of memory by itself.
ENVIRONMENT = dict(os.environ, UBSAN_OPTIONS="print_stacktrace=1", ASAN_OPTIONS="quarantine_size_mb=64")


def seeds(target, folder):
    """Copies of the programs of the tree that are short enough, in a folder of their own."""
    os.makedirs(folder, exist_ok=True)
    if target in PROGRAMS:
        for name in files(".nn"):
            path = os.path.join(ROOT, name)
            if os.path.getsize(path) <= MAX_LENGTH[target]:
                shutil.copy(path, os.path.join(folder, name.replace("/", "-")))
    return folder


def paths(build, target):
    found = os.path.join(build, "corpus", target)
    os.makedirs(found, exist_ok=True)
    os.makedirs(os.path.join(build, "findings"), exist_ok=True)
    return (os.path.join(build, "bin", "fuzz-" + target), found, seeds(target, os.path.join(build, "seeds", target)),
            os.path.join(ROOT, "test", "fuzz", "corpus", CORPUS.get(target, target)))


def options(target):
    name = DICTIONARY.get(target, target)
    return LIMITS + [f"-max_len={MAX_LENGTH[target]}", f"-dict={ROOT}/test/fuzz/{name}.dict"]


def processor_seconds(program, artifact):
    """What one input takes by itself; without an end if it comes to none in a minute, or to a bad one."""
    process = subprocess.Popen([program, "-timeout=60", artifact], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    _, status, usage = os.wait4(process.pid, 0)
    return usage.ru_utime + usage.ru_stime if status == 0 else math.inf


def run_once(build, target, runs, seconds, seed):
    """The exit code of the fuzzer, and what it said."""
    program, found, seed_folder, corpus = paths(build, target)
    command = [program, *options(target), "-print_final_stats=1", f"-artifact_prefix={build}/findings/{target}-"]
    if runs:
        command.append(f"-runs={runs}")
    if seconds:
        command.append(f"-max_total_time={seconds}")
    if seed is not None:
        command.append(f"-seed={seed}")
    folders = [found] + [folder for folder in (corpus, seed_folder) if os.path.isdir(folder)]
    log = os.path.join(build, "findings", target + ".log")
    with open(log, "w", encoding="utf-8") as out:
        done = subprocess.run(command + folders, stdout=out, stderr=out, env=ENVIRONMENT)
    with open(log, encoding="utf-8", errors="replace") as text:
        return done.returncode, text.read()


def run(build, target, runs, seconds, seed):
    begin, inputs = time.time(), 0
    while True:
        code, said = run_once(build, target, runs - inputs if runs else 0, seconds, seed)

        def figure(pattern):
            match = re.findall(pattern, said)
            return int(match[-1]) if match else 0

        inputs += figure(r"stat::number_of_executed_units: +(\d+)")
        slow = re.search(r"Test unit written to (\S*timeout-\S+)", said)
        if code == 0 or not slow or processor_seconds(paths(build, target)[0], slow[1]) >= SLOW:
            break
        # The fuzzer measures by the clock: other work on the machine had the processor.
        os.remove(slow[1])
        print(f"fuzz {target}: an input took {SLOW} s by the clock and not by itself; going on behind {inputs:,}", flush=True)
        code = 0
        if 0 < runs <= inputs:
            break
    coverage, peak = figure(r"cov: (\d+)"), figure(r"stat::peak_rss_mb: +(\d+)")
    print(f"fuzz {target}: {inputs:,} inputs in {time.time() - begin:.0f} s, coverage {coverage:,}, "
          f"peak {peak} MB, {'no finding' if code == 0 else 'FOUND something'}", flush=True)
    if code != 0:
        print(said[-6000:])
        print(f"the whole text is in {os.path.join(build, 'findings', target + '.log')}")
    return code == 0


def minimise(build, target):
    program, found, seed_folder, corpus = paths(build, target)
    os.makedirs(corpus, exist_ok=True)
    with tempfile.TemporaryDirectory() as fresh:
        given = [name for name in os.listdir(corpus) if not re.fullmatch(r"[0-9a-f]{40}", name)]
        subprocess.run([program, *options(target), "-merge=1", fresh, corpus, found, seed_folder], check=True,
                       env=ENVIRONMENT, stderr=subprocess.DEVNULL)
        for name in os.listdir(corpus):
            if name not in given:
                os.remove(os.path.join(corpus, name))
        for name in os.listdir(fresh):
            shutil.copy(os.path.join(fresh, name), corpus)
    sizes = [os.path.getsize(os.path.join(corpus, name)) for name in os.listdir(corpus)]
    print(f"corpus {target}: {len(sizes)} files, {sum(sizes):,} bytes")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("build")
    arguments.add_argument("target", choices=TARGETS + ("all",))
    arguments.add_argument("--runs", type=int, default=0, help="inputs a target; 300000 unless --seconds is given")
    arguments.add_argument("--seconds", type=int, default=0)
    arguments.add_argument("--seed", type=int)
    arguments.add_argument("--minimise", action="store_true")
    chosen = arguments.parse_args()
    build = os.path.abspath(chosen.build)
    targets = TARGETS if chosen.target == "all" else (chosen.target,)
    if chosen.minimise:
        for target in targets:
            if target not in CORPUS:
                minimise(build, target)
        return
    runs = chosen.runs or (0 if chosen.seconds else 300_000)
    # A target is one thread: as many at a time as there are processors.
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        good = list(pool.map(lambda target: run(build, target, runs, chosen.seconds, chosen.seed), targets))
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
