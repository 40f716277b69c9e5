"""200,000 bills from a file's bytes to items: rows per second and memory, without a table.

`python -m tests.benchmarks.loading` makes the files, loads each in a process of its own through the Loader with a store that keeps
nothing, and prints a row of a table for each. Seconds are of CPU, memory is the peak of the process above what it had before. The
last line is what BatchWriteItem costs beside that, with an answer that is there at once.
"""

import csv
import io
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from msgspec.structs import replace

from chalicelib.lookups.model import Feed, Named, Offer, Slice, Utility
from chalicelib.lookups.uploads.legacy_vietnamese import Script, typed_as
from chalicelib.lookups.uploads.loading import Loader, Outcome, Outside
from chalicelib.lookups.uploads.model import MOST_ROWS, Standing, State, Upload
from chalicelib.lookups.uploads.ports import Item
from infra.seed.utilities import utilities
from tests.benchmarks import budgets
from tests.benchmarks.budgets import Figure

NOW = datetime(2026, 11, 3, 2, tzinfo=UTC)
FILES = ("bills.csv", "bills-tcvn3.csv", "bills.xlsx")
HEADER = (
    "Mã khách hàng", "Bốn số cuối điện thoại", "Kỳ hóa đơn", "Điện năng", "Bậc giá", "Số tiền", "Hạn thanh toán", "Đã thanh toán",
    "Ngày ghi chỉ số hằng tháng", "Ngày đã ghi chỉ số",
)  # fmt: skip


def rows(count: int) -> Iterator[Sequence[str]]:
    """Bills of electricity as a company writes them."""
    for number in range(count):
        kwh = 40 + number % 400
        steps = f"50:1984; 50:2050; {max(kwh - 100, 1)}:2380"
        money = f"{kwh * 2_100:,}".replace(",", ".")
        yield (
            f"PA{number:011d}", f"{number % 10_000:04d}", "10/2026", f"{kwh},5", steps, money, f"{number % 20 + 1:02d}/11/2026",
            "có" if number % 3 else "không", str(number % 28 + 1), "28/10/2026",
        )  # fmt: skip


def write(folder: Path, count: int) -> None:
    """The same bills in every file of FILES."""
    import openpyxl

    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([HEADER, *rows(count)])
    (folder / "bills.csv").write_bytes(text.getvalue().encode())
    (folder / "bills-tcvn3.csv").write_bytes(typed_as(text.getvalue(), Script.TCVN3).encode("latin-1"))
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (HEADER, *rows(count)):
        sheet.append(row)
    book.save(folder / "bills.xlsx")


class OnePlace:
    """No map: bills have none."""

    def path(self, area: str) -> Sequence[str]:
        return ()

    def name(self, area: str) -> str:
        return area

    def find(self, text: str) -> Sequence[str]:
        return ()

    def below(self, area: str) -> Sequence[str]:
        return ()


class Nowhere:
    """Stores that keep the upload and the slice, and count the items; the file of a path."""

    def __init__(self, path: Path, upload: Upload, utility: Utility) -> None:
        self._path = path
        self._upload = upload
        self._standing = Standing(Slice(upload.slice))
        self._utility = utility
        self.items = 0

    def utilities(self) -> Sequence[Utility]:
        return [self._utility]

    def utility(self, identifier: str) -> Utility | None:
        return self._utility

    def take(self, upload: Upload) -> None:
        pass

    def open(self, upload: Upload) -> BinaryIO:
        return self._path.open("rb")

    def begin(self, upload: Upload) -> Upload:
        return upload

    def upload(self, dataset: str, number: int) -> Upload | None:
        return self._upload if number == self._upload.number else None

    def keep(self, upload: Upload) -> Upload:
        self._upload = replace(upload, version=upload.version + 1)
        return self._upload

    def standing(self, dataset: str, slice_name: str) -> Standing:
        return self._standing

    def switch(self, dataset: str, standing: Standing) -> Standing:
        self._standing = replace(standing, version=standing.version + 1)
        return self._standing

    def write(self, items: Sequence[Item]) -> None:
        self.items += len(items)

    def delete(self, items: Sequence[Item]) -> None:
        self.items -= len(items)


