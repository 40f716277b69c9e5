"""Codes with which a head signs: sent to one phone, good for one draft, guessed at five times, sent three times an hour."""

from dataclasses import dataclass, field
from datetime import datetime

import pytest
from msgspec.structs import replace

from chalicelib.accounts.signing import CODE_LIFE, MOST_ATTEMPTS, Paper, SigningCode, SigningCodes, code_text
from chalicelib.core.errors import Conflict, Invalid, LostRace, TooMany, Unavailable
from tests.unit.accounts.fakes import SECRET, FakeClock

PHONE = "+84959000001"
FIRST = Paper("0123456789A-1", "4", "0123456789A")
SECOND = replace(FIRST, draft="7")


@dataclass
class MemoryCodes:
    """The table in memory; every method is one atomic step; a `rival` is kept just before the next replacement."""

    kept: dict[str, SigningCode] = field(default_factory=dict)
    rivals: list[SigningCode] = field(default_factory=list)

    def latest(self, duty: str) -> SigningCode | None:
        return self.kept.get(duty)

    def replace(self, made: SigningCode, previous: SigningCode | None) -> None:
        if self.rivals:
            rival = self.rivals.pop()
            self.kept[made.duty] = replace(rival, duty=made.duty)
        standing = self.kept.get(made.duty)
        if (standing.id if standing else None) != (previous.id if previous else None):
            raise LostRace()
        self.kept[made.duty] = made

    def withdraw(self, made: SigningCode) -> None:
        standing = self.kept[made.duty]
        if standing.id == made.id:
            self.kept[made.duty] = replace(standing, code="", key="", sent_at=standing.sent_at[:-1])

    def count_attempt(self, duty: str, draft: str, now: datetime) -> SigningCode | None:
        standing = self.kept.get(duty)
        if standing is None or standing.draft != draft or not standing.code:
            return None
        if standing.attempts >= MOST_ATTEMPTS or standing.made_at <= now - CODE_LIFE:
            return None
        self.kept[duty] = replace(standing, attempts=standing.attempts + 1)
        return self.kept[duty]


