"""Units' data as their pages wish to see them (pages.dataset_ports.DatasetDesk); only wiring uses it."""

from collections.abc import Mapping, Sequence

from chalicelib.core.staff import Member
from chalicelib.core.words import say
from chalicelib.lookups.model import Feed, Offer, Slice, SliceRule
from chalicelib.lookups.uploads.model import MOST_BYTES, MOST_ROWS, Problem, Upload
from chalicelib.lookups.uploads.service import BeginUpload, Supplied, Supplier, Supplying
from chalicelib.pages.dataset_model import (
    ColumnView,
    FeedView,
    FileLimits,
    OfferSheet,
    OfferView,
    RefusedRow,
    Sending,
    SliceView,
    UploadSheet,
    UploadView,
)
from chalicelib.pages.model import Leave
from chalicelib.runtime.decoding import convert

LIMITS = FileLimits(MOST_BYTES // 1_000_000, MOST_ROWS)
# Of refused rows so many stand on a page.
_ROWS = 50


class DatasetDesks:
    """Fills pages.dataset_ports.DatasetDesk."""

    def __init__(self, supplying: Supplying) -> None:
        self._supplying = supplying

    def offers(self, member: Member, language: str) -> Sequence[OfferView]:
        """The offers with feeds that the member may send, with what of them lives."""
        who = _who(member)
        found = (self._supplying.one(who, one.utility.id, one.dataset.offer.id) for one in self._supplying.all(who))
        return tuple(_offer(one, language) for one in found)

    def offer(self, member: Member, utility: str, offer: str, language: str) -> OfferSheet:
        """One of them; raises NotFound, Forbidden."""
        found = self._supplying.one(_who(member), utility, offer)
        uploads = tuple(_upload(upload, found, language) for upload in found.uploads)
        columns = tuple(
            ColumnView(
                column.name,
                column.label.text(language),
                column.type,
                column.unit,
                column.required,
                tuple((choice.value, choice.name.text(language)) for choice in column.choices),
            )
            for column in found.dataset.offer.columns
        )
        return OfferSheet(_offer(found, language), uploads, columns)

    def upload(
        self, member: Member, utility: str, offer: str, number: int, language: str, cursor: str = ""
    ) -> UploadSheet:
        """An upload with a page of its refused rows; raises NotFound, Forbidden, Invalid for a cursor that is none."""
        found, upload, page = self._supplying.upload(_who(member), utility, offer, number, _ROWS, cursor or None)
        labels = _labels(upload.offer or found.dataset.offer, language)
        rows = tuple(_row(problem, labels, language) for problem in page.items)
        return UploadSheet(_offer(found, language), _upload(upload, found, language), rows, page.next_cursor or "")

    def leave(self, member: Member, utility: str, offer: str, number: int, back_to: str) -> Leave:
        """Leave to post the file of an upload that has been begun, then go to `back_to`; raises NotFound, Forbidden, Conflict."""
        post = self._supplying.leave(_who(member), utility, offer, number, back_to)
        return Leave(str(number), post.url, tuple(post.fields.items()))

    def begin(self, member: Member, utility: str, offer: str, sending: Sending) -> int:
        """Begin an upload; its number. Raises NotFound, Forbidden, Invalid, Conflict."""
        name = "-".join(filter(None, (utility, offer, sending.feed, sending.month)))
        # A form without scripts does not know the size of a file that is chosen later.
        given = {"file_name": f"{name}.{sending.kind}", "size": MOST_BYTES, "month": sending.month or None}
        upload, _ = self._supplying.begin(_who(member), utility, offer, sending.feed, convert(given, BeginUpload))
        return upload.number

    def roll_back(self, member: Member, utility: str, offer: str, feed: str, month: str) -> None:
        """Make the version before live again; raises NotFound, Forbidden, Conflict where there is none."""
        self._supplying.roll_back(_who(member), utility, offer, feed, month or None)


def _who(member: Member) -> Supplier:
    return Supplier(member.user, member.groups)


def _offer(found: Supplied, language: str) -> OfferView:
    offer = found.dataset.offer
    feeds = tuple(
        FeedView(feed.id, feed.name.text(language), feed.slices is SliceRule.MONTH) for feed in found.feeds
    )  # fmt: skip
    slices = tuple(_slice(one, found, language) for one in found.slices if one.live)
    newest = sorted(slices, key=lambda one: (one.month, one.live), reverse=True)
    return OfferView(
        found.utility.id, offer.id, found.utility.name.text(language), offer.name.text(language), feeds, tuple(newest)
    )  # fmt: skip


def _slice(one: Slice, found: Supplied, language: str) -> SliceView:
    feed, _, month = one.name.partition("@")
    return SliceView(
        feed, _feed_name(found.feeds, feed, language), month, one.live, one.previous, one.rows, one.loaded_at
    )  # fmt: skip


def _upload(upload: Upload, found: Supplied, language: str) -> UploadView:
    fault = upload.fault
    return UploadView(
        number=upload.number, feed_name=_feed_name(found.feeds, upload.feed, language), month=upload.month,
        file_name=upload.file_name, state=upload.state.value, good=upload.good, bad=upload.bad, begun_at=upload.begun_at,
        loaded_at=upload.loaded_at, fault=say(fault.words, language, **fault.params) if fault else "",
    )  # fmt: skip


def _feed_name(feeds: Sequence[Feed], identifier: str, language: str) -> str:
    return next((feed.name.text(language) for feed in feeds if feed.id == identifier), identifier)


def _labels(offer: Offer, language: str) -> Mapping[str, str]:
    return {column.name: column.label.text(language) for column in offer.columns}


def _row(problem: Problem, labels: Mapping[str, str], language: str) -> RefusedRow:
    return RefusedRow(
        problem.row,
        tuple(
            (labels.get(error.field, error.field), say(error.words, language, **dict(error.params)))
            for error in problem.errors
        ),
    )
