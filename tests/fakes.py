"""Stand-ins for what lies outside the rules: composed in tests, never patched in. MemoryStore obeys tests/store_rules.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Lock
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from chalicelib.core.calendar import Calendar, official
from chalicelib.core.clock import from_text, to_text
from chalicelib.core.errors import LostRace, NotFound, invalid
from chalicelib.feedback import records
from chalicelib.feedback.agency_service import AgencyService
from chalicelib.feedback.casework import Casework
from chalicelib.feedback.centre_lists import CentreLists
from chalicelib.feedback.centre_service import CentreService, Sources
from chalicelib.feedback.consequences import Consequences
from chalicelib.feedback.lifecycle import Status
from chalicelib.feedback.lists import CaseLists
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import (
    CategoryRule,
    CodeSent,
    Dossier,
    Draft,
    File,
    Line,
    Listing,
    Named,
    PublicFilter,
    Upload,
)
from chalicelib.feedback.sealing import Opening, Sealing
from chalicelib.feedback.service import FeedbackService
from chalicelib.feedback.sweep import Sweep
from chalicelib.feedback.values import Follow, Handling, Level, Look, Matter, Spot
from chalicelib.feedback.watch import Watch
from tests.builders import NOW, SECRET

Place = Mapping[str, str] | None
# What each index of the table shows beside its own keys; tests/store_rules.py compares with the table.
_ALWAYS = frozenset({"code", "part", "status", "category", "area", "level", "publication", "submitted_at"})
_SHOWN = {
    "desk": _ALWAYS | {"desk", "due"},
    "reporter": _ALWAYS | {"reporter", "agency", "deadline", "title", "scheduled_for"},
    "feed": _ALWAYS | {"feed", "feed_at", "agency", "deadline", "title", "lat", "long", "scheduled_for"},
}
_FILE = msgspec.json.Decoder(File)


class MovableClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> datetime:
        """The time after it was moved by `days=…, hours=…`."""
        self.now += timedelta(**by)
        return self.now


class Numbered:
    """Ids in order, eight characters each."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __call__(self) -> str:
        return f"{next(self._numbers):08x}"


