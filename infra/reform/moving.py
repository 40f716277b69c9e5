"""Moving the open cases, pass after pass, and what is printed of it."""

from collections.abc import Callable, Iterator
from datetime import datetime

from chalicelib.core.clock import VIETNAM
from chalicelib.feedback.reforming import Reforming, Report, ready_in


def move(
    reforming: Reforming,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None] | None,
    say: Callable[[str], None],
) -> tuple[Report, bool]:
    """Pass after pass until everything is done, or until the last walk has to wait and there is no `sleep`; whether it is done.

    Reforming.begin comes before.
    """
    total = Report()
    while True:
        report, progress = reforming.run(clock())
        total.add(report)
        say(f"pass: {report.seen} looked at, {sum(report.moved.values())} moved, {len(report.failures)} failed")
        if progress.done:
            return total, True
        waiting = ready_in(progress, clock()).total_seconds()
        if progress.ended and waiting:
            at = progress.second_at.astimezone(VIETNAM)
            say(f"first walk done; until {at:%H:%M:%S} (Vietnam) functions may know the old directory")
            if sleep is None:
                return total, False
            sleep(waiting)


def lines(report: Report) -> Iterator[str]:
    """A report for an operator: from whom to whom how many, the most first, and what has no successor."""
    for (part, old, new), number in sorted(report.moved.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {number:6} {part:9} {old} → {new or 'the centre (no successor)'}"
    yield f"moves: {sum(report.moved.values())}"
    to_centre = sum(number for (_, _, new), number in report.moved.items() if not new)
    yield f"without a successor: {to_centre} to the centre's queue, {len(report.left)} left where they are"
    for code, part, agency in sorted(report.left):
        yield f"  {code} {part} {agency}"
    for failure in report.failures:
        yield f"  failed: {' '.join(getattr(failure, '__notes__', []))} {type(failure).__name__}"
