"""A digest made into an e-mail: headings, one line a case with its link, and how many more there are."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from chalicelib.core.clock import VIETNAM, spoken
from chalicelib.core.codes import Link, link_token
from chalicelib.core.words import say
from chalicelib.notices import mail
from chalicelib.notices.digests import MOST_SHOWN, Digest, Work
from chalicelib.notices.ports import Directory, Letter
from chalicelib.notices.wording import TEMPLATES, common, fill, read


class DigestRenderer:
    """Makes e-mails of digests; links start with `base_url` and are signed with `secret`."""

    def __init__(self, directory: Directory, base_url: str, secret: str) -> None:
        self._directory = directory
        self._base_url = base_url
        self._secret = secret

    def letter(self, digest: Digest, to: str, now: datetime) -> Letter:
        """The e-mail for one address, in Vietnamese."""
        words, frame = _words()[digest.kind], common("vi")
        office = self._directory.office(digest.agency)
        values = {
            "agency": office.name if office else digest.agency,
            "day": f"{digest.day:%d/%m/%Y}",
            "open": str(digest.open),
            "counts": ", ".join(fill(words["counts"][group], {"n": str(len(works))}) for group, works in digest.groups),
        }
        context = {
            "language": "vi",
            "urgent": False,
            "heading": fill(words["heading"], values),
            "preview": values["counts"],
            "lead": [fill(line, values) for line in words["lead"]],
            "button": "",
            "link": "",
            "foot": [*frame["foot"], words["foot"]],
            "groups": [
                {
                    "title": fill(words["titles"][group], {"n": str(len(works))}),
                    "works": [self._line(work, now) for work in works[:MOST_SHOWN]],
                    "more": fill(words["more"], {"n": str(len(works) - MOST_SHOWN)}) if len(works) > MOST_SHOWN else "",
                }
                for group, works in digest.groups
            ],
            "t": frame,
        }
        trace = {"notice": f"digest_{digest.kind}", "event": f"{digest.day.isoformat()}-{digest.agency}"}
        subject = fill(words["subject"], values)
        return Letter(to, subject, mail.text("digest", context), mail.html("digest", context), trace)

    def _line(self, work: Work, now: datetime) -> Mapping[str, Any]:
        place = next(iter(self._directory.place(work.area)), work.area)
        return {
            "code": work.code,
            "topic": self._directory.category(work.category, "vi"),
            "area": place,
            "urgent": say("flag.urgent", "vi") if work.urgent else "",
            "deadline": spoken(work.deadline),
            "left": self._left(work, now),
            "accepted": "" if work.accepted else _words()["not_accepted"],
            "link": f"{self._base_url}/a/{link_token(self._secret, Link(work.code, work.assignment))}",
        }

    def _left(self, work: Work, now: datetime) -> str:
        """The working days left or gone; of the last day only whether its hour has passed."""
        days = self._directory.calendar().days_left(now.astimezone(VIETNAM), work.deadline)
        if days == 0:
            return say("flag.overdue_today" if now > work.deadline else "flag.due_today", "vi")
        return say("flag.overdue" if days < 0 else "flag.due", "vi", n=abs(days))


@cache
def _words() -> Mapping[str, Any]:
    return read(TEMPLATES / "digest.toml")
