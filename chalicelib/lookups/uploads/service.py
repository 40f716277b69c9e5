"""What units do with the data they supply: see what lives, send a file, read what was wrong with it, go back to the one before."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple, Protocol

import msgspec

from chalicelib.core.clock import Clock
from chalicelib.core.codes import open_cursor, seal_cursor
from chalicelib.core.errors import Conflict, Forbidden, NotFound, invalid
from chalicelib.core.paging import Page
from chalicelib.core.staff import supplies
from chalicelib.lookups.model import Dataset, Feed, Slice, Utility
from chalicelib.lookups.ports import Slices
from chalicelib.lookups.uploads.keys import Post, UploadKey, file_kind
from chalicelib.lookups.uploads.model import MOST_BYTES, Problem, Standing, State, Upload, slice_name

MOST_PROBLEMS = 100
LAST_UPLOADS = 20

Month = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


class BeginUpload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file that is about to be sent, its size in bytes, and the month it is for where the feed goes by months."""

    file_name: Annotated[str, msgspec.Meta(min_length=5, max_length=200)]
    size: Annotated[int, msgspec.Meta(ge=1, le=MOST_BYTES)]
    month: Month | None = None


class RollBack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The month to go back in, where the feed goes by months."""

    month: Month | None = None


class Supplier(NamedTuple):
    """Who supplies data: the user's name in the pool and the groups there."""

    user: str
    groups: tuple[str, ...]

    def supplies(self, feed: Feed) -> bool:
        """Whether the feed is of a unit of his, and is uploaded at all."""
        return not feed.provider and supplies(self.groups, feed.owner)


class Supplied(msgspec.Struct, frozen=True):
    """One offer of a utility with those of its feeds that somebody supplies; what lives and the last uploads where asked for."""

    utility: Utility
    dataset: Dataset
    feeds: tuple[Feed, ...]
    slices: tuple[Slice, ...] = ()
    uploads: tuple[Upload, ...] = ()


class Utilities(Protocol):
    """The catalogue."""

    def all(self) -> Sequence[Utility]:
        """The utilities, in order."""

    def one(self, identifier: str) -> Utility:
        """One of them; raises NotFound."""


class Uploads(Slices, Protocol):
    """Uploads as stored."""

    def begin(self, upload: Upload) -> Upload:
        """Keep a new upload under the next number of its dataset."""

    def upload(self, dataset: str, number: int) -> Upload | None:
        """One upload."""

    def uploads(self, dataset: str, limit: int = LAST_UPLOADS) -> Sequence[Upload]:
        """The last uploads of a dataset, the newest first."""

    def problems(
        self, dataset: str, number: int, limit: int, after: Mapping[str, Any] | None
    ) -> tuple[Sequence[Problem], Mapping[str, Any] | None]:
        """The rows of an upload that were refused, in the order of the file, and where to go on."""


class Files(Protocol):
    """Where files are sent to."""

    def post(self, key: UploadKey, size: int, back_to: str = "") -> Post:
        """Leave to post one file of at most `size` bytes, and then to go on to another address."""


class Switching(Protocol):
    """Which versions live, to be changed."""

    def roll_back(self, dataset: str, slice_name: str) -> Standing:
        """Let the version before live again; raises Conflict where there is none before it."""


