"""What every store must obey of the watch's lists and of its place in a walk; part of tests/store_rules.py."""

from collections import Counter
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from chalicelib.feedback.lifecycle import Action, Party
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Store
from chalicelib.feedback.records import change_shard
from chalicelib.feedback.values import Rung, Terms
from chalicelib.feedback.watch import Walk
from tests.builders import COMMITTEE, DUE, NOW, feedback, new_code, stamp


def in_shard(shard: str, moment: datetime) -> Feedback:
    """An assigned case of that shard whose first rung has this time."""
    code = next(code for code in iter(new_code, "") if change_shard(code) == shard)
    terms = Terms(DUE, (Rung(Action.REMIND, int(moment.timestamp())), Rung(Action.BREACH, int(DUE.timestamp()))))
    return feedback(code=code).assign(Party.SYSTEM, stamp(Party.SYSTEM), COMMITTEE, terms)


def listed(store: Store, name: str, page: int) -> list[str]:
    """Every code on a list."""
    codes: list[str] = []
    place = None
    while True:
        found, place = store.listed(name, page, place)
        codes += found
        if place is None:
            return codes


class WatchRules:
    """Every rule takes the store as a fixture."""

    def test_a_watched_case_is_found_from_its_moment_on_the_earliest_first(self, store: Store) -> None:
        late, early = (in_shard("c1", NOW + timedelta(hours=hours)) for hours in (30, 29))
        for case in (late, early):
            store.add(case)
        assert early.code not in store.watched("c1", NOW + timedelta(hours=28), 500)
        found = [
            code for code in store.watched("c1", NOW + timedelta(hours=31), 500) if code in (early.code, late.code)
        ]
        assert found == [early.code, late.code]

    def test_a_list_of_the_watch_is_read_to_its_end_page_by_page(self, store: Store) -> None:
        cases = [in_shard("c2", NOW + timedelta(hours=40 + number)) for number in range(5)]
        for case in cases:
            store.add(case)
        counted = Counter(listed(store, "c2", 2))
        assert [counted[case.code] for case in cases] == [1] * 5

    def test_a_list_is_read_on_though_the_case_at_its_place_has_moved(self, store: Store) -> None:
        first, second = (in_shard("c3", NOW + timedelta(hours=60 + number)) for number in range(2))
        for case in (first, second):
            store.add(case)
        place = None
        while True:
            found, place = store.listed("c3", 1, place)
            if first.code in found:
                break
        store.save(first.withdraw(stamp()))
        codes: list[str] = []
        while place is not None:
            found, place = store.listed("c3", 50, place)
            codes += found
        assert second.code in codes
        assert first.code not in codes

    def test_the_place_of_a_walk_is_kept_by_whoever_read_the_last_one(self, store: Store) -> None:
        standing, version = store.walk()
        text = msgspec.json.encode(replace(Walk(), calendar="rules")).decode()
        assert store.keep_walk(text, version + 1)
        assert not store.keep_walk(standing, version + 1)
        assert not store.keep_walk(standing, version + 3)
        assert store.walk() == (text, version + 1)
        assert store.keep_walk(standing or text, version + 2)
