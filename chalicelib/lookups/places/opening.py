"""Opening hours: as units write them, in one normal form, and whether a place is open at a moment (pure).

Units write `T2-T6 7h30-11h30, 13h30-17h; T7 07:30-11:30; CN nghỉ`, `24/24` or `hằng ngày 06:00-21:00; lễ nghỉ`. The normal form
says every day of the week, equal neighbours together: `T2-T6 07:30-11:30, 13:30-17:00; T7 07:30-11:30; CN nghỉ`. Hours that end
before they begin go on past midnight and belong to the day on which they begin.

On a weekday that the public calendar has off, a place keeps the hours that it states for holidays (`lễ`), else those of its Sunday:
who is closed on Sundays is closed then. A Saturday of work made up is a Saturday. What the calendar does not know, a holiday on
a Saturday or Sunday, is that Saturday or Sunday. Times are those of Vietnam.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise

import msgspec

from chalicelib.core.calendar import Calendar, official
from chalicelib.core.clock import VIETNAM
from chalicelib.core.text import plain

MOST_CHARACTERS = 300
# A place that does not open or close within so many days is taken never to do so; Tết is nine days long.
DAYS_AHEAD = 21

DAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
HOLIDAY = "lễ"
CLOSED = "nghỉ"
DAILY = "hằng ngày"
ALWAYS = "24/24"

_SUNDAY = 6
# Beside Monday, 0, to Sunday.
_HOLIDAY = 7
_DAY = 24 * 60

# From when to when in minutes after midnight; more than a day's where it ends on the next.
Span = tuple[int, int]
Spans = tuple[Span, ...]
Token = tuple[str, str]


class _Week(msgspec.Struct, frozen=True):
    """The hours of Monday to Sunday, and of holidays where they are stated."""

    days: tuple[Spans, ...]
    holiday: Spans | None = None


# Written without diacritics in lower case; the longer ways of saying something stand first.
_TOKENS: Sequence[tuple[str, str]] = (
    ("always", r"24 ?h? ?/ ?(?:24|7)(?: ?h| gio)?|suot ngay dem"),
    ("daily", r"hang ngay|moi ngay|tat ca cac ngay|ca tuan"),
    ("holiday", r"(?:cac )?(?:ngay )?le(?:,? ?tet)?\b"),
    ("closed", r"nghi|dong cua|khong lam viec"),
    ("day", r"(?:thu ?|t)(?:[2-7]|hai|ba|tu|nam|sau|bay)\b|chu nhat|cn\b"),
    ("time", r"\d{1,2} ?(?:[:.] ?\d{2}|(?:gio|[hg]) ?(?:\d{2})?)"),
    ("to", r"-|den\b"),
    ("and", r"[,&+]|va\b"),
    ("then", r"[;\n]"),
    ("", r"\s+|:|tu\b|sang\b|chieu\b|toi\b|buoi\b|ngay\b|mo cua\b"),
)
_TOKEN = re.compile("|".join(f"(?P<{name or 'nothing'}>{pattern})" for name, pattern in _TOKENS))
_WHEN = ("day", "daily", "holiday")
_DASHES = str.maketrans("–—−‑", "----")  # as people type them
_WEEKDAYS: Mapping[str, int] = {
    **{str(number): number - 2 for number in range(2, 8)},
    **{name: place for place, name in enumerate(("hai", "ba", "tu", "nam", "sau", "bay"))},
}


def parse_hours(text: str) -> str:
    """The normal form of opening hours as a unit writes them; of a normal form itself.

    Raises ValueError for what cannot be read, a day or a span said twice, and times that no clock shows.
    """
    return _written(_read(text))


def open_at(normal: str, moment: datetime, calendar: Calendar | None = None) -> bool:
    """Whether a place of these hours (in normal form) is open at the moment; an end is closed already."""
    return state(normal, moment, calendar)[0]


def changes_at(normal: str, moment: datetime, calendar: Calendar | None = None) -> datetime | None:
    """When a place of these hours opens or closes next, in UTC; None where it does not within three weeks."""
    return state(normal, moment, calendar)[1]


def state(normal: str, moment: datetime, calendar: Calendar | None = None) -> tuple[bool, datetime | None]:
    """What `open_at` and `changes_at` say, for the price of one."""
    week, local = _kept(normal), moment.astimezone(VIETNAM)
    for begin, end in _spells(week, local.date(), calendar or official()):
        if local < begin:
            return False, begin.astimezone(UTC)
        if local < end:
            # What lasts until the end of all that was looked at lasts.
            last = datetime.combine(local.date() + timedelta(days=DAYS_AHEAD), time.min, VIETNAM)
            return True, end.astimezone(UTC) if end < last else None
    return False, None


def _spells(week: _Week, today: date, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """The times at which it is open, in order, those that touch as one: from yesterday, which may have run past midnight."""
    begin, end = None, None
    for ahead in range(-1, DAYS_AHEAD):
        day = today + timedelta(days=ahead)
        midnight = datetime.combine(day, time.min, VIETNAM)
        for first, last in _hours(week, day, calendar):
            opens, closes = midnight + timedelta(minutes=first), midnight + timedelta(minutes=last)
            if begin is not None and end is not None:
                if opens <= end:
                    end = max(end, closes)
                    continue
                yield begin, end
            begin, end = opens, closes
    if begin is not None and end is not None:
        yield begin, end


def _hours(week: _Week, day: date, calendar: Calendar) -> Spans:
    weekday = day.weekday()
    if weekday < _SUNDAY - 1 and not calendar.is_working_day(day):
        return week.days[_SUNDAY] if week.holiday is None else week.holiday
    return week.days[weekday]


@lru_cache(maxsize=1024)
def _kept(normal: str) -> _Week:
    return _read(normal)


def _read(text: str) -> _Week:
    if len(text) > MOST_CHARACTERS:
        raise ValueError("too long")
    tokens = _tokens(plain(text.translate(_DASHES)).lower().strip())
    stated: dict[int, Spans] = {}
    daily: Spans | None = None
    while tokens:
        days, spans = _part(tokens)
        _skip(tokens, "and", "then")
        if days:
            if days & stated.keys():
                raise ValueError("a day said twice")
            stated |= dict.fromkeys(days, spans)
        elif daily is not None:
            raise ValueError("every day said twice")
        else:
            daily = spans
    if daily is None and not stated.keys() - {_HOLIDAY}:
        raise ValueError("no day said")
    return _Week(tuple(stated.get(day, daily or ()) for day in range(7)), stated.get(_HOLIDAY))


def _tokens(text: str) -> list[Token]:
    """What is said, the last first."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(text[at:])
        at = match.end()
        if match.lastgroup != "nothing":
            found.append((str(match.lastgroup), match[0]))
    return found[::-1]


