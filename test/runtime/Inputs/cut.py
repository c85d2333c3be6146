"""Kills long trainings and looks at the last line of their logs. Prints how many kills."""
import json
import subprocess
import sys
import time

program, data, run, kills = sys.argv[1:4] + [int(sys.argv[4])]
for kill in range(kills):
    child = subprocess.Popen([program, "train", "--quiet", "--epochs", "100000000", "--data", data, "--run", run])
    time.sleep(0.3 + 0.05 * kill)
    child.kill()
    child.wait()
    text = open(f"{run}/log.jsonl").read()
    assert len(text) > 1000, "the log is too short to tell anything"
    lines = text.splitlines(keepends=True)
    if not lines[-1].endswith("\n"):  # Linux ends a write for a kill between two pages of the file, nowhere else
        assert len(text) % 4096 == 0, f"kill {kill}: the last line is cut: {text[-80:]!r}"
        lines.pop()
    for line in lines:
        json.loads(line)
print(f"{kills} kills, every line whole")
