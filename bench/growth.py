#!/usr/bin/env python3
"""How the time of `nnc check` grows when a program doubles: growth.py NNC [--limit 2.5] [--only NAME] [--enough 0.16] [--core N]

The families of test/tools/nesting.py (chains, many names, wide lists, deep nesting) and those of growth_families.py. A
program doubles until `check` takes --enough seconds of processor time more than for an empty one, or the text is as long
as it may be (4 MiB), or the answer is another one: a limit of the language, whose code is shown. Of each doubling
between times that can be told from noise the growth is taken; the family has the largest. All runs are on one core, and
each time is the least of five, of ten more where a doubling seems to take longer than --limit: what else a machine does
only adds. Ends with 1 if a family grows faster than --limit, or an answer is neither ok nor an error of the program.
"""
import argparse
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "test" / "tools"))
from growth_families import WIDE  # noqa: E402
from nesting import AROUND, CHAINS, MODEL, NESTS, SOURCE_CAP, TWICE  # noqa: E402

FIRST, DEEPEST = 500, 256  # links of the first program, levels of the last one of a family that nests
NOISE = 0.04  # seconds: as long as the start of the process, which varies by a tenth; what is shorter says nothing
RUNS = 5


class Timer:
    def __init__(self, options, folder):
        self.options, self.path, self.empty = options, os.path.join(folder, "program.nn"), 0

    def take(self, text, runs=RUNS):
        """Processor seconds of one check beyond those of an empty program, and the answer."""
        pathlib.Path(self.path).write_text(text, encoding="utf-8")
        best, answer = float("inf"), ""
        for _ in range(runs):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            try:
                run = subprocess.run([self.options.nnc, "check", self.path], capture_output=True, timeout=self.options.most)
            except subprocess.TimeoutExpired:
                return float("inf"), "no answer"
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            answer = self.answer(run)
        return max(best - self.empty, 1e-4), answer

    @staticmethod
    def answer(run):
        said = run.stderr.decode(errors="replace")
        code = re.search(r"error\[(E\d{4})\]", said)
        if run.returncode == 0:
            return "ok"
        return code.group(1) if run.returncode == 1 and code else f"exit {run.returncode}"


def measure(timer, make, sizes):
    """[(links, seconds, answer)], of programs that double."""
    rows = []
    for links in sizes:
        text = make(links)
        if len(text.encode()) > SOURCE_CAP:
            break
        rows.append((links, *timer.take(text)))
        if len(rows) > 2 and rows[-1][1] > timer.options.enough or rows[-1][2] != rows[0][2]:
            break
    return rows


def growth(timer, make, rows):
    """The largest of the doublings that say something, of those with the answer of the first; 0 if none does."""
    largest = 0
    same = [row for row in rows if row[2] == rows[0][2]]
    for (first, a, _), (second, b, _) in zip(same, same[1:]):
        if min(a, b) <= NOISE:
            continue
        if b > timer.options.limit * a:  # in turns, so that both meet the same noise
            a, b = (min(best, *times) for best, times in zip((a, b), zip(*(
                (timer.take(make(first), 1)[0], timer.take(make(second), 1)[0]) for _ in range(2 * RUNS)))))
        largest = max(largest, b / a)
    return largest


def families():
    doubling = [FIRST << i for i in range(12)]
    deep = [DEEPEST >> 2, DEEPEST >> 1, DEEPEST]
    for name, make in CHAINS.items():
        yield name, make, doubling
    for name, (make, first) in WIDE.items():
        yield name, make, [first << i for i in range(12)]
    for name, make in TWICE.items():
        yield name, make, deep
    for name, (outer, opening, middle, closing) in NESTS.items():
        around = AROUND.get(name, MODEL)
        yield name, lambda n, o=outer, a=opening, m=middle, c=closing, w=around: w % (a * (n - o) + m + c * (n - o)), deep


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("nnc")
    arguments.add_argument("--limit", type=float, default=2.5)
    arguments.add_argument("--enough", type=float, default=0.16, help="seconds at which a family has been seen to grow")
    arguments.add_argument("--most", type=float, default=60, help="seconds that one check may take")
    arguments.add_argument("--only", default="")
    arguments.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)), help="where the checks run")
    options = arguments.parse_args()
    os.sched_setaffinity(0, {options.core})
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        timer = Timer(options, folder)
        timer.empty = timer.take(MODEL % "x", 4 * RUNS)[0]
        print(f"{'family':26}{'answer':>8}{'links':>9}{'ms':>8}{'growth':>8}   (an empty program takes {1e3 * timer.empty:.0f} ms)")
        for name, make, sizes in families():
            if options.only not in name:
                continue
            rows = measure(timer, make, sizes)
            links, seconds, answer = [row for row in rows if row[2] == rows[0][2]][-1]
            grows = growth(timer, make, rows)
            note = "" if rows[-1][2] == answer else f"   {rows[-1][2]} at {rows[-1][0]}"
            if not all(re.fullmatch(r"ok|E\d{4}", row[2]) for row in rows):
                failures.append(f"{name}: {rows[-1][2]} at {rows[-1][0]}")
            if grows > options.limit:
                failures.append(f"{name}: grows {grows:.2f} times")
                note += "   ABOVE"
            print(f"{name:26}{answer:>8}{links:>9}{1e3 * seconds:>8.0f}{f'{grows:8.2f}' if grows else '   short'}{note}", flush=True)
    print("\n".join(failures) or "every family grows as it should")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
