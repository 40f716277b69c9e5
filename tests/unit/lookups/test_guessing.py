"""Guesses are limited three ways, whatever comes at once; who is right loses nothing."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import TooMany
from chalicelib.lookups.account.guessing import DAY, HOUR, PER_ACCOUNT, PER_CODE, network
from chalicelib.lookups.account.service import Unproven
from tests.unit.lookups.account_fakes import CITIZEN, CODE, OTHER_CODE, Town, question

PER_ADDRESS = 8


def guess(town: Town, **changes: str) -> str:
    """What one guess comes to: judged right, judged wrong, or stopped."""
    try:
        town.lookups.look_up(question(**changes))
    except Unproven:
        return "wrong"
    except TooMany:
        return "stopped"
    return "right"


def test_an_account_guesses_wrong_five_times_an_hour() -> None:
    town = Town()
    outcomes = [guess(town, code=f"PA{number:011d}") for number in range(7)]
    assert outcomes == ["wrong"] * 5 + ["stopped"] * 2
    town.clock.move(hours=1)
    assert guess(town) == "right"


def test_an_address_guesses_wrong_so_often_an_hour_whoever_calls_from_it() -> None:
    town = Town(per_address=PER_ADDRESS)
    outcomes = [guess(town, account=f"citizen-{one}", code=f"PA{one:011d}") for one in range(PER_ADDRESS + 2)]
    assert outcomes == ["wrong"] * PER_ADDRESS + ["stopped"] * 2
    assert guess(town, account="another", address="198.51.100.1") == "right"


def test_many_accounts_at_many_addresses_share_ten_guesses_a_day_at_one_code() -> None:
    town = Town()
    outcomes = [
        guess(town, account=f"citizen-{one}", address=f"198.51.100.{one}", factor=f"{one:04d}") for one in range(12)
    ]
    assert outcomes == ["wrong"] * 10 + ["stopped"] * 2
    town.clock.move(hours=5)
    assert guess(town) == "stopped"
    town.clock.move(hours=24)
    assert guess(town) == "right"


def test_an_unknown_code_is_stopped_after_as_many_guesses_as_a_known_one() -> None:
    for code in (CODE, "PA99999999999"):
        town = Town()
        outcomes = [guess(town, account=f"citizen-{one}", code=code, factor="0000") for one in range(PER_CODE + 1)]
        assert outcomes == ["wrong"] * PER_CODE + ["stopped"]


def test_fifty_wrong_guesses_at_once_are_judged_no_oftener_than_the_limit() -> None:
    town = Town()
    with ThreadPoolExecutor(25) as threads:
        alone = Counter(threads.map(lambda one: guess(town, code=f"PA{one:011d}"), range(50)))
        together = Counter(threads.map(lambda one: guess(town, account=f"c-{one}", factor=f"{one:04d}"), range(50)))
    assert alone == {"wrong": PER_ACCOUNT, "stopped": 50 - PER_ACCOUNT}
    assert together == {"wrong": PER_CODE, "stopped": 50 - PER_CODE}


def test_who_is_right_loses_nothing_however_often() -> None:
    town = Town(per_address=2)
    assert [guess(town) for _ in range(40)] == ["right"] * 40
    assert set(town.counters.counts.values()) == {0}


def test_a_stopped_guess_asks_nobody_and_counts_nowhere() -> None:
    town = Town()
    for number in range(PER_CODE):
        guess(town, account=f"citizen-{number}", factor="0000")
    asked, counts = len(town.power.asked), dict(town.counters.counts)
    assert guess(town) == "stopped"
    assert len(town.power.asked) == asked
    assert {key: count for key, count in town.counters.counts.items() if count} == counts


def test_who_is_stopped_is_told_when_the_window_ends() -> None:
    town = Town()
    for number in range(PER_ACCOUNT):
        guess(town, code=f"PA{number:011d}")
    with pytest.raises(TooMany) as stopped:
        town.lookups.look_up(question())
    assert stopped.value.retry_after == 55 * 60  # it is five past


def test_neither_accounts_nor_addresses_nor_codes_are_kept_as_they_are() -> None:
    town = Town()
    guess(town, factor="0000")
    kept = " ".join(counted.whose for counted in town.counters.counts)
    assert not [word for word in (CITIZEN, CODE, "203.0.113.9") if word in kept]


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("", ""),
    ],
)
def test_a_household_of_ipv6_is_one_address(address: str, kept: str) -> None:
    assert network(address) == kept


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]), st.sampled_from(["198.51.100.1", "198.51.100.2"]),
        st.sampled_from([CODE, OTHER_CODE]), st.booleans(), st.sampled_from([0, 0, 0, 0, 20, 60]),
    ),
    max_size=80,
)  # fmt: skip


@given(STEPS)
def test_in_no_window_are_more_wrong_guesses_judged_than_allowed(
    steps: list[tuple[str, str, str, bool, int]],
) -> None:
    town, judged = Town(per_address=PER_ADDRESS), Counter[tuple[str, str, float]]()
    for account, address, code, right, minutes in steps:
        now = town.clock.move(minutes=minutes)
        factor = "4821" if right and code == CODE else "0000"
        outcome = guess(town, account=account, address=address, code=code, factor=factor)
        hour, day = (now.timestamp() // span.total_seconds() for span in (HOUR, DAY))
        mine = (
            (PER_ACCOUNT, ("account", account, hour)), (PER_ADDRESS, ("address", address, hour)),
            (PER_CODE, ("code", code, day)),
        )  # fmt: skip
        if outcome == "wrong":
            judged.update(key for _, key in mine)
        # Stopped exactly where one of the limits is reached, never before.
        full = any(judged[key] >= most for most, key in mine)
        assert outcome != "stopped" or full
        assert all(judged[key] <= most for most, key in mine)


def test_windows_are_the_clocks() -> None:
    town = Town()
    for number in range(PER_ACCOUNT):
        guess(town, code=f"PA{number:011d}")
    town.clock.now += timedelta(minutes=54, seconds=59)
    assert guess(town) == "stopped"
    town.clock.now += timedelta(seconds=1)
    assert guess(town) == "right"
