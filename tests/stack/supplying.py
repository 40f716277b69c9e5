"""A unit that sends its data to a deployed stack, and waits for what becomes of it."""

import csv
import io
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.address import Address
from tests.stack.ledger import outbox
from tests.stack.matters import upload as post_file
from tests.stack.matters import wait
from tests.stack.people import Answer, call
from tests.stack.roles import staff

# What an upload ends with.
ENDED = frozenset({"live", "refused", "superseded"})

Row = Mapping[str, object]


class Unit:
    """A member of one agency who supplies the data of one feed."""

    def __init__(self, stack: Address, agency: str, utility: str, offer: str, feed: str) -> None:
        self.stack = stack
        self.email = f"{secrets.token_hex(6)}@unit.example"
        self.token = staff(stack, "supplier", f"unit-{agency}", email=self.email)
        self.dataset = f"/v1/centre/datasets/{utility}/{offer}"
        self.feed = feed

    def begin(self, name: str, size: int, **more: str) -> Answer:
        """Ask for leave to send a file."""
        body = {"file_name": name, "size": size, **more}
        return call(self.stack, "POST", f"{self.dataset}/{self.feed}/uploads", body, token=self.token)

    def send(self, name: str, content: bytes, **more: str) -> int:
        """Send a file; the number of its upload."""
        begun = self.begin(name, len(content), **more)
        assert begun.status == 201, begun
        assert post_file(begun.body["post"], content)[0] in (200, 201, 204)
        return int(begun.body["upload"]["number"])

    def upload(self, number: int, query: str = "") -> Any:
        """An upload as the API tells it."""
        shown = call(self.stack, "GET", f"{self.dataset}/uploads/{number}{query}", token=self.token)
        assert shown.status == 200, shown
        return shown.body

    def loaded(self, name: str, content: bytes, seconds: float = 60, **more: str) -> Any:
        """Send a file and wait until it is live or refused."""
        number = self.send(name, content, **more)
        wait(lambda: self.upload(number)["upload"]["state"] in ENDED, seconds)
        return self.upload(number)

    def back(self, **more: str) -> Answer:
        """Go back to the version before."""
        return call(self.stack, "POST", f"{self.dataset}/{self.feed}/roll_back", more, token=self.token)

    def letters(self) -> Sequence[Any]:
        """The e-mails to the member."""
        return [one for one in outbox(self.stack) if self.email in str(one.get("To", ""))]


def as_csv(rows: Iterable[Row]) -> bytes:
    """Rows as a file in UTF-8."""
    listed = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, listed[0].keys())
    writer.writeheader()
    writer.writerows(listed)
    return text.getvalue().encode()


def as_xlsx(rows: Iterable[Row]) -> bytes:
    """Rows as a spreadsheet."""
    from openpyxl import Workbook

    listed = list(rows)
    book = Workbook()
    sheet = book.active
    for line in (list(listed[0]), *(list(row.values()) for row in listed)):
        sheet.append(line)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def bill(number: int, period: str, **changes: object) -> dict[str, object]:
    """One water bill of the customer of that number."""
    return {
        "customer_code": f"NL{number:07d}", "phone_end": f"{number % 10_000:04d}", "period": period, "volume": 12,
        "amount": 96_000 + number, "due": f"{period}-28", "paid": "không",
    } | changes  # fmt: skip


def station(identifier: str, title: str, **changes: object) -> dict[str, object]:
    """One health facility."""
    return {
        "id": identifier, "title": title, "area": "04252", "lat": 21.7291, "long": 104.9301, "kind": "station",
        "insurance": "có",
    } | changes  # fmt: skip
