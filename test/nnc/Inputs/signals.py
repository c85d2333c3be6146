"""signals.py SCRATCH COMMAND...: a signal at each of several moments of a command that writes SCRATCH/result. Says what it leaves behind."""
import os
import pathlib
import signal
import subprocess
import sys
import time

MOMENTS = 10
scratch = pathlib.Path(sys.argv[1])
temporary, results = scratch / "temporary", scratch / "results"
for folder in (temporary, results):
    folder.mkdir(parents=True)


def start():
    command = [*sys.argv[2:], "-o", str(results / "program")]
    return subprocess.Popen(command, env=os.environ | {"TMPDIR": str(temporary)}, start_new_session=True)


begin = time.monotonic()
assert start().wait() == 0
whole = time.monotonic() - begin
ended, left = 0, set()
for moment in range(MOMENTS):
    (results / "program").unlink(missing_ok=True)
    child = start()
    time.sleep(whole * (moment + 0.5) / MOMENTS)
    child.send_signal((signal.SIGINT, signal.SIGTERM)[moment % 2])
    ended += child.wait() != 0
    left |= {p.name for p in [*temporary.iterdir(), *results.iterdir()] if p.name != "program"}
print(f"{ended} ended, left: {' '.join(sorted(left)) or 'nothing'}")
