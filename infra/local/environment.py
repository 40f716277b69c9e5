"""Makes a virtual environment once and renews it when its requirements change.

Runs on whatever `python3` is at hand, before anything is installed: standard library and old syntax only.

    python3 -m infra.local.environment DIRECTORY REQUIREMENTS
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time

OLDEST, NEWEST = (3, 11), (3, 13)


def missing_tool():
    # type: () -> str
    """The sentence that says what to install first, or an empty string."""
    found = sys.version_info[:2]
    if not OLDEST <= found <= NEWEST:
        return (
            "python3 here is {}.{}; this project needs Python 3.11, 3.12 or 3.13. "
            "Install one (Debian, Ubuntu: apt-get install python3 python3-venv) "
            "or name one: make PYTHON=python3.12 …"
        ).format(*found)
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        return (
            "python3 here cannot make virtual environments. Install its venv module "
            "(Debian, Ubuntu: apt-get install python3-venv) and try again."
        )
    return ""


def key(requirements, directory):
    # type: (str, str) -> str
    """What the environment depends on: its place, the interpreter and every pinned requirement."""
    with open(requirements, "rb") as file:
        digest = hashlib.sha256(file.read())
    digest.update(f"{os.path.realpath(directory)} {sys.version} {sys.prefix}".encode())
    return digest.hexdigest()


def is_current(directory, wanted):
    # type: (str, str) -> bool
    """Whether the environment was made of what `wanted` (a `key`) stands for."""
    try:
        with open(os.path.join(directory, "stamp")) as file:
            return file.read() == wanted
    except OSError:
        return False


def build(directory, requirements, wanted):
    # type: (str, str, str) -> None
    """Installs exactly the locked requirements into a new environment; raises CalledProcessError."""
    started = time.time()
    print(f"• {directory}: installing {requirements} (the first time takes a minute or two)", flush=True)
    shutil.rmtree(directory, ignore_errors=True)
    subprocess.check_call([sys.executable, "-m", "venv", directory])
    pip = [os.path.join(directory, "bin", "python"), "-m", "pip", "--disable-pip-version-check", "install"]
    subprocess.check_call([*pip, "-qq", "--no-input", "--require-hashes", "-r", requirements])
    with open(os.path.join(directory, "stamp"), "w") as file:
        file.write(wanted)
    print(f"✓ {directory}: {time.time() - started:.0f} s", flush=True)


def main(directory, requirements):
    # type: (str, str) -> int
    """Makes the environment where it is missing or stale, one process at a time; the exit status."""
    problem = missing_tool()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    wanted = key(requirements, directory)
    if is_current(directory, wanted):
        return 0
    os.makedirs(".local", exist_ok=True)
    with open(".local/lock-" + os.path.basename(directory), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_current(directory, wanted):
            build(directory, requirements, wanted)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], sys.argv[2]))
    except subprocess.CalledProcessError as error:
        print(f"Installing failed (exit {error.returncode}): see the lines above.", file=sys.stderr)
        sys.exit(1)
