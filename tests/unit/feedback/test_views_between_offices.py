"""What each reader sees of drafts, contributions, hand-overs, extensions, breaches, merges and splits."""

import msgspec
import pytest
from msgspec.structs import replace

from chalicelib.core.calendar import official
from chalicelib.feedback.approval import approve, return_draft
from chalicelib.feedback.escalation import climb, next_rung
from chalicelib.feedback.joining import merge, split
from chalicelib.feedback.lifecycle import Action, Party
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.moderation import contribute, deny, grant, support
from chalicelib.feedback.ports import Dossier, Named, QueueLine
from chalicelib.feedback.shapes import ExtensionView, FeedbackView
from chalicelib.feedback.values import Rung, Terms
from chalicelib.feedback.views import Views
from tests.builders import (
    COMMITTEE,
    DUE,
    LAPSES,
    NOW,
    POLICE,
    RESULT,
    assigned,
    awaiting_approval,
    feedback,
    in_progress,
    offered,
    photo,
    stamp,
)
from tests.fakes import MemoryFiles, Office
from tests.unit.feedback.test_views import VIEWS

SAID, ASKED, WHY = "Đã có kế hoạch sửa trong quý III.", "Cho biết kế hoạch sửa chữa.", "Cần nêu rõ thời hạn."
TEXTS = {
    "answer1": msgspec.json.encode({"result": RESULT, "next_step": ""}).decode(),
    "support1": ASKED,
    "said1": SAID,
    "return1": WHY,
}
PICTURE = photo("fedcba9876543210", "2")


DATED = Views(
    lambda code, at=None: Named(code, "Xã cũ" if at else "Xã mới"), lambda code, at=None: Named(code, code),
    lambda code, language: code, lambda code, language: "", MemoryFiles().link, official,
)  # fmt: skip


def dossier(case: Feedback) -> Dossier:
    return Dossier(case, TEXTS, (PICTURE,))


def all_views(case: Feedback) -> dict[str, FeedbackView]:
    """The case as each reader sees it."""
    whole = dossier(case)
    by_link = {
        party: VIEWS.work(whole, party, NOW, "vi", None) for party in (Party.HOLDER, Party.HEAD, Party.SUPPORTER)
    }
    return {
        "reporter": VIEWS.own(whole, NOW, "vi"),
        "public": VIEWS.public(whole, NOW, "vi"),
        "centre": VIEWS.centre(whole, NOW, "vi"),
        **{party.value: view for party, view in by_link.items()},
    }


def test_lists_of_the_centre_and_parts_of_a_split_keep_the_name_that_the_place_had() -> None:
    case = in_progress()
    parts = DATED.own(dossier(case), NOW, "vi", [case]).parts
    assert [part.area_name for part in parts] == ["Xã cũ"]
    assert DATED.queue_line(QueueLine(case, "overdue", NOW), NOW, "vi").area_name == "Xã cũ"


def said(view: FeedbackView) -> str:
    """Everything in a view, as its reader gets it."""
    return msgspec.json.encode(view).decode()


def contributed() -> Feedback:
    case = support(in_progress(), stamp(Party.CENTRE, text_ref="support1"), POLICE)
    return contribute(case, stamp(Party.SUPPORTER, text_ref="said1"), 2)


def test_a_draft_is_seen_by_its_officer_its_head_and_the_centre_alone() -> None:
    seen = {reader for reader, view in all_views(awaiting_approval()).items() if RESULT in said(view)}
    assert seen == {"holder", "head", "centre"}
    view = all_views(awaiting_approval())["head"]
    assert view.draft is not None
    assert (view.draft.result, view.answer, view.next_actions) == (RESULT, None, ["approve", "return"])


def test_once_approved_everybody_reads_it_as_the_answer() -> None:
    case = approve(awaiting_approval(), stamp(Party.HEAD), DUE)
    assert all(RESULT in said(view) for view in all_views(case).values())
    assert {view.draft for view in all_views(case).values()} == {None}


def test_why_a_draft_came_back_stays_between_the_agency_and_the_centre() -> None:
    case = return_draft(awaiting_approval(), stamp(Party.HEAD, text_ref="return1"))
    seen = {reader for reader, view in all_views(case).items() if WHY in said(view)}
    assert seen == {"holder", "head", "centre"}


