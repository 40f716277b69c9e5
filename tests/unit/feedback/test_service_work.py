"""The use cases of agencies by signed link, and of the operations centre."""

from datetime import date, timedelta

import msgspec
import pytest

from chalicelib.core.errors import Conflict, Gone, Invalid, NotFound, NotPossibleNow
from chalicelib.feedback import commands
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.values import Handling, Matter, Outcome, Publication, RefusalReason
from tests.builders import (
    COMMITTEE,
    DISPATCHER,
    NOW,
    POLICE,
    QUESTION,
    REASON,
    RESULT,
    answered,
    assigned,
    at,
    feedback,
    give_answer,
    in_progress,
    link,
    offered,
    paper,
    photo,
    queued,
    stamp,
)
from tests.fakes import Office

PICTURE, PAPER = "0123456789abcdef", "fedcba9876543210"


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [error.field for error in refusal.value.errors]


def test_accepting_takes_the_case_up_and_keeps_its_deadline() -> None:
    office = Office()
    case = office.keep(assigned())
    office.clock.move(days=1)
    done = office.agencies.accept(link(case.code), Trace())
    assert (done.status, done.deadline) == (Status.IN_PROGRESS, case.deadline)


def test_the_receiver_of_a_hand_over_has_the_whole_time_from_its_acceptance() -> None:
    office = Office()
    case = office.keep(offered())
    office.clock.move(days=1)
    done = office.agencies.accept(link(case.code, 2), Trace())
    assert (done.agency, done.deadline) == (POLICE, at("02/06/2023 17:00"))


def test_a_question_stops_the_clock_for_five_working_days_at_most() -> None:
    office = Office()
    case = office.keep(in_progress())
    done = office.agencies.ask(link(case.code), commands.Ask(question=QUESTION), Trace())
    assert done.question is not None
    assert (done.status, done.question.answer_by) == (Status.WAITING, at("30/05/2023 17:00"))
    assert office.store.dossier(case.code).texts[done.history[-1].text_ref] == QUESTION


def test_a_case_is_handed_to_another_agency_that_exists() -> None:
    office = Office()
    case = office.keep(in_progress())
    for agency in ("nobody", "old-agency", COMMITTEE):
        with pytest.raises(Invalid) as refusal:
            office.agencies.hand_over(link(case.code), commands.HandOver(agency=agency, reason=REASON), Trace())
        assert fields(refusal) == ["agency"]
    done = office.agencies.hand_over(link(case.code), commands.HandOver(agency=POLICE, reason=REASON), Trace())
    assert (done.status, done.agency, done.assignments) == (Status.IN_PROGRESS, COMMITTEE, 2)


def test_a_case_is_given_back_within_eight_working_hours_alone() -> None:
    office = Office()
    early, late = office.keep(assigned()), office.keep(assigned())
    office.clock.now = at("24/05/2023 14:05")
    done = office.agencies.give_back(link(early.code), commands.Explain(reason=REASON), Trace())
    assert (done.status, done.queued, done.centre_due) == (Status.RECEIVED, True, at("25/05/2023 14:05"))
    office.clock.move(seconds=1)
    with pytest.raises(Conflict) as refusal:
        office.agencies.give_back(link(late.code), commands.Explain(reason=REASON), Trace())
    assert refusal.value.words == "error.give_back_too_late"


def test_an_offer_is_given_back_within_eight_working_hours_of_the_offer() -> None:
    office = Office()
    case = office.keep(assigned())
    office.clock.move(days=2)
    office.agencies.hand_over(link(case.code), commands.HandOver(agency=POLICE, reason=REASON), Trace())
    office.clock.move(hours=3)
    done = office.agencies.give_back(link(case.code, 2), commands.Explain(reason=REASON), Trace())
    assert (done.status, done.agency, done.hand_over) == (Status.ASSIGNED, COMMITTEE, None)


def test_a_longer_deadline_is_asked_for_until_17_00_of_a_later_working_day() -> None:
    office = Office()
    case = office.keep(in_progress())
    for day in (date(2023, 5, 31), date(2023, 6, 1), date(1, 1, 1)):
        with pytest.raises(Invalid) as refusal:
            office.agencies.extend(link(case.code), commands.Extend(until=day, reason=REASON), Trace())
        assert fields(refusal) == ["until"]
    done = office.agencies.extend(link(case.code), commands.Extend(until=date(2023, 6, 10), reason=REASON), Trace())
    assert done.extension is not None
    assert (done.extension.until, done.deadline) == (at("12/06/2023 17:00"), case.deadline)
    assert office.agencies.extend(
        link(office.keep(in_progress()).code), commands.Extend(until=date.max, reason=REASON), Trace()
    ).extension


