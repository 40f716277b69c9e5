"""Uploads and slices in the table Lookups: every change is one conditional write on the version that was read."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from chalicelib.core.errors import LostRace
from chalicelib.lookups.model import Slice
from chalicelib.lookups.rows import problem_key
from chalicelib.lookups.table import Row
from chalicelib.lookups.uploads.model import Problem, Standing, State, Upload
from chalicelib.runtime.tables import expires_at

# How old what readers hear of slices may be, in seconds.
FRESH = 5.0
# An upload whose file never came is forgotten; the leave to send it lasts minutes.
BEGUN_KEPT = timedelta(days=7)
_SLICE, _UPLOAD = "slice#", "upload#"
_upload = msgspec.json.Decoder(Upload).decode
_problem = msgspec.json.Decoder(Problem).decode
_encode = msgspec.json.encode


class DatasetStore:
    """Which versions live, the uploads that brought them, and the rows that were refused."""

    def __init__(self, seconds: Callable[[], float], fresh: float = FRESH) -> None:
        self._seconds = seconds
        self._fresh = fresh
        self._known: dict[str, tuple[float, Sequence[Slice]]] = {}

    def slices(self, dataset: str) -> Sequence[Slice]:
        """The slices of a dataset, as they stood at most so many seconds ago as are `fresh`."""
        now = self._seconds()
        at, known = self._known.get(dataset, (-self._fresh, ()))
        if not 0 <= now - at < self._fresh:
            found, _ = Row.rows(_partition(dataset), Row.sk.startswith(_SLICE))
            known = tuple(_standing(item["sk"].removeprefix(_SLICE), item).slice for item in found)
            self._known[dataset] = now, known
        return known

    def standing(self, dataset: str, slice_name: str) -> Standing:
        """A slice as it stands, read consistently; without versions where nothing was ever loaded."""
        found = Row.row(_partition(dataset), f"{_SLICE}{slice_name}")
        return _standing(slice_name, found) if found else Standing(Slice(slice_name))

    def switch(self, dataset: str, standing: Standing) -> Standing:
        """Write the next version of a slice, in one step for all readers; raises LostRace where somebody else has."""
        now, made = standing.slice, replace(standing, version=standing.version + 1)
        facts = {"rows": now.rows, "loaded_at": now.loaded_at, "doomed": standing.doomed}
        values = {
            "pk": _partition(dataset), "sk": f"{_SLICE}{now.name}", "facts": _encode(facts).decode(),
            "live": now.live, "previous": now.previous, "version": made.version,
        }  # fmt: skip
        _put(values, standing.version)
        self._known.pop(dataset, None)
        return made

    def begin(self, upload: Upload) -> Upload:
        """Keep a new upload under the next number of its dataset; what its own number says does not count."""
        counter = Row(_partition(upload.dataset), "counter")
        counter.update([Row.times.add(1)])
        return self.keep(replace(upload, number=int(counter.times)))

    def upload(self, dataset: str, number: int) -> Upload | None:
        """One upload, read consistently."""
        found = Row.row(_partition(dataset), _upload_key(number))
        return _upload(found["facts"]) if found else None

    def uploads(self, dataset: str, limit: int = 20) -> Sequence[Upload]:
        """The last uploads of a dataset, the newest first."""
        found, _ = Row.rows(_partition(dataset), Row.sk.startswith(_UPLOAD), limit=limit, newest_first=True)
        return tuple(_upload(item["facts"]) for item in found)

    def keep(self, upload: Upload) -> Upload:
        """Write the next version of an upload; raises LostRace where somebody else has."""
        made = replace(upload, version=upload.version + 1)
        values = {
            "pk": _partition(upload.dataset), "sk": _upload_key(upload.number), "facts": _encode(made).decode(),
            "state": made.state, "version": made.version,
            "expires": expires_at(made.begun_at + BEGUN_KEPT) if made.state is State.BEGUN else None,
        }  # fmt: skip
        _put(values, upload.version)
        return made

    def problems(
        self, dataset: str, number: int, limit: int = 100, after: Mapping[str, Any] | None = None
    ) -> tuple[Sequence[Problem], Mapping[str, Any] | None]:
        """The rows of an upload that were refused, in the order of the file, and where to go on."""
        found, rest = Row.rows(problem_key(dataset, number), limit=limit, after=after)
        return tuple(_problem(item["facts"]) for item in found), rest


def _put(values: Mapping[str, Any], version: int) -> None:
    unchanged = Row.version == version if version else Row.pk.does_not_exist()
    if not Row.put_if(unchanged, values):
        raise LostRace()


def _standing(name: str, item: Mapping[str, Any]) -> Standing:
    facts = json.loads(item["facts"])
    loaded_at = facts["loaded_at"]
    at = datetime.fromisoformat(loaded_at) if loaded_at else None
    now = Slice(name, int(item["live"]), int(item["previous"]), int(facts["rows"]), at)
    return Standing(now, tuple(facts["doomed"]), int(item["version"]))


def _partition(dataset: str) -> str:
    return f"dataset#{dataset}"


def _upload_key(number: int) -> str:
    return f"{_UPLOAD}{number:06d}"
