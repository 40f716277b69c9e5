"""Sealing: content and identity leave every place but the sealed one, whoever dies in between; and what an auditor opens."""

from collections.abc import Callable

import msgspec
import pytest

from chalicelib.core.errors import Conflict, Gone, Invalid, NotFound, NotPossibleNow
from chalicelib.feedback import centre_commands, commands
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.lifecycle import Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.providers import Matters, event
from chalicelib.feedback.values import Level, Look, Matter, Publication
from chalicelib.runtime.decoding import decode_body
from tests.builders import (
    COMMITTEE,
    DISPATCHER,
    IN_STATUS,
    NOW,
    REASON,
    STRANGER,
    answer,
    assigned,
    feedback,
    in_progress,
    link,
    photo,
    stamp,
    submit,
)
from tests.fakes import MemoryStore, Office

PERSON = "account-of-the-denouncer"
NAME, PHONE = "Trần Thị Tố Giác", "+84950777777"
WORDS = "Ông Lê Văn Bị Tố đã nhận quà của tôi tại nhà văn hóa thôn Đá Trắng."
SAID = "Tôi nói thêm: việc này xảy ra chiều thứ ba."
LOOKED = "Xem để gọi lại cho chị Tố Giác theo số đã đăng ký."
WHY = "Đơn tố cáo cán bộ, chuyển thanh tra theo Luật Tố cáo."
PLANTED = (PERSON, NAME, PHONE, WORDS, SAID, LOOKED, WHY, "Đá Trắng", "photo-of-it", "an_ninh", "commune-1", "urgent")


def denounced(office: Office) -> str:
    """A case with words, texts, a photo, a follower and a look at its reporter."""
    case = office.keep(
        assigned(
            feedback(
                reporter=PERSON, category="an_ninh", level=Level.URGENT, publication=Publication.PUBLIC,
                matter=Matter("Tố cáo", WORDS, 21.7123, 104.9456, "Thôn Đá Trắng"),
            )
        )
    )  # fmt: skip
    office.contacts.known[PERSON] = (NAME, PHONE)
    office.store.attach(case.code, photo("photo-of-it"), 5)
    office.agencies.accept(link(case.code), Trace())
    office.agencies.ask(link(case.code), commands.Ask(question="Xin nói rõ hơn về thời gian?"), Trace())
    office.service.reply(PERSON, case.code, commands.Reply(text=SAID), Trace())
    office.store.follow(case.code, STRANGER, NOW)
    office.centre.reveal(DISPATCHER, case.code, commands.Explain(reason=LOOKED))
    return case.code


def seal(office: Office, code: str) -> Feedback:
    return office.centre.seal(DISPATCHER, code, commands.Explain(reason=WHY), Trace())


def everywhere(office: Office) -> str:
    """All that the store of cases holds, indexes included."""
    return msgspec.json.encode(list(office.store.items.values())).decode()


def test_nothing_of_a_sealed_case_stays_where_anybody_but_an_auditor_may_look() -> None:
    office = Office()
    code = denounced(office)
    before = everywhere(office)
    assert all(word in before for word in PLANTED if word not in (NAME, PHONE, WHY)), (
        "the test plants what it looks for"
    )
    sealed = seal(office, code)
    assert (sealed.status, sealed.reporter, sealed.matter) == (Status.SEALED, "", None)
    after = everywhere(office)
    assert [word for word in PLANTED if word in after] == []
    assert {key[1] for key in office.store.items if key[0] == code} == {"head"}
    assert office.files.sealed == [(code, "photo-of-it")]


def test_what_stays_is_that_and_when_and_by_whom_it_was_sealed() -> None:
    office = Office()
    code = denounced(office)
    versions = office.store.head(code).version
    sealed = seal(office, code)
    (entry,) = sealed.history
    assert (entry.action, entry.actor, entry.seq, entry.agency, entry.text_ref) == (
        "seal",
        DISPATCHER,
        versions + 1,
        "",
        "",
    )
    assert {sealed.submitted_at, sealed.promised_by, sealed.centre_due, sealed.changed_at} == {entry.at}
    told = event(Matters(code, sealed.category, sealed.area, sealed.level), entry)
    assert (told.category, told.area, told.agency, told.level) == ("", "", "", "normal")


def test_no_view_link_or_list_opens_a_sealed_case() -> None:
    office = Office()
    code = denounced(office)
    seal(office, code)
    with pytest.raises(NotFound):
        office.service.own_case(PERSON, code)
    with pytest.raises(NotFound):
        office.service.public_case(code)
    with pytest.raises(Gone):
        office.agencies.duty(link(code))
    assert office.lists.own(PERSON, commands.ListOwn()).items == ()
    assert office.lists.public(commands.ListPublic()).items == ()
    assert office.store.desk(COMMITTEE, 20, None)[0] == []
    assert office.store.followers(code) == []
    for what in ("assign", "publish", "extension", "reopened", "overdue", "unsatisfied"):
        assert office.centre.queue(centre_commands.ListQueue(what=what)).items == ()


def test_nothing_can_be_done_to_a_sealed_case() -> None:
    office = Office()
    code = denounced(office)
    seal(office, code)
    for party in Party:
        assert office.store.head(code).next_actions(party) == ()
    with pytest.raises(NotPossibleNow):
        office.centre.assign(DISPATCHER, code, commands.Assign(agency=COMMITTEE), Trace())


@pytest.mark.parametrize("status", set(Status) - {Status.SEALED, Status.DUPLICATE})
def test_a_case_is_sealed_wherever_it_stands(status: Status) -> None:
    office = Office()
    case = office.keep(IN_STATUS[status]())
    assert seal(office, case.code).status is Status.SEALED


