"""The table Cases through PynamoDB: one conditional write a change, one query a whole case, slim sparse indexes for lists."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace
from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.expressions.condition import Condition

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.errors import LostRace, NotFound
from chalicelib.feedback import records
from chalicelib.feedback.lifecycle import Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Dossier, File, Line, Listing, PublicFilter
from chalicelib.feedback.table import Case
from chalicelib.feedback.values import Follow, Look, Matter, Spot
from chalicelib.runtime.tables import REFUSED, Attributes

_CANCELLED = "TransactionCanceledException"
_FILTERED_PAGE = 100
_UNSETTLED = "unsettled#"
_WALK = "walk"
_EPOCH = datetime(2023, 1, 1, tzinfo=UTC)
_TICK = timedelta(milliseconds=1)  # what stored times resolve

After = Mapping[str, str] | None


class CaseStore:
    """Keeps cases in the table Cases."""

    def add(self, feedback: Feedback) -> Feedback | None:
        """Write a new case with one conditional write; None if it stands now, else the case that has the code already."""
        if feedback.matter and not records.inline(feedback):
            self._write_matter(feedback)
        new = Case.put_if(Case.code.does_not_exist(), records.head_values(feedback))
        return None if new else self.dossier(feedback.code).feedback

    def save(self, feedback: Feedback, beside: Feedback | None = None) -> None:
        """Write the next version of a case, only while the case `beside` stands as it was read, where one is given.

        Raises LostRace where somebody else has written either.
        """
        if feedback.matter and not records.inline(feedback):
            # Words that leave the head, since the public may not read them any more, are kept beside it.
            self._write_matter(feedback)
        values, standing = records.head_values(feedback), Case.version == feedback.version - 1
        try:
            if beside is None:
                Case.put(values, standing)
            else:
                Case.put_while(values, standing, (beside.code, records.HEAD), Case.version == beside.version)
        except (PutError, TransactWriteError) as error:
            if error.cause_response_code not in (REFUSED, _CANCELLED):
                raise
            raise LostRace() from error

    def write_text(self, code: str, ref: str, text: str) -> None:
        """Write a text item before the head refers to it."""
        Case.put({"code": code, "part": f"text#{ref}", "text": text})

    def head(self, code: str) -> Feedback:
        """The head of a case without the words that may stand beside it; raises NotFound."""
        found = Case.row(code, records.HEAD)
        if found is None:
            raise NotFound("error.feedback_not_found")
        return records.feedback_from(found)

    def dossier(self, code: str) -> Dossier:
        """The whole case, in one query of its partition; raises NotFound."""
        rows, _ = Case.rows(code, consistent=True)
        items = {str(item["part"]): item for item in rows}
        head = items.get(records.HEAD)
        if head is None:
            raise NotFound("error.feedback_not_found")
        case = records.feedback_from(head)
        if case.status is Status.SEALED:
            return Dossier(case)  # whatever a sealing that died has left beside it
        beside = items.get(records.matter_part(case))
        if beside is not None and beside.get("matter"):
            case = replace(case, matter=records.matter_from(beside["matter"]), heading=None)
        texts = {part.removeprefix("text#"): item["text"] for part, item in items.items() if part.startswith("text#")}
        files = {
            file.id: file
            for part, item in items.items()
            if part.startswith("file#")
            for file in [records.file_from(item)]
        }
        return Dossier(case, texts, tuple(files.values()))

    def everything(self, code: str) -> Sequence[Mapping[str, Any]]:
        """The attributes of everything in the partition of a case, as they stand."""
        rows, _ = Case.rows(code, consistent=True)
        return rows

    def forget(self, code: str, part: str) -> None:
        """Take away one item of a case."""
        Case.take(code, part)

    def heads(self, codes: Sequence[str]) -> Mapping[str, Feedback]:
        """The heads of at most 100 cases by their codes, those that exist."""
        found = Case.batch_get([(code, records.HEAD) for code in codes], consistent_read=True)
        return {item.code: records.feedback_from(item.attribute_values) for item in found}

    def places(self, listing: Listing, limit: int, after: After) -> Sequence[Mapping[str, str]]:
        """The places of cases in a listing, in its order; each says the `code`, and a page can go on `after` it."""
        rows, _ = _rows(listing.index, listing.key, limit, after, newest_first=False)
        names = ("code", "part", listing.name, listing.order)
        return [{name: str(item[name]) for name in names} for item in rows]

    def keep_look(self, code: str, look: Look) -> None:
        """Record for good that somebody looked at personal data."""
        Case.put(records.look_values(code, look))

    def looks(self, code: str) -> Sequence[Look]:
        """Who looked at the personal data of a case, the earliest first."""
        rows, _ = Case.rows(records.looks_key(code), consistent=True)
        return [records.look_from(item) for item in rows]

    def attach(self, code: str, file: File, most: int) -> bool:
        """Register an uploaded file once; False where that party has `most` files already."""
        prefix = f"file#{file.by}#"
        rows, _ = Case.rows(code, Case.part.startswith(prefix), consistent=True)
        taken = {str(item["part"]): records.file_from(item).id for item in rows}
        if file.id in taken.values():
            return True
        free = (f"{prefix}{slot}" for slot in range(most) if f"{prefix}{slot}" not in taken)
        return any(self._take(code, part, file) for part in free)

    def own(self, reporter: str, limit: int, after: After) -> tuple[Sequence[Line], After]:
        """The reporter's cases, newest first, and where to go on."""
        return _page("by_reporter", reporter, limit, after, newest_first=True)

    def desk(self, desk: str, limit: int, after: After) -> tuple[Sequence[Line], After]:
        """What waits at a desk, the most urgent first, and where to go on."""
        return _page("by_desk", desk, limit, after, newest_first=False)

    def public(self, wanted: PublicFilter, limit: int, before: str) -> tuple[Sequence[Line], str]:
        """Public cases, newest first, that come before the place `before`; and the place to go on from, empty at the end.

        Reads a bounded stretch of every district's shard, so a rare filter may give a short page with a next place.
        """
        size = limit + 1 if _unfiltered(wanted) else _FILTERED_PAGE
        shards = [_shard(district, size, before) for district in wanted.districts]
        # Below the newest end of a stretch that was cut off, other shards may still hold newer cases than we have seen.
        horizon = max((shard[-1]["feed_at"] for shard in shards if len(shard) == size), default="")
        merged = sorted(
            (item for shard in shards for item in shard), key=lambda item: str(item["feed_at"]), reverse=True
        )
        seen = [item for item in merged if item["feed_at"] >= horizon and _wanted(item, wanted)]
        page = seen[:limit]
        if len(seen) > limit:
            return [_line(item) for item in page], str(page[-1]["feed_at"])
        return [_line(item) for item in page], str(horizon)

    def due(self, desk: str, until: datetime, limit: int) -> Sequence[Line]:
        """Cases at the desk that were due by `until`."""
        rows, _ = Case.rows(desk, Case.due <= to_text(until), index="by_desk", limit=limit)
        return [_line(item) for item in rows]

    def changed(self, shard: int, after: datetime, until: datetime, limit: int) -> Sequence[tuple[str, datetime]]:
        """Codes of cases changed after a time, up to another, in order, with the time of their last change."""
        first, last = to_text(after + _TICK), to_text(until)
        if first > last:
            return []  # DynamoDB refuses such a span
        span = Case.changed_at.between(first, last)
        rows, _ = Case.rows(f"c{shard}", span, index="by_change", limit=limit)
        return [(str(item["code"]), from_text(item["changed_at"])) for item in rows]

    def latest(self, shard: int, before: datetime | None, limit: int) -> Sequence[tuple[str, datetime]]:
        """Codes of the cases of a shard that changed last, before a time if one is given, the newest first, with that time."""
        span = Case.changed_at < to_text(before) if before else None
        rows, _ = Case.rows(f"c{shard}", span, index="by_change", limit=limit, newest_first=True)
        return [(str(item["code"]), from_text(item["changed_at"])) for item in rows]

    def watched(self, watch: str, until: datetime, limit: int) -> Sequence[str]:
        """Codes of cases under a watch whose time came by `until`, the earliest first."""
        rows, _ = Case.rows(watch, Case.watch_at <= to_text(until), index="by_watch", limit=limit)
        return [str(item["code"]) for item in rows]

    def listed(self, watch: str, limit: int, after: After) -> tuple[Sequence[str], After]:
        """Codes of all cases under a watch, in the order of their times, and where to go on."""
        rows, place = _rows("by_watch", watch, limit, after, newest_first=False)
        return [str(item["code"]) for item in rows], place

    def walk(self, of: str = "watch#calendar") -> tuple[str, int]:
        """How far somebody has come in walking through the open cases, in his own words, and their version; at first ("", 0)."""
        item = Case.row(of, _WALK)
        return (str(item["text"]), int(item["version"])) if item else ("", 0)

    def keep_walk(self, text: str, version: int, of: str = "watch#calendar") -> bool:
        """Remember how far somebody has come; False where the version before is not the one that stands."""
        standing = Case.version == version - 1 if version > 1 else Case.code.does_not_exist()
        return Case.put_if(standing, {"code": of, "part": _WALK, "text": text, "version": version})

    def nearby(self, cells: Sequence[str], most: int) -> Sequence[Spot]:
        """Open public cases in these cells, of each the newest `most`."""
        found = [Case.rows(cell, index="by_cell", limit=most, newest_first=True)[0] for cell in cells]
        return [Spot(item["code"], item["category"], item["lat"], item["long"]) for rows in found for item in rows]

    def words(self, cases: Sequence[Feedback]) -> Mapping[str, Matter]:
        """By their codes the words of at most 100 cases whose heads were read, wherever they stand."""
        beside = Case.batch_get([(case.code, records.matter_part(case)) for case in cases if case.matter is None])
        found = {str(item.code): records.matter_from(str(item.matter)) for item in beside}
        return found | {case.code: case.matter for case in cases if case.matter}

    def follow(self, code: str, account: str, at: datetime) -> None:
        """Let an account follow a case; once, however often it is said."""
        item = {
            "code": records.followers_key(code),
            "part": records.follower_part(account),
            "reporter": records.follows_key(account),
            "submitted_at": to_text(at),
        }
        Case.put_if(Case.code.does_not_exist(), item)

    def unfollow(self, code: str, account: str) -> bool:
        """Let an account follow a case no more; whether it did."""
        return Case.take(records.followers_key(code), records.follower_part(account))

    def followers(self, code: str) -> Sequence[str]:
        """The accounts that follow a case, however many; read consistently."""
        rows, _ = Case.rows(records.followers_key(code), consistent=True, only=["part"])
        return [records.follower(item) for item in rows]

    def followed(self, account: str, limit: int, after: After) -> tuple[Sequence[Follow], After]:
        """What an account follows, what it followed last first, and where to go on."""
        rows, place = _rows("by_reporter", records.follows_key(account), limit, after, newest_first=True)
        return [records.follow_from(item) for item in rows], place

    def watermark(self, shard: int) -> datetime:
        """Up to when the sweep has found every change to have had its effect."""
        mark = Case.row(f"sweep#c{shard}", "watermark")
        return from_text(mark["text"]) if mark else _EPOCH

    def move_watermark(self, shard: int, to: datetime) -> None:
        """Remember how far the sweep has come; never moves back."""
        mark = to_text(to)
        earlier = Case.text.does_not_exist() | (Case.text < mark)
        Case(code=f"sweep#c{shard}", part="watermark").update_if(earlier, [Case.text.set(mark)])

    def unsettled(self, now: datetime, limit: int) -> Sequence[tuple[str, int]]:
        """Codes of cases whose events were published again and are to be looked at by `now`, with the number of tries."""
        due, _ = Case.rows(_UNSETTLED, Case.due <= to_text(now), index="by_desk", limit=limit)
        keys = [(str(item["code"]), str(item["part"])) for item in due]
        return [(str(item.code).removeprefix(_UNSETTLED), int(item.version or 0)) for item in Case.batch_get(keys)]

    def keep_unsettled(self, code: str, tries: int, look_at: datetime) -> None:
        """Remember to look at a case again."""
        Case.put(
            {
                "code": f"{_UNSETTLED}{code}",
                "part": "unsettled",
                "version": tries,
                "desk": _UNSETTLED,
                "due": to_text(look_at),
            }
        )

    def settle(self, code: str) -> None:
        """Forget a case whose events have had their effects."""
        Case(code=f"{_UNSETTLED}{code}", part="unsettled").delete()

    def _write_matter(self, feedback: Feedback) -> None:
        matter = records.text_of(feedback.matter)
        Case.put({"code": feedback.code, "part": records.matter_part(feedback), "matter": matter})

    def _take(self, code: str, part: str, file: File) -> bool:
        return Case.put_if(Case.code.does_not_exist(), {"code": code, "part": part, "facts": records.text_of(file)})


