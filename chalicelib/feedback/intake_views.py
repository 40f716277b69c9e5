"""What the centre sees of what it has entered, and of a rule that was tried."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from chalicelib.core.words import say
from chalicelib.feedback.ports import Named
from chalicelib.feedback.shapes import AgencyName

if TYPE_CHECKING:  # the API's cold start does without what only these routes do
    from chalicelib.feedback.intake import Row, Sheet
    from chalicelib.feedback.trial import Trial


class CellProblem(msgspec.Struct, frozen=True):
    """A column of a row and what it must be."""

    column: str
    message: str


class RowView(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What became of a row: `entered` or `standing` (by an earlier call) with its code, or `refused` with the reasons."""

    line: int
    channel: str
    channel_ref: str
    result: str
    code: str = ""
    problems: list[CellProblem] = msgspec.field(default_factory=list)


class SheetView(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What became of the rows so far; send the sheet again with `from_line` as `next_line` says, where it is there.

    `report_csv` says the same for a spreadsheet.
    """

    entered: int
    standing: int
    refused: int
    rows: list[RowView]
    report_csv: str
    next_line: int | None = None


class WayView(msgspec.Struct, frozen=True):
    """So many cases that went to one agency and would go to another; null is the centre, which sorts by hand."""

    went: AgencyName | None
    would_go: AgencyName | None
    count: int


class TrialView(msgspec.Struct, frozen=True):
    """What a rule would have done with the last cases of a category: how many would go where they went, and every way.

    `looked_at` cases of all categories were looked at to find them.
    """

    looked_at: int
    cases: int
    same: int
    ways: list[WayView]


def trial_view(found: "Trial", agency: Callable[[str], Named]) -> TrialView:
    """The trial with the names of agencies."""

    def named(code: str) -> AgencyName | None:
        return AgencyName(code, agency(code).name) if code else None

    ways = [WayView(named(way.went), named(way.would_go), way.count) for way in found.ways]
    same = sum(way.count for way in found.ways if way.went == way.would_go)
    return TrialView(found.looked_at, found.cases, same, ways)


def sheet_view(found: "Sheet", language: str) -> SheetView:
    """The rows in the caller's language."""
    from chalicelib.feedback.intake import figures

    rows = [_row(row, language) for row in found.rows]
    entered, standing, refused = figures(found.rows)
    return SheetView(
        entered=entered, standing=standing, refused=refused, rows=rows, report_csv=_report(rows),
        next_line=found.next_line or None,
    )  # fmt: skip


def _row(row: "Row", language: str) -> RowView:
    problems = [CellProblem(error.field, say(error.words, language, **dict(error.params))) for error in row.errors]
    result = "refused" if problems else "entered" if row.new else "standing"
    return RowView(
        line=row.line, channel=row.channel, channel_ref=row.channel_ref, result=result, code=row.code, problems=problems
    )


def _report(rows: list[RowView]) -> str:
    from chalicelib.feedback import sheet

    names = ("line", "channel", "channel_ref", "result", "code", "problems")
    told = ["; ".join(f"{one.column}: {one.message}" for one in row.problems) for row in rows]
    cells = [
        (row.line, row.channel, row.channel_ref, row.result, row.code, why) for row, why in zip(rows, told, strict=True)
    ]
    return sheet.report([names, *cells])
