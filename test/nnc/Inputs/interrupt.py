"""interrupt.py SCRATCH SIGNAL COMMAND...: a signal while the C++ compiler of a command runs. Says how the command ends, and what it leaves behind."""
import os
import pathlib
import signal
import subprocess
import sys
import time

scratch, number = pathlib.Path(sys.argv[1]), getattr(signal, sys.argv[2])
temporary, started = scratch / "temporary", scratch / "started"
temporary.mkdir(parents=True)
child = subprocess.Popen(sys.argv[3:], env=os.environ | {"TMPDIR": str(temporary), "STARTED": str(started)}, start_new_session=True)
deadline = time.monotonic() + 120
while not (started.exists() and started.read_text()) and child.poll() is None and time.monotonic() < deadline:
    time.sleep(0.02)
child.send_signal(number)
code = child.wait(60)
grandchild = pathlib.Path("/proc") / started.read_text().strip() / "status"


def runs():
    try:
        return "State:\tZ" not in grandchild.read_text()
    except OSError:
        return False


deadline = time.monotonic() + 10  # who was killed is gone soon, not at once
while (alive := runs()) and time.monotonic() < deadline:
    time.sleep(0.02)
print(f"exit {code}, {len(list(temporary.iterdir()))} left, the compiler {'runs on' if alive else 'is gone'}")
