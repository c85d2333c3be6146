"""Early stopping from outside: trains a program whose `stop` is as given, and compares its log with the rule.

usage: stop.py NNC FILE.nn DATA SCRATCH
"""
import json
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import safetensors  # noqa: E402

nnc, source, data, scratch = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3], pathlib.Path(sys.argv[4])
scratch.mkdir(parents=True, exist_ok=True)


def build(name, stop, *changes):
    text = source.read_text().replace("early(valid.loss, patience = 3)", stop)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = scratch / f"{name}.nn"
    file.write_text(text)
    subprocess.run([nnc, file, "-o", scratch / name], check=True)
    return scratch / name


def train(program, *options):
    run = pathlib.Path(f"{program}.run")
    done = subprocess.run([program, "train", "--data", data, "--run", run, *options], capture_output=True, text=True)
    return done, [json.loads(line) for line in open(run / "log.jsonl")], run


def kept(run, epoch):
    """The last weights are the best ones, those of this epoch."""
    state = safetensors.read(run / "last.state")[1]
    assert state["best_epoch"] == str(epoch), (state, epoch)
    last, best = (safetensors.read(run / f"{name}.safetensors")[0] for name in ("last", "best"))
    assert last == best
    return last


def by_rule(values, patience, tolerance=0.0, sign=1):
    """(epoch of the best value, last epoch): stopped once `patience` epochs brought nothing better."""
    best = at = None
    for epoch, value in enumerate(values, 1):
        if best is None or sign * (best - value) > tolerance:
            best, at = value, epoch
        if epoch - at >= patience:
            return at, epoch
    return at, len(values)


def figures(log, event, figure):
    return [line[figure] if figure == "loss" else line["metrics"][figure] for line in log if line["event"] == event]


def checked(name, stop, event, figure, patience, tolerance=0.0, sign=1, options=(), reason="stopped"):
    program = build(name, stop)
    done, log, run = train(program, *options)
    assert done.returncode == 0, done.stderr
    values = figures(log, event, figure)
    best, last = by_rule(values, patience, tolerance, sign)
    assert log[-1]["reason"] == reason, log[-1]
    assert last == len(values), (best, last, len(values))
    assert f"was that of epoch {best}: its weights are kept" in done.stderr, done.stderr
    kept(run, best)
    print(f"{name}: {reason}, {'best is the last' if best == last else 'best is an earlier one'}")


checked("loss", "early(valid.loss, patience = 3)", "valid", "loss", 3, options=("--set", "optimizer.lr=0.5"))
checked("metric", "early(valid.hits, patience = 5)", "valid", "hits", 5, sign=-1)
checked("train", "early(train.loss, patience = 2, tol = 0.01)", "train", "loss", 2, 0.01)
checked("epochs", "early(valid.loss, patience = 1000)", "valid", "loss", 1000, options=("--epochs", "20", "--set", "optimizer.lr=0.5"), reason="epochs")

# Interrupted: the best weights as well.
program = build("interrupt", "early(valid.loss, patience = 100000000)", ("epochs    = 200", "epochs    = 100000000"), ("lr = 0.01", "lr = 0.5"))
child = subprocess.Popen([program, "train", "--data", data, "--quiet", "--run", f"{program}.run"])
time.sleep(1)
child.send_signal(signal.SIGINT)
assert child.wait() == 130
log = [json.loads(line) for line in open(f"{program}.run/log.jsonl")]
values = figures(log, "valid", "loss")
best = by_rule(values, 10**9)[0]
kept(pathlib.Path(f"{program}.run"), best)
print("interrupted:", "best is an earlier one" if best < len(values) else "best is the last")

# Diverged: what was best before is kept.
program = build("diverge", "early(valid.loss, patience = 1000)", ("0.0001 * mse", "1000 * mse"))
done, log, run = train(program)
assert done.returncode == 6, (done.returncode, done.stderr)
best = by_rule(figures(log, "valid", "loss"), 1000)[0]
assert f"the weights of epoch {best}, the best ones, are kept" in done.stderr, done.stderr
kept(run, best)
print("diverged: the best weights are kept")
