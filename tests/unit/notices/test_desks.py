"""The agencies' desks as digests read them."""

import pytest

from chalicelib.bridges.digests import AgencyDesks
from chalicelib.directory.service import Directory
from chalicelib.feedback.approval import return_draft
from chalicelib.feedback.lifecycle import Party
from chalicelib.feedback.model import Feedback
from tests.builders import COMMITTEE, assigned, awaiting_approval, in_progress, stamp
from tests.fakes import MovableClock
from tests.memory_store import MemoryStore
from tests.unit.test_bridges import SeedRows


@pytest.mark.parametrize(
    ("case", "accepted"),
    [
        (assigned(), False),
        (in_progress(), True),
        (awaiting_approval(), True),
        (return_draft(awaiting_approval(), stamp(Party.HEAD)), True),
    ],
)
def test_only_what_nobody_has_taken_up_in_any_way_is_not_accepted(case: Feedback, accepted: bool) -> None:
    store = MemoryStore()
    store.add(case)
    (work,) = AgencyDesks(store, Directory(SeedRows(), MovableClock())).works(COMMITTEE)
    assert work.accepted is accepted
