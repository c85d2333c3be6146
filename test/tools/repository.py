"""What the checks of the repository share: which files are ours, and how a finding is printed."""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def files(*endings):
    """Files of the repository with one of the endings, relative to its root, sorted: tracked and new ones; without git
    (a source archive) all that are not build output."""
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard"],
                            capture_output=True, text=True)
    if listed.returncode == 0:
        names = listed.stdout.splitlines()
    else:
        names = [os.path.relpath(os.path.join(folder, name), ROOT)
                 for folder, _, entries in os.walk(ROOT) for name in entries]
        names = [name for name in names if not name.startswith(("build", ".git/"))]
    return sorted(name for name in names if name.endswith(endings) and os.path.isfile(os.path.join(ROOT, name)))


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8", errors="replace") as file:
        return file.read()


def finish(checked, findings):
    """Prints the findings and ends with 1 if there are any."""
    for finding in findings:
        print(finding)
    print(f"{checked}: {len(findings)} to mend" if findings else f"{checked}: right")
    sys.exit(1 if findings else 0)