def test_an_answer_is_kept_with_its_words_evidence_papers_and_the_time_to_rate_it() -> None:
    office = Office()
    case = office.keep(in_progress())
    office.store.attach(case.code, photo(PICTURE, by="1"), 5)
    office.store.attach(case.code, photo(PAPER, by="1", content_type="application/pdf"), 5)
    command = give_answer(
        outcome=Outcome.SCHEDULED, next_step="Thảm lại cả đoạn", scheduled_for=date(2023, 7, 1), photos=(PICTURE,),
        documents=(paper(file=PAPER), paper(number="13")),
    )  # fmt: skip
    office.agencies.answer(link(case.code), command, Trace())
    kept = office.store.dossier(case.code)
    found = kept.feedback.answer
    assert found is not None
    assert (found.agency, found.outcome, found.scheduled_for) == (COMMITTEE, Outcome.SCHEDULED, "2023-07-01")
    assert (found.photos, [doc.file for doc in found.documents]) == ((PICTURE,), [PAPER, ""])
    assert (found.at, found.rate_by) == (NOW, NOW + timedelta(days=7))
    assert found.documents[0].date == "2023-05-24"
    assert msgspec.json.decode(kept.texts[found.text_ref]) == {"result": RESULT, "next_step": "Thảm lại cả đoạn"}
    assert kept.feedback.history[-1].text_ref == found.text_ref


def test_a_vague_answer_is_refused_and_nothing_is_written() -> None:
    office = Office()
    case = office.keep(in_progress())
    office.store.writes.clear()
    with pytest.raises(Invalid) as refusal:
        office.agencies.answer(link(case.code), give_answer(result="Đã xử lý"), Trace())
    assert fields(refusal) == ["result"]
    assert office.store.writes == []


def test_evidence_must_be_of_this_duty() -> None:
    office = Office()
    case = office.keep(in_progress())
    office.store.attach(case.code, photo("citizen0"), 5)
    office.store.attach(case.code, photo("other000", by="2"), 5)
    command = give_answer(photos=("citizen0", "other000"), documents=(paper(file="nowhere0"),))
    with pytest.raises(Invalid) as refusal:
        office.agencies.answer(link(case.code), command, Trace())
    assert fields(refusal) == ["photos.0", "photos.1", "documents.0.file"]


def test_an_answer_may_come_at_once_also_without_accepting() -> None:
    office = Office()
    case = office.keep(assigned())
    assert office.agencies.answer(link(case.code), give_answer(), Trace()).status is Status.ANSWERED


def test_a_repeated_answer_with_evidence_gives_the_case_also_after_its_link_has_ended() -> None:
    office = Office()
    case = office.keep(assigned())
    office.store.attach(case.code, photo(PICTURE, "1"), 5)
    command, trace = give_answer(photos=(PICTURE,)), Trace(key="key-00001")
    office.agencies.answer(link(case.code), command, trace)
    closed = office.store.head(case.code).close(stamp(Party.SYSTEM))
    office.store.save(closed)
    assert office.agencies.answer(link(case.code), command, trace).history == closed.history


def test_the_holder_uploads_evidence_photos_and_pdf() -> None:
    office = Office()
    case = office.keep(in_progress())
    for kind in ("image/jpeg", "application/pdf"):
        office.agencies.add_evidence(link(case.code), commands.AddFile(content_type=kind, size=9))
    assert office.files.asked[1] == (case.code, "1", "application/pdf", 9, "")
    with pytest.raises(Invalid):
        office.agencies.add_evidence(link(case.code), commands.AddFile(content_type="text/html", size=9))


def test_a_page_without_scripts_uploads_what_it_cannot_describe_and_comes_back() -> None:
    office = Office()
    case = office.keep(in_progress())
    office.agencies.add_evidence_by_form(link(case.code), "https://back.example")
    assert office.files.asked == [(case.code, "1", "", commands.MOST_BYTES, "https://back.example")]


