"""What follows from a merge or a split, however often its event comes and whatever happens meanwhile."""

import pytest
from msgspec.structs import replace

from chalicelib.core.errors import Conflict, Invalid, NotPossibleNow
from chalicelib.feedback import commands, joining
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.centre_commands import Merge, Part, Split
from chalicelib.feedback.lifecycle import Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.values import Handling, Level, Publication
from tests.builders import (
    COMMITTEE,
    DISPATCHER,
    DUE,
    NOW,
    POLICE,
    REASON,
    REPORTER,
    STRANGER,
    assigned,
    feedback,
    new_code,
    photo,
    queued,
    stamp,
)
from tests.fakes import MemoryStore, Office

ROAD, SECURITY = "Ổ gà lớn trước cổng trường học.", "Thanh niên tụ tập gây ồn lúc nửa đêm."
PARTS = (Part(category="duong_sa", text=ROAD, title="Ổ gà"), Part(category="an_ninh", text=SECURITY))


def split(office: Office, code: str, parts: tuple[Part, ...] = PARTS, key: str = "") -> Feedback:
    return office.centre.split(DISPATCHER, code, Split(parts=parts, note="Hai việc khác nhau"), Trace(key))


def merge(office: Office, code: str, into: str) -> None:
    office.centre.merge(DISPATCHER, code, Merge(into=into, reason=REASON), Trace())


# Splits


def test_each_question_becomes_a_case_that_is_routed_like_a_submission() -> None:
    office = Office()
    parent = office.keep(queued(feedback(share_contact=True)))
    office.store.attach(parent.code, photo("of-both-x"), 5)
    done = split(office, parent.code)
    assert (done.status, len(done.children)) == (Status.SPLIT, 2)
    assert office.consequences.of_split(parent.code, "cid-7") == 2
    road, security = (office.store.dossier(code).feedback for code in done.children)
    for child in (road, security):
        assert (child.parent, child.reporter, child.area, child.share_contact) == (
            parent.code,
            REPORTER,
            "commune-1",
            True,
        )
        assert (child.promised_by, child.submitted_at, child.status) == (DUE, NOW, Status.RECEIVED)
        assert (child.queued, child.assignment, child.history[0].cid) == (False, None, "cid-7")
        assert child.matter is not None
        assert (child.matter.lat, child.matter.address) == (21.7, "Cổng trường Nguyễn Trãi")
    assert road.matter is not None
    assert (road.matter.text, road.matter.title, road.publication, road.handling) == (
        ROAD, "Ổ gà", Publication.PENDING, Handling(7),
    )  # fmt: skip
    assert (security.publication, security.may_be_public, security.handling) == (
        Publication.PRIVATE,
        False,
        Handling(3),
    )
    for code in done.children:
        office.service.route(code, "cid")
    assert [office.store.head(code).agency for code in done.children] == [COMMITTEE, POLICE]
    assert office.files.copied == [(parent.code, code, "of-both-x") for code in done.children]


def test_the_event_of_a_split_comes_twice_and_makes_each_case_once() -> None:
    office = Office()
    code = office.keep(queued()).code
    done = split(office, code)
    office.consequences.of_split(code, "")
    office.service.route(done.children[0], "cid")
    before = dict(office.store.items)
    assert office.consequences.of_split(code, "") == 0
    assert office.store.items == before


def test_a_function_that_dies_between_two_children_makes_the_rest_when_the_event_comes_again() -> None:
    office = Office(store=Failing())
    code = office.keep(queued()).code
    done = split(office, code)
    assert isinstance(office.store, Failing)
    office.store.fails = done.children[1]
    with pytest.raises(ConnectionError):
        office.consequences.of_split(code, "")
    office.store.fails = ""
    assert office.consequences.of_split(code, "") == 1
    assert all(office.store.head(child).parent == code for child in done.children)


class Failing(MemoryStore):
    """A store that cannot add one case."""

    fails = ""

    def add(self, feedback: Feedback) -> Feedback | None:
        if feedback.code == self.fails:
            raise ConnectionError(feedback.code)
        return super().add(feedback)


def test_a_child_s_category_that_has_ended_meanwhile_leaves_it_to_the_centre_by_the_parent_s_clock() -> None:
    office = Office()
    code = office.keep(queued()).code
    done = split(office, code)
    del office.directory.rules["an_ninh"]
    office.consequences.of_split(code, "")
    child = office.service.route(done.children[1], "cid")
    assert child is not None
    assert (child.queued, child.handling, child.level) == (True, Handling(7), Level.NORMAL)


def test_a_matter_about_an_agency_stays_about_it_in_every_part() -> None:
    office = Office()
    code = office.keep(queued(feedback(about=COMMITTEE, publication=Publication.PRIVATE, may_be_public=False))).code
    done = split(office, code)
    office.consequences.of_split(code, "")
    for child in done.children:
        office.service.route(child, "cid")
        case = office.store.head(child)
        assert (case.about, case.agency, case.publication) == (COMMITTEE, "ubnd-huyen-1", Publication.PRIVATE)


