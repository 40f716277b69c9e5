"""Following: who may follow what, where a duplicate leads, what a follower finds, and that no race leaves anybody behind."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from chalicelib.core.cells import cells_around
from chalicelib.core.errors import Invalid, NotFound
from chalicelib.feedback import centre_commands, commands
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.following import Following
from chalicelib.feedback.joining import merge
from chalicelib.feedback.lifecycle import Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.moderation import hide, seal
from chalicelib.feedback.records import head_values
from chalicelib.feedback.values import Follow, Matter, Publication
from tests.builders import IN_STATUS, NOW, REPORTER, STRANGER, assigned, feedback, new_code, stamp
from tests.fakes import MemoryStore, Office


class Hall:
    """An office with a desk at which people say that they follow."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.office = Office(store=store or MemoryStore())
        self.store = self.office.store
        self.following = Following(self.store, self.office.clock)

    def keep(self, case: Feedback) -> Feedback:
        return self.office.keep(case)

    def merged(self, into: Feedback, **changes: object) -> Feedback:
        """A duplicate of that case."""
        return self.keep(merge(feedback(**changes), stamp(Party.CENTRE), into.code))

    def list(self, account: str = STRANGER, **wanted: object) -> list[str]:
        """The codes that a person finds among those followed."""
        asked = commands.ListOwn(followed=True, **wanted)  # type: ignore[arg-type]
        return [line.code for line in self.office.lists.followed(account, asked).items]


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_a_public_case_is_followed_once_however_often_it_is_said(hall: Hall) -> None:
    case = hall.keep(assigned())
    assert [hall.following.follow(STRANGER, typed) for typed in (case.code, case.code.lower(), f" {case.code}")] == [
        case.code
    ] * 3
    assert hall.store.followers(case.code) == [STRANGER]
    assert hall.list() == [case.code]


def test_unfollowing_undoes_it_and_may_be_repeated(hall: Hall) -> None:
    case = hall.keep(feedback())
    hall.following.follow(STRANGER, case.code)
    assert [hall.following.unfollow(STRANGER, case.code) for _ in range(2)] == [case.code] * 2
    assert (hall.store.followers(case.code), hall.list()) == ([], [])


@pytest.mark.parametrize("publication", sorted(set(Publication) - {Publication.PUBLIC}))
def test_what_is_not_public_is_not_there_to_follow(hall: Hall, publication: Publication) -> None:
    case = hall.keep(feedback(publication=publication))
    for account in (STRANGER, REPORTER):
        for what in (hall.following.follow, hall.following.unfollow):
            with pytest.raises(NotFound):
                what(account, case.code)
    assert hall.store.followers(case.code) == []


@pytest.mark.parametrize("code", ["", "?", "0", "A" * 11, "../head", "ổ-gà"])
def test_a_code_of_no_case_is_not_found(hall: Hall, code: str) -> None:
    for what in (hall.following.follow, hall.following.unfollow):
        with pytest.raises(NotFound):
            what(STRANGER, code or new_code())


def test_a_reporter_follows_an_own_case_without_being_written_down(hall: Hall) -> None:
    case = hall.keep(feedback())
    assert hall.following.follow(REPORTER, case.code) == case.code
    assert hall.following.unfollow(REPORTER, case.code) == case.code
    assert hall.store.writes == [(case.code, "head")]


def test_following_a_duplicate_follows_its_main_case_however_far(hall: Hall) -> None:
    main = hall.keep(feedback(reporter="somebody"))
    middle = hall.merged(main)
    outer = hall.merged(middle)
    assert hall.following.follow(STRANGER, outer.code) == main.code
    assert hall.store.followers(main.code) == [STRANGER]
    assert hall.store.followers(outer.code) == hall.store.followers(middle.code) == []
    assert hall.following.unfollow(STRANGER, middle.code) == main.code
    assert hall.store.followers(main.code) == []


def test_the_reporter_of_a_duplicate_of_his_own_other_case_is_not_written_down(hall: Hall) -> None:
    main = hall.keep(feedback())
    assert hall.following.follow(REPORTER, hall.merged(main).code) == main.code
    assert hall.store.followers(main.code) == []


def test_a_private_duplicate_does_not_say_where_it_went(hall: Hall) -> None:
    main = hall.keep(feedback())
    duplicate = hall.merged(main, may_be_public=False, publication=Publication.PRIVATE)
    with pytest.raises(NotFound):
        hall.following.follow(STRANGER, duplicate.code)


def test_duplicates_in_a_circle_lead_nowhere(hall: Hall) -> None:
    one, other = new_code(), new_code()
    for code, into in ((one, other), (other, one)):
        hall.keep(merge(feedback(code=code), stamp(Party.CENTRE), into))
    with pytest.raises(NotFound):
        hall.following.follow(STRANGER, one)


@pytest.mark.parametrize("status", Status)
def test_followers_find_what_the_public_may_read_and_nothing_else(hall: Hall, status: Status) -> None:
    case = hall.keep(IN_STATUS[status]())
    hall.store.follow(case.code, STRANGER, NOW)
    assert hall.list() == ([case.code] if case.publication is Publication.PUBLIC else [])


def test_a_hidden_case_stays_followed_unseen_and_can_be_given_up(hall: Hall) -> None:
    case = hall.keep(assigned())
    hall.following.follow(STRANGER, case.code)
    hall.store.save(hide(case, stamp(Party.CENTRE)))
    assert hall.list() == []
    assert hall.store.followers(case.code) == [STRANGER]
    assert hall.following.unfollow(STRANGER, case.code) == case.code
    with pytest.raises(NotFound):
        hall.following.unfollow(STRANGER, case.code)