class Supplying:
    """Each method raises NotFound for what is not uploaded, and Forbidden where it is not the caller's unit that uploads it."""

    def __init__(
        self, utilities: Utilities, uploads: Uploads, files: Files, switching: Switching, clock: Clock, secret: str
    ) -> None:
        self._utilities = utilities
        self._uploads = uploads
        self._files = files
        self._switching = switching
        self._clock = clock
        self._secret = secret

    def all(self, who: Supplier) -> Sequence[Supplied]:
        """Everything that the caller supplies, in the order of the catalogue."""
        found = [
            Supplied(utility, Dataset(utility.id, offer), tuple(filter(who.supplies, offer.feeds)))
            for utility in self._utilities.all()
            for offer in utility.offers
        ]
        return [one for one in found if one.feeds]

    def one(self, who: Supplier, utility: str, offer: str) -> Supplied:
        """One dataset with what lives of the caller's feeds and the last uploads to them."""
        found = self._supplied(who, utility, offer)
        mine, dataset = {feed.id for feed in found.feeds}, found.dataset.id
        slices = tuple(one for one in self._uploads.slices(dataset) if one.name.partition("@")[0] in mine)
        uploads = tuple(one for one in self._uploads.uploads(dataset) if one.feed in mine)
        return msgspec.structs.replace(found, slices=slices, uploads=uploads)

    def begin(self, who: Supplier, utility: str, offer: str, feed: str, command: BeginUpload) -> tuple[Upload, Post]:
        """A new upload and leave to post its file; raises Invalid for a kind of file not taken, Conflict for a wrong month."""
        found, source = self._feed(who, utility, offer, feed)
        kind = file_kind(command.file_name)
        if kind is None:
            raise invalid("file_name", "field.sheet_name")
        upload = self._uploads.begin(
            Upload(
                dataset=found.dataset.id, number=0, feed=source.id, slice=slice_name(source, command.month), by=who.user,
                file_name=command.file_name, size=command.size, begun_at=self._clock(),
            )
        )  # fmt: skip
        return upload, self._files.post(UploadKey(upload.dataset, upload.number, kind), command.size)

    def leave(self, who: Supplier, utility: str, offer: str, number: int, back_to: str) -> Post:
        """Leave to post the file of an upload that has been begun, then to go on to `back_to`; raises Conflict once it came."""
        _, upload = self._upload(who, utility, offer, number)
        kind = file_kind(upload.file_name)
        if upload.state is not State.BEGUN or kind is None:
            raise Conflict("error.upload_ended")
        return self._files.post(UploadKey(upload.dataset, upload.number, kind), upload.size, back_to)

    def upload(
        self, who: Supplier, utility: str, offer: str, number: int, limit: int = MOST_PROBLEMS, cursor: str | None = None
    ) -> tuple[Supplied, Upload, Page[Problem]]:  # fmt: skip
        """One upload and a page of its refused rows; raises Invalid for a cursor of another list."""
        found, upload = self._upload(who, utility, offer, number)
        purpose = f"problems {found.dataset.id} {number}"
        after = open_cursor(self._secret, purpose, cursor) if cursor else None
        problems, rest = self._uploads.problems(found.dataset.id, number, limit, after)
        return found, upload, Page(tuple(problems), seal_cursor(self._secret, purpose, dict(rest)) if rest else None)

    def roll_back(self, who: Supplier, utility: str, offer: str, feed: str, month: str | None) -> Standing:
        """Let the version before live again, at once for all readers; a second time takes that back.

        Raises Conflict where there is none before it, or the month is wrong.
        """
        found, source = self._feed(who, utility, offer, feed)
        return self._switching.roll_back(found.dataset.id, slice_name(source, month))

    def _feed(self, who: Supplier, utility: str, offer: str, feed: str) -> tuple[Supplied, Feed]:
        found = self._utilities.one(utility)
        offered = found.offer(offer)
        source = offered.feed(feed) if offered else None
        if offered is None or source is None or source.provider:
            raise NotFound("error.feed_not_found")
        if not who.supplies(source):
            raise Forbidden("error.other_unit")
        return Supplied(found, Dataset(utility, offered), (source,)), source

    def _upload(self, who: Supplier, utility: str, offer: str, number: int) -> tuple[Supplied, Upload]:
        found = self._supplied(who, utility, offer)
        upload = self._uploads.upload(found.dataset.id, number)
        if upload is None:
            raise NotFound("error.upload_not_found")
        if upload.feed not in {feed.id for feed in found.feeds}:
            raise Forbidden("error.other_unit")
        return found, upload

    def _supplied(self, who: Supplier, utility: str, offer: str) -> Supplied:
        found = self._utilities.one(utility)
        offered = found.offer(offer)
        if offered is None or not any(not feed.provider for feed in offered.feeds):
            raise NotFound("error.offer_not_found")
        feeds = tuple(filter(who.supplies, offered.feeds))
        if not feeds:
            raise Forbidden("error.other_unit")
        return Supplied(found, Dataset(utility, offered), feeds)
