"""What became of an upload, as the slice lookups tells it to the one that writes to its uploader: notices."""

from datetime import datetime
from enum import StrEnum

import msgspec

# So many refused rows stand in an e-mail; the page of the upload has all.
MOST_REFUSALS = 50


class UploadState(StrEnum):
    """How an upload ended: its good rows live; nothing of it could be used; a later upload of the same was live before it."""

    LIVE = "live"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


class Refusal(msgspec.Struct, frozen=True):
    """One thing wrong with one row of the file, counted as the spreadsheet counts (1 is the heading; 0 for the file as a whole).

    `column` is the label of the column in Vietnamese, empty where it is about the row; `reason` is a sentence in Vietnamese.
    """

    row: int
    column: str
    reason: str


class UploadReport(msgspec.Struct, frozen=True, kw_only=True):
    """An upload that has ended. Names and reasons are in Vietnamese, as all letters to units are; no cell of the file is in it.

    `dataset` is `<utility>.<offer>` and makes, with `number` and `state`, the report one that is sent once. `month` is `YYYY-MM`,
    empty for a feed without months. `good` and `bad` count rows; `refusals` are the first MOST_REFUSALS. `link` is the path of
    the upload's page, from the root of the site.
    """

    dataset: str
    utility: str
    offer: str
    feed: str
    file_name: str
    number: int
    state: UploadState
    good: int
    bad: int
    loaded_at: datetime
    link: str
    month: str = ""
    refusals: tuple[Refusal, ...] = ()
