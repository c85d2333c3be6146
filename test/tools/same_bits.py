#!/usr/bin/env python3
"""Trains one program in many builds and runs and compares the final weights and every logged loss, bit by bit.

usage: same_bits.py NNC FILE.nn DATA SCRATCH [-- OPTIONS of nnc]

Builds: -O0 to -O3, and the features x86-64-v3 and x86-64-v4 (skipped, with a count, where the CPU lacks them). Runs: twice,
and with 1, 2, 4 threads.
"""
import hashlib
import json
import pathlib
import subprocess
import sys

STEPS = "40"


def fingerprint(program, data, run, threads):
    subprocess.run([program, "train", "--data", data, "--run", run, "--threads", str(threads), "--steps", STEPS, "--log-every", "1", "--quiet"], check=True)
    losses = [json.loads(line).get("loss") for line in open(run / "log.jsonl") if '"train"' in line]
    assert len(losses) >= int(STEPS), f"{len(losses)} losses logged, {STEPS} wanted"
    weights = (run / "last.safetensors").read_bytes()
    (length,) = (int.from_bytes(weights[:8], "little"),)
    return hashlib.sha256(weights[8 + length :] + json.dumps(losses).encode()).hexdigest()


def supported(feature):
    flags = next(line for line in open("/proc/cpuinfo") if line.startswith("flags")).split()
    return {"x86-64-v3": {"avx2", "fma", "bmi2"}, "x86-64-v4": {"avx512f", "avx512dq", "avx512bw", "avx512vl"}}[feature] <= set(flags)


def main():
    nnc, source, data, scratch = sys.argv[1:5]
    extra = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    scratch = pathlib.Path(scratch)
    scratch.mkdir(parents=True, exist_ok=True)
    builds = {"native": [], "O0": ["-O0"], "O1": ["-O1"], "O3": ["-O3"]}
    skipped = [f for f in ("x86-64-v3", "x86-64-v4") if not supported(f)]
    builds |= {f: [f"--target-features={f}"] for f in ("x86-64-v3", "x86-64-v4") if f not in skipped}
    prints = {}
    for name, options in builds.items():
        program = scratch / name
        subprocess.run([nnc, source, "-o", program, *options, *extra], check=True)
        for threads in (1, 1, 2, 4) if name == "native" else (1, 2):
            prints.setdefault(fingerprint(program, data, scratch / f"{name}.run", threads), []).append(f"{name}/{threads}")
    if skipped:
        print(f"skipped {len(skipped)}: this CPU lacks {', '.join(skipped)}")
    for value, runs in prints.items():
        print(value[:16], " ".join(runs))
    return 0 if len(prints) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
