"""To whose phone a code goes: the head that the directory names today, and nobody else."""

import pytest

from chalicelib.accounts.signing import Paper, SigningCodes
from chalicelib.bridges.signatures import HeadSignatures
from chalicelib.core.errors import Conflict, Invalid
from chalicelib.feedback.ports import Draft
from tests.unit.accounts.fakes import SECRET, FakeClock
from tests.unit.accounts.test_signing import Drawer, MemoryCodes
from tests.unit.pages.scene import COMMITTEE, MovableClock, directory

DRAFT = Draft("0123456789A", 1, 4)


def heads(drawer: Drawer) -> HeadSignatures:
    return HeadSignatures(directory(MovableClock()), SigningCodes(MemoryCodes(), drawer, FakeClock(), "local", SECRET))


def test_the_code_goes_to_the_heads_own_phone() -> None:
    drawer = Drawer()
    made = heads(drawer)
    sent = made.send(COMMITTEE, DRAFT, "", "vi")
    phones = {officer.role: officer.phone for officer in directory(MovableClock()).officers(COMMITTEE)}
    assert [phone for phone, _ in drawer.sent] == [phones["head"]]
    assert sent.phone_end == phones["head"][-3:]
    made.check(DRAFT, drawer.code())


def test_the_code_is_for_that_draft_of_that_duty_of_that_case() -> None:
    drawer = Drawer()
    made = heads(drawer)
    made.send(COMMITTEE, DRAFT, "", "vi")
    for other in (Draft("0123456789A", 1, 5), Draft("0123456789A", 2, 4), Draft("BBBBBBBBBBB", 1, 4)):
        with pytest.raises(Invalid):
            made.check(other, drawer.code())


def test_an_agency_without_a_head_is_told_to_turn_to_the_centre() -> None:
    drawer = Drawer()
    with pytest.raises(Conflict) as refused:
        heads(drawer).send("no-such-agency", DRAFT, "", "vi")
    assert (refused.value.words, drawer.sent) == ("error.head_unreachable", [])


def test_no_two_things_to_sign_have_one_name() -> None:
    names = {
        Paper(f"{draft.code}-{draft.assignment}", str(draft.seq), "").duty
        for draft in (DRAFT, Draft("0123456789A", 11, 4))
    }
    assert len(names) == 2
