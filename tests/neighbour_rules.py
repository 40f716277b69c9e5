"""What every store of cases must obey of neighbours: who follows a case, and what is open and public nearby."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from chalicelib.core.cells import cell
from chalicelib.feedback.lifecycle import OPEN, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Dossier, Line, PublicFilter, Store
from chalicelib.feedback.values import Follow, Matter, Publication, Rating, Spot, Terms
from tests.builders import IN_STATUS, NOW, answered, assigned, feedback, new_code, stamp


def fresh() -> str:
    """A name that no other test uses."""
    return uuid4().hex[:12]


def minute(number: int, **changes: Any) -> Feedback:
    """A case submitted that many minutes later."""
    return feedback(submitted_at=NOW + timedelta(minutes=number), **changes)


def codes_of(lines: Sequence[Line]) -> list[str]:
    return [line.code for line in lines]


def somewhere() -> tuple[float, float]:
    """A place that no other test uses, in a cell of its own."""
    return 20 + int(uuid4()) % 10**6 / 10**5, 100 + int(uuid4()) % 10**6 / 10**5


class NeighbourRules:
    """Every rule takes the store as a fixture; tests/store_rules.py has the others."""

    def test_an_account_follows_a_case_once_and_no_more_when_it_says_so(self, store: Store) -> None:
        code, account, other = new_code(), fresh(), fresh()
        assert store.followers(code) == []
        for minutes in range(3):
            store.follow(code, account, NOW + timedelta(minutes=minutes))
        store.follow(code, other, NOW)
        assert sorted(store.followers(code)) == sorted([account, other])
        assert store.followed(account, 9, None)[0] == [Follow(code, NOW)], "the first word counts"
        assert store.unfollow(code, account)
        assert not store.unfollow(code, account)
        assert store.followers(code) == [other]
        assert store.followed(account, 9, None) == ([], None)

    def test_of_many_that_follow_at_once_each_does_once(self, store: Store) -> None:
        code, accounts = new_code(), [fresh() for _ in range(4)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: store.follow(code, accounts[number % 4], NOW), range(16)))
        assert sorted(store.followers(code)) == sorted(accounts)

    def test_what_is_followed_comes_newest_first_page_by_page_and_apart_from_own_cases(self, store: Store) -> None:
        account, own = fresh(), feedback()
        store.add(replace(own, reporter=account))
        codes = [new_code() for _ in range(5)]
        for number, code in enumerate(codes):
            store.follow(code, account, NOW + timedelta(minutes=number))
        found, place = [], None
        for _ in range(4):
            page, place = store.followed(account, 2, place)
            found += [follow.code for follow in page]
            if place is None:
                break
        assert found == codes[::-1]
        assert codes_of(store.own(account, 9, None)[0]) == [own.code]

    def test_followers_weigh_nothing_in_the_case_itself(self, store: Store) -> None:
        case = feedback()
        store.add(case)
        store.follow(case.code, fresh(), NOW)
        assert store.dossier(case.code) == Dossier(case)

    def test_open_public_cases_are_found_in_their_cell_the_newest_of_it(self, store: Store) -> None:
        lat, long = somewhere()
        cases = [minute(number, matter=Matter("", "Ổ gà", lat, long)) for number in range(3)]
        for case in cases:
            store.add(case)
        here = [cell(lat, long)]
        spots = [Spot(case.code, "duong_sa", lat, long) for case in reversed(cases)]
        assert list(store.nearby(here, 9)) == spots
        assert list(store.nearby(here, 2)) == spots[:2]
        assert store.nearby([cell(lat + 0.1, long)], 9) == []

    @pytest.mark.parametrize("status", Status)
    def test_only_an_open_case_stands_in_its_cell(self, store: Store, status: Status) -> None:
        lat, long = somewhere()
        case = replace(IN_STATUS[status](), code=new_code())
        case = replace(case, matter=case.matter and replace(case.matter, lat=lat, long=long))
        store.add(case)
        assert bool(store.nearby([cell(lat, long)], 9)) is (status in OPEN)

    @pytest.mark.parametrize("publication", Publication)
    def test_only_a_public_case_stands_in_its_cell(self, store: Store, publication: Publication) -> None:
        lat, long = somewhere()
        store.add(feedback(publication=publication, matter=Matter("", "Ổ gà", lat, long)))
        assert bool(store.nearby([cell(lat, long)], 9)) is (publication is Publication.PUBLIC)

    def test_a_case_leaves_its_cell_with_its_answer_and_comes_back_reopened(self, store: Store) -> None:
        lat, long = somewhere()
        case = answered(feedback(matter=Matter("", "Ổ gà", lat, long)))
        for number in range(1, case.version + 1):
            step = replace(case, status=case.history[number - 1].status, history=case.history[:number])
            _ = store.add(step) if number == 1 else store.save(step)
            assert bool(store.nearby([cell(lat, long)], 9)) is (number < case.version)
        store.save(store.head(case.code).rate(stamp(text_ref="r"), Rating.UNSATISFIED, Terms(NOW)))
        assert [spot.code for spot in store.nearby([cell(lat, long)], 9)] == [case.code]

    @pytest.mark.parametrize("length", [20, 4000])
    def test_title_place_and_cell_stay_whatever_happens_to_a_public_case(self, store: Store, length: int) -> None:
        lat, long = somewhere()
        case = feedback(district=fresh(), matter=Matter("Tiêu đề", "đ" * length, lat, long))
        store.add(case)
        store.save(assigned(store.head(case.code)))
        store.save(store.head(case.code).accept(stamp(Party.HOLDER)))
        ((line,), _) = store.public(PublicFilter((case.district,)), 9, "")
        assert (line.title, line.lat, line.long) == ("Tiêu đề", lat, long)
        assert list(store.nearby([cell(lat, long)], 9)) == [Spot(case.code, case.category, lat, long)]
        assert store.dossier(case.code).feedback.matter == case.matter

    def test_words_are_read_wherever_they_stand(self, store: Store) -> None:
        cases = [feedback(matter=Matter("", "đ" * length, 21.7, 104.9)) for length in (20, 4000)]
        for case in cases:
            store.add(case)
        heads = [store.head(case.code) for case in cases]
        assert store.words(heads) == {case.code: case.matter for case in cases}
        assert store.words([]) == {}