class MemoryStore:
    """Cases as the table holds them (records.py), with the table's conditions; `rivals` act just before the next save."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self._one_at_a_time = Lock()
        self.rivals: list[Feedback] = []
        self.broken: set[str] = set()
        self.writes: list[tuple[str, str]] = []

    def add(self, feedback: Feedback) -> Feedback | None:
        if feedback.matter and not records.inline(feedback):
            self._write_matter(feedback)
        if (feedback.code, records.HEAD) in self.items:
            return self.dossier(feedback.code).feedback
        self._put(records.head_values(feedback))
        return None

    def save(self, feedback: Feedback, beside: Feedback | None = None) -> None:
        if feedback.matter and not records.inline(feedback):
            self._write_matter(feedback)
        if self.rivals:
            self._put(records.head_values(self.rivals.pop(0)))
        with self._one_at_a_time:
            standing = self.items.get((feedback.code, records.HEAD))
            if standing is None or standing["version"] != feedback.version - 1:
                raise LostRace()
            if beside and self.items[beside.code, records.HEAD]["version"] != beside.version:
                raise LostRace()
            self._put(records.head_values(feedback))

    def write_text(self, code: str, ref: str, text: str) -> None:
        self._put({"code": code, "part": f"text#{ref}", "text": text})

    def head(self, code: str) -> Feedback:
        if code in self.broken:
            raise ConnectionError(code)
        head = self.items.get((code, records.HEAD))
        if head is None:
            raise NotFound("error.feedback_not_found")
        return records.feedback_from(head)

    def dossier(self, code: str) -> Dossier:
        parts = {part: item for (owner, part), item in sorted(self.items.items()) if owner == code}
        if records.HEAD not in parts:
            raise NotFound("error.feedback_not_found")
        case = records.feedback_from(parts[records.HEAD])
        if case.status is Status.SEALED:
            return Dossier(case)
        if beside := parts.get(records.matter_part(case)):
            case = replace(case, matter=records.matter_from(beside["matter"]), heading=None)
        texts = {part.removeprefix("text#"): item["text"] for part, item in parts.items() if part.startswith("text#")}
        files = {_file(item).id: _file(item) for part, item in parts.items() if part.startswith("file#")}
        return Dossier(case, texts, tuple(files.values()))

    def everything(self, code: str) -> Sequence[Mapping[str, Any]]:
        return [item for (owner, _), item in sorted(self.items.items()) if owner == code]

    def forget(self, code: str, part: str) -> None:
        self.items.pop((code, part), None)

    def heads(self, codes: Sequence[str]) -> Mapping[str, Feedback]:
        return {code: self.head(code) for code in codes if (code, records.HEAD) in self.items}

    def places(self, listing: Listing, limit: int, after: Place) -> Sequence[Mapping[str, str]]:
        found = self._index((listing.name, listing.key), listing.order)
        start = 1 + next(i for i, item in enumerate(found) if item["code"] == after["code"]) if after else 0
        names = ("code", "part", listing.name, listing.order)
        return [{name: str(item[name]) for name in names} for item in found[start : start + limit]]

    def keep_look(self, code: str, look: Look) -> None:
        self._put(records.look_values(code, look))

    def looks(self, code: str) -> Sequence[Look]:
        return [records.look_from(item) for (owner, _), item in sorted(self.items.items()) if owner == f"looks#{code}"]

    def attach(self, code: str, file: File, most: int) -> bool:
        parts = [f"file#{file.by}#{slot}" for slot in range(most)]
        if any(_file(self.items[code, part]).id == file.id for part in parts if (code, part) in self.items):
            return True
        free = next((part for part in parts if (code, part) not in self.items), None)
        if free is not None:
            self._put({"code": code, "part": free, "facts": records.text_of(file)})
        return free is not None

    def own(self, reporter: str, limit: int, after: Place) -> tuple[Sequence[Line], Place]:
        return self._page(("reporter", reporter), "submitted_at", limit, after, newest_first=True)

    def desk(self, desk: str, limit: int, after: Place) -> tuple[Sequence[Line], Place]:
        return self._page(("desk", desk), "due", limit, after, newest_first=False)

    def public(self, wanted: PublicFilter, limit: int, before: str) -> tuple[Sequence[Line], str]:
        feeds = {f"public#{district}" for district in wanted.districts}
        found = [item for item in self.items.values() if item.get("feed") in feeds]
        found = [item for item in found if (not before or item["feed_at"] < before) and _wanted(item, wanted)]
        found.sort(key=lambda item: str(item["feed_at"]), reverse=True)
        lines = [_line(item, "feed") for item in found[:limit]]
        return lines, str(found[limit - 1]["feed_at"]) if len(found) > limit else ""

    def due(self, desk: str, until: datetime, limit: int) -> Sequence[Line]:
        found = [item for item in self._index(("desk", desk), "due") if item["due"] <= to_text(until)]
        return [_line(item, "desk") for item in found[:limit]]

    def changed(self, shard: int, after: datetime, until: datetime, limit: int) -> Sequence[tuple[str, datetime]]:
        found = self._index(("change_shard", f"c{shard}"), "changed_at")
        span = [item for item in found if to_text(after) < item["changed_at"] <= to_text(until)]
        return [(item["code"], from_text(item["changed_at"])) for item in span[:limit]]

    def latest(self, shard: int, before: datetime | None, limit: int) -> Sequence[tuple[str, datetime]]:
        found = self._index(("change_shard", f"c{shard}"), "changed_at")[::-1]
        span = [item for item in found if before is None or item["changed_at"] < to_text(before)]
        return [(item["code"], from_text(item["changed_at"])) for item in span[:limit]]

    def watched(self, watch: str, until: datetime, limit: int) -> Sequence[str]:
        found = self._index(("watch", watch), "watch_at")
        return [item["code"] for item in found if item["watch_at"] <= to_text(until)][:limit]

    def listed(self, watch: str, limit: int, after: Place) -> tuple[Sequence[str], Place]:
        found = self._index(("watch", watch), "watch_at")
        # The place is one in the order, whether or not its case still stands there.
        found = [
            item for item in found if not after or (item["watch_at"], item["code"]) > (after["watch_at"], after["code"])
        ]
        page = found[:limit]
        place = (
            {name: str(page[-1][name]) for name in ("code", "part", "watch", "watch_at")}
            if len(page) == limit
            else None
        )
        return [item["code"] for item in page], place

    def walk(self, of: str = "watch#calendar") -> tuple[str, int]:
        item = self.items.get((of, "walk"))
        return (item["text"], item["version"]) if item else ("", 0)

    def keep_walk(self, text: str, version: int, of: str = "watch#calendar") -> bool:
        if self.walk(of)[1] != version - 1:
            return False
        self._put({"code": of, "part": "walk", "text": text, "version": version})
        return True

    def nearby(self, cells: Sequence[str], most: int) -> Sequence[Spot]:
        found = [self._index(("cell", cell), "submitted_at")[::-1][:most] for cell in cells]
        return [Spot(item["code"], item["category"], item["lat"], item["long"]) for rows in found for item in rows]

    def words(self, cases: Sequence[Feedback]) -> Mapping[str, Matter]:
        found = {case.code: self.dossier(case.code).feedback.matter for case in cases}
        return {code: matter for code, matter in found.items() if matter}

    def follow(self, code: str, account: str, at: datetime) -> None:
        key = (records.followers_key(code), records.follower_part(account))
        if key not in self.items:
            reporter = records.follows_key(account)
            self._put({"code": key[0], "part": key[1], "reporter": reporter, "submitted_at": to_text(at)})

    def unfollow(self, code: str, account: str) -> bool:
        return self.items.pop((records.followers_key(code), records.follower_part(account)), None) is not None

    def followers(self, code: str) -> Sequence[str]:
        partition = records.followers_key(code)
        return [records.follower(item) for (owner, _), item in sorted(self.items.items()) if owner == partition]

    def followed(self, account: str, limit: int, after: Place) -> tuple[Sequence[Follow], Place]:
        key = ("reporter", records.follows_key(account))
        page, place = self._rows(key, "submitted_at", limit, after, newest_first=True)
        return [records.follow_from(item) for item in page], place

    def watermark(self, shard: int) -> datetime:
        item = self.items.get((f"sweep#c{shard}", "watermark"))
        return from_text(item["text"]) if item else datetime(2023, 1, 1, tzinfo=UTC)

    def move_watermark(self, shard: int, to: datetime) -> None:
        if to > self.watermark(shard):
            self._put({"code": f"sweep#c{shard}", "part": "watermark", "text": to_text(to)})

    def unsettled(self, now: datetime, limit: int) -> Sequence[tuple[str, int]]:
        due = [item for item in self._index(("desk", "unsettled#"), "due") if item["due"] <= to_text(now)]
        return [(item["code"].removeprefix("unsettled#"), item["version"]) for item in due[:limit]]

    def keep_unsettled(self, code: str, tries: int, look_at: datetime) -> None:
        self._put(
            {"code": f"unsettled#{code}", "part": "unsettled", "version": tries, "desk": "unsettled#", "due": to_text(look_at)}
        )  # fmt: skip

    def settle(self, code: str) -> None:
        self.items.pop((f"unsettled#{code}", "unsettled"), None)

    def _write_matter(self, feedback: Feedback) -> None:
        words = records.text_of(feedback.matter)
        self._put({"code": feedback.code, "part": records.matter_part(feedback), "matter": words})

    def _put(self, item: dict[str, Any]) -> None:
        self.items[item["code"], item["part"]] = item
        self.writes.append((item["code"], item["part"]))

    def _index(self, key: tuple[str, str], order: str) -> list[dict[str, Any]]:
        found = [item for item in self.items.values() if item.get(key[0]) == key[1] and order in item]
        return sorted(found, key=lambda item: (item[order], item["code"]))

    def _page(
        self, key: tuple[str, str], order: str, limit: int, after: Place, newest_first: bool
    ) -> tuple[Sequence[Line], Place]:
        page, place = self._rows(key, order, limit, after, newest_first)
        return [_line(item, key[0]) for item in page], place

    def _rows(
        self, key: tuple[str, str], order: str, limit: int, after: Place, newest_first: bool
    ) -> tuple[list[dict[str, Any]], Place]:
        found = self._index(key, order)
        if newest_first:
            found.reverse()
        # The place is one in the order, whether or not its item still stands there.
        if after:
            last = (after[order], after["code"])
            places = [(item[order], item["code"]) for item in found]
            beyond = [place < last if newest_first else place > last for place in places]
            found = [item for item, comes in zip(found, beyond, strict=True) if comes]
        page = found[:limit]
        more = len(page) == limit
        place = {name: str(page[-1][name]) for name in ("code", "part", key[0], order)} if more else None
        return page, place


def _file(item: Mapping[str, Any]) -> File:
    return _FILE.decode(item["facts"])


def _line(whole: Mapping[str, Any], index: str) -> Line:
    item = {name: value for name, value in whole.items() if name in _SHOWN[index]}
    due = item.get("due") or item.get("deadline")
    return Line(
        code=item["code"], status=item["status"], category=item["category"], area=item["area"], level=item["level"],
        publication=item["publication"], submitted_at=from_text(item["submitted_at"]), due=from_text(due) if due else None,
        agency=item.get("agency", ""), title=item.get("title", ""), lat=item.get("lat"), long=item.get("long"),
        scheduled_for=item.get("scheduled_for", ""),
    )  # fmt: skip


def _wanted(item: Mapping[str, Any], wanted: PublicFilter) -> bool:
    west, south, east, north = wanted.box or (-180, -90, 180, 90)
    return (
        (wanted.areas is None or item["area"] in wanted.areas)
        and wanted.category in (None, item["category"])
        and wanted.status in (None, item["status"])
        and wanted.agency in (None, item.get("agency"))
        and west <= item["long"] <= east
        and south <= item["lat"] <= north
    )


class Step(NamedTuple):
    """One attempt of a category's rule."""

    kind: str
    level: str


