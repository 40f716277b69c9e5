"""What a page says about time and state, in words: which sentence, which sign, which colour."""

from datetime import date, datetime

import msgspec

from chalicelib.core.clock import spoken
from chalicelib.pages.model import Part, Remaining, Sheet, Subject, Tracked
from chalicelib.pages.words import say


class Sign(msgspec.Struct, frozen=True):
    """A few words with an icon; `tone` is calm, soon, late, done or paused and never stands alone."""

    words: str
    icon: str
    tone: str


class Headline(msgspec.Struct, frozen=True):
    """What happens next and by when; `sign` is the time left, `more` are sentences that explain."""

    words: str
    tone: str
    sign: Sign | None = None
    more: tuple[str, ...] = ()


# Fewer working days than this are worth a warning.
_SOON = 2


def day(iso: str) -> str:
    """`30/05/2023` for an ISO date."""
    return f"{date.fromisoformat(iso):%d/%m/%Y}"


def phone(number: str) -> str:
    """A Vietnamese number in E.164 as people write it: `0958 000 001`."""
    national = "0" + number.removeprefix("+84") if number.startswith("+84") else number
    return f"{national[:4]} {national[4:7]} {national[7:]}" if len(national) == 10 else national


def amount(number: float, language: str) -> str:
    """`2`, and `2,5` in Vietnamese or `2.5` in English."""
    return f"{number:g}" if language == "en" else f"{number:g}".replace(".", ",")


def time_left(remaining: Remaining, language: str) -> Sign:
    """The time left, or how long it is overdue."""
    kind = "over" if remaining.overdue else "left"
    words = _amount(kind, remaining, language)
    if remaining.overdue:
        return Sign(words, "warning", "late")
    soon = remaining.minutes is not None or remaining.days < _SOON
    return Sign(words, "clock", "soon" if soon else "calm")


def _amount(kind: str, remaining: Remaining, language: str) -> str:
    if remaining.minutes is not None:
        minutes = abs(remaining.minutes)
        hours = minutes // 60
        return say(f"{kind}.hours", language, n=hours) if hours else say(f"{kind}.minutes", language, n=minutes)
    days = abs(remaining.days)
    if days == 0:
        return say(f"{kind}.today", language)
    return say(f"{kind}.day", language) if days == 1 else say(f"{kind}.days", language, n=days)


def headline(sheet: Sheet, language: str) -> Headline:
    """What the agency that holds the link has to do next, and by when."""
    by_part = _PARTS.get(sheet.part)
    if by_part:
        return by_part(sheet, language)
    return _HEADLINES.get(sheet.subject.status, _working)(sheet, language)


def _receiver(sheet: Sheet, language: str) -> Headline:
    words = say("next.receiver", language, other=sheet.other, agency=sheet.agency)
    by = (say("next.receiver.by", language, until=spoken(sheet.accept_by, language)),) if sheet.accept_by else ()
    return Headline(words, "soon", None, (say("next.receiver.more", language), *by))


def _head(sheet: Sheet, language: str) -> Headline:
    subject = sheet.subject
    if subject.status == "answered":
        return _answered(sheet, language)
    deadline, left = spoken(subject.deadline, language), time_left(subject.remaining, language)
    if subject.status != "awaiting_approval":
        more = (say("next.head.none.more", language, deadline=deadline),)
        return Headline(say("next.head.none", language), "paused", left, more)
    key = "overdue" if subject.remaining.overdue else "awaiting_approval"
    return Headline(say(f"next.head.{key}", language, deadline=deadline), left.tone, left)


def _supporter(sheet: Sheet, language: str) -> Headline:
    subject, lead = sheet.subject, sheet.other
    if subject.status == "answered":
        return Headline(say("next.supporter.answered", language, lead=lead), "done")
    deadline = spoken(subject.deadline, language)
    asked = (f"{say('next.supporter.asked', language)}: “{sheet.asked}”",) if sheet.asked else ()
    more = say("next.supporter.more", language, lead=lead, agency=sheet.agency, deadline=deadline)
    left = time_left(subject.remaining, language)
    return Headline(say("next.supporter", language, lead=lead), left.tone, left, (*asked, more))


_PARTS = {Part.RECEIVER: _receiver, Part.HEAD: _head, Part.SUPPORTER: _supporter}


