"""The ledger of reports on uploads in the table Notices: what became of each, so that none goes out twice.

| pk | sk | item |
|---|---|---|
| `report#<dataset>` | `<number>#<state of the upload>` | its state |
"""

from datetime import datetime, timedelta

from chalicelib.contracts.uploads import UploadReport
from chalicelib.notices.digests import DigestState
from chalicelib.notices.store import Row
from chalicelib.runtime.tables import expires_at

# No upload is worked on so long after it came.
KEPT = timedelta(days=40)


class ReportStore:
    """Keeps what became of reports."""

    def claim(self, report: UploadReport, state: DigestState, at: datetime) -> bool:
        """Take a report in hand, or say at once what becomes of it; False where another worker has it or had it."""
        free = Row.pk.does_not_exist() | (Row.state == DigestState.FREE.value)
        return Row.put_if(free, _values(report, state, at))

    def settle(self, report: UploadReport, state: DigestState, at: datetime) -> None:
        """Write what became of a report that the caller holds."""
        Row.put(_values(report, state, at))


def _values(report: UploadReport, state: DigestState, at: datetime) -> dict[str, object]:
    return {
        "pk": f"report#{report.dataset}", "sk": f"{report.number}#{report.state}", "state": state.value,
        "expires": expires_at(at + KEPT),
    }  # fmt: skip