def _rule(code: str, handling: Handling, level: Level, publication: str, *steps: tuple[str, str]) -> CategoryRule:
    return CategoryRule(
        code, {"vi": f"{code} (vi)", "en": f"{code} (en)"}, handling, level, publication,
        tuple(Step(*step) for step in steps), {"vi": "Cẩn thận", "en": "Take care"},
    )  # fmt: skip


class SmallDirectory:
    """A province with two districts of two communes; one commune has a committee and police, its district a committee."""

    def __init__(self) -> None:
        by_level = (("committee", "commune"), ("committee", "district"))
        rules = [
            _rule("duong_sa", Handling(7), Level.NORMAL, "public", *by_level),
            _rule("sat_lo", Handling(0, 4), Level.URGENT, "public", *by_level),
            _rule("an_ninh", Handling(3), Level.NORMAL, "private", ("police", "commune")),
            _rule("kien_nghi", Handling(10), Level.COMPLEX, "review", ("office", "province")),
        ]
        self.rules = {rule.code: rule for rule in rules}
        self.parents = {"commune-1": "district-1", "commune-2": "district-1", "commune-3": "district-2",
                        "commune-4": "district-2", "district-1": "province", "district-2": "province"}  # fmt: skip
        self.agencies = {
            ("committee", "commune-1"): "ubnd-xa-1",
            ("police", "commune-1"): "ca-xa-1",
            ("committee", "district-1"): "ubnd-huyen-1",
        }
        self.above_of = {"ubnd-xa-1": "ubnd-huyen-1", "ca-xa-1": "ubnd-huyen-1"}
        self.ended = {"old-agency"}
        self.approving: set[str] = set()
        self.heirs_of: dict[str, tuple[str, ...]] = {}

    def category(self, code: str) -> CategoryRule | None:
        return self.rules.get(code)

    def place(self, lat: float, long: float, confirmed: str | None) -> str:
        if not (21 <= lat <= 22 and 104 <= long <= 106):
            raise invalid("location", "field.outside")
        if confirmed is not None and confirmed not in self.parents:
            raise invalid("location.area", "field.area")
        return confirmed or ("commune-1" if long < 105 else "district-2")

    def path(self, area: str) -> tuple[tuple[str, str], ...]:
        if area not in {*self.parents, "province"}:
            return ()
        above = self.path(self.parents[area]) if area in self.parents else ()
        return ((area.partition("-")[0], area), *above)

    def competent(self, kind: str, area: str) -> str | None:
        return self.agencies.get((kind, area))

    def area(self, code: str, at: datetime | None = None) -> Named:
        return Named(code, f"Xã {code}")

    def agency(self, code: str, at: datetime | None = None) -> Named:
        return Named(code, f"Cơ quan {code}")

    def has_agency(self, code: str) -> bool:
        return code in self.agencies.values()

    def needs_approval(self, code: str) -> bool:
        return code in self.approving

    def above(self, code: str) -> tuple[str, ...]:
        parent = self.above_of.get(code)
        return (parent, *self.above(parent)) if parent else ()

    def heirs(self, code: str, category: str = "") -> tuple[str, ...]:
        return () if self.has_agency(code) else self.heirs_of.get(code, ())

    def knows_agency(self, code: str) -> bool:
        return self.has_agency(code) or code in self.ended

    def knows_category(self, code: str) -> bool:
        return code in self.rules

    def within(self, area: str) -> frozenset[str]:
        below = [self.within(child) for child, parent in self.parents.items() if parent == area]
        return frozenset({area}).union(*below) if area in {*self.parents, "province"} else frozenset()

    def districts(self) -> tuple[str, ...]:
        return ("district-1", "district-2")


