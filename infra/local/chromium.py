"""Finds the browser that the page tests drive, or installs it where that is possible.

python -m infra.local.chromium
"""

import os
import shutil
import subprocess
import sys
import time

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = ("/usr/bin/chromium", "/usr/lib/chromium/chromium")
LINE = "apt-get update && apt-get install --yes --no-install-recommends chromium"


class MissingBrowserError(RuntimeError):
    """No Chromium here; the message holds the line to type."""


def find() -> str:
    """The path of Chromium; raises MissingBrowserError."""
    for path in (*map(shutil.which, NAMES), *PLACES):
        if path and os.access(path, os.X_OK):
            return path
    message = f"The page tests need Chromium, which is not installed. Type: sudo sh -c '{LINE}'"
    raise MissingBrowserError(message)


def install() -> None:
    """Installs Debian's Chromium; raises CalledProcessError."""
    started = time.monotonic()
    print("• Chromium: installing (once)", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(
        ["sh", "-c", LINE.replace("apt-get ", "apt-get -qq -o DPkg::Lock::Timeout=300 ")],
        env=quiet,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    print(f"✓ Chromium: {time.monotonic() - started:.0f} s", flush=True)


def main() -> None:
    """Finds or installs Chromium; exits with the line to type where neither works."""
    try:
        find()
    except MissingBrowserError:
        if os.geteuid() == 0 and shutil.which("apt-get"):
            try:
                install()
            except subprocess.CalledProcessError as error:
                sys.exit(f"Chromium could not be installed ({error.returncode}). Type: {LINE}")
        try:
            find()
        except MissingBrowserError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