def test_a_duty_has_five_files_at_most_beside_the_citizen_s() -> None:
    office = Office()
    case = office.keep(in_progress())
    for number in range(5):
        office.store.attach(case.code, photo(f"citizen{number}"), 5)
        office.store.attach(case.code, photo(f"agency0{number}", by="1"), 5)
    with pytest.raises(Conflict) as refusal:
        office.agencies.add_evidence(link(case.code), commands.AddFile(content_type="image/jpeg", size=9))
    assert refusal.value.words == "error.photos_full"
    with pytest.raises(Conflict):
        office.agencies.add_evidence_by_form(link(case.code), "https://back.example")


def test_the_receiver_of_an_offer_uploads_nothing_yet() -> None:
    office = Office()
    case = office.keep(offered())
    with pytest.raises(NotPossibleNow) as refusal:
        office.agencies.add_evidence(link(case.code, 2), commands.AddFile(content_type="image/jpeg", size=9))
    assert refusal.value.next_actions == (Action.ACCEPT, Action.GIVE_BACK)


def test_nothing_is_done_by_a_link_that_has_ended() -> None:
    office = Office()
    token = link(office.keep(answered().close(stamp(Party.SYSTEM))).code)
    with pytest.raises(Gone):
        office.agencies.duty(token)
    with pytest.raises(Gone):
        office.agencies.accept(token, Trace())
    with pytest.raises(Gone):
        office.agencies.answer(token, give_answer(), Trace())
    with pytest.raises(Gone):
        office.agencies.add_evidence(token, commands.AddFile(content_type="image/jpeg", size=9))


# The operations centre


def test_the_centre_assigns_to_an_agency_that_exists() -> None:
    office = Office()
    case = office.keep(queued())
    with pytest.raises(Invalid) as refusal:
        office.centre.assign(DISPATCHER, case.code, commands.Assign(agency="old-agency"), Trace())
    assert fields(refusal) == ["agency"]
    done = office.centre.assign(DISPATCHER, case.code, commands.Assign(agency=POLICE, note="Gần trường"), Trace())
    assert (done.status, done.agency, done.deadline) == (Status.ASSIGNED, POLICE, at("01/06/2023 17:00"))
    assert office.store.dossier(case.code).texts[done.history[-1].text_ref] == "Gần trường"


def test_an_urgent_case_is_due_in_hours_from_the_centre_s_assignment() -> None:
    office = Office()
    case = office.keep(queued(feedback(handling=Handling(0, 4))))
    office.clock.move(hours=1)
    done = office.centre.assign(DISPATCHER, case.code, commands.Assign(agency=POLICE), Trace())
    assert done.deadline == office.clock.now + timedelta(hours=4)


@pytest.mark.parametrize("reason", RefusalReason)
def test_the_centre_refuses_with_a_reason_that_has_a_door(reason: RefusalReason) -> None:
    office = Office()
    case = office.keep(queued())
    done = office.centre.refuse(DISPATCHER, case.code, commands.Refuse(reason_code=reason), Trace())
    assert (done.status, done.refusal, done.publication) == (Status.REFUSED, reason, Publication.PRIVATE)


@pytest.mark.parametrize("text", ["Ngắn gọn thôi.", "Rất dài. " * 200])
def test_what_is_published_can_be_read_at_any_length(text: str) -> None:
    office = Office()
    case = office.keep(feedback(publication=Publication.PENDING, matter=Matter("Ổ gà", text, 21.7, 104.9)))
    office.centre.publish(DISPATCHER, case.code, Trace())
    assert office.service.public_case(case.code).feedback.matter == case.matter
    assert office.lists.public(commands.ListPublic()).items[0].lat == 21.7


def test_a_dispatcher_cannot_do_what_the_case_does_not_allow() -> None:
    office = Office()
    case = office.keep(answered())
    for act in (
        lambda: office.centre.assign(DISPATCHER, case.code, commands.Assign(agency=POLICE), Trace()),
        lambda: office.centre.refuse(DISPATCHER, case.code, commands.Refuse(reason_code=RefusalReason.ABUSE), Trace()),
        lambda: office.centre.publish(DISPATCHER, case.code, Trace()),
    ):
        with pytest.raises(NotPossibleNow):
            act()
    with pytest.raises(NotFound):
        office.centre.publish(DISPATCHER, feedback().code, Trace())