def test_a_second_seal_changes_nothing() -> None:
    office = Office()
    code = denounced(office)
    seal(office, code)
    kept, sealed = everywhere(office), dict(office.sealed.parts)
    office.clock.move(hours=1)
    seal(office, code)
    office.consequences.of_seal(code)
    assert (everywhere(office), office.sealed.parts) == (kept, sealed)


@pytest.mark.parametrize("parts", range(9))
def test_a_sealing_that_dies_at_any_part_loses_nothing_and_is_completed_by_the_next(parts: int) -> None:
    office = Office()
    code = denounced(office)
    whole = dict(office.store.items)
    office.sealed.dies_after = parts
    with pytest.raises(ConnectionError):
        seal(office, code)
    head = office.store.head(code)
    dossier = office.store.dossier(code)
    if head.status is Status.SEALED:
        assert (dossier.texts, dossier.files, dossier.feedback.matter) == ({}, (), None), "shown to nobody already"
    else:
        assert {key: item for key, item in office.store.items.items() if key[0] == code} == {
            key: item for key, item in whole.items() if key[0] == code
        }, "or nothing has happened yet"
    seal(office, code)
    assert [word for word in PLANTED if word in everywhere(office)] == []
    kept = "".join(office.sealed.parts.values())
    assert all(word in kept for word in (PERSON, WORDS, SAID, LOOKED, WHY, "photo-of-it"))


class Dying(MemoryStore):
    """A store that dies once when it forgets an item."""

    dies = False

    def forget(self, code: str, part: str) -> None:
        if self.dies:
            self.dies = False
            raise ConnectionError(part)
        super().forget(code, part)


def test_a_sealing_that_died_is_completed_by_its_event() -> None:
    office = Office(store=Dying())
    code = denounced(office)
    assert isinstance(office.store, Dying)
    office.store.dies = True
    with pytest.raises(ConnectionError):
        seal(office, code)
    office.consequences.of_seal(code)
    assert [word for word in PLANTED if word in everywhere(office)] == []


def test_whoever_writes_while_a_case_is_sealed_is_sealed_too() -> None:
    office = Office()
    code = denounced(office)
    case = office.store.head(code)
    office.store.rivals.append(case.give_answer(stamp(Party.HOLDER, text_ref="late1"), answer(text_ref="late1")))
    sealed = seal(office, code)
    assert sealed.version == case.version + 2
    assert "late1" in "".join(office.sealed.parts.values())
    assert "late1" not in everywhere(office)


def test_a_file_that_comes_late_is_not_taken() -> None:
    office = Office()
    code = denounced(office)
    seal(office, code)
    assert not office.service.receive_file(code, photo("late-photo"))
    assert {key[1] for key in office.store.items if key[0] == code} == {"head"}


def test_who_sends_a_sealed_matter_again_makes_no_other() -> None:
    office = Office()
    key = Trace("key-00001")
    case = office.service.submit(PERSON, submit(), key)
    seal(office, case.code)
    with pytest.raises(Conflict, match="key_reused"):
        office.service.submit(PERSON, submit(), key)
    assert [code for code, part in office.store.items if part == "head"] == [case.code]


def test_the_main_case_of_a_sealed_duplicate_is_not_followed_by_its_reporter() -> None:
    office = Office()
    code = office.keep(in_progress(feedback(reporter=PERSON))).code
    main = office.keep(feedback(reporter=STRANGER)).code
    office.centre.merge(DISPATCHER, code, centre_commands.Merge(into=main, reason=REASON), Trace())
    office.consequences.of_merge(code)
    assert office.store.followers(main) == [PERSON]
    seal(office, code)
    office.consequences.of_merge(code)
    assert office.store.followers(main) == []
    assert PERSON not in everywhere(office)


# Opening


def test_an_auditor_sees_all_of_it_after_it_was_recorded() -> None:
    office = Office()
    code = denounced(office)
    seal(office, code)
    office.clock.move(days=1)
    opened = office.opening.open(code.lower(), "auditor@centre.example", "Thanh tra tỉnh yêu cầu hồ sơ.")
    shown = msgspec.json.encode(opened).decode()
    assert all(word in shown for word in (PERSON, NAME, PHONE, WORDS, SAID, LOOKED, WHY, "files.example/sealed"))
    looks = office.centre.audit(code)
    assert looks == [
        Look(NOW, DISPATCHER, "reveal", ""),
        Look(office.clock.now, "auditor@centre.example", "open_sealed", "Thanh tra tỉnh yêu cầu hồ sơ."),
    ]
    seal(office, code)
    assert office.centre.audit(code) == looks


class Unwritable(MemoryStore):
    """A store that takes no look down."""

    def keep_look(self, code: str, look: Look) -> None:
        if look.what == "open_sealed":
            raise ConnectionError(code)
        super().keep_look(code, look)


def test_what_cannot_be_recorded_is_not_opened() -> None:
    office = Office(store=Unwritable())
    code = denounced(office)
    seal(office, code)
    office.contacts.asked.clear()
    with pytest.raises(ConnectionError):
        office.opening.open(code, "auditor", REASON)
    assert office.contacts.asked == []


@pytest.mark.parametrize("code", [lambda: assigned().code, lambda: "nonsense"])
def test_what_was_not_sealed_is_not_opened(code: Callable[[], str]) -> None:
    office = Office()
    with pytest.raises(NotFound):
        office.opening.open(code(), "auditor", REASON)


def test_an_opening_says_who_and_why() -> None:
    for asked in (
        {"code": "X"},
        {"code": "X", "auditor": "aa", "reason": REASON},
        {"code": "X", "auditor": "a@b", "reason": "x"},
    ):
        with pytest.raises(Invalid):
            decode_body(msgspec.json.encode(asked), centre_commands.OpenSealed)
