"""The use cases of citizens: submitting, photos, and what they say about their case afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.core import codes
from chalicelib.core.errors import Conflict, Invalid, LostRace, NotFound, NotPossibleNow
from chalicelib.feedback import commands
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.values import Level, Publication, Rating
from tests.builders import (
    NOW,
    QUESTION,
    REASON,
    REPORTER,
    SECRET,
    STRANGER,
    TEXT,
    answered,
    assigned,
    at,
    feedback,
    in_progress,
    photo,
    queued,
    rate,
    refused,
    stamp,
    submit,
    waiting,
)
from tests.fakes import Office

KEY = Trace("key-00001", "cid-9")


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [error.field for error in refusal.value.errors]


def test_a_submission_stands_before_its_code_is_given_out() -> None:
    office = Office()
    made = office.service.submit(REPORTER, submit(title="Ổ gà", share_contact=True), KEY)
    kept = office.store.dossier(made.code).feedback
    assert kept == made
    assert (kept.status, kept.reporter, kept.area, kept.district) == (
        Status.RECEIVED,
        REPORTER,
        "commune-1",
        "district-1",
    )
    assert kept.matter is not None
    assert (kept.matter.title, kept.matter.text, kept.matter.lat) == ("Ổ gà", TEXT, 21.7)
    assert (kept.share_contact, kept.submitted_at, kept.history[0].cid) == (True, NOW, "cid-9")
    assert "key-00001" not in repr(kept)


def test_the_promise_and_the_centre_s_clock_are_told_at_submission() -> None:
    made = Office().service.submit(REPORTER, submit(), KEY)
    assert (made.promised_by, made.deadline) == (at("01/06/2023 17:00"), at("01/06/2023 17:00"))
    assert made.centre_due == at("24/05/2023 14:05")
    urgent = Office().service.submit(REPORTER, submit(category="sat_lo"), KEY)
    assert (urgent.level, urgent.promised_by, urgent.centre_due) == (Level.URGENT, NOW + timedelta(hours=4), NOW)


@pytest.mark.parametrize(
    ("category", "visibility", "publication"),
    [
        ("duong_sa", "public", Publication.PUBLIC),
        ("duong_sa", "private", Publication.PRIVATE),
        ("kien_nghi", "public", Publication.PENDING),
        ("kien_nghi", "private", Publication.PRIVATE),
        ("an_ninh", "public", Publication.PRIVATE),
    ],
)
def test_the_category_and_the_citizen_say_who_may_read_it(
    category: str, visibility: str, publication: Publication
) -> None:
    made = Office().service.submit(REPORTER, submit(category=category, visibility=visibility), KEY)
    assert (made.publication, made.may_be_public) == (publication, publication is not Publication.PRIVATE)


def test_the_same_key_and_body_give_the_first_case_again() -> None:
    office = Office()
    first = office.service.submit(REPORTER, submit(), KEY)
    office.clock.move(days=3)
    office.store.writes.clear()
    assert office.service.submit(REPORTER, submit(), KEY) == first
    assert [part for _, part in office.store.writes if part == "head"] == []


def test_the_same_key_with_another_body_is_a_conflict_that_changes_nothing() -> None:
    office = Office()
    first = office.service.submit(REPORTER, submit(visibility="private"), KEY)
    with pytest.raises(Conflict):
        office.service.submit(REPORTER, submit(visibility="private", text=TEXT + " Gấp!"), KEY)
    assert office.store.dossier(first.code).feedback == first


def test_another_account_or_key_makes_another_case() -> None:
    office = Office()
    made = {
        office.service.submit(REPORTER, submit(), KEY).code,
        office.service.submit(STRANGER, submit(), KEY).code,
        office.service.submit(REPORTER, submit(), Trace("key-00002")).code,
    }
    assert len(made) == 3


def test_a_code_that_somebody_else_has_is_stepped_over() -> None:
    office = Office()
    taken = office.keep(feedback(code=codes.tracking_code(SECRET, REPORTER, KEY.key), reporter=STRANGER))
    made = office.service.submit(REPORTER, submit(visibility="private"), KEY)
    assert made.code != taken.code
    assert office.store.dossier(taken.code).feedback == taken
    assert office.service.submit(REPORTER, submit(visibility="private"), KEY) == made


def test_where_every_code_is_taken_nothing_is_promised() -> None:
    office = Office()
    for attempt in range(5):
        office.keep(feedback(code=codes.tracking_code(SECRET, REPORTER, KEY.key, attempt), reporter=STRANGER))
    with pytest.raises(LostRace):
        office.service.submit(REPORTER, submit(), KEY)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"category": "phep_thuat"}, "category"),
        ({"occurred_at": NOW + timedelta(seconds=1)}, "occurred_at"),
        ({"location": commands.Location(lat=10.8, long=106.7)}, "location"),
        ({"location": commands.Location(lat=21.7, long=104.9, area="99999")}, "location.area"),
    ],
)
def test_what_the_directory_does_not_know_is_refused_and_nothing_is_stored(change: dict[str, Any], field: str) -> None:
    office = Office()
    with pytest.raises(Invalid) as refusal:
        office.service.submit(REPORTER, submit(**change), KEY)
    assert fields(refusal) == [field]
    assert office.store.items == {}


def test_an_uncertain_place_is_the_district_s_and_a_confirmed_one_the_person_s() -> None:
    office = Office()
    where = commands.Location(lat=21.7, long=105.5)
    unsure = office.service.submit(REPORTER, submit(location=where), Trace("key-00001"))
    sure = office.service.submit(
        REPORTER, submit(location=commands.Location(lat=21.7, long=105.5, area="commune-3")), Trace("key-00002")
    )
    assert (unsure.area, unsure.district, sure.area, sure.district) == (
        "district-2",
        "district-2",
        "commune-3",
        "district-2",
    )


def test_what_happened_when_is_kept() -> None:
    seen = NOW - timedelta(hours=3)
    assert Office().service.submit(REPORTER, submit(occurred_at=seen), KEY).occurred_at == seen


# What the reporter does afterwards


def test_a_reply_moves_the_deadline_by_the_working_days_that_passed() -> None:
    office = Office()
    case = office.keep(waiting())
    office.clock.move(days=2)
    done = office.service.reply(REPORTER, case.code, commands.Reply(text=QUESTION), Trace())
    assert (done.status, done.question) == (Status.IN_PROGRESS, None)
    assert done.deadline == office.calendar.after_pause(case.deadline, NOW, office.clock.now)
    assert office.store.dossier(case.code).texts[done.history[-1].text_ref] == QUESTION


def test_the_reply_to_an_urgent_question_moves_the_deadline_by_the_hours() -> None:
    office = Office()
    case = office.keep(waiting(feedback(handling=replace(feedback().handling, working_days=0, hours=4))))
    office.clock.move(hours=2)
    done = office.service.reply(REPORTER, case.code, commands.Reply(text=QUESTION), Trace())
    assert done.deadline == case.deadline + timedelta(hours=2)


def test_withdrawing_keeps_the_reason_if_one_is_given() -> None:
    office = Office()
    silent, told = office.keep(assigned()), office.keep(feedback())
    office.service.withdraw(REPORTER, silent.code, commands.Withdraw(), Trace())
    office.service.withdraw(REPORTER, told.code, commands.Withdraw(reason="Đã xong"), Trace())
    assert office.store.dossier(silent.code).texts == {}
    assert list(office.store.dossier(told.code).texts.values()) == ["Đã xong"]


def test_an_unsatisfied_rating_sends_the_case_back_with_half_the_time() -> None:
    office = Office()
    case = office.keep(answered())
    done = office.service.rate(REPORTER, case.code, rate(), Trace())
    assert (done.status, done.deadline) == (Status.ASSIGNED, at("29/05/2023 17:00"))


def test_an_unsatisfied_rating_without_a_reason_is_refused() -> None:
    office = Office()
    case = office.keep(answered())
    with pytest.raises(Invalid):
        office.service.rate(REPORTER, case.code, commands.Rate(rating=Rating.UNSATISFIED), Trace())
    assert office.store.head(case.code) == case


def test_an_appeal_gives_the_centre_eight_working_hours_anew() -> None:
    office = Office()
    case = office.keep(refused())
    office.clock.move(days=1)
    done = office.service.appeal(REPORTER, case.code, commands.Explain(reason=REASON), Trace())
    assert (done.status, done.centre_due) == (Status.RECEIVED, at("25/05/2023 14:05"))


def test_only_the_reporter_reads_and_changes_an_own_case() -> None:
    office = Office()
    case = office.keep(answered())
    with pytest.raises(NotFound):
        office.service.own_case(STRANGER, case.code)
    with pytest.raises(NotFound):
        office.service.rate(STRANGER, case.code, rate(), Trace())
    assert office.service.own_case(REPORTER, case.code).feedback == case


def test_a_code_is_read_as_people_write_it() -> None:
    office = Office()
    case = office.keep(feedback())
    written = f" {case.code[:4]}-{case.code[4:]} ".lower().replace("0", "o").replace("1", "l")
    assert office.service.own_case(REPORTER, written).feedback == case
    assert office.service.public_case(written).feedback == case


@pytest.mark.parametrize("publication", [Publication.PENDING, Publication.PRIVATE, Publication.HIDDEN])
def test_the_public_reads_public_cases_alone(publication: Publication) -> None:
    office = Office()
    with pytest.raises(NotFound):
        office.service.public_case(office.keep(feedback(publication=publication)).code)


def test_a_tracking_code_finds_any_case_for_a_page_that_shows_less() -> None:
    office = Office()
    case = office.keep(feedback(publication=Publication.PRIVATE))
    assert office.service.tracked_case(case.code.lower()).feedback == case
    with pytest.raises(NotFound):
        office.service.tracked_case("x")


# Photos


def test_leave_to_upload_a_photo_names_the_case_and_its_reporter() -> None:
    office = Office()
    case = office.keep(feedback())
    office.service.add_photo(REPORTER, case.code, commands.AddFile(content_type="image/png", size=900))
    assert office.files.asked == [(case.code, "citizen", "image/png", 900, "")]


@pytest.mark.parametrize("kind", ["image/gif", "application/pdf", "text/html", ""])
def test_citizens_upload_pictures_alone(kind: str) -> None:
    office = Office()
    case = office.keep(feedback())
    with pytest.raises(Invalid) as refusal:
        office.service.add_photo(REPORTER, case.code, commands.AddFile(content_type=kind, size=900))
    assert fields(refusal) == ["content_type"]


def test_a_case_has_five_photos_of_its_reporter_at_most() -> None:
    office = Office()
    case = office.keep(feedback())
    for number in range(5):
        office.service.add_photo(REPORTER, case.code, commands.AddFile(content_type="image/png", size=900))
        assert office.service.receive_file(case.code, photo(f"photo00{number}"))
    with pytest.raises(Conflict):
        office.service.add_photo(REPORTER, case.code, commands.AddFile(content_type="image/png", size=900))
    assert not office.service.receive_file(case.code, photo("photo006"))
    assert office.service.receive_file(case.code, photo("photo000")), "the same file again is no sixth"


def test_nothing_is_uploaded_to_a_case_that_has_ended_or_is_somebody_else_s() -> None:
    office = Office()
    ended, open_case = office.keep(answered().close(stamp(Party.SYSTEM))), office.keep(feedback())
    command = commands.AddFile(content_type="image/png", size=900)
    with pytest.raises(NotPossibleNow):
        office.service.add_photo(REPORTER, ended.code, command)
    with pytest.raises(NotFound):
        office.service.add_photo(STRANGER, open_case.code, command)
    assert office.files.asked == []


@pytest.mark.parametrize(
    ("by", "known"), [("citizen", True), ("1", True), ("0", False), ("2", False), ("centre", False), ("", False)]
)
def test_a_file_belongs_to_the_reporter_or_to_a_duty_that_was_given(by: str, known: bool) -> None:
    office = Office()
    case = office.keep(in_progress())
    assert office.service.receive_file(case.code, photo(by=by)) is known


@pytest.mark.parametrize(
    ("by", "kind", "taken"),
    [
        ("citizen", "image/heic", True),
        ("citizen", "application/pdf", False),
        ("1", "application/pdf", True),
        ("1", "", False),
    ],
)
def test_what_a_file_shows_to_be_decides_whether_it_is_taken(by: str, kind: str, taken: bool) -> None:
    office = Office()
    case = office.keep(in_progress())
    assert office.service.receive_file(case.code, replace(photo(by=by), content_type=kind)) is taken


# The software itself


@pytest.mark.parametrize(
    ("category", "area", "agency"),
    [
        ("duong_sa", "commune-1", "ubnd-xa-1"),
        ("duong_sa", "commune-2", "ubnd-huyen-1"),
        ("an_ninh", "commune-1", "ca-xa-1"),
        ("duong_sa", "commune-3", None),
        ("duong_sa", "ended-commune", None),
        ("ended_category", "commune-1", None),
    ],
)
def test_a_new_case_is_routed_or_left_to_the_centre_never_nowhere(category: str, area: str, agency: str | None) -> None:
    office = Office()
    case = office.keep(feedback(category=category, area=area))
    done = office.service.route(case.code, "cid-3")
    assert done is not None
    assert (done.agency or None, done.queued, done.history[-1].cid) == (agency, agency is None, "cid-3")
    if agency:
        assert (done.status, done.deadline) == (Status.ASSIGNED, at("01/06/2023 17:00"))


@pytest.mark.parametrize("done", [assigned, queued, refused, answered, lambda: refused().appeal(stamp(), NOW)])
def test_routing_follows_submission_alone_and_happens_once(done: Any) -> None:
    office = Office()
    case: Feedback = office.keep(done())
    assert office.service.route(case.code, "cid-3") is None
    assert office.store.head(case.code).history == case.history


def test_who_does_not_reply_by_the_time_is_waited_for_no_longer() -> None:
    office = Office()
    case = office.keep(waiting())
    assert case.question is not None
    limit = case.question.answer_by
    assert office.service.time_out(case.code, limit - timedelta(seconds=1)) is None
    done = office.service.time_out(case.code, limit)
    assert done is not None
    assert (done.status, done.history[-1].action) == (Status.IN_PROGRESS, Action.TIME_OUT)
    assert done.deadline == office.calendar.after_pause(case.deadline, NOW, limit)
    assert office.service.time_out(case.code, limit) is None


def test_who_does_not_rate_within_seven_days_lets_the_case_close_unrated() -> None:
    office = Office()
    case = office.keep(answered())
    assert office.service.close(case.code, NOW + timedelta(days=7, seconds=-1)) is None
    done = office.service.close(case.code, NOW + timedelta(days=7))
    assert done is not None
    assert (done.status, done.rating) == (Status.CLOSED, None)
    assert office.service.close(case.code, NOW + timedelta(days=8)) is None