def test_contributions_stay_between_offices() -> None:
    views = all_views(contributed())
    assert {reader for reader, view in views.items() if SAID in said(view)} == {"holder", "head", "supporter", "centre"}
    assert {reader for reader, view in views.items() if ASKED in said(view)} == {
        "holder",
        "head",
        "supporter",
        "centre",
    }
    (one,) = views["holder"].contributions
    assert (one.agency.code, one.text, [file.id for file in one.photos]) == (POLICE, SAID, [PICTURE.id])


def test_a_supporter_sees_neither_an_offer_nor_an_extension_nor_who_held_it() -> None:
    view = all_views(offered(contributed().extend(stamp(Party.HOLDER), DUE)))["supporter"]
    assert (view.extension, view.hand_over, view.held, view.contact) == (None, None, [], None)


def test_an_offer_says_to_whom_and_until_when() -> None:
    views = all_views(offered())
    for reader in ("reporter", "holder", "centre"):
        offer = views[reader].hand_over
        assert offer is not None
        assert (offer.agency.code, offer.accept_by) == (POLICE, LAPSES)
    assert views["public"].hand_over is None


@pytest.mark.parametrize("granted", [None, True, False])
def test_the_reporter_sees_an_extension_asked_granted_and_denied(granted: bool | None) -> None:
    case = in_progress().extend(stamp(Party.HOLDER), DUE)
    if granted is not None:
        case = grant(case, stamp(Party.CENTRE), Terms(DUE)) if granted else deny(case, stamp(Party.CENTRE))
    views = all_views(case)
    assert views["reporter"].extension == ExtensionView(DUE, granted)
    assert views["public"].extension is None
    told = [line.action for line in views["reporter"].history]
    assert told[2:] == {None: ["accept", "extend"], True: ["accept", "extend", "grant"]}.get(
        granted, ["accept", "extend", "deny"]
    )


def test_the_reporter_sees_a_breach_and_an_escalation_and_no_reminder() -> None:
    due = int(NOW.timestamp())
    ladder = tuple(Rung(action, due) for action in (Action.WARN, Action.BREACH, Action.ESCALATE))
    case = replace(in_progress(), assignment=replace(in_progress().assignment, ladder=ladder))
    while rung := next_rung(case):
        case = climb(case, stamp(Party.SYSTEM), rung)
    views = all_views(case)
    assert [line.action for line in views["reporter"].history][-2:] == ["breach", "escalate"]
    assert views["reporter"].breached_at == DUE
    assert views["public"].breached_at is None
    assert "warn" not in [line.action for line in views["reporter"].history]
    assert "warn" in [line.action for line in views["holder"].history]


def test_a_duplicate_names_the_case_it_was_merged_into() -> None:
    case = merge(in_progress(), stamp(Party.CENTRE), "MAINCASE001")
    views = all_views(case)
    assert {view.status_text for view in views.values()} == {"Đã gộp với phản ánh MAINCASE001"}
    assert (views["reporter"].merged_into, views["public"].merged_into) == ("MAINCASE001", "")


def test_a_split_case_names_its_children_and_a_child_its_parent() -> None:
    parent = split(feedback(), stamp(Party.CENTRE), ("CHILD000001", "CHILD000002"))
    assert all_views(parent)["reporter"].children == ["CHILD000001", "CHILD000002"]
    assert all_views(replace(feedback(), parent=parent.code))["reporter"].parent == parent.code
    assert all_views(replace(feedback(), parent=parent.code))["public"].parent == ""


def test_the_reporter_follows_the_parts_of_a_split_case_as_one() -> None:
    office = Office()
    parent = office.keep(split(feedback(), stamp(Party.CENTRE), ("CHILD000001", "CHILD000002")))
    assert office.service.parts(parent) == []
    office.keep(in_progress(replace(feedback(), code="CHILD000001", parent=parent.code)))
    parts = office.service.parts(parent)
    view = VIEWS.own(Dossier(parent), NOW, "vi", parts)
    assert [(one.code, one.status, one.status_text) for one in view.parts] == [
        ("CHILD000001", "in_progress", "Đang xử lý")
    ]
    assert view.children == ["CHILD000001", "CHILD000002"]


def test_who_held_the_case_is_seen_by_the_reporter_and_those_in_charge() -> None:
    views = all_views(assigned())
    assert {reader for reader, view in views.items() if view.held} == {"reporter", "holder", "head", "centre"}
    assert [(one.agency.code, one.since, one.until) for one in views["reporter"].held] == [(COMMITTEE, NOW, None)]
    assert '"from":' in said(views["reporter"])
