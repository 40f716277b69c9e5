"""Ký duyệt by signed link: the officer submits, the head alone approves, with a code of his own; supporters contribute."""

import msgspec
import pytest
from msgspec.structs import replace

from chalicelib.core.errors import Gone, Invalid, NotFound, NotPossibleNow
from chalicelib.feedback import commands, joining, moderation, succession
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Draft
from tests.builders import (
    COMMITTEE,
    NOW,
    POLICE,
    REASON,
    RESULT,
    approving,
    assigned,
    at,
    give_answer,
    in_progress,
    link,
    offered,
    photo,
    stamp,
)
from tests.fakes import Office

CODE = commands.Approve(code="123456")
SAID = commands.Contribute(text="Đoạn đường này do Sở quản lý, đã có kế hoạch sửa.")


def submitted(office: Office) -> Feedback:
    """A draft that waits, with its code on the head's phone."""
    case = office.keep(approving())
    office.agencies.submit_approval(link(case.code), give_answer(), Trace("submit"))
    office.agencies.send_code(link(case.code, head=True), "", "vi")
    return office.store.head(case.code)


def supported(office: Office) -> Feedback:
    """In progress, supported by the police under the number 2."""
    return office.keep(moderation.support(in_progress(), stamp(Party.CENTRE, text_ref="support1"), POLICE))


def words(refusal: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(error.field, error.words) for error in refusal.value.errors]


def test_where_the_head_approves_an_officer_cannot_answer_alone() -> None:
    office = Office()
    case = office.keep(approving())
    with pytest.raises(NotPossibleNow) as refused:
        office.agencies.answer(link(case.code), give_answer(), Trace())
    assert Action.SUBMIT_APPROVAL in refused.value.next_actions
    plain = office.keep(in_progress())
    with pytest.raises(NotPossibleNow):
        office.agencies.submit_approval(link(plain.code), give_answer(), Trace())


def test_a_vague_draft_or_one_with_files_that_are_not_there_is_refused_like_an_answer() -> None:
    office = Office()
    case = office.keep(approving())
    with pytest.raises(Invalid) as vague:
        office.agencies.submit_approval(link(case.code), give_answer(result="Đã xử lý"), Trace())
    assert words(vague) == [("result", "field.vague")]
    with pytest.raises(Invalid) as lost:
        office.agencies.submit_approval(link(case.code), give_answer(photos=("0123456789abcdef",)), Trace())
    assert words(lost) == [("photos.0", "field.photo")]


def test_what_the_head_approves_is_the_answer_from_that_moment_on() -> None:
    office = Office()
    case = submitted(office)
    assert (case.status, case.answer) == (Status.AWAITING_APPROVAL, None)
    office.clock.move(hours=3)
    done = office.agencies.approve(link(case.code, head=True), CODE, Trace())
    assert done.status is Status.ANSWERED
    assert done.answer is not None
    assert (done.answer.at, done.draft) == (office.clock.now, None)
    text = office.store.dossier(case.code).texts[done.answer.text_ref]
    assert msgspec.json.decode(text)["result"] == RESULT


@pytest.mark.parametrize("verb", ["approve", "return_draft", "send_code"])
def test_the_officers_link_never_speaks_for_the_head(verb: str) -> None:
    office = Office()
    case = submitted(office)
    given = {
        "approve": (CODE, Trace()),
        "return_draft": (commands.Explain(reason=REASON), Trace()),
        "send_code": ("", "vi"),
    }
    with pytest.raises(NotPossibleNow):
        getattr(office.agencies, verb)(link(case.code), *given[verb])
    made_up = [
        link(case.code).replace("-1-", "-1h-"),
        link(case.code, head=True).replace("-1h-", "-1-"),
        f"{link(case.code)}h",
    ]
    for token in made_up:
        with pytest.raises(NotFound):
            getattr(office.agencies, verb)(token, *given[verb])
    assert office.store.head(case.code) == case
    assert office.signatures.guesses == []
    assert len(office.signatures.sent) == 1