def measure(path: Path) -> str:
    """One file through the Loader, as a row of a table."""
    found = next(one for one in utilities() if one.id == "electricity")
    offer = found.offers[0]
    # The company's own feed is asked of its interface; the same columns are uploaded here.
    feeds = (Feed("power", Named("Điện lực", "Power"), "dien-luc-15", codes=offer.feeds[0].codes),)
    measured = replace(found, offers=(_with(offer, feeds),))
    upload = Upload(
        dataset="electricity.bills", number=1, feed="power", slice="power", file_name=path.name, size=path.stat().st_size,
        by="bench", begun_at=NOW, state=State.ARRIVED,
    )  # fmt: skip
    nowhere = Nowhere(path, upload, measured)
    loader = Loader(
        Outside(
            catalogue=nowhere, uploads=nowhere, files=nowhere, batches=nowhere, areas=OnePlace(), secret="bench", clock=lambda: NOW
        )
    )  # fmt: skip
    before, began = _peak(), time.process_time()
    loaded = loader.load(upload.dataset, 1, NOW + timedelta(minutes=10))
    spent = time.process_time() - began
    assert loaded.outcome is Outcome.LIVE, loaded.upload.fault
    good = loaded.upload.good
    return (
        f"| {path.name} | {upload.size / 1e6:.1f} | {good:,} | {nowhere.items:,} | {spent:.1f} | {good / spent:,.0f} "
        f"| {_peak() - before:.0f} |"
    )


def writing(count: int = 20_000) -> str:
    """How many items a second of CPU the store of batches writes."""
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_REGION": "ap-southeast-1",
        "LOOKUPS_TABLE": "bench",
    }
    from chalicelib.lookups.uploads.batch_store import BatchStore
    from chalicelib.runtime.clients import session

    session().get_component("event_emitter").register("before-send.dynamodb.BatchWriteItem", _taken)
    facts = '{"period":"2026-10","facts":{"kwh":123.5,"amount":123456,"due":"2026-11-20","paid":true},"feed":"power"}'
    items = [
        Item(f"account#electricity.bills#{n:032x}", "power#000001#2026-10", facts, f"{n:032x}") for n in range(count)
    ]
    store = BatchStore()
    store.write(items[:100])
    began = time.process_time()
    store.write(items)
    return f"writing: {count / (time.process_time() - began):,.0f} items a second of CPU"


def _taken(request: AWSPreparedRequest, **_: object) -> AWSResponse:
    return AWSResponse(request.url, 200, {}, _Body(b'{"UnprocessedItems":{}}'))


class _Body(io.BytesIO):
    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


def _with(offer: Offer, feeds: tuple[Feed, ...]) -> Offer:
    return replace(offer, feeds=feeds)


def _peak() -> float:
    """The most memory that this process has had, in MB."""
    # A child's usage begins with what its parent had; the high water of its own memory does not.
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("ascii"))
    assert found
    return int(found[1]) / 1024


def measured(count: int) -> Iterator[str]:
    """The rows of the table, each measured in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), count)
        for name in FILES:
            command = [sys.executable, "-m", "tests.benchmarks.loading", str(Path(folder) / name)]
            yield subprocess.run(command, check=True, capture_output=True, text=True).stdout


def figures() -> list[Figure]:
    """Rows a second, CPU and memory of every file of 200,000 rows, each beside its budget."""
    found: list[Figure] = []
    for row in measured(MOST_ROWS):
        name, _, good, _, seconds, rate, memory = (cell.strip() for cell in row.strip().strip("|").split("|"))
        assert int(good.replace(",", "")) == MOST_ROWS, row
        found += [
            Figure(f"{MOST_ROWS:,} rows of {name}, CPU", float(seconds), "s", budgets.LOADING_SECONDS),
            Figure("  rows a second", float(rate.replace(",", "")), ""),
            Figure("  memory", float(memory), "MB", budgets.LOADING_MEGABYTES),
        ]
    return found


def main() -> None:
    """The table; a path as argument measures that file alone."""
    if len(sys.argv) > 1 and not sys.argv[1].isdigit():
        print(measure(Path(sys.argv[1])))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MOST_ROWS
    print("| file | MB | rows | items | seconds of CPU | rows a second | MB of memory |\n|---|---|---|---|---|---|---|")
    for row in measured(count):
        print(row, end="", flush=True)
    print(f"\n{writing()}")


if __name__ == "__main__":
    main()