def _working(sheet: Sheet, language: str) -> Headline:
    subject = sheet.subject
    deadline = spoken(subject.deadline, language)
    left = time_left(subject.remaining, language)
    more = list(_extension(sheet, language))
    if sheet.reopened_because is not None:
        more.insert(0, f"{say('next.reopened', language)}: “{sheet.reopened_because}”")
    if sheet.returned_because is not None:
        more.insert(0, f"{say('next.returned', language)}: “{sheet.returned_because}”")
    if sheet.other:
        by = [say("next.offered.by", language, until=spoken(sheet.accept_by, language))] if sheet.accept_by else []
        more = [say("next.offered.more", language, agency=sheet.agency, deadline=deadline), *by, *more]
        return Headline(say("next.offered", language, other=sheet.other), left.tone, left, tuple(more))
    key = "overdue" if subject.remaining.overdue else subject.status
    return Headline(say(f"next.{key}", language, deadline=deadline), left.tone, left, tuple(more))


def _with_head(sheet: Sheet, language: str) -> Headline:
    left = time_left(sheet.subject.remaining, language)
    more = (say("next.awaiting_approval.more", language), *_extension(sheet, language))
    deadline = spoken(sheet.subject.deadline, language)
    return Headline(say("next.awaiting_approval", language, deadline=deadline), left.tone, left, more)


_EXTENSIONS = {None: "next.extension", True: "next.extension.granted", False: "next.extension.denied"}


def _extension(sheet: Sheet, language: str) -> tuple[str, ...]:
    if sheet.extension_until is None:
        return ()
    key = _EXTENSIONS[sheet.extension_granted]
    return (say(key, language, until=spoken(sheet.extension_until, language)),)


def _waiting(sheet: Sheet, language: str) -> Headline:
    until = _spoken(sheet.reply_until, language)
    paused = Sign(say("left.paused", language), "pause", "paused")
    more = (say("next.waiting.more", language),)
    return Headline(say("next.waiting", language, until=until), "paused", paused, more)


def _answered(sheet: Sheet, language: str) -> Headline:
    answer = sheet.subject.answer
    more: tuple[str, ...] = ()
    if answer and answer.rate_by:
        more = (say("next.answered.more", language, until=spoken(answer.rate_by, language)),)
    if answer and answer.scheduled_for:
        return Headline(say("next.scheduled", language, date=day(answer.scheduled_for)), "done", None, more)
    return Headline(say("next.answered", language), "done", None, more)


_HEADLINES = {"waiting": _waiting, "awaiting_approval": _with_head, "answered": _answered}


def tracked_headline(tracked: Tracked, language: str) -> Headline:
    """What happens next with a public case, for its reporter and neighbours; of any other only its status."""
    subject = tracked.subject
    if not tracked.public:
        return Headline(subject.status_text, "calm")
    say_next = _TRACKED.get(subject.status)
    if say_next is None:
        return Headline(subject.status_text, "done", None, (say("track.done", language),))
    return say_next(subject, language)


def _tracked_waiting(subject: Subject, language: str) -> Headline:
    return Headline(subject.status_text, "paused", None, (say("track.waiting", language),))


def _tracked_answered(subject: Subject, language: str) -> Headline:
    rate_by = subject.answer.rate_by if subject.answer else None
    more = (say("track.answered", language, until=spoken(rate_by, language)),) if rate_by else ()
    return Headline(subject.status_text, "done", None, more)


def _tracked_open(subject: Subject, language: str) -> Headline:
    key = "received" if not subject.agency else "assigned"
    if subject.remaining.overdue:
        key = "overdue" if subject.agency else "overdue_centre"
    words = say(f"track.{key}", language, agency=subject.agency, deadline=spoken(subject.deadline, language))
    left = time_left(subject.remaining, language)
    return Headline(subject.status_text, left.tone, left, (words,))


_TRACKED = {
    "received": _tracked_open,
    "assigned": _tracked_open,
    "in_progress": _tracked_open,
    "awaiting_approval": _tracked_open,
    "waiting": _tracked_waiting,
    "answered": _tracked_answered,
}


def _spoken(moment: datetime | None, language: str) -> str:
    return spoken(moment, language) if moment else ""