def test_the_heads_link_does_none_of_the_officers_work() -> None:
    office = Office()
    case = office.keep(approving())
    head = link(case.code, head=True)
    with pytest.raises(NotPossibleNow) as refused:
        office.agencies.accept(head, Trace())
    assert refused.value.next_actions == ()
    with pytest.raises(NotPossibleNow):
        office.agencies.submit_approval(head, give_answer(), Trace())
    with pytest.raises(NotPossibleNow):
        office.agencies.add_evidence(head, commands.AddFile(content_type="image/jpeg", size=9))


def test_a_wrong_code_approves_nothing() -> None:
    office = Office()
    case = submitted(office)
    with pytest.raises(Invalid) as refused:
        office.agencies.approve(link(case.code, head=True), commands.Approve(code="654321"), Trace())
    assert words(refused) == [("code", "field.signing_code")]
    assert office.store.head(case.code) == case


def test_a_returned_draft_submitted_again_needs_another_code() -> None:
    office = Office()
    case = submitted(office)
    head, officer = link(case.code, head=True), link(case.code)
    returned = office.agencies.return_draft(head, commands.Explain(reason=REASON), Trace())
    assert (returned.status, returned.draft) == (Status.IN_PROGRESS, None)
    again = office.agencies.submit_approval(officer, give_answer(), Trace("submit again"))
    with pytest.raises(Invalid) as refused:
        office.agencies.approve(head, CODE, Trace())
    assert words(refused) == [("code", "field.signing_code_ended")]
    office.agencies.send_code(head, "", "vi")
    assert office.signatures.sent == [Draft(case.code, 1, case.version), Draft(case.code, 1, again.version)]
    assert office.agencies.approve(head, CODE, Trace()).status is Status.ANSWERED


def test_what_happens_beside_the_draft_leaves_its_code_good() -> None:
    office = Office()
    case = submitted(office)
    office.store.save(moderation.support(case, stamp(Party.CENTRE), POLICE))
    office.agencies.contribute(link(case.code, 2), SAID, Trace())
    assert office.agencies.approve(link(case.code, head=True), CODE, Trace()).status is Status.ANSWERED


def test_a_lost_race_is_no_second_guess() -> None:
    office = Office()
    case = submitted(office)
    office.store.rivals.append(moderation.support(case, stamp(Party.CENTRE), POLICE))
    done = office.agencies.approve(link(case.code, head=True), CODE, Trace())
    assert done.status is Status.ANSWERED
    assert len(office.signatures.guesses) == 1


def test_the_same_code_signs_once() -> None:
    office = Office()
    case = submitted(office)
    head = link(case.code, head=True)
    done = office.agencies.approve(head, CODE, Trace("key-0001"))
    assert office.agencies.approve(head, CODE, Trace("key-0001")).history == done.history
    with pytest.raises(NotPossibleNow):
        office.agencies.approve(head, CODE, Trace("key-0002"))
    assert len(office.signatures.guesses) == 1


def test_without_a_draft_no_code_is_sent() -> None:
    office = Office()
    case = office.keep(approving())
    with pytest.raises(NotPossibleNow):
        office.agencies.send_code(link(case.code, head=True), "", "vi")
    assert office.signatures.sent == []


def test_submitting_from_a_question_ends_the_pause() -> None:
    office = Office()
    asked = approving().accept(stamp(Party.HOLDER))
    case = office.keep(asked.ask(stamp(Party.HOLDER, text_ref="ask1"), at("30/05/2023 17:00")))
    office.clock.move(days=2)
    done = office.agencies.submit_approval(link(case.code), give_answer(), Trace())
    assert (done.status, done.question) == (Status.AWAITING_APPROVAL, None)
    assert done.deadline == at("05/06/2023 17:00")


def test_the_reporter_cannot_withdraw_what_waits_for_the_head() -> None:
    office = Office()
    case = submitted(office)
    with pytest.raises(NotPossibleNow):
        office.service.withdraw(case.reporter, case.code, commands.Withdraw(), Trace())


