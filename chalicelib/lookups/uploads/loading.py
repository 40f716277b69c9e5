"""From a file's bytes to live records: one upload is read from its first row to its last, however many runs that takes.

Every run reads the file from its beginning and finds the same rows good, since rules, offer and file are the same; it writes only
what lies behind the last row that is surely stored. So a run may be killed anywhere, and twice is as once. Nobody sees
a row until the slice is switched to its version, in one write.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from chalicelib.core.clock import Clock
from chalicelib.core.errors import Conflict, LostRace, NotFound
from chalicelib.lookups.model import Dataset, Offer
from chalicelib.lookups.ports import Areas, Catalogue
from chalicelib.lookups.uploads.checking import Checked, Checker, KnownAreas
from chalicelib.lookups.uploads.items import Keeping, items_of, keeping, problem_item
from chalicelib.lookups.uploads.model import (
    LOADABLE,
    MOST_PROBLEMS,
    MOST_ROWS,
    TRANSITIONS,
    Fault,
    Problem,
    SheetRefused,
    Standing,
    State,
    Upload,
    cleared,
    doomed,
    rolled_back,
    state_in,
    switched,
)
from chalicelib.lookups.uploads.ports import Batches, Files, Item, Uploads
from chalicelib.lookups.uploads.sheets import lines_of

TOGETHER = 1_000
# After so many times that, how far it came is written down.
SOMETIMES = 10
# A worker's lease outlasts the time it was given by this.
GRACE = timedelta(minutes=2)
_TRIES = 8


class Outcome(StrEnum):
    """What a run came to: `ended` found nothing to do; `busy` another worker at it, or the lease of one that was killed.

    After `goes_on` another run is needed at once, after `busy` in a while.
    """

    LIVE = "live"
    SUPERSEDED = "superseded"
    REFUSED = "refused"
    GOES_ON = "goes_on"
    BUSY = "busy"
    ENDED = "ended"


class Loaded(NamedTuple):
    """What a run came to, the upload as it stands, and the versions of its slice whose rows `retire` is now to delete."""

    outcome: Outcome
    upload: Upload
    doomed: tuple[int, ...] = ()


class Outside(msgspec.Struct, frozen=True, kw_only=True):
    """What loading needs from outside; `secret` keys the hashes of codes.

    At least `together` items are handed over at a time, after which the clock is looked at.
    """

    catalogue: Catalogue
    uploads: Uploads
    files: Files
    batches: Batches
    areas: Areas
    secret: str
    clock: Clock
    together: int = TOGETHER


class _Reached(NamedTuple):
    """How far a reading of a file came, in the fields of an upload."""

    written: int = 0
    read: int = 0
    good: int = 0
    bad: int = 0

    def after(self, row: Checked) -> "_Reached":
        """One row further."""
        good = not row.errors
        return _Reached(row.number, self.read + 1, self.good + good, self.bad + (not good))


class _Run:
    """One worker's hold on an upload, with the upload as last written down."""

    def __init__(self, uploads: Uploads, upload: Upload, until: datetime) -> None:
        self._uploads = uploads
        self.reached = _Reached()
        self.upload = uploads.keep(replace(upload, leased_until=until + GRACE))

    def keep(self, **changed: object) -> Upload:
        """The upload with that written down; raises LostRace where another worker has taken it over."""
        self.upload = self._uploads.keep(replace(self.upload, **changed))
        return self.upload

    def let_go(self) -> None:
        """End the lease, where it is still this worker's."""
        if self.upload.leased_until:
            with suppress(LostRace):
                self.keep(leased_until=None)