def _part(tokens: list[Token]) -> tuple[set[int], Spans]:
    """The next days, none for every day, with their hours; takes them from the tokens."""
    first = tokens[-1][0]
    if first == "closed":
        tokens.pop()
        return (_days(tokens) if tokens and tokens[-1][0] in _WHEN else set()), ()
    days = _days(tokens) if first in _WHEN else set()
    return days, _stated(tokens)


def _skip(tokens: list[Token], *kinds: str) -> None:
    while tokens and tokens[-1][0] in kinds:
        tokens.pop()


def _days(tokens: list[Token]) -> set[int]:
    found: set[int] = set()
    while tokens and tokens[-1][0] in _WHEN:
        kind, word = tokens.pop()
        if kind == "daily":
            return set()
        days = {_HOLIDAY} if kind == "holiday" else _range(_weekday(word), tokens)
        if found & days:
            raise ValueError("a day said twice")
        found |= days
        _skip(tokens, "and")
    return found


def _range(first: int, tokens: list[Token]) -> set[int]:
    if not tokens or tokens[-1][0] != "to":
        return {first}
    tokens.pop()
    if not tokens or tokens[-1][0] != "day":
        raise ValueError("from a day to none")
    last = _weekday(tokens.pop()[1])
    return {(first + step) % 7 for step in range((last - first) % 7 + 1)}


def _weekday(word: str) -> int:
    return _WEEKDAYS.get(word.removeprefix("thu").removeprefix("t").strip() or word, _SUNDAY)


def _stated(tokens: list[Token]) -> Spans:
    kind = tokens[-1][0] if tokens else ""
    if kind in ("closed", "always"):
        tokens.pop()
        return () if kind == "closed" else ((0, _DAY),)
    spans: list[Span] = []
    while tokens and tokens[-1][0] == "time":
        spans.append(_span(tokens))
        _skip(tokens, "and", "then")
    if not spans:
        raise ValueError("days without hours")
    spans.sort()
    if any(end > begin for (_, end), (begin, _) in pairwise(spans)):
        raise ValueError("hours within hours")
    return tuple(spans)


def _span(tokens: list[Token]) -> Span:
    begin = _minutes(tokens.pop()[1])
    if not tokens or tokens.pop()[0] != "to" or not tokens or tokens[-1][0] != "time":
        raise ValueError("hours that do not end")
    end = _minutes(tokens.pop()[1])
    if begin in (end, _DAY):
        raise ValueError("hours that do not last")
    return begin, end if end > begin else end + _DAY


def _minutes(word: str) -> int:
    hours, minutes, *_ = [*map(int, re.findall(r"\d+", word)), 0]
    if minutes > 59 or hours * 60 + minutes > _DAY:
        raise ValueError(word)
    return hours * 60 + minutes


def _written(week: _Week) -> str:
    parts = []
    day = 0
    while day < 7:
        last = day
        while last < 6 and week.days[last + 1] == week.days[day]:
            last += 1
        whole = last - day == 6
        name = DAILY if whole else DAYS[day] if last == day else f"{DAYS[day]}-{DAYS[last]}"
        always = whole and week.days[day] == ((0, _DAY),)
        parts.append(ALWAYS if always else f"{name} {_spans(week.days[day])}")
        day = last + 1
    if week.holiday is not None:
        parts.append(f"{HOLIDAY} {_spans(week.holiday)}")
    return "; ".join(parts)


def _spans(spans: Spans) -> str:
    return ", ".join(f"{_clock(begin)}-{_clock(end if end <= _DAY else end - _DAY)}" for begin, end in spans) or CLOSED


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