def test_a_supporting_agency_contributes_and_does_nothing_else() -> None:
    office = Office()
    case = supported(office)
    token = link(case.code, 2)
    assert office.agencies.duty(token).party is Party.SUPPORTER
    done = office.agencies.contribute(token, SAID, Trace())
    last = done.history[-1]
    assert (done.status, last.action, last.agency, last.assignment) == (case.status, Action.CONTRIBUTE, POLICE, 2)
    assert office.store.dossier(case.code).texts[last.text_ref] == SAID.text
    with pytest.raises(NotPossibleNow) as refused:
        office.agencies.answer(token, give_answer(), Trace())
    assert refused.value.next_actions == (Action.CONTRIBUTE,)
    with pytest.raises(NotPossibleNow):
        office.agencies.contribute(link(case.code), SAID, Trace())


def test_a_supporters_files_are_its_own_and_have_to_be_there() -> None:
    office = Office()
    case = supported(office)
    with_photo = replace(SAID, photos=("0123456789abcdef",))
    with pytest.raises(Invalid) as refused:
        office.agencies.contribute(link(case.code, 2), with_photo, Trace())
    assert words(refused) == [("photos.0", "field.photo")]
    made = office.agencies.add_evidence(link(case.code, 2), commands.AddFile(content_type="application/pdf", size=9))
    assert made.key.startswith(f"cases/{case.code}/2/")
    assert office.service.receive_file(case.code, photo(by="2"))
    assert office.agencies.contribute(link(case.code, 2), with_photo, Trace()).version == case.version + 1


def test_a_supporter_still_reads_after_the_answer_and_no_more_after_the_end() -> None:
    office = Office()
    case = supported(office)
    token = link(case.code, 2)
    answered = office.agencies.answer(link(case.code), give_answer(), Trace())
    assert answered.next_actions(Party.SUPPORTER) == ()
    assert office.agencies.duty(token).party is Party.SUPPORTER
    office.store.save(answered.close(stamp(Party.SYSTEM)))
    with pytest.raises(Gone):
        office.agencies.duty(token)


@pytest.mark.parametrize(
    ("agency", "expected"),
    [
        (COMMITTEE, "field.agency_same"),
        ("old-agency", "field.agency"),
        ("no-such-agency", "field.agency"),
        (POLICE, "field.agency_about"),
    ],
)
def test_a_hand_over_to_oneself_a_closed_agency_or_the_one_complained_of_is_refused(agency: str, expected: str) -> None:
    office = Office()
    case = office.keep(replace(in_progress(), about=POLICE))
    with pytest.raises(Invalid) as refused:
        office.agencies.hand_over(link(case.code), commands.HandOver(agency=agency, reason=REASON), Trace())
    assert words(refused) == [("agency", expected)]
    assert office.store.head(case.code) == case


def test_a_link_that_the_one_complained_of_was_ever_given_opens_nothing() -> None:
    office = Office()
    case = office.keep(replace(assigned(), about=COMMITTEE))
    for token in (link(case.code), link(case.code, head=True)):
        with pytest.raises(Gone):
            office.agencies.duty(token)
        with pytest.raises(Gone):
            office.agencies.accept(token, Trace())
    other = office.keep(replace(offered(), about=POLICE))
    with pytest.raises(Gone):
        office.agencies.accept(link(other.code, 2), Trace())


@pytest.mark.parametrize("head", [False, True])
def test_every_ending_ends_the_links_of_the_officer_and_of_the_head(head: bool) -> None:
    office = Office()
    ended = [
        joining.merge(in_progress(), stamp(Party.CENTRE), "MAIN"),
        succession.lapse(offered(), stamp(Party.SYSTEM), NOW),
        succession.transfer(in_progress(), stamp(Party.SYSTEM), POLICE, False),
        moderation.seal(in_progress(), stamp(Party.CENTRE)),
    ]
    for case in ended:
        office.keep(case)
        with pytest.raises(Gone):
            office.agencies.duty(link(case.code, head=head))


def test_the_centre_is_not_the_head() -> None:
    case = submitted(Office())
    assert not {Action.APPROVE, Action.RETURN} & {*case.next_actions(Party.CENTRE)}
