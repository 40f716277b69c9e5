"""An upload from its beginning to its end, and which version of a slice lives: pure data and rules.

A version is the number of the upload that brought it. One lives, the one before it is kept to roll back to, all earlier ones are
doomed: their rows are deleted, which retires their upload.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from chalicelib.core.errors import Conflict, DomainError, FieldError, LostRace
from chalicelib.lookups.model import Feed, Offer, Slice, SliceRule, month_of

MOST_ROWS = 200_000
MOST_BYTES = 100_000_000
# Refused rows that are kept with their reasons; all are counted.
MOST_PROBLEMS = 1_000


class State(StrEnum):
    """Where an upload stands.

    begun: its file may be sent; arrived: the file is there; loading: rows are being written; live: readers see them; superseded:
    another version lives in its place; rolled back: taken back for the version before; refused: the file as a whole is not right;
    retired: its rows are deleted.
    """

    BEGUN = "begun"
    ARRIVED = "arrived"
    LOADING = "loading"
    LIVE = "live"
    SUPERSEDED = "superseded"
    ROLLED_BACK = "rolled_back"
    REFUSED = "refused"
    RETIRED = "retired"


_S = State
# What is not here does not happen.
TRANSITIONS: Mapping[State, frozenset[State]] = {
    _S.BEGUN: frozenset({_S.ARRIVED}),
    _S.ARRIVED: frozenset({_S.LOADING, _S.REFUSED}),
    _S.LOADING: frozenset({_S.LIVE, _S.SUPERSEDED, _S.ROLLED_BACK, _S.REFUSED}),
    _S.LIVE: frozenset({_S.SUPERSEDED, _S.ROLLED_BACK}),
    _S.SUPERSEDED: frozenset({_S.LIVE, _S.RETIRED}),
    _S.ROLLED_BACK: frozenset({_S.LIVE, _S.RETIRED}),
    _S.REFUSED: frozenset(),
    _S.RETIRED: frozenset(),
}
# In these a loader has work to do.
LOADABLE = frozenset({_S.BEGUN, _S.ARRIVED, _S.LOADING})


class Fault(msgspec.Struct, frozen=True):
    """Why a file is refused as a whole: the key of a sentence in core/lookup_words.py and what fills it."""

    words: str
    params: dict[str, str | int | float] = msgspec.field(default_factory=dict)


class Problem(msgspec.Struct, frozen=True):
    """A row that was refused, by its number in the file, with every reason; the field of a reason is a column's name.

    Reasons never quote a cell.
    """

    row: int
    errors: tuple[FieldError, ...]


class Upload(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One file of a unit for a slice of a dataset, and how far it came; `version` counts its changes.

    `by` is the user who sent it. `offer` is the offer as it was when loading began, so that every reading of the file finds the
    same. `read`, `good` and `bad` count rows; `written` is the last row (by its number in the file) whose items are surely stored,
    `deleted` the last one whose items are surely gone. Until `leased_until` one worker has it.
    """

    dataset: str
    number: int
    feed: str
    slice: str
    file_name: str
    size: int
    by: str
    begun_at: datetime
    state: State = State.BEGUN
    offer: Offer | None = None
    read: int = 0
    good: int = 0
    bad: int = 0
    written: int = 0
    deleted: int = 0
    fault: Fault | None = None
    loaded_at: datetime | None = None
    leased_until: datetime | None = None
    version: int = 0

    @property
    def month(self) -> str:
        """The month that the upload is for, `YYYY-MM`; empty for a feed that is uploaded whole."""
        return self.slice.partition("@")[2]

    def to(self, state: State) -> "Upload":
        """The upload in another state; raises Conflict where the table has no such way."""
        if state not in TRANSITIONS[self.state]:
            raise Conflict("error.upload_ended")
        return replace(self, state=state)


class Standing(msgspec.Struct, frozen=True):
    """A slice with what readers need not know: versions whose rows are still to be deleted; `version` counts its changes."""

    slice: Slice
    doomed: tuple[int, ...] = ()
    version: int = 0


class SheetRefused(DomainError):
    """A file cannot be read as a whole."""

    words = "error.sheet"

    @property
    def fault(self) -> Fault:
        """The same, to be kept."""
        return Fault(self.words, dict(self.params))


def slice_name(feed: Feed, month: str | None) -> str:
    """The slice that an upload of the feed replaces; raises Conflict where a month is missing or not asked for."""
    if (feed.slices is SliceRule.MONTH) is not bool(month):
        raise Conflict("error.upload_month")
    if not month:
        return feed.id
    try:
        month_of(month)
    except ValueError as error:
        raise Conflict("error.upload_month") from error
    return f"{feed.id}@{month}"


def switched(standing: Standing, upload: Upload) -> Standing:
    """The slice once the upload has been loaded: its version lives, unless a later one was loaded already; the same if done."""
    now, number = standing.slice, upload.number
    if number in (now.live, now.previous, *standing.doomed) or not upload.loaded_at:
        return standing
    if number < max(now.live, now.previous):
        return replace(standing, doomed=(*standing.doomed, number))
    doomed = (*standing.doomed, now.previous) if now.previous else standing.doomed
    live = Slice(now.name, number, now.live, upload.good, upload.loaded_at)
    return replace(standing, slice=live, doomed=doomed)


def doomed(standing: Standing, number: int) -> Standing:
    """The slice once a version, which never lived, is to be deleted."""
    return standing if number in standing.doomed else replace(standing, doomed=(*standing.doomed, number))


def rolled_back(standing: Standing, previous: Upload) -> Standing:
    """The slice with the version before living again, and the one that lived kept; raises LostRace where that is another."""
    now = standing.slice
    if previous.number != now.previous:
        raise LostRace()
    live = Slice(now.name, now.previous, now.live, previous.good, previous.loaded_at)
    return replace(standing, slice=live)


def cleared(standing: Standing, number: int) -> Standing:
    """The slice once the rows of a version are deleted."""
    return replace(standing, doomed=tuple(one for one in standing.doomed if one != number))


def state_in(standing: Standing, upload: Upload) -> State:
    """The state of an upload that was loaded, as its slice says."""
    now = standing.slice
    if upload.number == now.live:
        return State.LIVE
    if upload.number == now.previous and upload.number > now.live:
        return State.ROLLED_BACK
    if upload.state in (State.ROLLED_BACK, State.REFUSED, State.RETIRED):
        return upload.state
    return State.SUPERSEDED
