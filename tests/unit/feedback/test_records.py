"""The way of a case into the table and back."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.core.actors import Actor, ActorKind
from chalicelib.feedback import records
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.moderation import seal
from chalicelib.feedback.values import (
    Answer,
    Assignment,
    Document,
    Entry,
    Extension,
    Handling,
    HandOver,
    Level,
    Matter,
    Outcome,
    Publication,
    Question,
    Rating,
    RefusalReason,
    Rung,
)
from tests.builders import DUE, IN_STATUS, NOW, POLICE, answered, assigned, feedback, new_code, queued, stamp, waiting

words = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=40)
# The table keeps milliseconds.
moments = st.integers(1_672_531_200_000, 1_900_000_000_000).map(
    lambda ms: datetime.fromtimestamp(ms / 1000, UTC).replace(microsecond=ms % 1000 * 1000)
)
numbers = st.integers(0, 99)
floats = st.floats(-90, 90, allow_subnormal=False)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


rungs = st.builds(
    Rung, st.sampled_from([Action.REMIND, Action.WARN, Action.BREACH, Action.ESCALATE, Action.CLIMB]),
    st.integers(1_600_000_000, 2_000_000_000),
)  # fmt: skip
ladders = st.lists(rungs, max_size=9).map(tuple)
assignments = st.builds(Assignment, numbers, words, moments, moments, maybe(moments), st.booleans(), ladders, numbers)
papers = st.builds(Document, words, words, words, words)
answers = st.builds(
    Answer, moments, words, st.sampled_from(Outcome), words, st.lists(words, max_size=3).map(tuple),
    st.lists(papers, max_size=2).map(tuple), words, maybe(moments),
)  # fmt: skip
entries = st.builds(
    Entry, numbers, moments, st.sampled_from(Action), st.sampled_from(ActorKind), words, st.sampled_from(Status), numbers,
    words, words, words, words,
)  # fmt: skip
cases = st.builds(
    Feedback,
    code=st.just(new_code()), status=st.sampled_from(Status), reporter=words, category=words, area=words, district=words,
    level=st.sampled_from(Level), handling=st.builds(Handling, numbers, numbers), publication=st.sampled_from(Publication),
    may_be_public=st.booleans(), share_contact=st.booleans(), submitted_at=moments, changed_at=moments, promised_by=moments,
    centre_due=moments, matter=st.builds(Matter, words, words, floats, floats, words), key=words, digest=words,
    occurred_at=maybe(moments), queued=st.booleans(), assignment=maybe(assignments), assignments=numbers,
    hand_over=maybe(st.builds(HandOver, numbers, words, moments)), question=maybe(st.builds(Question, moments, moments)),
    extension=maybe(st.builds(Extension, moments, moments)), answer=maybe(answers), rating=maybe(st.sampled_from(Rating)),
    refusal=maybe(st.sampled_from(RefusalReason)), questions=numbers, give_backs=numbers, reopenings=numbers,
    appealed=st.booleans(), history=st.lists(entries, min_size=1, max_size=4).map(tuple),
)  # fmt: skip


@given(cases)
def test_a_case_comes_back_from_the_table_as_it_was(case: Feedback) -> None:
    head = records.head_values(case)
    assert None not in head.values()
    assert records.feedback_from(head) == (case if records.inline(case) else replace(case, matter=None))
    assert records.matter_from(records.text_of(case.matter)) == case.matter


def test_every_case_of_every_status_comes_back() -> None:
    for made in IN_STATUS.values():
        case = made()
        assert replace(records.feedback_from(records.head_values(case)), matter=case.matter) == case


@given(cases)
def test_what_the_public_may_not_read_at_once_is_not_in_the_head(case: Feedback) -> None:
    case = replace(case, matter=Matter("the title", "the words", 21.71234, 104.91234, "the address"))
    head = json.dumps(records.head_values(case))
    shown = {part for part in ("the title", "the words", "21.71234", "104.91234", "the address") if part in head}
    assert bool(shown) == (case.publication is Publication.PUBLIC)


def test_short_public_words_stand_in_the_head_and_long_ones_beside_it() -> None:
    short, long = ("đ" * 500, "đ" * 501)
    matter = Matter("Ổ gà", short, 21.7, 104.9)
    assert records.inline(feedback(matter=matter))
    assert not records.inline(feedback(matter=replace(matter, text=long)))
    assert not records.inline(feedback(matter=None))
    for publication in (Publication.PENDING, Publication.PRIVATE, Publication.HIDDEN):
        assert not records.inline(feedback(matter=matter, publication=publication))


def test_a_case_lies_at_the_desk_of_whose_move_it_is() -> None:
    later = NOW + timedelta(days=7)
    expected: dict[Status, tuple[str, datetime] | None] = {
        Status.RECEIVED: ("routing", NOW),
        Status.ASSIGNED: ("ubnd-xa-1", DUE),
        Status.IN_PROGRESS: ("ubnd-xa-1", DUE),
        Status.WAITING: ("reporter", later),
        Status.AWAITING_APPROVAL: ("ubnd-xa-1", DUE),
        Status.ANSWERED: ("reporter", later),
        Status.REFUSED: None,
        Status.DUPLICATE: None,
        Status.SPLIT: None,
        Status.WITHDRAWN: None,
        Status.CLOSED: None,
        Status.SEALED: None,
    }
    assert {status: records.desk(made()) for status, made in IN_STATUS.items()} == expected
    assert records.desk(queued()) == ("centre", NOW + timedelta(days=1))


def test_a_case_that_lacks_what_its_desk_goes_by_lies_at_none() -> None:
    assert records.desk(replace(waiting(), question=None)) is None
    assert records.desk(replace(answered(), answer=None)) is None
    assert records.desk(replace(assigned(), assignment=None)) is None


def test_a_case_stands_in_the_feed_of_its_district_or_in_the_review_list() -> None:
    feeds = {kind: records.feed(feedback(publication=kind)) for kind in Publication}
    assert feeds == {
        Publication.PUBLIC: "public#district-1",
        Publication.PENDING: "review",
        Publication.PRIVATE: None,
        Publication.HIDDEN: None,
    }
    assert "feed_at" not in records.head_values(feedback(publication=Publication.PRIVATE))


def test_cases_spread_over_all_shards_of_changes() -> None:
    shards = {records.change_shard(new_code()) for _ in range(200)}
    assert shards == {f"c{shard}" for shard in range(records.CHANGE_SHARDS)}


def test_a_history_line_is_a_compact_array() -> None:
    line = records.head_values(assigned(to=POLICE))["history"][1]
    assert json.loads(line)[:4] == [2, "2023-05-23T07:05:00.000Z", "assign", "system"]
    assert records.entry_from(line) == assigned(to=POLICE).history[1]


def test_a_line_written_before_fields_were_added_is_still_read() -> None:
    entry = records.entry_from('[1,"2023-05-23T07:05:00.000Z","submit","citizen","a","received"]')
    assert entry == Entry(1, NOW, Action.SUBMIT, ActorKind.CITIZEN, Actor(ActorKind.CITIZEN, "a").id, Status.RECEIVED)


def test_facts_end_with_the_last_that_is_not_the_default_and_all_come_back() -> None:
    first = feedback()
    told = json.loads(records.head_values(first)["facts"])
    assert len(told) == 8, "what every case has"
    late = replace(first, channel_ref="7/2026")
    assert json.loads(records.head_values(late)["facts"])[-1] == "7/2026"
    assert records.feedback_from(records.head_values(late)).channel_ref == "7/2026"


def test_a_ladder_is_kept_as_letters_and_seconds_since_the_assignment() -> None:
    case = assigned()
    assert case.assignment is not None
    start = int(case.assignment.at.timestamp())
    ladder = (Rung(Action.REMIND, start + 90), Rung(Action.BREACH, start - 5), Rung(Action.CLIMB, start))
    case = replace(case, assignment=replace(case.assignment, ladder=ladder, climbed=1))
    head = records.head_values(case)
    assert '"r90 b-5 c0",1]' in head["facts"]
    assert records.feedback_from(head).assignment == case.assignment


def test_what_the_relay_publishes_follows_from_numbers_and_not_from_places() -> None:
    case = answered()
    lines = records.head_values(case)["history"]
    assert [entry.seq for entry in records.entries_after(lines, 2)] == [3, 4]
    assert records.entries_after(lines, 4) == []
    assert records.entries_after(lines, 0) == list(case.history)
    sealed = records.head_values(seal(case, stamp(Party.CENTRE)))["history"]
    assert len(sealed) == 1
    assert [(entry.seq, entry.action) for entry in records.entries_after(sealed, 4)] == [(5, Action.SEAL)]


def test_a_sealed_case_stands_in_no_index_by_reporter_and_comes_back() -> None:
    sealed = seal(answered(), stamp(Party.CENTRE))
    values = records.head_values(sealed)
    assert "reporter" not in values
    assert records.feedback_from(values) == sealed
