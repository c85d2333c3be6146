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
    assert text.endswith("\n"), f"kill {kill}: the last line is cut: {text[-80:]!r}"
    for line in text.splitlines():
        json.loads(line)
print(f"{kills} kills, every line whole")
