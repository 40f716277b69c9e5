"""Sessions of the staff: what opens one, what ends it, and that the pool has the last word within five minutes."""

import pytest

from chalicelib.accounts.staff import MOST_TRIES, Unready
from chalicelib.core.errors import TooMany, Unauthenticated, Unavailable
from tests.unit.accounts.staff_office import CODE, EMAIL, PASSWORD, Office


def test_password_and_code_open_a_session() -> None:
    office = Office()
    member = office.staff.member(office.enter())
    assert member is not None
    assert (member.user, member.email, member.groups) == ("user-of-dispatcher", EMAIL, ("dispatcher",))


def test_an_address_is_known_however_it_is_written_and_a_code_with_blanks() -> None:
    office = Office()
    assert office.staff.member(office.enter(f" {EMAIL.upper()} ", code="123 456")) is not None


@pytest.mark.parametrize(
    ("email", "password", "code"),
    [
        ("nobody@centre.example", PASSWORD, CODE), (EMAIL, "wrong", CODE), (EMAIL, PASSWORD, "000000"), ("", PASSWORD, CODE),
        (EMAIL, "", CODE), (EMAIL, PASSWORD, ""),
    ],
)  # fmt: skip
def test_whatever_is_wrong_the_answer_is_the_same(email: str, password: str, code: str) -> None:
    office = Office()
    with pytest.raises(Unauthenticated) as error:
        office.enter(email, password, code)
    assert error.value.words == "error.staff_sign_in"
    assert office.sessions.sessions == {}


def test_without_a_second_factor_nobody_comes_in() -> None:
    office = Office()
    office.pool.unready.add(EMAIL)
    with pytest.raises(Unready):
        office.enter()


def test_guessing_ends_after_some_tries_even_for_the_right_password() -> None:
    office = Office()
    for _ in range(MOST_TRIES):
        with pytest.raises(Unauthenticated):
            office.enter(code="000000")
    with pytest.raises(TooMany) as error:
        office.enter()
    assert 0 < error.value.retry_after <= 900
    office.clock.move(minutes=15)
    assert office.staff.member(office.enter())


def test_a_key_that_was_never_given_opens_nothing() -> None:
    assert Office().staff.member("00000001") is None


def test_a_session_in_use_lasts_eight_hours_and_not_longer() -> None:
    office = Office()
    key = office.enter()
    for _ in range(19):
        office.clock.move(minutes=25)
        assert office.staff.member(key)
    office.clock.move(minutes=5)
    assert office.staff.member(key) is None
    assert office.pool.tokens == {}, "the pool's token was revoked"


def test_a_session_ends_after_thirty_idle_minutes() -> None:
    office = Office()
    key = office.enter()
    office.clock.move(minutes=29)
    assert office.staff.member(key)
    office.clock.move(minutes=30)
    assert office.staff.member(key) is None
    office.clock.move(minutes=-30)
    assert office.staff.member(key) is None, "ended for good"


def test_the_pool_is_asked_every_five_minutes_and_not_at_every_request() -> None:
    office = Office()
    key = office.enter()
    for _ in range(4):
        office.clock.move(minutes=1)
        office.staff.member(key)
    assert office.pool.asked == [EMAIL]
    office.clock.move(minutes=1)
    office.staff.member(key)
    assert office.pool.asked == [EMAIL, "refresh-0"]


def test_requests_within_a_minute_write_nothing() -> None:
    office = Office()
    key = office.enter()
    for _ in range(10):
        office.clock.move(seconds=5)
        office.staff.member(key)
    assert office.sessions.marks == 0


@pytest.mark.parametrize("how", ["disabled", "signed out by an operator"])
def test_whoever_may_not_any_more_is_out_within_five_minutes(how: str) -> None:
    office = Office()
    key = office.enter()
    if how == "disabled":
        office.pool.groups.clear()
    else:
        office.pool.tokens.clear()
    office.clock.move(minutes=5)
    assert office.staff.member(key) is None
    assert office.sessions.sessions == {}


def test_a_changed_group_counts_within_five_minutes() -> None:
    office = Office()
    key = office.enter()
    office.pool.groups[EMAIL] = ("leader",)
    office.clock.move(minutes=5)
    member = office.staff.member(key)
    assert member is not None
    assert member.groups == ("leader",)


def test_while_the_pool_is_out_of_reach_an_old_word_is_not_trusted() -> None:
    office = Office()
    key = office.enter()
    office.pool.out_of_reach = True
    assert office.staff.member(key)
    office.clock.move(minutes=5)
    with pytest.raises(Unavailable):
        office.staff.member(key)
    office.pool.out_of_reach = False
    assert office.staff.member(key), "the session is not lost by an outage"


def test_signing_out_ends_the_session_and_revokes_the_pools_token() -> None:
    office = Office()
    key = office.enter()
    office.staff.sign_out(key)
    assert office.staff.member(key) is None
    assert office.pool.tokens == {}
    office.staff.sign_out(key)


def test_signing_out_works_while_the_pool_is_out_of_reach() -> None:
    office = Office()
    key = office.enter()
    office.pool.out_of_reach = True
    office.staff.sign_out(key)
    assert office.staff.member(key) is None


def test_what_is_kept_does_not_hold_the_key() -> None:
    office = Office()
    key = office.enter()
    assert key not in repr(office.sessions.sessions)
