"""What loading needs from outside, as it wishes to see it; stores fill these, fakes do in tests."""

from collections.abc import Sequence
from typing import BinaryIO, NamedTuple, Protocol

from chalicelib.lookups.uploads.model import Standing, Upload


class Item(NamedTuple):
    """One item of the table Lookups, as rows.py says; `expires` is in seconds since 1970."""

    pk: str
    sk: str
    facts: str
    factor: str | None = None
    expires: int | None = None


class Files(Protocol):
    """The files that units have uploaded."""

    def take(self, upload: Upload) -> None:
        """Keep the file as it is now: what is sent in its place later is read by nobody. Raises NotFound."""

    def open(self, upload: Upload) -> BinaryIO:
        """The file that was taken as a stream of bytes, which may not be seekable; raises NotFound."""


class Uploads(Protocol):
    """Uploads, their problems, and which versions live."""

    def begin(self, upload: Upload) -> Upload:
        """Keep a new upload under the next number of its dataset; what its own number says does not count."""

    def upload(self, dataset: str, number: int) -> Upload | None:
        """One upload, read consistently."""

    def keep(self, upload: Upload) -> Upload:
        """Write the next version of an upload; raises LostRace where somebody else has."""

    def standing(self, dataset: str, slice_name: str) -> Standing:
        """A slice as it stands, read consistently; without versions where nothing was ever loaded."""

    def switch(self, dataset: str, standing: Standing) -> Standing:
        """Write the next version of a slice, in one step for all readers; raises LostRace where somebody else has."""


class Batches(Protocol):
    """Many items at once."""

    def write(self, items: Sequence[Item]) -> None:
        """Write items of different keys; raises Unavailable where the table takes no more of them for now."""

    def delete(self, items: Sequence[Item]) -> None:
        """Delete items by their keys, whether they are there or not; raises Unavailable likewise."""
