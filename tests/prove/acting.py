"""An agency's office that goes on working during a reform: takes up, one after the other, the cases named on standard input.

Prints the codes of those that it took up; the others had moved on to another agency.
"""

import sys
from secrets import token_hex

from chalicelib.core import clock
from chalicelib.core.actors import agency
from chalicelib.core.errors import DomainError
from chalicelib.feedback.casework import Casework, Change, Trace
from chalicelib.feedback.lifecycle import Action
from chalicelib.feedback.store import CaseStore


def main() -> None:
    """Accept each case by the number of its assignment: lines of `code agency number`."""
    store = CaseStore()
    casework = Casework(store, clock.now, lambda: token_hex(4), "")
    for line in sys.stdin:
        code, holder, number = line.split()
        change = Change(
            agency(holder),
            Action.ACCEPT,
            lambda case, _, stamp: case.accept(stamp),
            Trace(),
            assignment=int(number),
        )
        try:
            casework.act(code, change)
        except DomainError:
            continue
        print(code, flush=True)


if __name__ == "__main__":
    main()
