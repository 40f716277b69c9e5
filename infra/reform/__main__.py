"""Carries a reform of the map out: `python -m infra.reform 2025-03-01`; see `python -m infra.reform --help` and docs/reform.md.

Says what would be done, and does it with --apply only: writes the directory, then, from the effective day on, moves the open cases
to the successors of their agencies. Killed or run again it goes on where it was, and changes nothing that is done.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from secrets import token_hex

from infra.reform import moving
from infra.reform.directory import Planned, effective_at, stored, write
from infra.reform.rows import reform
from infra.seed.__main__ import STACK, directory_environment
from infra.seed.reforms import days


def main(arguments: Sequence[str]) -> int:
    """Plan, and with --apply write and move; 1 where something failed or does not fit."""
    options = options_of(arguments)
    stack = json.loads(STACK.read_text(encoding="utf-8")) if options.local else {}
    cases = options.cases_table or stack.get("outputs", {}).get("CasesTable")
    os.environ |= directory_environment(options, stack) | ({"CASES_TABLE": cases} if cases else {})
    missing = [name for name in ("DIRECTORY_TABLE", "CASES_TABLE") if not os.environ.get(name)]
    if missing:
        sys.exit(f"Which table? Set {' and '.join(missing)}, or give --table and --cases-table, or --local.")
    return carry_out(options)


def carry_out(options: argparse.Namespace) -> int:
    """What the options ask for, on the tables that the environment names."""
    # Imported late, because the tables' places are read from the environment once.
    from chalicelib.bridges.reform import ReformedMap
    from chalicelib.core import clock
    from chalicelib.core.errors import Conflict
    from chalicelib.core.words import say
    from chalicelib.directory.reform import faults, reformed
    from chalicelib.directory.service import Directory
    from chalicelib.directory.store import DirectoryStore
    from chalicelib.feedback.casework import Casework
    from chalicelib.feedback.reforming import Reforming
    from chalicelib.feedback.store import CaseStore

    rows, wanted = DirectoryStore(), reform(options.day)
    tables, effective = stored(rows), effective_at(wanted.day)
    try:
        planned = reformed(tables, wanted)
        problems = faults(planned, wanted.day)
    except Conflict as error:
        planned, problems = tables, (say(error.words, "en", **error.params),)
    if problems:
        print(f"The reform of {options.day} does not fit:", *problems, sep="\n  ")
        return 1
    directory = Directory(Planned(planned, rows.day_changes()), lambda: max(clock.now(), effective))
    store = CaseStore()
    casework = Casework(store, clock.now, lambda: token_hex(4), secret="")  # nothing here is signed
    reforming = Reforming(options.day, store, casework, ReformedMap(directory), directory.calendar)
    if not options.apply:
        report = reforming.preview()
        print(f"{report.seen} open cases, {report.received} of them to be routed by the new structure; would move:")
        print(*moving.lines(report), sep="\n")
        return 1 if report.failures else 0
    changed = 0
    for name, number in write(rows, tables, wanted):
        print(f"{name}: {number} written")
        changed += number
    if clock.now() < effective:
        print(f"The directory changes on {options.day} by itself. The cases move from then on: run again that day.")
        return 0
    reforming.begin(clock.now(), anew=changed > 0)
    report, done = moving.move(reforming, clock.now, time.sleep if options.wait else None, print)
    print(*moving.lines(report), sep="\n")
    print("done" if done else "not done: run again for the last walk")
    return 1 if report.failures else 0


def options_of(arguments: Sequence[str]) -> argparse.Namespace:
    """The options given on the command line."""
    parser = argparse.ArgumentParser("python -m infra.reform", description="Carry a reform of the map out.")
    parser.add_argument("day", choices=days(), help="the reform, by its effective day")
    parser.add_argument("--apply", action="store_true", help="do it; without, only say what would be done")
    parser.add_argument("--wait", action="store_true", help="wait for the last walk (10 minutes) instead of ending")
    parser.add_argument("--local", action="store_true", help=f"the stack that {STACK} describes")
    parser.add_argument("--table", help="name of the table Directory (else DIRECTORY_TABLE)")
    parser.add_argument("--cases-table", help="name of the table Cases (else CASES_TABLE)")
    parser.add_argument("--endpoint", help="address of the AWS services (else AWS's own)")
    parser.add_argument("--region", help="AWS region (else AWS_REGION)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
