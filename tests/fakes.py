"""Stand-ins for what lies outside the rules: composed in tests, never patched in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple

from chalicelib.core.calendar import Calendar, official
from chalicelib.core.errors import invalid
from chalicelib.feedback.agency_service import AgencyService
from chalicelib.feedback.casework import Casework
from chalicelib.feedback.centre_lists import CentreLists
from chalicelib.feedback.centre_service import CentreService, Sources
from chalicelib.feedback.consequences import Consequences
from chalicelib.feedback.lists import CaseLists
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import (
    CategoryRule,
    CodeSent,
    Draft,
    File,
    Named,
    Upload,
)
from chalicelib.feedback.sealing import Opening, Sealing
from chalicelib.feedback.service import FeedbackService
from chalicelib.feedback.sweep import Sweep
from chalicelib.feedback.values import Handling, Level
from chalicelib.feedback.watch import Watch
from tests.builders import NOW, SECRET
from tests.memory_store import MemoryStore


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


class Step(NamedTuple):
    """One attempt of a category's rule."""

    kind: str
    level: str


def _rule(code: str, handling: Handling, level: Level, publication: str, *steps: tuple[str, str]) -> CategoryRule:
    return CategoryRule(code, handling, level, publication, tuple(Step(*step) for step in steps))


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
