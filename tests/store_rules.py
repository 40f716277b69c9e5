"""What every store of cases must obey: the fake of unit tests and the table on the deployed stack alike.

The table is shared by all tests, so each test makes codes, accounts, agencies and districts of its own.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from chalicelib.core.errors import LostRace, NotFound
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.ports import Line, PublicFilter, Store
from chalicelib.feedback.records import CHANGE_SHARDS, change_shard
from chalicelib.feedback.values import Matter, Publication, Terms
from tests.builders import (
    IN_STATUS,
    NOW,
    answered,
    assigned,
    feedback,
    new_code,
    offered,
    photo,
    queued,
    refused,
    stamp,
    waiting,
)
from tests.centre_rules import CentreRules
from tests.neighbour_rules import NeighbourRules, codes_of, fresh, minute
from tests.watch_rules import WatchRules


def every_page(read: Callable[[Any], tuple[Sequence[Line], Any]]) -> list[str]:
    """All codes, page after page."""
    codes, place = [], None
    for _ in range(50):
        lines, place = read(place)
        codes += codes_of(lines)
        if place is None:
            return codes
    raise AssertionError("a list without an end")


class StoreRules(CentreRules, NeighbourRules, WatchRules):
    """Every rule takes the store as a fixture."""

    @pytest.mark.parametrize("status", Status)
    def test_a_case_comes_back_as_it_was_written(self, store: Store, status: Status) -> None:
        case = IN_STATUS[status]()
        assert store.add(case) is None
        assert store.dossier(case.code).feedback == case
        head = store.head(case.code)
        assert replace(head, matter=case.matter) == case

    @pytest.mark.parametrize("publication", Publication)
    @pytest.mark.parametrize("length", [20, 4000])
    def test_words_come_back_wherever_they_stand(self, store: Store, publication: Publication, length: int) -> None:
        case = feedback(publication=publication, matter=Matter("Tiêu đề", "đ" * length, 21.7123456789, 104.9000000001))
        store.add(case)
        assert store.dossier(case.code).feedback == case

    def test_a_code_is_given_once(self, store: Store) -> None:
        first = feedback()
        assert store.add(first) is None
        second = replace(first, reporter="another", digest="other", matter=Matter("", "Lời khác hẳn", 1.0, 2.0))
        for case in (second, replace(second, publication=Publication.PRIVATE)):
            assert store.add(case) == first
            assert store.dossier(first.code).feedback == first

    def test_of_many_that_add_at_once_one_does(self, store: Store) -> None:
        case = feedback()
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda number: store.add(replace(case, key=str(number))), range(16)))
        assert found.count(None) == 1
        winner = store.dossier(case.code).feedback
        assert [other for other in found if other is not None] == [winner] * 15

    def test_the_next_version_is_saved_and_any_other_has_lost_the_race(self, store: Store) -> None:
        case = feedback()
        store.add(case)
        one, other = assigned(case), queued(case)
        store.save(one)
        for late in (other, one):
            with pytest.raises(LostRace):
                store.save(late)
        assert replace(store.head(case.code), matter=case.matter) == one

    def test_what_was_never_added_cannot_be_saved(self, store: Store) -> None:
        with pytest.raises(LostRace):
            store.save(assigned())

    def test_of_many_that_save_at_once_one_does(self, store: Store) -> None:
        case = feedback()
        store.add(case)

        def save(number: int) -> bool:
            try:
                store.save(assigned(case, to=f"agency-{number}"))
            except LostRace:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            won = list(pool.map(save, range(16)))
        assert won.count(True) == 1
        assert store.head(case.code).agency == f"agency-{won.index(True)}"

    def test_words_outlive_the_case_s_leaving_the_public_view_and_its_publication(self, store: Store) -> None:
        shown = feedback()
        store.add(shown)
        store.save(refused(store.head(shown.code)))
        assert store.dossier(shown.code).feedback.matter == shown.matter
        pending = feedback(publication=Publication.PENDING)
        store.add(pending)
        store.save(pending.publish(stamp(Party.CENTRE)))
        assert store.dossier(pending.code).feedback.matter == pending.matter

    def test_a_case_nobody_knows_is_not_found(self, store: Store) -> None:
        for read in (store.head, store.dossier):
            with pytest.raises(NotFound):
                read(new_code())

    def test_texts_are_found_by_their_reference(self, store: Store) -> None:
        case = feedback()
        store.add(case)
        store.write_text(case.code, "abc1", "Một")
        store.write_text(case.code, "abc2", "Hai" * 2000)
        assert store.dossier(case.code).texts == {"abc1": "Một", "abc2": "Hai" * 2000}

    def test_a_party_has_so_many_files_and_each_once(self, store: Store) -> None:
        case = feedback()
        store.add(case)
        files = [photo(f"citizen{number}") for number in range(3)]
        assert [store.attach(case.code, file, 3) for file in (*files, files[1])] == [True] * 4
        assert not store.attach(case.code, photo("citizen9"), 3)
        assert store.attach(case.code, photo("agency00", by="1"), 3)
        kept = {file.id: file for file in store.dossier(case.code).files}
        assert kept == {file.id: file for file in (*files, photo("agency00", by="1"))}

    def test_of_many_files_at_once_so_many_stay(self, store: Store) -> None:
        case = feedback()
        store.add(case)
        with ThreadPoolExecutor(8) as pool:
            kept = list(pool.map(lambda number: store.attach(case.code, photo(f"photo00{number}"), 5), range(9)))
        assert kept.count(True) == 5
        assert len(store.dossier(case.code).files) == 5

    def test_own_cases_come_newest_first_and_page_by_page(self, store: Store) -> None:
        account = fresh()
        cases = [minute(number, reporter=account) for number in range(5)]
        for case in cases:
            store.add(case)
        newest_first = [case.code for case in reversed(cases)]
        for limit in (1, 2, 5, 50):
            assert every_page(lambda after, limit=limit: store.own(account, limit, after)) == newest_first  # type: ignore[misc]
        assert store.own(fresh(), 5, None) == ([], None)

    def test_a_line_says_what_lists_show(self, store: Store) -> None:
        case = answered(feedback(reporter=fresh()), scheduled_for="2023-07-01")
        store.add(case)
        ((line,), _) = store.own(case.reporter, 5, None)
        assert line == Line(
            case.code, "answered", "duong_sa", "commune-1", "normal", "public", NOW, case.deadline, "ubnd-xa-1", "Ổ gà",
            scheduled_for="2023-07-01",
        )  # fmt: skip
        private = feedback(reporter=fresh(), publication=Publication.PRIVATE)
        store.add(private)
        assert store.own(private.reporter, 5, None)[0][0].title == ""

    def test_a_desk_has_the_most_urgent_first(self, store: Store) -> None:
        agency = fresh()
        cases = [replace(assigned(to=agency)) for _ in range(4)]
        for days, case in zip((3, 1, 4, 2), cases, strict=True):
            assert case.assignment is not None
            store.add(replace(case, assignment=replace(case.assignment, deadline=NOW + timedelta(days=days))))
        expected = [cases[place].code for place in (1, 3, 0, 2)]
        assert every_page(lambda after: store.desk(agency, 3, after)) == expected
        assert codes_of(store.due(agency, NOW + timedelta(days=2), 9)) == expected[:2]
        assert codes_of(store.due(agency, NOW + timedelta(days=9), 1)) == expected[:1]

    def test_a_case_moves_from_desk_to_desk(self, store: Store) -> None:
        agency = fresh()
        case = assigned(to=agency)
        store.add(case)
        asked = case.accept(stamp(Party.HOLDER)).ask(stamp(Party.HOLDER), NOW + timedelta(days=7))
        store.save(replace(asked, history=asked.history[:3]))
        store.save(asked)
        assert store.desk(agency, 9, None) == ([], None)
        assert case.code in codes_of(store.due("reporter", NOW + timedelta(days=7), 200))
        assert case.code not in codes_of(store.due("reporter", NOW + timedelta(days=7, seconds=-1), 200))

    def test_the_public_feed_joins_its_districts_newest_first(self, store: Store) -> None:
        one, other = fresh(), fresh()
        cases = [minute(number, district=one if number % 3 else other) for number in range(12)]
        for case in cases:
            store.add(case)
        store.add(minute(99, district=one, publication=Publication.PRIVATE))
        wanted = PublicFilter((one, other))
        for limit in (1, 3, 12, 50):
            codes, before = [], ""
            while True:
                lines, before = store.public(wanted, limit, before)
                assert len(lines) <= limit
                codes += codes_of(lines)
                if not before:
                    break
            assert codes == [case.code for case in reversed(cases)]

    def test_the_public_feed_is_filtered_by_all_that_is_asked(self, store: Store) -> None:
        district, agency = fresh(), fresh()
        plain = minute(1, district=district)
        other = minute(
            2, district=district, area="commune-2", category="sat_lo", matter=Matter("", "Sạt lở", 21.2, 105.2)
        )
        taken = assigned(minute(3, district=district), to=agency)
        for case in (plain, other, taken):
            store.add(case)

        def found(**asked: Any) -> list[str]:
            return codes_of(store.public(PublicFilter((district,), **asked), 20, "")[0])

        assert found() == [taken.code, other.code, plain.code]
        assert found(areas=frozenset({"commune-1"})) == [taken.code, plain.code]
        assert found(areas=frozenset()) == []
        assert found(category="sat_lo") == [other.code]
        assert found(status="assigned") == [taken.code]
        assert found(agency=agency) == [taken.code]
        assert found(box=(105.0, 21.0, 106.0, 22.0)) == [other.code]
        assert found(box=(104.9, 21.7, 104.9, 21.7)) == [taken.code, plain.code]
        assert found(areas=frozenset({"commune-1"}), status="received") == [plain.code]

    def test_a_rare_filter_is_found_however_far_back(self, store: Store) -> None:
        district = fresh()
        rare = minute(-1, district=district, category="sat_lo")
        store.add(rare)
        for number in range(105):
            store.add(minute(number, district=district))
        codes, before = [], ""
        for _ in range(5):
            lines, before = store.public(PublicFilter((district,), category="sat_lo"), 20, before)
            codes += codes_of(lines)
            if not before:
                break
        assert codes == [rare.code]

    def test_changes_are_found_by_shard_and_time_in_order(self, store: Store) -> None:
        # A time of this test alone, long before all others.
        start = NOW - timedelta(days=2 + int(uuid4()) % 90, milliseconds=int(uuid4()) % 80_000_000)
        cases = []
        for shard in range(CHANGE_SHARDS):
            code = next(code for code in iter(new_code, "") if change_shard(code) == f"c{shard}")
            cases.append(feedback(code=code, changed_at=start + timedelta(seconds=shard)))
            store.add(cases[-1])
        for shard, case in enumerate(cases):
            at = start + timedelta(seconds=shard)
            tick = timedelta(milliseconds=1)
            assert store.changed(shard, at - tick, at, 9) == [(case.code, at)]
            assert store.changed(shard, at, at + tick, 9) == [], "after the first moment"
            assert store.changed(shard, at - 2 * tick, at - tick, 9) == []
            assert store.changed(shard, at, at, 9) == []
            assert store.changed(shard, at + tick, at - tick, 9) == [], "a span that goes backwards is empty"
            assert len(store.changed(shard, start - tick, NOW + timedelta(days=9999), 1)) == 1

    def test_a_watermark_only_moves_forward(self, store: Store) -> None:
        shard = 1000 + int(uuid4()) % 1_000_000
        begin = store.watermark(shard)
        assert begin < NOW
        store.move_watermark(shard, NOW)
        store.move_watermark(shard, NOW - timedelta(seconds=1))
        assert store.watermark(shard) == NOW

    def test_an_unsettled_case_is_remembered_until_it_is_settled(self, store: Store) -> None:
        code, later = new_code(), NOW + timedelta(hours=1)
        store.keep_unsettled(code, 1, NOW)
        store.keep_unsettled(code, 2, later)
        assert (code, 2) not in store.unsettled(later - timedelta(seconds=1), 200)
        assert (code, 2) in store.unsettled(later, 200)
        store.settle(code)
        store.settle(code)
        assert code not in {found for found, _ in store.unsettled(later, 200)}

    def test_a_whole_life_is_kept_step_by_step(self, store: Store) -> None:
        case = offered(waiting().resume(Action.REPLY, stamp(text_ref="r1"), Terms(NOW)))
        store.add(feedback(code=case.code))
        for number in range(2, case.version + 1):
            store.save(replace(case, history=case.history[:number]))
        assert replace(store.head(case.code), matter=case.matter) == case
