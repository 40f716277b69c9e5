"""What every store of cases must obey for the operations centre: its lists, merges, who looked, what a seal leaves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from msgspec.structs import replace

from chalicelib.core.errors import LostRace
from chalicelib.feedback.centre_lists import LISTINGS
from chalicelib.feedback.joining import merge
from chalicelib.feedback.lifecycle import Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.moderation import seal
from chalicelib.feedback.ports import Listing, Store
from chalicelib.feedback.values import Look, Publication
from tests.builders import NOW, assigned, feedback, new_code, stamp, waiting
from tests.neighbour_rules import fresh, minute


class CentreRules:
    """Rules of the store that concern the centre; tests/store_rules.py has the others."""

    def test_a_listing_has_its_places_in_order_and_goes_on_after_each(self, store: Store) -> None:
        desk, cases = fresh(), [assigned(to=fresh()) for _ in range(3)]
        listing = Listing("by_desk", "desk", "due", desk)
        for days, case in zip((3, 1, 2), cases, strict=True):
            assert case.assignment is not None
            due = NOW + timedelta(days=days)
            store.add(replace(case, assignment=replace(case.assignment, agency=desk, deadline=due)))
        expected = [cases[place].code for place in (1, 2, 0)]
        places = store.places(listing, 9, None)
        assert [place["code"] for place in places] == expected
        for seen, place in enumerate(places, 1):
            assert [after["code"] for after in store.places(listing, 9, place)] == expected[seen:]
        assert [place["code"] for place in store.places(listing, 2, None)] == expected[:2]

    def test_the_review_list_has_what_waits_for_publication(self, store: Store) -> None:
        case = minute(-999_999, publication=Publication.PENDING)
        listing = LISTINGS["publish"]
        store.add(case)
        assert store.places(listing, 9, None)[0]["code"] == case.code
        store.save(case.publish(stamp(Party.CENTRE)))
        assert case.code not in [place["code"] for place in store.places(listing, 50, None)]

    def test_heads_are_found_by_code_and_those_that_are_not_are_left_out(self, store: Store) -> None:
        cases = [assigned(), waiting()]
        for case in cases:
            store.add(case)
        heads = store.heads([*(case.code for case in cases), new_code()])
        assert heads == {case.code: store.head(case.code) for case in cases}
        assert store.heads([]) == {}

    def test_a_change_beside_another_case_needs_that_to_stand_as_it_was_read(self, store: Store) -> None:
        case, main = feedback(), feedback()
        store.add(case)
        store.add(main)
        merged = merge(case, stamp(Party.CENTRE), main.code)
        store.save(main.queue(stamp(Party.SYSTEM)))
        with pytest.raises(LostRace):
            store.save(merged, main)
        assert store.head(case.code).status is Status.RECEIVED
        store.save(merged, store.head(main.code))
        assert store.head(case.code).merged_into == main.code
        with pytest.raises(LostRace):
            store.save(merged, store.head(main.code))

    def test_of_two_merges_into_each_other_one_is_done(self, store: Store) -> None:
        for _ in range(5):
            pair = [feedback(), feedback()]
            for case in pair:
                store.add(case)

            def try_merge(case: Feedback, main: Feedback) -> bool:
                try:
                    store.save(merge(case, stamp(Party.CENTRE), main.code), main)
                except LostRace:
                    return False
                return True

            with ThreadPoolExecutor(2) as pool:
                done = list(pool.map(try_merge, pair, reversed(pair)))
            assert done.count(True) <= 1
            assert sum(bool(store.head(case.code).merged_into) for case in pair) == done.count(True)

    def test_who_looked_is_kept_in_order_apart_from_the_case(self, store: Store) -> None:
        case = feedback()
        store.add(case)
        looks = [Look(NOW + timedelta(seconds=place), "user", "reveal", f"Lý do {place}") for place in range(3)]
        for look in reversed(looks):
            store.keep_look(case.code, look)
        assert store.looks(case.code) == looks
        assert store.looks(new_code()) == []
        assert [item["part"] for item in store.everything(case.code)] == ["head"]

    def test_what_is_forgotten_is_gone(self, store: Store) -> None:
        case = feedback()
        store.add(case)
        store.write_text(case.code, "abc1", "Một")
        assert [item["part"] for item in store.everything(case.code)] == ["head", "text#abc1"]
        store.forget(case.code, "text#abc1")
        store.forget(case.code, "text#abc1")
        assert store.dossier(case.code).texts == {}

    def test_a_tombstone_has_no_place_in_any_list_and_nothing_beside_it_is_shown(self, store: Store) -> None:
        case = waiting(feedback(reporter=fresh(), publication=Publication.PRIVATE))
        store.add(case)
        store.write_text(case.code, "abc1", "Một")
        store.save(seal(case, stamp(Party.CENTRE)))
        assert store.own(case.reporter, 9, None)[0] == []
        assert set(next(item for item in store.everything(case.code) if item["part"] == "head")).isdisjoint(
            {
                "reporter",
                "desk",
                "due",
                "feed",
                "feed_at",
                "watch",
                "watch_at",
                "cell",
                "title",
                "lat",
                "long",
                "agency",
                "matter",
            }
        )
        dossier = store.dossier(case.code)
        assert (dossier.texts, dossier.files, dossier.feedback.matter) == ({}, (), None)
        assert dossier.feedback.version == case.version + 1
