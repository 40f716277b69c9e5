"""Who watches over whom: on the seed's tree, on rows that contradict each other, and on trees that are none."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.core.errors import Conflict
from chalicelib.directory.catalogue import agencies_on, areas_on
from chalicelib.directory.model import Agency, AgencyKind, AreaLevel, OfficerRole, Post, RoutingStep, Watch
from chalicelib.directory.service import Directory
from chalicelib.directory.store import refuse_circle
from chalicelib.directory.watching import Watching, circle, rosters_on, watches_on
from infra.seed import rows
from tests.unit.directory.test_service import MovableClock, SeedRows

AREAS, AGENCIES, CATEGORIES = tuple(rows.areas()), tuple(rows.agencies()), tuple(rows.categories())
WATCHES, ROSTERS = tuple(rows.watches()), tuple(rows.rosters())
DAY = date(2023, 5, 23)
SEED = Watching(agencies_on(AGENCIES, DAY), areas_on(AREAS, DAY), watches_on(WATCHES, DAY))
GROUPS = sorted({category.group for category in CATEGORIES})
TOP = "ubnd-15"
MOST_SHARE, CHAIRMANS_SHARE = 0.08, 0.01


def code(agency: Agency | None) -> str:
    return agency.code if agency else ""


def watcher(agency: str, group: str = "", watching: Watching = SEED) -> str:
    return code(watching.watcher(agency, group))


def an_agency(name: str, parent: str | None = None, **changes: object) -> Agency:
    made = Agency(
        code=name, kind=AgencyKind.COMMITTEE, name=name, short_name=name, areas=("15",), parent=parent, email="", phone="",
        valid_from=date(2023, 1, 1),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def watching(agencies: Iterable[Agency], watches: Iterable[Watch] = (), day: date = DAY) -> Watching:
    return Watching(agencies_on(agencies, day), areas_on(AREAS, day), watches_on(watches, day))


def a_watch(name: str, **about: object) -> Watch:
    return replace(Watch(code=name, valid_from=date(2023, 1, 1)), **about)  # type: ignore[arg-type]


# The seed


def test_every_category_has_a_group_and_every_row_names_what_there_is() -> None:
    assert len(GROUPS) == 12
    assert "" not in GROUPS
    for row in WATCHES:
        assert row.group in {"", *GROUPS}
        assert bool(row.watcher) != bool(row.step)
        assert bool(row.agency) != bool(row.kind and row.level)
        assert {row.agency, row.watcher} - {""} <= SEED.agencies.today.keys()
    assert len(SEED.rows) == len(WATCHES), "no two rows are about the same"


def test_every_agency_has_a_watcher_in_every_group_but_for_the_top_of_the_province() -> None:
    for agency in AGENCIES:
        for group in GROUPS:
            found = watcher(agency.code, group)
            assert bool(found) == (agency.code != TOP)
            assert found != agency.code


def test_nobody_watches_in_a_circle_and_every_line_ends_at_the_top() -> None:
    for group in GROUPS:
        above: Mapping[str, str] = {agency.code: watcher(agency.code, group) for agency in AGENCIES}
        for agency in AGENCIES:
            line = [agency.code]
            while above[line[-1]]:
                assert above[line[-1]] not in line
                line.append(above[line[-1]])
            assert line[-1] == TOP
            assert len(line) <= 5


def test_no_one_is_flooded() -> None:
    pairs = [(agency.code, group) for agency in AGENCIES for group in GROUPS]
    load = Counter(watcher(*pair) for pair in pairs)
    load.pop("")
    busiest, most = load.most_common(1)[0]
    assert most <= MOST_SHARE * len(pairs), busiest
    assert load[TOP] <= CHAIRMANS_SHARE * len(pairs)
    assert len(load) >= 30


@pytest.mark.parametrize(
    ("agency", "category", "expected"),
    [
        ("ubnd-04252", "duong_sa", "ubnd-132"),
        ("ubnd-132", "duong_sa", "so-gtvt"),
        ("ubnd-132", "rac_thai", "so-tnmt"),
        ("ubnd-132", "giao_duc", "so-gddt"),
        ("ubnd-132", "a category never known", "ubnd-15"),
        ("so-gtvt", "duong_sa", "vp-ubnd-15"),
        ("so-noi-vu", "can_bo", "thanh-tra-15"),
        ("so-noi-vu", "duong_sa", "vp-ubnd-15"),
        ("vp-ubnd-15", "duong_sa", "ubnd-15"),
        ("tt-dhtm", "gop_y", "vp-ubnd-15"),
        ("ca-04252", "an_ninh", "ca-132"),
        ("ca-132", "an_ninh", "ca-15"),
        ("ca-15-pc07", "pccc", "ca-15"),
        ("ca-15", "an_ninh", "vp-ubnd-15"),
        ("dien-luc-132", "dien", "dien-luc-15"),
        ("dien-luc-15", "dien", "so-cong-thuong"),
        ("ttyt-132", "y_te", "so-y-te"),
        ("cap-nuoc-nghia-lo", "cap_nuoc", "so-xay-dung"),
        ("ubnd-15", "duong_sa", ""),
        ("nobody", "duong_sa", ""),
    ],
)
def test_the_lines_of_the_province(agency: str, category: str, expected: str) -> None:
    assert code(Directory(SeedRows(), MovableClock()).watcher(agency, category)) == expected


def test_rosters_name_posts_that_are_held() -> None:
    held = {(row.code, officer.role) for row in rows.officers() for officer in row.officers}
    found = rosters_on(ROSTERS, DAY)
    assert found.keys() == {"duty", "centre", "leaders"}
    for roster in found.values():
        assert roster.posts
        assert {(post.agency, post.role) for post in roster.posts} <= held
    directory = Directory(SeedRows(), MovableClock())
    assert directory.roster("leaders") == (Post("ubnd-15", OfficerRole.HEAD), Post("vp-ubnd-15", OfficerRole.HEAD))
    assert directory.roster("nobody") == ()


def test_rows_and_rosters_are_read_when_first_asked_for_and_kept_for_a_while() -> None:
    table, clock = SeedRows(), MovableClock(datetime(2023, 5, 23, 5, tzinfo=UTC))
    directory = Directory(table, clock, kept_seconds=300)
    for _ in range(3):
        directory.watcher("ubnd-132", "duong_sa")
        directory.roster("duty")
    assert (table.reads["watches"], table.reads["rosters"]) == (1, 1)
    clock.now += timedelta(seconds=300)
    directory.watcher("ubnd-132", "duong_sa")
    assert table.reads["watches"] == 2


# The rules

FAMILY = [an_agency("top"), an_agency("middle", "top"), an_agency("low", "middle"), an_agency("other", "top")]


def test_the_narrower_row_counts_more() -> None:
    about = {
        "one in a group": {"agency": "low", "group": "g"},
        "one": {"agency": "low"},
        "kind in a group": {"kind": AgencyKind.COMMITTEE, "level": AreaLevel.PROVINCE, "group": "g"},
        "kind": {"kind": AgencyKind.COMMITTEE, "level": AreaLevel.PROVINCE},
    }
    agencies = [*FAMILY, *(an_agency(name) for name in about)]
    watches = [a_watch(name, watcher=name, **found) for name, found in about.items()]
    for first, name in enumerate(about):
        assert watcher("low", "g", watching(agencies, watches[first:])) == name
    assert watcher("low", "another", watching(agencies, watches)) == "one"
    assert watcher("low", "g", watching(agencies)) == "middle"


def test_a_row_holds_in_its_period_only() -> None:
    watches = [
        a_watch("before", agency="low", watcher="top", valid_to=date(2025, 3, 1)),
        a_watch("after", agency="low", watcher="other", valid_from=date(2025, 3, 1)),
    ]
    assert watcher("low", "", watching(FAMILY, watches, date(2025, 2, 28))) == "top"
    assert watcher("low", "", watching(FAMILY, watches, date(2025, 3, 1))) == "other"


def test_a_watcher_that_has_ended_or_is_the_agency_itself_gives_way_to_the_next() -> None:
    agencies = [*FAMILY, an_agency("closed", valid_to=date(2023, 2, 1))]
    assert watcher("low", "", watching(agencies, [a_watch("a", agency="low", watcher="closed")])) == "middle"
    assert watcher("low", "", watching(agencies, [a_watch("a", agency="low", watcher="low")])) == "middle"
    assert watcher("low", "", watching(agencies, [a_watch("a", agency="low", watcher="never known")])) == "middle"
    nowhere = a_watch("a", agency="low", step=RoutingStep(AgencyKind.POWER, AreaLevel.DISTRICT))
    assert watcher("low", "", watching(agencies, [nowhere])) == "middle"


def test_over_a_parent_that_has_ended_its_own_parent_watches() -> None:
    agencies = [replace(FAMILY[1], valid_to=date(2023, 2, 1)), FAMILY[0], FAMILY[2]]
    assert watcher("low", "", watching(agencies)) == "top"


def test_a_closed_agency_with_open_cases_is_still_watched_over() -> None:
    agencies = [FAMILY[0], FAMILY[1], replace(FAMILY[2], valid_to=date(2023, 2, 1))]
    assert watcher("low", "", watching(agencies)) == "middle"


# Trees that are none


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        ({"a": "b", "b": None}, ()),
        ({"a": "a"}, ("a", "a")),
        ({"a": "b", "b": "a"}, ("a", "b", "a")),
        ({"x": "a", "a": "b", "b": "c", "c": "a"}, ("a", "b", "c", "a")),
        ({"a": "gone"}, ()),
    ],
)
def test_a_circle_is_found(parents: Mapping[str, str | None], expected: tuple[str, ...]) -> None:
    assert circle([an_agency(name, parent) for name, parent in parents.items()]) == expected


def test_a_circle_that_comes_only_later_is_found_and_one_of_different_times_is_none() -> None:
    before = [an_agency("a", "b", valid_to=date(2025, 7, 1)), an_agency("b", valid_to=date(2025, 7, 1))]
    after = [an_agency("a", valid_from=date(2025, 7, 1)), an_agency("b", "a", valid_from=date(2025, 7, 1))]
    assert circle([*before, *after]) == ()
    assert circle([*before, an_agency("a", "b", valid_from=date(2025, 7, 1)), after[1]]) == ("a", "b", "a")


def test_a_circle_is_refused_where_agencies_are_written() -> None:
    bodies = [msgspec.json.encode(an_agency(*pair)).decode() for pair in (("a", "b"), ("b", "a"))]
    refuse_circle(bodies[:1])
    with pytest.raises(Conflict) as refused:
        refuse_circle(bodies)
    assert refused.value.words == "error.agency_circle"
    assert refused.value.params == {"agencies": "a → b → a"}


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdefg")))
def test_whatever_the_tree_reading_ends_and_a_circle_is_one(parents: dict[str, str]) -> None:
    agencies = [an_agency(name, parents.get(name)) for name in "abcdef"]
    found = watching(agencies)
    for agency in agencies:
        assert watcher(agency.code, "", found) != agency.code
    turn = circle(agencies)
    assert all(parents[low] == high for low, high in pairwise(turn))
    lines = {name: _line(name, parents) for name in "abcdef"}
    assert bool(turn) == any(line[-1] in line[:-1] for line in lines.values())


def _line(name: str, parents: Mapping[str, str]) -> list[str]:
    line = [name]
    while line[-1] in parents and line[-1] not in line[:-1]:
        line.append(parents[line[-1]])
    return line
