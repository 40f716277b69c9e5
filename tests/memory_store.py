"""Cases as the table holds them, in memory; tests/store_rules.py says what it must obey."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Any

import msgspec
from msgspec.structs import replace

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.errors import LostRace, NotFound
from chalicelib.feedback import records
from chalicelib.feedback.lifecycle import Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import (
    Dossier,
    File,
    Line,
    Listing,
    PublicFilter,
)
from chalicelib.feedback.values import Follow, Look, Matter, Spot

Place = Mapping[str, str] | None
# What each index of the table shows beside its own keys; tests/store_rules.py compares with the table.
_ALWAYS = frozenset({"code", "part", "status", "category", "area", "level", "publication", "submitted_at"})
_SHOWN = {
    "desk": _ALWAYS | {"desk", "due"},
    "reporter": _ALWAYS | {"reporter", "agency", "deadline", "title", "scheduled_for"},
    "feed": _ALWAYS | {"feed", "feed_at", "agency", "deadline", "title", "lat", "long", "scheduled_for"},
}
_FILE = msgspec.json.Decoder(File)


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