@dataclass
class Drawer:
    """Sent texts; while `down` none goes out."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    down: bool = False

    def send(self, phone: str, text: str) -> None:
        if self.down:
            raise Unavailable()
        self.sent.append((phone, text))

    def code(self) -> str:
        """The code of the latest text."""
        return self.sent[-1][1].split(" la ")[1][:6]


@dataclass
class Desk:
    """Codes on fakes."""

    codes: MemoryCodes = field(default_factory=MemoryCodes)
    drawer: Drawer = field(default_factory=Drawer)
    clock: FakeClock = field(default_factory=FakeClock)
    stage: str = "local"

    def __post_init__(self) -> None:
        self.signing = SigningCodes(self.codes, self.drawer, self.clock, self.stage, SECRET)

    def send(self, paper: Paper = FIRST, key: str = "") -> int:
        return self.signing.send(paper, PHONE, key, "vi")

    def refused(self, code: str, paper: Paper = FIRST) -> str:
        """The words with which a guess is refused; empty where it is right."""
        try:
            self.signing.check(paper, code)
        except Invalid as error:
            return " ".join(one.words for one in error.errors if one.field == "code")
        return ""


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_code_on_the_phone_is_right_for_ten_minutes() -> None:
    desk = Desk()
    assert desk.send() == 600
    assert [phone for phone, _ in desk.drawer.sent] == [PHONE]
    desk.clock.move(minutes=9, seconds=59)
    assert desk.refused(desk.drawer.code()) == ""
    desk.clock.move(seconds=1)
    assert desk.refused(desk.drawer.code()) == "field.signing_code_ended"


def test_five_guesses_and_then_the_right_one_is_too_late() -> None:
    desk = Desk()
    desk.send()
    code = desk.drawer.code()
    refusals = [desk.refused(wrong(code)) for _ in range(MOST_ATTEMPTS)]
    assert refusals == ["field.signing_code"] * 4 + ["field.signing_code_ended"]
    assert desk.refused(code) == "field.signing_code_ended"


def test_the_fifth_guess_may_be_right() -> None:
    desk = Desk()
    desk.send()
    for _ in range(MOST_ATTEMPTS - 1):
        desk.refused(wrong(desk.drawer.code()))
    assert desk.refused(desk.drawer.code()) == ""


def test_another_draft_needs_another_code() -> None:
    desk = Desk()
    desk.send(FIRST)
    first = desk.drawer.code()
    assert desk.refused(first, SECOND) == "field.signing_code_ended"
    desk.clock.move(minutes=1)
    desk.send(SECOND)
    assert desk.refused(first, FIRST) == "field.signing_code_ended"
    assert desk.refused(desk.drawer.code(), SECOND) == ""


def test_a_new_code_ends_the_earlier_one() -> None:
    desk = Desk()
    desk.send()
    first = desk.drawer.code()
    desk.clock.move(minutes=1)
    desk.send()
    assert first == desk.drawer.code() or desk.refused(first) == "field.signing_code"


def test_three_codes_an_hour_and_a_minute_between_them() -> None:
    desk = Desk()
    desk.send()
    with pytest.raises(TooMany) as soon:
        desk.send()
    assert soon.value.retry_after == 60
    for _ in range(2):
        desk.clock.move(minutes=1)
        desk.send()
    desk.clock.move(minutes=2)
    with pytest.raises(TooMany) as often:
        desk.send(SECOND)
    assert often.value.retry_after == 56 * 60
    assert len(desk.drawer.sent) == 3
    desk.clock.move(minutes=56)
    desk.send(SECOND)


def test_the_limit_is_that_of_one_thing_to_sign() -> None:
    desk = Desk()
    desk.send()
    desk.send(replace(FIRST, duty="BBBBBBBBBBB-1"))
    assert len(desk.drawer.sent) == 2


def test_the_same_key_sends_nothing_again_while_its_code_is_good() -> None:
    desk = Desk()
    desk.send(key="key-0001")
    desk.clock.move(minutes=4)
    assert desk.send(key="key-0001") == 360
    assert len(desk.drawer.sent) == 1
    desk.clock.move(minutes=6)
    desk.send(key="key-0001")
    assert len(desk.drawer.sent) == 2


def test_an_sms_that_did_not_go_out_counts_for_nothing() -> None:
    desk = Desk()
    desk.drawer.down = True
    with pytest.raises(Unavailable):
        desk.send(key="key-0001")
    desk.drawer.down = False
    desk.send(key="key-0001")
    assert desk.refused(desk.drawer.code()) == ""


def test_of_two_requests_at_once_one_sends() -> None:
    desk = Desk()
    rival = SigningCode(duty="", id="rival", draft="4", code="hash", made_at=desk.clock(), sent_at=(desk.clock(),))
    desk.codes.rivals.append(rival)
    with pytest.raises(TooMany):
        desk.send()
    assert desk.drawer.sent == []


def test_nothing_that_is_kept_says_the_code_the_case_or_the_phone() -> None:
    desk = Desk()
    desk.send(key="key-0001")
    kept = repr(desk.codes.kept)
    assert not [word for word in (desk.drawer.code(), FIRST.duty, FIRST.matter, PHONE, "key-0001") if word in kept]


def test_without_a_code_every_guess_is_refused() -> None:
    assert Desk().refused("000000") == "field.signing_code_ended"


def test_a_sample_number_gets_nothing_elsewhere_than_locally() -> None:
    desk = Desk(stage="prod")
    with pytest.raises(Conflict):
        desk.send()
    assert desk.drawer.sent == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_text_is_one_segment_and_names_the_case(language: str) -> None:
    text = code_text("0123456789A", "123456", language)
    assert len(text) <= 160
    assert text.isascii()
    assert "0123456789A" in text
