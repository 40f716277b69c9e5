"""The local stack for people.

python -m infra.local run     up, seed, one matter from submission to rating, then messages until Ctrl-C
python -m infra.local up      up and seed, in the background
python -m infra.local down    ends what `up` started
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from infra.deploy import DeploymentFailedError
from infra.local import logs, processes
from infra.local.emulator import NotStartedError
from infra.local.stack import MAIN, AlreadyRunningError, Stack, read_note, step
from infra.package import RefusedError
from infra.template import ConflictError

SERVER = "server"
RUN_DIRECTORY = MAIN.parent
READY = "ready"
UP_SECONDS = 300

CURL = """
Sign in by hand (or open {url} in a browser):

  curl -s {url}/v1/auth/code -H 'Content-Type: application/json' \\
       -d '{{"phone": "0951234567"}}'
      → the code comes by SMS, below; the answer holds "session"

  curl -s {url}/v1/auth/token -H 'Content-Type: application/json' \\
       -d '{{"phone": "0951234567", "code": "CODE", "session": "SESSION"}}'
      → the answer holds "access_token"

  curl -s {url}/v1/feedback -H 'Authorization: Bearer TOKEN'

The utilities, a place that is open now, and a bill (all made up; more codes stand in docs/utilities.md):

  curl -s {url}/v1/utilities
  curl -s '{url}/v1/utilities/health/facilities/places?lat=21.717&long=104.9&open_now=true&limit=1'
  curl -s {url}/v1/utilities/electricity/bills/account -H 'Authorization: Bearer TOKEN' \\
       -H 'Content-Type: application/json' -d '{{"code": "PA22YB0012345", "factor": "0017"}}'

The operations centre works on {url}/centre, units send their data on {url}/centre/datasets;
`make centre` says what the sample dispatcher and supplier type there.

Messages appear here as they are sent. Ctrl-C ends everything.
"""


@contextmanager
def remembered() -> Iterator[None]:
    """While it lasts, `make down` finds this process."""
    processes.remember(RUN_DIRECTORY, SERVER, os.getpid())
    try:
        yield
    finally:
        processes.forget(RUN_DIRECTORY, SERVER)


def run() -> None:
    """In the foreground, with the demonstration."""
    with Stack() as stack, remembered():
        stack.seed()
        with step("one matter from submission to rating"):
            _demonstrate()
        print(CURL.format(url=stack.url), flush=True)
        stack.outbox.watch(
            lambda message: print(message.for_people(), flush=True), threading.Event(), stack.outbox.count()
        )


def _demonstrate() -> None:
    """Plays the story; where it breaks off, shows what the functions complained of."""
    try:
        subprocess.run([sys.executable, "-m", "infra.local.demo"], check=True)
    except subprocess.CalledProcessError:
        complaints = [line for line in logs.lines(read_note() or {}) if '"ERROR"' in line or "Traceback" in line]
        print("\n".join(["What the functions complained of:", *complaints[-10:]]), file=sys.stderr)
        raise


def serve() -> None:
    """What `up` leaves running."""
    with Stack() as stack:
        stack.seed()
        (RUN_DIRECTORY / READY).write_text(stack.url, "utf-8")
        threading.Event().wait()


def up() -> None:
    """Starts `serve` in the background and waits until it is ready; an up stack stays."""
    if processes.running(RUN_DIRECTORY, SERVER):
        print(f"already up: {(read_note() or {}).get('api_url', 'starting')}")
        return
    (RUN_DIRECTORY / READY).unlink(missing_ok=True)
    log = RUN_DIRECTORY / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "infra.local", "serve"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    processes.remember(RUN_DIRECTORY, SERVER, server.pid)
    if not _ready(server, log):
        processes.end(RUN_DIRECTORY, SERVER)
        sys.exit(f"the stack did not come up; {log} says why")
    print(f"up: {(RUN_DIRECTORY / READY).read_text('utf-8')} (make down ends it)")


def _ready(server: "subprocess.Popen[bytes]", log: Path) -> bool:
    """Shows the server's progress until it is ready or gone."""
    deadline = time.monotonic() + UP_SECONDS
    with log.open("r", encoding="utf-8", errors="replace") as progress:
        while time.monotonic() < deadline:
            print(progress.read(), end="", flush=True)
            if (RUN_DIRECTORY / READY).exists():
                return True
            if server.poll() is not None:
                print(progress.read(), end="", flush=True)
                return False
            time.sleep(0.1)
    return False


def down() -> None:
    """Ends what `up` or a lost `run` of this working copy left, and nothing else."""
    ended = processes.end(RUN_DIRECTORY, SERVER)
    ended = processes.end(MAIN, "emulator") or ended
    (RUN_DIRECTORY / READY).unlink(missing_ok=True)
    print("down" if ended else "nothing of this working copy is running")


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


COMMANDS: dict[str, Callable[[], None]] = {"run": run, "up": up, "down": down, "serve": serve}


def main(command: str) -> None:
    """Carries out a command; exits with a sentence where it fails."""
    signal.signal(signal.SIGTERM, _stop)
    RUN_DIRECTORY.mkdir(parents=True, exist_ok=True)
    try:
        COMMANDS[command]()
    except KeyboardInterrupt:
        print("\nended")
    except (AlreadyRunningError, NotStartedError, DeploymentFailedError, RefusedError, ConflictError) as error:
        sys.exit(str(error))
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(map(str, error.cmd[:3]))} failed with {error.returncode}")


if __name__ == "__main__":
    main(sys.argv[1])
