"""From a file's bytes to live records: one upload is read from its first row to its last, however many runs that takes.

Every run reads the file from its beginning and finds the same rows good, since rules, offer and file are the same; it writes only
what lies behind the last row that is surely stored. So a run may be killed anywhere, and twice is as once. Nobody sees
a row until the slice is switched to its version, in one write.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec

from chalicelib.core.clock import Clock
from chalicelib.core.errors import NotFound
from chalicelib.lookups.ports import Areas, Catalogue
from chalicelib.lookups.upload_ports import Batches, Files, Uploads
from chalicelib.lookups.uploads import Standing, Upload

# Items that are handed over together; after each the clock is looked at.
TOGETHER = 1_000
# After so many times that, how far it came is written down.
SOMETIMES = 10
# A worker's lease outlasts the time it was given by this.
GRACE = timedelta(minutes=2)
_TRIES = 8


class Outcome(StrEnum):
    """What a run came to: `ended` found nothing to do, `busy` another worker at it."""

    LIVE = "live"
    SUPERSEDED = "superseded"
    REFUSED = "refused"
    GOES_ON = "goes_on"
    BUSY = "busy"
    ENDED = "ended"


class Loaded(NamedTuple):
    """What a run came to, the upload as it stands, and the versions whose rows are now to be deleted by `retire`."""

    outcome: Outcome
    upload: Upload
    doomed: tuple[int, ...] = ()


class Outside(msgspec.Struct, frozen=True, kw_only=True):
    """What loading needs from outside; `secret` keys the hashes of codes."""

    catalogue: Catalogue
    uploads: Uploads
    files: Files
    batches: Batches
    areas: Areas
    secret: str
    clock: Clock


class Loader:
    """Loads uploads, rolls them back, and retires what nobody reads any more."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def load(self, dataset: str, number: int, until: datetime) -> Loaded:
        """Load an upload, or as much of it as there is time for until then; raises NotFound, Unavailable.

        `goes_on` asks for another run. A run that found its upload loaded tells so and changes nothing.
        """
        raise NotFound

    def retire(self, dataset: str, number: int, until: datetime) -> bool:
        """Delete the rows of a version that is doomed; False where another run has to go on. Raises NotFound, Unavailable."""
        raise NotFound

    def roll_back(self, dataset: str, slice_name: str) -> Standing:
        """Let the version before live again, and keep the one that lived; raises Conflict where there is none before it."""
        raise NotFound
