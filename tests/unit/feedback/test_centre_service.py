"""What the operations centre does with cases: whose they are, who may read them, who looked at whom."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from chalicelib.core.errors import Conflict, Invalid, NotFound, NotPossibleNow
from chalicelib.feedback import centre_commands, commands, joining
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.values import Look, Matter, Publication, RefusalReason
from tests.builders import (
    COMMITTEE,
    DISPATCHER,
    DUE,
    NOW,
    POLICE,
    REASON,
    REPORTER,
    STRANGER,
    answered,
    assigned,
    at,
    awaiting_approval,
    feedback,
    in_progress,
    link,
    new_code,
    offered,
    queued,
    refused,
    stamp,
    waiting,
)
from tests.fakes import MemoryStore, Office

SUPERIOR = "ubnd-huyen-1"
WHY = commands.Explain(reason=REASON)


class Unwritable(MemoryStore):
    """A store that takes no look down."""

    def keep_look(self, code: str, look: Look) -> None:
        raise ConnectionError(code)


def with_case(case: Feedback) -> tuple[Office, str]:
    office = Office()
    return office, office.keep(case).code


def extending() -> Feedback:
    """Its agency has asked for three more days."""
    return in_progress().extend(stamp(Party.HOLDER, text_ref="x1"), DUE + timedelta(days=5))


def field(refusal: pytest.ExceptionInfo[Invalid]) -> tuple[str, str]:
    return refusal.value.errors[0].field, refusal.value.errors[0].words


# Assigning anew


@pytest.mark.parametrize("case", [assigned, in_progress, offered])
def test_a_held_case_can_be_given_to_another_agency(case: Callable[[], Feedback]) -> None:
    office, code = with_case(case())
    before = office.store.head(code)
    done = office.centre.assign(DISPATCHER, code, commands.Assign(agency=SUPERIOR, note="Đúng địa bàn"), Trace())
    assert (done.status, done.agency, done.hand_over, done.extension) == (Status.ASSIGNED, SUPERIOR, None, None)
    assert done.assignments == before.assignments + 1
    assert done.history[-1].actor == DISPATCHER
    with pytest.raises(Exception, match="link_ended"):
        office.agencies.duty(link(code))
    assert office.agencies.duty(link(code, done.assignments)).party is Party.HOLDER


@pytest.mark.parametrize("case", [assigned, in_progress, offered])
def test_the_agency_that_has_a_case_is_not_given_it_again(case: Callable[[], Feedback]) -> None:
    office, code = with_case(case())
    with pytest.raises(Invalid) as refusal:
        office.centre.assign(DISPATCHER, code, commands.Assign(agency=COMMITTEE), Trace())
    assert field(refusal) == ("agency", "field.agency_same")


def test_the_agency_that_gave_a_case_back_can_be_given_it_again() -> None:
    office, code = with_case(assigned())
    for _ in range(2):
        office.agencies.give_back(link(code, office.store.head(code).assignments), WHY, Trace())
        done = office.centre.assign(DISPATCHER, code, commands.Assign(agency=COMMITTEE), Trace())
    with pytest.raises(NotPossibleNow):
        office.agencies.give_back(link(code, done.assignments), WHY, Trace())


def test_who_supported_a_case_and_gets_it_supports_it_no_more() -> None:
    office, code = with_case(in_progress())
    office.centre.support(DISPATCHER, code, centre_commands.Support(agency=POLICE), Trace())
    done = office.centre.assign(DISPATCHER, code, commands.Assign(agency=POLICE), Trace())
    assert (done.agency, done.supporters) == (POLICE, ())


@pytest.mark.parametrize("case", [waiting, awaiting_approval, answered, refused])
def test_what_waits_for_a_person_or_is_answered_is_not_assigned(case: Callable[[], Feedback]) -> None:
    office, code = with_case(case())
    with pytest.raises(NotPossibleNow):
        office.centre.assign(DISPATCHER, code, commands.Assign(agency=POLICE), Trace())


# Supporting agencies


def test_a_supporting_agency_gets_a_link_of_its_own() -> None:
    office, code = with_case(in_progress())
    done = office.centre.support(DISPATCHER, code, centre_commands.Support(agency=POLICE, note="Điều tiết xe"), Trace())
    (support,) = done.supporters
    assert (support.agency, done.agency, done.status) == (POLICE, COMMITTEE, Status.IN_PROGRESS)
    assert office.agencies.duty(link(code, support.number)).party is Party.SUPPORTER


@pytest.mark.parametrize(
    ("agency", "words"),
    [(COMMITTEE, "field.agency_same"), (POLICE, "field.agency_same"), ("old-agency", "field.agency")],
)
def test_nobody_is_asked_twice_to_support_nor_the_holder_nor_a_closed_agency(agency: str, words: str) -> None:
    office, code = with_case(in_progress())
    office.centre.support(DISPATCHER, code, centre_commands.Support(agency=POLICE), Trace())
    with pytest.raises(Invalid) as refusal:
        office.centre.support(DISPATCHER, code, centre_commands.Support(agency=agency), Trace())
    assert field(refusal) == ("agency", words)


def test_so_many_agencies_support_a_case() -> None:
    office, code = with_case(in_progress())
    for number in range(centre_commands.MOST_SUPPORTERS + 1):
        office.directory.agencies["more", str(number)] = f"more-{number}"
    for number in range(centre_commands.MOST_SUPPORTERS):
        office.centre.support(DISPATCHER, code, centre_commands.Support(agency=f"more-{number}"), Trace())
    with pytest.raises(Conflict, match="supporters_full"):
        office.centre.support(DISPATCHER, code, centre_commands.Support(agency="more-5"), Trace())


# Deadlines


def test_an_extension_is_granted_as_it_was_asked() -> None:
    office, code = with_case(extending())
    done = office.centre.grant(DISPATCHER, code, centre_commands.Grant(reason=REASON), Trace())
    assert done.deadline == DUE + timedelta(days=5)
    assert done.extension is not None
    assert done.extension.granted is True
    assert done.assignment is not None
    assert done.assignment.ladder, "the reminders follow the later deadline"


def test_an_extension_is_granted_until_another_day() -> None:
    office, code = with_case(extending())
    done = office.centre.grant(DISPATCHER, code, centre_commands.Grant(until=date(2023, 6, 2), reason=REASON), Trace())
    assert done.deadline == at("02/06/2023 17:00")


@pytest.mark.parametrize("day", [date(2023, 6, 1), date(2020, 1, 1)])
def test_no_deadline_is_granted_before_the_present_one(day: date) -> None:
    office, code = with_case(extending())
    with pytest.raises(Invalid) as refusal:
        office.centre.grant(DISPATCHER, code, centre_commands.Grant(until=day, reason=REASON), Trace())
    assert field(refusal) == ("until", "field.after_deadline")


def test_a_denied_extension_leaves_the_deadline() -> None:
    office, code = with_case(extending())
    done = office.centre.deny(DISPATCHER, code, WHY, Trace())
    assert done.deadline == DUE
    assert done.extension is not None
    assert done.extension.granted is False
    with pytest.raises(NotPossibleNow):
        office.centre.grant(DISPATCHER, code, centre_commands.Grant(reason=REASON), Trace())


@pytest.mark.parametrize("case", [assigned, in_progress])
def test_what_nobody_asked_for_is_neither_granted_nor_denied(case: Callable[[], Feedback]) -> None:
    office, code = with_case(case())
    with pytest.raises(NotPossibleNow):
        office.centre.grant(DISPATCHER, code, centre_commands.Grant(reason=REASON), Trace())
    with pytest.raises(NotPossibleNow):
        office.centre.deny(DISPATCHER, code, WHY, Trace())


# Who may read it


@pytest.mark.parametrize("text", ["Ổ gà lớn giữa đường.", "Rất dài. " * 200])
def test_a_hidden_case_is_gone_from_the_public_and_comes_back_whole(text: str) -> None:
    matter = Matter("Ổ gà", text, 21.7, 104.9)
    office, code = with_case(feedback(matter=matter))
    office.centre.hide(DISPATCHER, code, WHY, Trace())
    assert office.lists.public(commands.ListPublic()).items == ()
    with pytest.raises(NotFound):
        office.service.public_case(code)
    assert office.service.own_case(REPORTER, code).feedback.matter == matter
    shown = office.centre.unhide(DISPATCHER, code, WHY, Trace())
    assert shown.publication is Publication.PUBLIC
    assert office.service.public_case(code).feedback.matter == matter
    (line,) = office.lists.public(commands.ListPublic()).items
    assert (line.title, line.lat) == ("Ổ gà", 21.7)


@pytest.mark.parametrize("publication", [Publication.PRIVATE, Publication.PENDING, Publication.HIDDEN])
def test_only_what_is_public_is_hidden(publication: Publication) -> None:
    office, code = with_case(feedback(publication=publication))
    with pytest.raises(NotPossibleNow):
        office.centre.hide(DISPATCHER, code, WHY, Trace())


@pytest.mark.parametrize("publication", [Publication.PRIVATE, Publication.PENDING, Publication.PUBLIC])
def test_only_what_was_hidden_is_shown_again(publication: Publication) -> None:
    office, code = with_case(feedback(publication=publication))
    with pytest.raises(NotPossibleNow):
        office.centre.unhide(DISPATCHER, code, WHY, Trace())


# The reporter's name


def test_a_name_is_shown_only_after_the_look_was_recorded() -> None:
    office, code = with_case(assigned())
    office.contacts.known[REPORTER] = ("Nguyễn Thị Mẫu", "+84950000009")
    assert office.centre.reveal(DISPATCHER, code, WHY) == ("Nguyễn Thị Mẫu", "+84950000009")
    assert office.centre.audit(code) == [Look(NOW, DISPATCHER, "reveal", REASON)]
    assert office.store.head(code).version == 2, "a look is no change of the case"


def test_where_the_look_cannot_be_recorded_no_name_is_read() -> None:
    office = Office(store=Unwritable())
    code = office.keep(assigned()).code
    with pytest.raises(ConnectionError):
        office.centre.reveal(DISPATCHER, code, WHY)
    assert office.contacts.asked == []


def test_nobody_is_shown_whose_account_is_gone_and_the_look_stays() -> None:
    office, code = with_case(assigned())
    with pytest.raises(NotFound, match="reporter_gone"):
        office.centre.reveal(DISPATCHER, code, WHY)
    assert len(office.centre.audit(code)) == 1


def test_the_reporter_of_a_sealed_case_is_not_shown() -> None:
    office, code = with_case(assigned())
    office.centre.seal(DISPATCHER, code, WHY, Trace())
    with pytest.raises(Conflict, match=r"error\.sealed"):
        office.centre.reveal(DISPATCHER, code, WHY)
    assert office.contacts.asked == []


@pytest.mark.parametrize("code", [new_code(), "nonsense", ""])
def test_there_is_nothing_to_do_with_a_case_that_is_not(code: str) -> None:
    office = Office()
    for act in (
        lambda: office.centre.case(code),
        lambda: office.centre.reveal(DISPATCHER, code, WHY),
        lambda: office.centre.audit(code),
        lambda: office.centre.hide(DISPATCHER, code, WHY, Trace()),
        lambda: office.centre.unhide(DISPATCHER, code, WHY, Trace()),
        lambda: office.centre.seal(DISPATCHER, code, WHY, Trace()),
        lambda: office.centre.deny(DISPATCHER, code, WHY, Trace()),
        lambda: office.centre.merge(DISPATCHER, code, centre_commands.Merge(into=new_code(), reason=REASON), Trace()),
    ):
        with pytest.raises(NotFound):
            act()


# Merging


def merge(office: Office, code: str, into: str, key: str = "") -> Feedback:
    return office.centre.merge(DISPATCHER, code, centre_commands.Merge(into=into, reason=REASON), Trace(key))


@pytest.mark.parametrize("case", [feedback, queued, assigned, in_progress, waiting])
@pytest.mark.parametrize("main", [feedback, in_progress, waiting, awaiting_approval, answered])
def test_a_case_is_merged_into_one_that_is_open_or_answered(
    case: Callable[[], Feedback], main: Callable[[], Feedback]
) -> None:
    office, code = with_case(case())
    into = office.keep(main()).code
    done = merge(office, code, into)
    assert (done.status, done.merged_into, done.publication) == (Status.DUPLICATE, into, Publication.PRIVATE)
    assert office.store.head(into).version == main().version, "the main case itself does not change"


def test_a_case_is_not_merged_into_itself_or_nothing() -> None:
    office, code = with_case(in_progress())
    for into, words in ((code, "field.case_same"), (new_code(), "field.case"), ("nonsense", "field.case")):
        with pytest.raises(Invalid) as refusal:
            merge(office, code, into)
        assert field(refusal) == ("into", words)


def test_a_case_is_not_merged_into_a_duplicate_which_names_its_main_case() -> None:
    office, code = with_case(in_progress())
    duplicate, main = office.keep(feedback()).code, office.keep(feedback()).code
    merge(office, duplicate, main)
    with pytest.raises(Conflict, match="merge_merged") as refusal:
        merge(office, code, duplicate)
    assert refusal.value.params == {"code": main}


def test_merges_make_no_circle() -> None:
    office, code = with_case(in_progress())
    main = office.keep(feedback()).code
    merge(office, code, main)
    with pytest.raises(Conflict):
        merge(office, main, code)


def test_of_two_merges_into_each_other_at_once_the_later_is_refused() -> None:
    office, code = with_case(in_progress())
    main = office.keep(feedback())
    case = office.store.head(code)
    # Just before our write the main case is merged into ours.
    office.store.rivals.append(joining.merge(main, stamp(Party.CENTRE), case.code))
    with pytest.raises(Conflict, match="merge_merged"):
        merge(office, code, main.code)
    assert office.store.head(code).status is Status.IN_PROGRESS


def closed() -> Feedback:
    return answered().close(stamp(Party.SYSTEM))


def withdrawn() -> Feedback:
    return feedback().withdraw(stamp())


@pytest.mark.parametrize("main", [refused, closed, withdrawn])
def test_a_case_is_not_merged_into_one_that_has_ended(main: Callable[[], Feedback]) -> None:
    office, code = with_case(in_progress())
    with pytest.raises(Conflict, match="merge_ended"):
        merge(office, code, office.keep(main()).code)


def test_a_case_is_not_merged_into_a_sealed_one() -> None:
    office, code = with_case(in_progress())
    main = office.keep(feedback()).code
    office.centre.seal(DISPATCHER, main, WHY, Trace())
    with pytest.raises(Conflict, match="merge_ended"):
        merge(office, code, main)


@pytest.mark.parametrize("publication", [Publication.PRIVATE, Publication.PENDING, Publication.HIDDEN])
def test_nobody_is_made_to_follow_what_the_public_does_not_read_of_somebody_else(publication: Publication) -> None:
    office, code = with_case(in_progress())
    other = office.keep(feedback(reporter=STRANGER, publication=publication)).code
    with pytest.raises(Conflict, match="merge_private"):
        merge(office, code, other)
    own = office.keep(feedback(publication=publication)).code
    assert merge(office, code, own).merged_into == own


def test_a_matter_about_an_agency_stays_apart_from_others() -> None:
    office, code = with_case(in_progress())
    about = office.keep(feedback(about=POLICE, publication=Publication.PRIVATE)).code
    with pytest.raises(Conflict, match="merge_about"):
        merge(office, code, about)
    with pytest.raises(Conflict, match="merge_about"):
        merge(office, about, code)


@pytest.mark.parametrize("case", [answered, refused, closed, withdrawn, awaiting_approval])
def test_what_is_answered_or_over_is_not_merged(case: Callable[[], Feedback]) -> None:
    office, code = with_case(case())
    with pytest.raises(NotPossibleNow):
        merge(office, code, office.keep(feedback()).code)


def test_a_repeated_merge_is_one() -> None:
    office, code = with_case(in_progress())
    main = office.keep(feedback()).code
    first, again = (merge(office, code, main, "key-00001") for _ in range(2))
    assert first.history == again.history


# Refused words leave nothing behind


def test_words_of_a_change_that_lost_its_race_for_good_are_taken_away() -> None:
    office, code = with_case(queued())
    case = office.store.head(code)
    office.store.rivals.append(case.refuse(stamp(Party.CENTRE), RefusalReason.COURT))
    with pytest.raises(NotPossibleNow):
        office.centre.assign(DISPATCHER, code, commands.Assign(agency=POLICE, note="Ghi chú thừa"), Trace())
    assert office.store.dossier(code).texts == {}
    assert Action.ASSIGN not in {entry.action for entry in office.store.head(code).history}