def test_a_part_s_category_must_exist() -> None:
    office = Office()
    code = office.keep(queued()).code
    with pytest.raises(Invalid) as refusal:
        split(office, code, (PARTS[0], Part(category="phep_thuat", text=ROAD)))
    assert [error.field for error in refusal.value.errors] == ["parts.1.category"]


def test_only_what_nobody_holds_is_split() -> None:
    office = Office()
    code = office.keep(assigned()).code
    with pytest.raises(NotPossibleNow):
        split(office, code)
    assert office.store.dossier(code).texts == {}


def test_a_repeated_split_is_one_also_after_its_children_were_made() -> None:
    office = Office()
    code = office.keep(queued()).code
    first = split(office, code, key="key-00001")
    office.consequences.of_split(code, "")
    assert split(office, code, key="key-00001").children == first.children


def test_a_code_that_somebody_has_already_is_not_a_child_s() -> None:
    office = Office()
    code = office.keep(queued()).code
    done = split(office, code)
    other = office.keep(feedback(code=done.children[0]))
    with pytest.raises(Conflict):
        office.consequences.of_split(code, "")
    again = office.keep(queued()).code
    assert other.code not in split(office, again).children


def test_what_was_not_split_has_no_children() -> None:
    office = Office()
    assert office.consequences.of_split(office.keep(queued()).code, "") == 0


def test_the_reporter_reads_why_it_was_split_and_not_the_parts_as_they_are_kept() -> None:
    office = Office()
    code = office.keep(queued()).code
    done = split(office, code)
    dossier = office.service.own_case(REPORTER, code)
    assert dossier.texts[done.history[-1].text_ref] == "Hai việc khác nhau"


# Merges


def test_the_reporter_and_followers_of_a_merged_case_follow_the_main_one() -> None:
    office = Office()
    code, main = office.keep(feedback()).code, office.keep(feedback(reporter=STRANGER)).code
    for follower in ("follower-1", "follower-2", STRANGER):
        office.store.follow(code, follower, NOW)
    merge(office, code, main)
    for _ in range(2):
        office.consequences.of_merge(code)
    assert sorted(office.store.followers(main)) == [REPORTER, "follower-1", "follower-2"]
    assert office.store.followers(code) == []


@pytest.mark.parametrize("late", [True, False])
def test_a_chain_of_merges_ends_with_everybody_at_its_end(late: bool) -> None:
    office = Office()
    first, second, third = (office.keep(feedback(reporter=f"reporter-{n}")).code for n in range(3))
    office.store.follow(first, "follower", NOW)
    merge(office, first, second)
    if not late:
        office.consequences.of_merge(first)
    merge(office, second, third)
    # The events may come in any order.
    office.consequences.of_merge(second)
    office.consequences.of_merge(first)
    assert sorted(office.store.followers(third)) == ["follower", "reporter-0", "reporter-1"]
    assert office.store.followers(first) == office.store.followers(second) == []


class Merging(MemoryStore):
    """A store in which the main case is merged into another just when its first follower comes."""

    into = ""

    def follow(self, code: str, account: str, at: object) -> None:
        super().follow(code, account, at)  # type: ignore[arg-type]
        if self.into and code != self.into:
            case, into = self.head(code), self.into
            self.into = ""
            self.save(joining.merge(case, stamp(Party.CENTRE), into))


def test_a_main_case_that_is_merged_while_followers_come_passes_them_on() -> None:
    office = Office(store=Merging())
    first, second, third = (office.keep(feedback(reporter=f"reporter-{n}")).code for n in range(3))
    merge(office, first, second)
    assert isinstance(office.store, Merging)
    office.store.into = third
    office.consequences.of_merge(first)
    office.consequences.of_merge(second)
    assert sorted(office.store.followers(third)) == ["reporter-0", "reporter-1"]


def test_who_comes_to_a_main_case_that_was_split_meanwhile_follows_its_parts() -> None:
    office = Office()
    code, main = office.keep(feedback()).code, office.keep(queued(feedback(reporter=STRANGER))).code
    merge(office, code, main)
    done = split(office, main)
    office.consequences.of_split(main, "")
    office.consequences.of_merge(code)
    assert [office.store.followers(child) for child in done.children] == [[REPORTER], [REPORTER]]
    assert office.store.followers(main) == []


def test_what_was_not_merged_moves_nobody() -> None:
    office = Office()
    code = office.keep(feedback()).code
    office.store.follow(code, STRANGER, NOW)
    assert office.consequences.of_merge(code) == 0
    assert office.store.followers(code) == [STRANGER]


def test_a_circle_in_the_table_ends_the_walk() -> None:
    office = Office()
    codes = [new_code(), new_code()]
    for code, other in zip(codes, reversed(codes), strict=True):
        office.keep(replace(feedback(code=code), status=Status.DUPLICATE, merged_into=other))
    office.consequences.of_merge(codes[0])
    assert office.store.followers(codes[0]) == []
    with pytest.raises(NotPossibleNow):
        office.service.withdraw(REPORTER, codes[0], commands.Withdraw(), Trace())
