"""What surrounds a run of the loader: the rest is left for the next one, old versions are cleared away, the uploader is told."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.contracts.uploads import MOST_REFUSALS, Refusal, UploadReport, UploadState
from chalicelib.core.words import say
from chalicelib.lookups.model import Offer, Utility
from chalicelib.lookups.uploads.keys import Rest, Work
from chalicelib.lookups.uploads.loading import Loaded, Outcome
from chalicelib.lookups.uploads.model import Problem, State, Upload

# Readers may go on with the slices they know for some seconds, and with what they have begun to read for a request's time.
RETIRE_AFTER = timedelta(minutes=15)
# Until then another worker has ended, or its lease has.
LOOK_AGAIN_AFTER = timedelta(minutes=15)
_BUSY = "busy"

_REPORTED: Mapping[Outcome, UploadState] = {
    Outcome.LIVE: UploadState.LIVE,
    Outcome.SUPERSEDED: UploadState.SUPERSEDED,
    Outcome.REFUSED: UploadState.REFUSED,
}
# What had ended before the run began may have been cut off from its report.
_REPORTED_LATER: Mapping[State, UploadState] = {
    State.LIVE: UploadState.LIVE,
    State.REFUSED: UploadState.REFUSED,
}


class Loading(Protocol):
    """The loader."""

    def load(self, dataset: str, number: int, until: datetime) -> Loaded:
        """Load an upload, or as much of it as there is time for until then; raises NotFound, Unavailable."""

    def retire(self, dataset: str, number: int, until: datetime) -> bool:
        """Delete the rows of a version that is doomed; False where another run has to go on."""


class Utilities(Protocol):
    """The catalogue."""

    def one(self, identifier: str) -> Utility:
        """One of them; raises NotFound."""


class Uploads(Protocol):
    """Uploads as stored."""

    def upload(self, dataset: str, number: int) -> Upload | None:
        """One of them."""

    def problems(
        self, dataset: str, number: int, limit: int, after: Mapping[str, Any] | None
    ) -> tuple[Sequence[Problem], Mapping[str, Any] | None]:
        """The rows of an upload that were refused, in the order of the file, and where to go on."""


class Files(Protocol):
    """The files that units have uploaded."""

    def let_expire(self, upload: Upload) -> None:
        """Keep the file of an upload for a month more and no longer."""


class Queue(Protocol):
    """Work for later."""

    def send(self, rest: Rest, delay: timedelta = timedelta()) -> None:
        """Leave work for later, for at most 15 minutes later."""


class Reports(Protocol):
    """E-mails about uploads."""

    def send(self, report: UploadReport, to: str) -> str:
        """Tell the uploader, once; `busy` where that may be tried again later, else `told` or `refused`."""


class Uploaders(Protocol):
    """Who uploads."""

    def email(self, user: str) -> str:
        """The e-mail address of a member of the staff pool, empty for one who is no longer there."""


class Runs:
    """One run a call."""

    def __init__(
        self, loading: Loading, utilities: Utilities, uploads: Uploads, files: Files, queue: Queue, reports: Reports,
        uploaders: Uploaders,
    ) -> None:  # fmt: skip
        self._loading = loading
        self._utilities = utilities
        self._uploads = uploads
        self._files = files
        self._queue = queue
        self._reports = reports
        self._uploaders = uploaders

    def load(self, dataset: str, number: int, until: datetime) -> Mapping[str, int]:
        """Load as far as there is time until then; what came of it, with the rows. Raises NotFound, Unavailable."""
        loaded = self._loading.load(dataset, number, until)
        rest = Rest(dataset, number, Work.LOAD)
        for version in loaded.doomed:
            self._queue.send(Rest(dataset, version, Work.RETIRE), RETIRE_AFTER)
        if loaded.outcome is Outcome.GOES_ON:
            self._queue.send(rest)
        if loaded.outcome is Outcome.BUSY or self._report(loaded) == _BUSY:
            self._queue.send(rest, LOOK_AGAIN_AFTER)
        if loaded.upload.state is State.REFUSED and number not in loaded.doomed:
            self._files.let_expire(loaded.upload)
        return {loaded.outcome.value: 1, "good": loaded.upload.good, "bad": loaded.upload.bad}

    def retire(self, dataset: str, number: int, until: datetime) -> None:
        """Clear away a version that nobody reads, as far as there is time until then; raises NotFound, Unavailable.

        Its file, in which what to clear away is read, is kept until that is done.
        """
        if not self._loading.retire(dataset, number, until):
            self._queue.send(Rest(dataset, number, Work.RETIRE))
        elif upload := self._uploads.upload(dataset, number):
            self._files.let_expire(upload)

    def _report(self, loaded: Loaded) -> str:
        """What came of telling the uploader; empty where there is nothing to tell."""
        upload, ended = loaded.upload, _REPORTED.get(loaded.outcome)
        if loaded.outcome is Outcome.ENDED:
            ended = _REPORTED_LATER.get(upload.state)
        if ended is None:
            return ""
        return self._reports.send(self._written(upload, ended), self._uploaders.email(upload.by))

    def _written(self, upload: Upload, state: UploadState) -> UploadReport:
        identifier, _, of = upload.dataset.partition(".")
        utility = self._utilities.one(identifier)
        offer = upload.offer or utility.offer(of)
        feed = offer.feed(upload.feed) if offer else None
        return UploadReport(
            dataset=upload.dataset, utility=utility.name.vi, offer=offer.name.vi if offer else of,
            feed=feed.name.vi if feed else upload.feed, month=upload.month, file_name=upload.file_name, number=upload.number,
            state=state, good=upload.good, bad=upload.bad, loaded_at=upload.loaded_at or upload.begun_at,
            link=f"/centre/datasets/{identifier}/{of}/uploads/{upload.number}", refusals=self._refusals(upload, offer),
        )  # fmt: skip

    def _refusals(self, upload: Upload, offer: Offer | None) -> tuple[Refusal, ...]:
        if upload.fault:
            return (Refusal(0, "", say(upload.fault.words, "vi", **upload.fault.params)),)
        labels = {column.name: column.label.vi for column in offer.columns} if offer else {}
        found, _ = self._uploads.problems(upload.dataset, upload.number, MOST_REFUSALS, None)
        refusals = (
            Refusal(problem.row, labels.get(error.field, ""), say(error.words, "vi", **dict(error.params)))
            for problem in found
            for error in problem.errors
        )
        return tuple(refusals)[:MOST_REFUSALS]