@dataclass
class MemoryFiles:
    """Leave to upload, by the number of the request; `posted` is what lies in storage though nobody has registered it."""

    asked: list[tuple[str, str, str, int, str]] = field(default_factory=list)
    posted: list[File] = field(default_factory=list)
    copied: list[tuple[str, str, str]] = field(default_factory=list)
    sealed: list[tuple[str, str]] = field(default_factory=list)

    def upload(self, code: str, by: str, declared_type: str, size: int, back_to: str = "") -> Upload:
        self.asked.append((code, by, declared_type, size, back_to))
        key = f"cases/{code}/{by}/{len(self.asked)}"
        return Upload(str(len(self.asked)), key, "https://files.example", {"key": key}, 900)

    def link(self, code: str, file: File) -> str:
        return f"https://files.example/{code}/{file.id}"

    def copy(self, code: str, to: str, file: File) -> None:
        self.copied.append((code, to, file.id))

    def seal(self, code: str, file: File) -> None:
        self.sealed.append((code, file.id))

    def sealed_link(self, code: str, file: File) -> str:
        return f"https://files.example/sealed/{code}/{file.id}"

    def arrived(self, code: str, by: str, identifier: str) -> File | None:
        return next((file for file in self.posted if (file.by, file.id) == (by, identifier)), None)


