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
    if sheet.part is Part.RECEIVER:
        return _receiver(sheet, language)
    return _HEADLINES.get(sheet.subject.status, _working)(sheet, language)


def _receiver(sheet: Sheet, language: str) -> Headline:
    words = say("next.receiver", language, other=sheet.other, agency=sheet.agency)
    return Headline(words, "soon", None, (say("next.receiver.more", language),))


def _working(sheet: Sheet, language: str) -> Headline:
    subject = sheet.subject
    deadline = spoken(subject.deadline, language)
    left = time_left(subject.remaining, language)
    more = list(_extension(sheet, language))
    if sheet.reopened_because is not None:
        more.insert(0, f"{say('next.reopened', language)}: “{sheet.reopened_because}”")
    if sheet.other:
        more.insert(0, say("next.offered.more", language, agency=sheet.agency, deadline=deadline))
        return Headline(say("next.offered", language, other=sheet.other), left.tone, left, tuple(more))
    key = "overdue" if subject.remaining.overdue else subject.status
    return Headline(say(f"next.{key}", language, deadline=deadline), left.tone, left, tuple(more))


def _extension(sheet: Sheet, language: str) -> tuple[str, ...]:
    if sheet.extension_until is None:
        return ()
    return (say("next.extension", language, until=spoken(sheet.extension_until, language)),)


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


_HEADLINES = {"waiting": _waiting, "answered": _answered}


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
