"""What every keeper of the breakers' gates owes: the table and the one in memory are held to the same."""

from datetime import datetime, timedelta

from chalicelib.core.clock import to_epoch
from chalicelib.lookups.upstream.breaker import Gate, Gates

WINDOW = 60.0


def failures_are_counted_within_a_window_and_anew_after_it(gates: Gates, provider: str, now: datetime) -> None:
    end = round(to_epoch(now) + WINDOW, 3)
    assert gates.gate(provider) == Gate()
    assert gates.count(provider, now, WINDOW) == Gate(failures=1, until=end)
    assert gates.count(provider, now + timedelta(seconds=59), WINDOW) == Gate(failures=2, until=end)
    later = now + timedelta(seconds=61)
    assert gates.count(provider, later, WINDOW) == Gate(failures=1, until=round(to_epoch(later) + WINDOW, 3))
    assert gates.gate(provider).failures == 1


def what_goes_well_takes_one_failure_back_and_never_more_than_there_are(
    gates: Gates, provider: str, now: datetime
) -> None:
    gates.relieve(provider)
    for _ in range(2):
        gates.count(provider, now, WINDOW)
    for left in (1, 0, 0):
        gates.relieve(provider)
        assert gates.gate(provider).failures == left


def one_of_many_opens_it_once_it_is_full(gates: Gates, provider: str, now: datetime) -> None:
    until = round(to_epoch(now) + 30, 3)
    gates.count(provider, now, WINDOW)
    assert not gates.open(provider, 2, until)
    gates.count(provider, now, WINDOW)
    assert [gates.open(provider, 2, until) for _ in range(3)] == [True, False, False]
    assert gates.gate(provider) == Gate(open=True, until=until)
    assert gates.count(provider, now, WINDOW) == Gate(open=True, until=until)
    gates.relieve(provider)
    assert gates.gate(provider) == Gate(open=True, until=until)


def only_who_has_seen_its_end_moves_or_closes_it(gates: Gates, provider: str, now: datetime) -> None:
    first, second, third = (round(to_epoch(now) + seconds, 3) for seconds in (30, 43.001, 60))
    assert not gates.move(provider, first, second)
    assert not gates.close(provider, first)
    gates.count(provider, now, WINDOW)
    assert gates.open(provider, 1, first)
    assert [gates.move(provider, first, second) for _ in range(3)] == [True, False, False]
    assert not gates.close(provider, first)
    assert gates.move(provider, second, third)
    assert not gates.close(provider, second)
    assert [gates.close(provider, third) for _ in range(2)] == [True, False]
    assert gates.gate(provider) == Gate()
    assert gates.count(provider, now, WINDOW).failures == 1


def an_end_that_a_wrong_clock_has_set_does_not_hold_the_window_open(gates: Gates, provider: str, now: datetime) -> None:
    gates.count(provider, now + timedelta(days=1), WINDOW)
    assert gates.count(provider, now, WINDOW) == Gate(failures=1, until=round(to_epoch(now) + WINDOW, 3))


RULES = (
    failures_are_counted_within_a_window_and_anew_after_it,
    what_goes_well_takes_one_failure_back_and_never_more_than_there_are,
    one_of_many_opens_it_once_it_is_full,
    only_who_has_seen_its_end_moves_or_closes_it,
    an_end_that_a_wrong_clock_has_set_does_not_hold_the_window_open,
)
