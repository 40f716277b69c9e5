"""The pages on which units send their data, composed: what they may send, what lives of it, what became of each file."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple
from urllib.parse import urlencode

from chalicelib.core.clock import VIETNAM, Clock, spoken
from chalicelib.core.errors import Conflict, DomainError, Invalid, NotFound
from chalicelib.core.staff import Member, Right, may
from chalicelib.pages.centre_door import Door, Visit
from chalicelib.pages.centre_model import Asked
from chalicelib.pages.dataset_model import FileKind, FileLimits, OfferView, Sending, SliceView
from chalicelib.pages.dataset_ports import DatasetDesk
from chalicelib.pages.forms import Problem, text
from chalicelib.pages.phrases import Sign
from chalicelib.pages.rendering import headers, page
from chalicelib.pages.views import Address
from chalicelib.pages.words import say
from chalicelib.runtime.http import Reply

# A file can be for the next month, and for two years back.
_MONTHS_AHEAD, _MONTHS = 1, 26
# Of more months than these an offer's page has the latest open, and the list names those.
_MONTHS_NAMED = 6
# The icon and the tone of each state of an upload.
_SIGNS = {
    "begun": ("clock", "paused"), "arrived": ("clock", "soon"), "loading": ("clock", "soon"), "live": ("check", "done"),
    "superseded": ("info", "paused"), "rolled_back": ("back", "paused"), "refused": ("warning", "late"),
    "retired": ("info", "paused"),
}  # fmt: skip


class Guest(NamedTuple):
    """A member before a page: the browser, who signed in there, what was asked."""

    visit: Visit
    member: Member
    asked: Asked


class DatasetPages:
    """A GET changes nothing. Files go from the browser straight to the store and never through these pages."""

    def __init__(self, door: Door, desk: DatasetDesk, clock: Clock, address: Address, limits: FileLimits) -> None:
        self._door = door
        self._desk = desk
        self._clock = clock
        self._address = address
        self._limits = limits

    def offers(self, asked: Asked) -> Reply:
        """What the member may send."""
        return self._within(asked, "datasets", self._offers)

    def offer(self, asked: Asked, utility: str, offer: str) -> Reply:
        """One offer: what of it lives, and its last uploads. Raises NotFound."""
        return self._within(
            asked, f"datasets/{utility}/{offer}", lambda guest: self._offer(guest, utility, offer)
        )  # fmt: skip

    def new(self, asked: Asked, utility: str, offer: str) -> Reply:
        """The form that begins an upload. Raises NotFound."""
        return self._within(asked, f"datasets/{utility}/{offer}", lambda guest: self._new(guest, utility, offer))

    def begin(self, asked: Asked, utility: str, offer: str) -> Reply:
        """Begin an upload and go to its page, where its file is chosen; or the form again. Raises NotFound."""
        return self._sent(asked, lambda guest: self._begin(guest, utility, offer))

    def upload(self, asked: Asked, utility: str, offer: str, number: str) -> Reply:
        """One upload: the form for its file, or what became of it. Raises NotFound."""
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            raise NotFound()
        path = f"datasets/{utility}/{offer}/uploads/{int(number)}"
        if "key" in asked.query and self._door.visit(asked) is None:
            # Who comes back from the store need not bring a cookie that is for visits from our own pages alone; a link does.
            return page("centre_datasets_sent.html", asked.language, self._address.root, path=path)
        return self._within(asked, path, lambda guest: self._upload(guest, utility, offer, int(number)))

    def confirm(self, asked: Asked, utility: str, offer: str) -> Reply:
        """Whether to go back to the version before. Raises NotFound."""
        return self._within(asked, f"datasets/{utility}/{offer}", lambda guest: self._confirm(guest, utility, offer))

    def roll_back(self, asked: Asked, utility: str, offer: str) -> Reply:
        """Go back to the version before, then to the offer. Raises NotFound."""
        return self._sent(asked, lambda guest: self._roll_back(guest, utility, offer))

    def _within(self, asked: Asked, to: str, show: Callable[[Guest], Reply]) -> Reply:
        visit = self._door.visit(asked)
        if visit is None or visit.member is None:
            return self._door.ask(to)
        return self._shown(Guest(visit, visit.member, asked), show)

    def _sent(self, asked: Asked, act: Callable[[Guest], Reply]) -> Reply:
        visit = self._door.visit(asked)
        if visit is None or visit.member is None:
            return self._door.ended(asked, "datasets")
        return self._shown(Guest(visit, visit.member, asked), act)

    def _shown(self, guest: Guest, show: Callable[[Guest], Reply]) -> Reply:
        if may(guest.member.groups, Right.SUPPLY):
            return show(guest)
        why = say("centre.forbidden.what", guest.asked.language)
        return self._door.page("centre_forbidden.html", guest.visit, guest.asked, 403, why=why)

    def _offers(self, guest: Guest) -> Reply:
        language = guest.asked.language
        offers = self._desk.offers(guest.member, language)
        lives = {offer.path: _lives(offer, language) for offer in offers}
        return self._door.page("centre_datasets.html", guest.visit, guest.asked, offers=offers, lives=lives)

    def _offer(self, guest: Guest, utility: str, offer: str, wrong: str = "") -> Reply:
        language = guest.asked.language
        sheet = self._desk.offer(guest.member, utility, offer, language)
        return self._door.page(
            "centre_datasets_offer.html", guest.visit, guest.asked, 409 if wrong else 200, sheet=sheet, offer=sheet.offer,
            recent=sheet.offer.slices[:_MONTHS_NAMED], older=sheet.offer.slices[_MONTHS_NAMED:],
            signs={upload.number: sign(upload.state, language) for upload in sheet.uploads}, month=_month, wrong=wrong,
            count=partial(_count, language), done=guest.asked.query.get("done") == "roll_back", query=_query,
        )  # fmt: skip

    def _new(self, guest: Guest, utility: str, offer: str, wrong: str = "", lacking: bool = False) -> Reply:
        language, typed = guest.asked.language, guest.asked.typed
        sheet = self._desk.offer(guest.member, utility, offer, language)
        feeds = sheet.offer.feeds
        lacks = Problem("feed", say("datasets.new.feed", language), say("datasets.new.feed.choose", language))
        now = self._clock()
        this_month = f"{now.astimezone(VIETNAM):%Y-%m}"
        return self._door.page(
            "centre_datasets_new.html", guest.visit, guest.asked, 422 if lacking else 409 if wrong else 200, sheet=sheet,
            offer=sheet.offer, months=_months(now) if any(feed.monthly for feed in feeds) else (), kinds=tuple(FileKind),
            problems=[lacks] if lacking else [], wrong=wrong, month=_month, chosen_month=text(typed, "month") or this_month,
            chosen=text(typed, "feed") or (feeds[0].id if len(feeds) == 1 else ""), chosen_kind=text(typed, "kind") or "xlsx",
        )  # fmt: skip

    def _begin(self, guest: Guest, utility: str, offer: str) -> Reply:
        asked, typed = guest.asked, guest.asked.typed
        if not self._door.fresh(guest.visit, asked):
            return self._new(guest, utility, offer, say("datasets.new.stale", asked.language))
        feeds = {feed.id: feed for feed in self._desk.offer(guest.member, utility, offer, asked.language).offer.feeds}
        feed = feeds.get(text(typed, "feed"))
        if feed is None:
            return self._new(guest, utility, offer, lacking=True)
        kind = FileKind.CSV if text(typed, "kind") == FileKind.CSV else FileKind.XLSX
        sending = Sending(feed.id, text(typed, "month") if feed.monthly else "", kind)
        try:
            number = self._desk.begin(guest.member, utility, offer, sending)
        except (Invalid, Conflict) as error:
            return self._new(guest, utility, offer, _why(error, asked.language))
        return self._to(f"datasets/{utility}/{offer}/uploads/{number}")

    def _upload(self, guest: Guest, utility: str, offer: str, number: int) -> Reply:
        asked, language = guest.asked, guest.asked.language
        cursor = asked.query.get("cursor", "")
        sheet = self._desk.upload(guest.member, utility, offer, number, language, cursor)
        path = f"/centre/datasets/{utility}/{offer}/uploads/{number}"
        leave = None
        sent = "key" in asked.query or "sent" in asked.query
        if sheet.upload.state == "begun" and not sent:
            leave = self._desk.leave(guest.member, utility, offer, number, f"{self._address.base}{path}")
        return self._door.page(
            "centre_datasets_upload.html", guest.visit, asked, 200, (leave.url,) if leave else (), sheet=sheet,
            offer=sheet.offer, upload=sheet.upload, sign=sign(sheet.upload.state, language), leave=leave, path=path,
            sent=sent, month=_month, count=partial(_count, language), limits=self._limits, first=not cursor,
        )  # fmt: skip

    def _confirm(self, guest: Guest, utility: str, offer: str, wrong: str = "") -> Reply:
        asked = guest.asked
        given = asked.typed or asked.query
        feed, month = text(given, "feed"), text(given, "month")
        sheet = self._desk.offer(guest.member, utility, offer, asked.language)
        found = next((one for one in sheet.offer.slices if (one.feed, one.month) == (feed, month)), None)
        if found is None or not found.previous:
            return self._offer(guest, utility, offer, say("datasets.roll_back.none", asked.language))
        return self._door.page(
            "centre_datasets_roll_back.html", guest.visit, asked, 403 if wrong else 200, offer=sheet.offer, it=found,
            month=_month, wrong=wrong,
        )  # fmt: skip

    def _roll_back(self, guest: Guest, utility: str, offer: str) -> Reply:
        asked, typed = guest.asked, guest.asked.typed
        if not self._door.fresh(guest.visit, asked):
            return self._confirm(guest, utility, offer, say("datasets.new.stale", asked.language))
        try:
            self._desk.roll_back(guest.member, utility, offer, text(typed, "feed"), text(typed, "month"))
        except Conflict as error:
            return self._offer(guest, utility, offer, _why(error, asked.language))
        return self._to(f"datasets/{utility}/{offer}?done=roll_back")

    def _to(self, path: str) -> Reply:
        return Reply(None, 303, {**headers(), "Location": f"{self._address.root}/centre/{path}"})


def sign(state: str, language: str) -> Sign:
    """The state of an upload in words, with icon and tone."""
    icon, tone = _SIGNS[state]
    return Sign(say(f"datasets.state.{state}", language), icon, tone)


def _lives(offer: OfferView, language: str) -> tuple[str, ...]:
    """What of an offer is published, in sentences."""
    lives = [one for one in offer.slices if one.live]
    newest = max((one.loaded_at for one in lives if one.loaded_at), default=None)
    if newest is None:
        return (say("datasets.none_live", language),)
    rows = _count(language, sum(one.rows for one in lives))
    told = say("datasets.live", language, rows=rows, at=spoken(newest, language))
    months = sorted({one.month for one in lives if one.month}, reverse=True)
    named = ", ".join(_month(month) for month in months[:_MONTHS_NAMED]) + (
        ", …" if len(months) > _MONTHS_NAMED else ""
    )
    return (told, say("datasets.months", language, months=named)) if months else (told,)


def _months(now: datetime) -> Sequence[str]:
    """The months a file can be for, the newest first."""
    local = now.astimezone(VIETNAM)
    newest = local.year * 12 + local.month - 1 + _MONTHS_AHEAD
    return tuple(f"{at // 12}-{at % 12 + 1:02d}" for at in range(newest, newest - _MONTHS, -1))


def _month(month: str) -> str:
    """`11/2026` for `2026-11`."""
    year, _, number = month.partition("-")
    return f"{number}/{year}"


def _count(language: str, number: int) -> str:
    return f"{number:,}" if language == "en" else f"{number:,}".replace(",", ".")


def _query(one: SliceView) -> str:
    named: Mapping[str, str] = {"feed": one.feed, "month": one.month}
    return urlencode({name: value for name, value in named.items() if value})


def _why(error: DomainError, language: str) -> str:
    return say(error.words, language, **error.params)