class Loader:
    """Loads uploads, rolls them back, and retires what nobody reads any more."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._uploads = outside.uploads

    def load(self, dataset: str, number: int, until: datetime) -> Loaded:
        """Load an upload, or as much of it as there is time for until then; raises NotFound, Unavailable.

        `goes_on` asks for another run. A run that finds its upload loaded already says so and changes nothing.
        """
        upload = self._upload(dataset, number)
        if upload.state not in LOADABLE:
            # A run that was killed after its last write has told nobody what is to be deleted, nor all uploads what became of them.
            standing = self._uploads.standing(dataset, upload.slice)
            self._tell(dataset, standing)
            return Loaded(Outcome.ENDED, self._upload(dataset, number), standing.doomed)
        with self._held(upload, until) as run:
            if run is None:
                return Loaded(Outcome.BUSY, upload)
            try:
                return self._run(run, until)
            except SheetRefused as refused:
                return self._refuse(run, refused.fault)
            except LostRace:
                return Loaded(Outcome.BUSY, run.upload)

    def retire(self, dataset: str, number: int, until: datetime) -> bool:
        """Delete the rows of a version that is doomed; False where another run has to go on. Raises NotFound, Unavailable."""
        upload = self._upload(dataset, number)
        if number not in self._uploads.standing(dataset, upload.slice).doomed:
            return True
        with self._held(upload, until) as run:
            if run is None or not self._delete(run, until):
                return False
            self._switch(upload, lambda standing: cleared(standing, number))
            if State.RETIRED in TRANSITIONS[run.upload.state]:
                run.keep(state=State.RETIRED, leased_until=None)
            return True

    def roll_back(self, dataset: str, slice_name: str) -> Standing:
        """Let the version before live again, and keep the one that lived; raises Conflict where there is none before it."""
        before = self._uploads.standing(dataset, slice_name).slice.previous
        previous = self._uploads.upload(dataset, before) if before else None
        if previous is None:
            raise Conflict("error.no_previous")
        standing = self._switch(previous, lambda now: rolled_back(now, previous))
        self._tell(dataset, standing)
        return standing

    def _upload(self, dataset: str, number: int) -> Upload:
        upload = self._uploads.upload(dataset, number)
        if upload is None:
            raise NotFound("error.upload_not_found")
        return upload

    @contextmanager
    def _held(self, upload: Upload, until: datetime) -> Iterator[_Run | None]:
        """A hold on the upload, none where another worker has it; in the end it is let go, whatever happened."""
        if upload.leased_until and upload.leased_until > self._outside.clock():
            yield None
            return
        try:
            run = _Run(self._uploads, upload, until)
        except LostRace:
            yield None
            return
        try:
            yield run
        finally:
            run.let_go()

    def _run(self, run: _Run, until: datetime) -> Loaded:
        self._begin(run)
        if run.upload.loaded_at is None and not self._store(run, until):
            return Loaded(Outcome.GOES_ON, run.keep(leased_until=None))
        return self._settle(run)

    def _begin(self, run: _Run) -> None:
        """The upload as loading, with the offer as it is now if this is the first run."""
        upload = run.upload
        if upload.state is State.BEGUN:
            upload = upload.to(State.ARRIVED)
        if upload.state is State.ARRIVED:
            # Leave to send the file lasts for some minutes more; every reading must find the same.
            self._outside.files.take(upload)
            run.keep(state=upload.to(State.LOADING).state, offer=self._offer(upload.dataset))

    def _offer(self, dataset: str) -> Offer | None:
        utility_id, _, offer_id = dataset.partition(".")
        utility = self._outside.catalogue.utility(utility_id)
        return utility.offer(offer_id) if utility else None

    def _checked(self, upload: Upload) -> Iterator[tuple[Checked, Keeping]]:
        """The rows of the file in their order, checked; raises SheetRefused."""
        feed = upload.offer.feed(upload.feed) if upload.offer else None
        if upload.offer is None or feed is None:
            raise SheetRefused("sheet.no_offer")
        areas = KnownAreas(self._outside.areas)
        dataset = Dataset(upload.dataset.partition(".")[0], upload.offer)
        checker = Checker(dataset, feed, upload.month, areas)
        kept = keeping(dataset, upload, self._outside.secret, areas)
        with lines_of(self._outside.files.open(upload), checker.fit) as lines:
            header = next(lines, None)
            if header is None:
                raise SheetRefused("sheet.empty")
            checker.header(header)
            for read, line in enumerate(lines, start=1):
                if read > MOST_ROWS:
                    raise SheetRefused("sheet.rows", most=MOST_ROWS)
                yield checker.row(line), kept

    def _store(self, run: _Run, until: datetime) -> bool:
        """Whether the whole file is stored; False where time ran out, with what is stored written down. Raises SheetRefused."""
        waiting, sent, done = list[Item](), 0, run.upload.written
        for checked, kept in self._checked(run.upload):
            run.reached = run.reached.after(checked)
            if checked.number > done:
                waiting += _items(run, checked, kept)
            if len(waiting) >= self._outside.together:
                self._outside.batches.write(waiting)
                waiting, sent = [], sent + 1
                if self._outside.clock() >= until:
                    run.keep(**run.reached._asdict())
                    return False
                if sent % SOMETIMES == 0:
                    run.keep(**run.reached._asdict())
        self._outside.batches.write(waiting)
        if not run.reached.good:
            raise SheetRefused("sheet.no_good_row")
        run.keep(loaded_at=self._outside.clock(), **run.reached._asdict())
        return True

    def _delete(self, run: _Run, until: datetime) -> bool:
        """Whether all rows of an upload are deleted; False where time ran out."""
        waiting = list[Item]()
        done = run.upload.deleted
        try:
            for checked, kept in self._checked(run.upload):
                if checked.number <= done or checked.errors:
                    continue
                waiting += items_of(kept, checked.facts)
                if len(waiting) >= self._outside.together:
                    self._outside.batches.delete(waiting)
                    waiting = []
                    if self._outside.clock() >= until:
                        run.keep(deleted=checked.number, leased_until=None)
                        return False
        except SheetRefused:
            # It was refused in its midst, when some rows were stored: these are the ones before.
            pass
        self._outside.batches.delete(waiting)
        return True

    def _refuse(self, run: _Run, fault: Fault) -> Loaded:
        """The upload as refused; what of it was stored is doomed, which nobody ever read."""
        stored, number = run.reached.good, run.upload.number
        standing = self._switch(run.upload, lambda now: doomed(now, number) if stored else now)
        run.keep(state=State.REFUSED, fault=fault, leased_until=None, **run.reached._asdict())
        return Loaded(Outcome.REFUSED, run.upload, standing.doomed)

    def _settle(self, run: _Run) -> Loaded:
        """The slice switched, and the uploads told what became of them."""
        upload = run.upload
        standing = self._switch(upload, lambda now: switched(now, upload))
        run.keep(state=state_in(standing, upload), leased_until=None)
        self._tell(upload.dataset, standing)
        live = run.upload.state is State.LIVE
        return Loaded(Outcome.LIVE if live else Outcome.SUPERSEDED, run.upload, standing.doomed)

    def _switch(self, upload: Upload, change: Callable[[Standing], Standing]) -> Standing:
        """The slice of an upload with that change, decided anew where somebody else changed it at the same moment."""
        for _ in range(_TRIES):
            standing = self._uploads.standing(upload.dataset, upload.slice)
            changed = change(standing)
            if changed == standing:
                return standing
            with suppress(LostRace):
                return self._uploads.switch(upload.dataset, changed)
        raise LostRace()

    def _tell(self, dataset: str, standing: Standing) -> None:
        """Write down at the uploads of a slice what the slice says of them."""
        for number in (standing.slice.live, standing.slice.previous, *standing.doomed):
            upload = self._uploads.upload(dataset, number) if number else None
            if upload is None or upload.state in LOADABLE:
                continue
            state = state_in(standing, upload)
            if state is not upload.state:
                # Whoever changes it at the same moment tells the same.
                with suppress(LostRace):
                    self._uploads.keep(upload.to(state))


def _items(run: _Run, checked: Checked, kept: Keeping) -> list[Item]:
    """What is stored of a row: its record, or why it was refused, as long as such are kept."""
    if not checked.errors:
        return list(items_of(kept, checked.facts))
    if run.reached.bad > MOST_PROBLEMS:
        return []
    return [problem_item(run.upload, Problem(checked.number, checked.errors))]