@dataclass
class MemorySealed:
    """What sealed cases held; `dies_after` so many parts it fails once."""

    parts: dict[tuple[str, str], str] = field(default_factory=dict)
    dies_after: int | None = None

    def keep(self, code: str, part: str, content: str) -> None:
        if self.dies_after is not None:
            self.dies_after -= 1
            if self.dies_after < 0:
                self.dies_after = None
                raise ConnectionError(part)
        self.parts[code, part] = content

    def opened(self, code: str) -> Mapping[str, str]:
        return {part: content for (owner, part), content in sorted(self.parts.items()) if owner == code}


@dataclass
class KnownContacts:
    """Names and phones by account; `asked` says in which order who was looked up."""

    known: dict[str, tuple[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def contact(self, account: str) -> tuple[str, str] | None:
        self.asked.append(account)
        return self.known.get(account)


@dataclass
class KnownEffects:
    """Which history entries of which case had no effect; `broken` cases cannot be asked about."""

    open: dict[str, list[int]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def missing(self, feedback: Feedback) -> Sequence[int]:
        if feedback.code in self.broken:
            raise ConnectionError(feedback.code)
        return self.open.get(feedback.code, [])


@dataclass
class RecordingPublisher:
    """What was published, unless the topic is `down`."""

    published: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    down: bool = False

    def publish(self, feedback: Feedback, seqs: Sequence[int]) -> None:
        if self.down:
            raise ConnectionError("the topic")
        self.published.append((feedback.code, tuple(seqs)))


@dataclass
class KnownSignatures:
    """The head's phone as a list of drafts for which a code was sent; the code is always 123456, good for the last of them."""

    sent: list[Draft] = field(default_factory=list)
    guesses: list[tuple[Draft, str]] = field(default_factory=list)

    def send(self, agency: str, draft: Draft, key: str, language: str) -> CodeSent:
        self.sent.append(draft)
        return CodeSent(600, "001")

    def check(self, draft: Draft, code: str) -> None:
        self.guesses.append((draft, code))
        if not self.sent or self.sent[-1] != draft:
            raise invalid("code", "field.signing_code_ended")
        if code != "123456":
            raise invalid("code", "field.signing_code", left=4)


@dataclass
class Office:
    """The whole slice on fakes."""

    store: MemoryStore = field(default_factory=MemoryStore)
    clock: MovableClock = field(default_factory=MovableClock)
    directory: SmallDirectory = field(default_factory=SmallDirectory)
    files: MemoryFiles = field(default_factory=MemoryFiles)
    sealed: MemorySealed = field(default_factory=MemorySealed)
    contacts: KnownContacts = field(default_factory=KnownContacts)
    effects: KnownEffects = field(default_factory=KnownEffects)
    publisher: RecordingPublisher = field(default_factory=RecordingPublisher)
    signatures: KnownSignatures = field(default_factory=KnownSignatures)
    calendar: Calendar = field(default_factory=official, repr=False)

    def __post_init__(self) -> None:
        self.casework = Casework(self.store, self.clock, Numbered(), SECRET)
        self.service = FeedbackService(
            self.store, self.casework, self.directory, self.files, lambda: self.calendar, self.clock, SECRET
        )
        self.agencies = AgencyService(
            self.store, self.casework, self.directory, self.files, lambda: self.calendar, self.clock, self.signatures
        )
        self.sealing = Sealing(self.store, self.casework, self.sealed, self.files)
        self.opening = Opening(self.store, self.sealed, self.files, self.contacts, self.clock)
        self.consequences = Consequences(self.store, self.directory, self.files, self.clock, self.sealing.finish)
        self.centre = CentreService(
            Sources(
                self.store, self.casework, CentreLists(self.store, self.directory, SECRET), self.sealing, self.directory,
                self.contacts, lambda: self.calendar, self.clock, SECRET,
            )
        )  # fmt: skip
        self.lists = CaseLists(self.store, self.directory, SECRET)
        self.sweep = Sweep(self.store, self.service, self.effects, self.publisher)
        self.watch = Watch(self.store, self.casework, lambda: self.calendar)

    def keep(self, case: Feedback) -> Feedback:
        """Put a case into the store as it stands."""
        self.store.add(case)
        return case