def test_a_line_shows_a_followed_case_as_the_feed_does(hall: Hall) -> None:
    for length in (20, 4000):
        case = hall.keep(assigned(feedback(matter=Matter("Tiêu đề", "đ" * length, 21.7, 104.9))))
        hall.following.follow(STRANGER, case.code)
        (line,) = [
            line
            for line in hall.office.lists.followed(STRANGER, commands.ListOwn(followed=True)).items
            if line.code == case.code
        ]
        public = hall.office.lists.public(commands.ListPublic()).items
        assert line == next(other for other in public if other.code == case.code)


def test_followed_cases_come_latest_first_page_by_page_and_cursors_fit_their_own_list(hall: Hall) -> None:
    cases = [hall.keep(feedback()) for _ in range(5)]
    for case in cases:
        hall.following.follow(STRANGER, case.code)
        hall.office.clock.move(minutes=1)
    codes, cursor = [], None
    for _ in range(9):
        page = hall.office.lists.followed(STRANGER, commands.ListOwn(followed=True, limit=2, cursor=cursor))
        codes += [line.code for line in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
        own = commands.ListOwn(cursor=cursor)
        with pytest.raises(Invalid):
            hall.office.lists.own(STRANGER, own)
    assert codes == [case.code for case in reversed(cases)]


def test_own_cases_and_followed_ones_are_apart(hall: Hall) -> None:
    own, other = hall.keep(feedback(reporter=STRANGER)), hall.keep(feedback())
    hall.following.follow(STRANGER, other.code)
    assert [line.code for line in hall.office.lists.own(STRANGER, commands.ListOwn()).items] == [own.code]
    assert hall.list() == [other.code]


def test_an_account_that_goes_takes_its_follows_along(hall: Hall) -> None:
    cases = [hall.keep(feedback()) for _ in range(3)]
    for case in cases:
        hall.following.follow(STRANGER, case.code)
        hall.following.follow("another", case.code)
    assert sorted(hall.following.all_of(STRANGER), key=lambda follow: follow.code) == sorted(
        (Follow(case.code, NOW) for case in cases), key=lambda follow: follow.code
    )
    assert hall.following.forget(STRANGER) == 3
    assert hall.following.forget(STRANGER) == 0
    assert list(hall.following.all_of(STRANGER)) == []
    assert all(hall.store.followers(case.code) == ["another"] for case in cases)


def test_everything_that_is_followed_is_exported_however_much() -> None:
    hall = Hall()
    for number in range(250):
        hall.store.follow(new_code(), STRANGER, NOW + timedelta(minutes=number))
    assert len(list(hall.following.all_of(STRANGER))) == 250


def test_who_follows_a_case_follows_what_it_is_split_into_once_that_is_public(hall: Hall) -> None:
    case = hall.keep(feedback())
    hall.following.follow(STRANGER, case.code)
    part = centre_commands.Part(category="duong_sa", text="Ổ gà trước cổng trường")
    split = hall.office.centre.split("user", case.code, centre_commands.Split(parts=(part, part)), Trace("a split"))
    for _ in range(2):
        hall.office.consequences.of_split(case.code, "")
    assert hall.store.followers(case.code) == []
    assert [hall.store.followers(child) for child in split.children] == [[STRANGER]] * 2
    assert hall.list() == []
    hall.office.centre.publish("user", split.children[0], Trace())
    assert hall.list() == [split.children[0]]


def test_who_follows_a_duplicate_and_who_reported_it_follow_the_main_case(hall: Hall) -> None:
    main, case = hall.keep(feedback(reporter="main's")), hall.keep(feedback())
    hall.following.follow(STRANGER, case.code)
    hall.following.follow("main's", case.code)
    command = centre_commands.Merge(into=main.code, reason="Cùng một ổ gà ở cổng trường.")
    hall.office.centre.merge("user", case.code, command, Trace("a merge"))
    for _ in range(2):
        hall.office.consequences.of_merge(case.code)
    assert sorted(hall.store.followers(main.code)) == sorted([STRANGER, REPORTER])
    assert hall.store.followers(case.code) == []


def test_sealing_a_case_leaves_no_follower(hall: Hall) -> None:
    case = hall.keep(feedback())
    hall.following.follow(STRANGER, case.code)
    hall.office.sealing.seal("user", case.code, "Có đơn tố cáo.", Trace("a seal"))
    assert (hall.store.followers(case.code), hall.list()) == ([], [])
    assert hall.store.nearby(cells_around(21.7, 104.9, 300), 9) == []


class Interrupted(MemoryStore):
    """A store in which somebody else is faster: the rival case is written right after a follower was."""

    rival: Feedback | None = None

    def follow(self, code: str, account: str, at: object) -> None:
        super().follow(code, account, at)  # type: ignore[arg-type]
        if self.rival:
            rival, self.rival = self.rival, None
            self._put(head_values(rival))


def test_who_follows_while_the_case_is_merged_follows_the_main_one() -> None:
    store = Interrupted()
    hall = Hall(store)
    main, case = hall.keep(feedback()), hall.keep(feedback())
    store.rival = merge(case, stamp(Party.CENTRE), main.code)
    assert hall.following.follow(STRANGER, case.code) == main.code
    assert (store.followers(case.code), store.followers(main.code)) == ([], [STRANGER])


def test_who_follows_while_the_case_is_sealed_leaves_no_trace() -> None:
    store = Interrupted()
    hall = Hall(store)
    case = hall.keep(feedback())
    store.rival = replace(seal(case, stamp(Party.CENTRE)), code=case.code)
    with pytest.raises(NotFound):
        hall.following.follow(STRANGER, case.code)
    assert store.followers(case.code) == []
    assert hall.list() == []