def _page(index: str, key: str, limit: int, after: After, newest_first: bool) -> tuple[Sequence[Line], After]:
    rows, place = _rows(index, key, limit, after, newest_first)
    return [_line(item) for item in rows], place


def _rows(index: str, key: str, limit: int, after: After, newest_first: bool) -> tuple[Sequence[Attributes], After]:
    start = {name: {"S": value} for name, value in after.items()} if after else None
    rows, last = Case.rows(key, index=index, limit=limit, after=start, newest_first=newest_first)
    return rows, {name: str(value["S"]) for name, value in last.items()} if last else None


def _shard(district: str, size: int, before: str) -> list[Attributes]:
    condition: Condition | None = Case.feed_at < before if before else None
    rows, _ = Case.rows(f"public#{district}", condition, index="by_feed", limit=size, newest_first=True)
    return rows


def _unfiltered(wanted: PublicFilter) -> bool:
    return not (wanted.areas or wanted.category or wanted.status or wanted.agency or wanted.box)


def _wanted(item: Attributes, wanted: PublicFilter) -> bool:
    return (
        (wanted.areas is None or item["area"] in wanted.areas)
        and wanted.category in (None, item["category"])
        and wanted.status in (None, item["status"])
        and wanted.agency in (None, item.get("agency"))
        and (wanted.box is None or _inside(item, wanted.box))
    )


def _inside(item: Attributes, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    return "lat" in item and "long" in item and south <= item["lat"] <= north and west <= item["long"] <= east


def _line(item: Attributes) -> Line:
    due = item.get("due") or item.get("deadline")
    return Line(
        code=item["code"], status=item["status"], category=item["category"], area=item["area"], level=item["level"],
        publication=item["publication"], submitted_at=from_text(item["submitted_at"]),
        due=from_text(due) if due else None, agency=item.get("agency", ""), title=item.get("title", ""),
        lat=item.get("lat"), long=item.get("long"), scheduled_for=item.get("scheduled_for", ""),
    )  # fmt: skip
