#!/usr/bin/env python3
"""nnc beside PyTorch, JAX and oneDNN in one run: one thread, pinned to one core, warm, interleaved, medians over rounds.

usage: bench/compare.py [--rounds N] [--core N] [--peers FOLDER] [--nnc FILE] [NET…]      NET: mlp, iris, lstm; default all
Needs `./dev build` and `bench/setup-peers`. Prints a table: microseconds, share of the FMA peak measured in the same
run, the time at that peak (floor), ratio to each peer. JAX runs 200 steps inside one compiled call; PyTorch uses its fused optimizer.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
CASES = [("mlp", "bench/mlp.nn", "forward"), ("mlp", "bench/mlp.nn", "step"), ("iris", "examples/iris/iris.nn", "forward"),
         ("iris", "examples/iris/iris.nn", "step"), ("lstm", "bench/lstm.nn", "forward"), ("lstm", "bench/lstm.nn", "step")]
BATCH = {"mlp": 64, "iris": 16, "lstm": 16}


class Peer:
    def __init__(self, python, system, core):
        self.process = subprocess.Popen([python, ROOT / "bench" / "peer_worker.py", system, str(core)], text=True, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.name, self.version = system, json.loads(self.process.stdout.readline())["version"]

    def measure(self, net, what):
        self.process.stdin.write(json.dumps({"net": net, "what": what}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())["us"]


class OneDnn:
    """The LSTM primitive by itself, forward only; a new process each time."""

    name = "onednn"

    def __init__(self, tool, core):
        self.command = ["taskset", "-c", str(core), str(tool), "64", "16", "128", "128"]
        self.version = self.run()["version"]

    def run(self):
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        return json.loads(subprocess.run(self.command, text=True, capture_output=True, check=True, env=environment).stdout)

    def measure(self, net, what):
        return self.run()["us"] if (net, what) == ("lstm", "forward") else None


class Ours:
    name, version = "nnc", "this tree"

    def __init__(self, nnc, scratch, core, cases):
        self.programs, self.core, self.flops = {}, core, {}
        for net, source, _ in cases:
            if net not in self.programs:
                self.programs[net] = scratch / net
                subprocess.run([nnc, ROOT / source, "-o", self.programs[net]], check=True)

    def measure(self, net, what):
        out = subprocess.run(["taskset", "-c", str(self.core), self.programs[net], "bench", what, "--threads", "1", "--json"] +
                             ["--size", f"B={BATCH[net]}"], text=True, capture_output=True, check=True).stdout
        result = json.loads(out)
        self.flops[net, what] = result["flops"]
        return result["us"]["median"]


def ceilings(core):
    tool = ROOT / "build" / "bin" / "ceilings"
    return json.loads(subprocess.run(["taskset", "-c", str(core), tool, "--json"], text=True, capture_output=True, check=True).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)))
    parser.add_argument("--peers", type=pathlib.Path, default=ROOT / "build" / "peers")
    parser.add_argument("--nnc", type=pathlib.Path, default=ROOT / "build" / "bin" / "nnc")
    parser.add_argument("nets", nargs="*", default=sorted(BATCH))
    arguments = parser.parse_args()
    cases = [case for case in CASES if case[0] in arguments.nets]
    with tempfile.TemporaryDirectory() as scratch:
        systems = [Ours(arguments.nnc, pathlib.Path(scratch), arguments.core, cases)]
        systems += [Peer(arguments.peers / "bin" / "python", name, arguments.core) for name in ("torch", "jax")]
        if "lstm" in arguments.nets:
            systems.append(OneDnn(arguments.peers / "bin" / "onednn_lstm", arguments.core))
        times = {}
        peaks = []
        for _ in range(arguments.rounds):
            peaks.append(ceilings(arguments.core)["fma_gflops"])
            for net, _, what in cases:
                for system in systems:
                    times.setdefault((net, what, system.name), []).append(system.measure(net, what))
        peak = statistics.median(peaks)
        print(f"FMA peak {peak:.1f} GF/s, one core; " + ", ".join(f"{s.name} {s.version}" for s in systems[1:]))
        print(f"{'case':16} {'nnc us':>10} {'of peak':>8} {'floor us':>9} " + "".join(f"{s.name + ' us':>12} {'ratio':>7}" for s in systems[1:]))
        for net, _, what in cases:
            own = statistics.median(times[net, what, "nnc"])
            flops = systems[0].flops[net, what]
            row = f"{net + ' ' + what:16} {own:10.2f} {flops / own / 1e3 / peak:8.2f} {flops / peak / 1e3:9.2f} "
            for system in systems[1:]:
                if times[net, what, system.name][0] is None:
                    row += f"{'':>12} {'':>7}"
                    continue
                other = statistics.median(times[net, what, system.name])
                row += f"{other:12.2f} {other / own:7.2f}"
            print(row)


if __name__ == "__main__":
    sys.exit(main())
