"""Time: aware UTC datetimes inside, Vietnam time at the edge."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

Clock = Callable[[], datetime]

# Vietnam has kept UTC+7 without summer time since 1975, so the fixed offset spares the time zone database.
VIETNAM = timezone(timedelta(hours=7), "ICT")

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def now() -> datetime:
    """The current moment in UTC, in whole milliseconds as it is stored."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def to_text(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and `Z`; sorts as text in the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """The moment written by `to_text`, aware and in UTC; raises ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC)


def to_epoch(moment: datetime) -> float:
    """Seconds since 1970, to the millisecond."""
    return round(moment.timestamp(), 3)


def from_epoch(seconds: float) -> datetime:
    """The moment so many seconds after the beginning of 1970, in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def spoken(moment: datetime, language: str = "vi") -> str:
    """The moment as people write it in Vietnam: `14:05 thứ Ba 23/05/2023`, in Vietnam time."""
    local = moment.astimezone(VIETNAM)
    if language == "en":
        return f"{local:%H:%M %a %d/%m/%Y}"
    return f"{local:%H:%M} {_WEEKDAYS[local.weekday()]} {local:%d/%m/%Y}"


def short(moment: datetime) -> str:
    """The moment for an SMS: `17:00 30/05/2023`, in Vietnam time."""
    return f"{moment.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def day(moment: datetime) -> str:
    """The day in Vietnam: `30/05/2023`."""
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y}"
