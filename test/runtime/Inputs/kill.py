"""Trains again and again, kills each training at a random moment, and loads what it left. Prints how many kills."""
import random
import subprocess
import sys
import time

program, data, run, kills = sys.argv[1:4] + [int(sys.argv[4])]
random.seed(1)
base = ["--data", data, "--run", run]
subprocess.run([program, "train", "--quiet", "--epochs", "2", *base], check=True)
for kill in range(kills):
    # One epoch: most of the time goes into saving, which is what shall be hit.
    child = subprocess.Popen([program, "train", "--quiet", "--epochs", "1", *base], stderr=subprocess.DEVNULL)
    time.sleep(random.random() * 0.02)
    child.kill()
    child.wait()
    for name in ("best", "last"):
        weights = f"{run}/{name}.safetensors"
        done = subprocess.run([program, "eval", "--data", data, "--weights", weights], capture_output=True)
        if done.returncode != 0:
            sys.exit(f"kill {kill}: {name} does not load: {done.stderr.decode()}")
print(f"{kills} kills, every time the weights loaded")
