"""Reporting to units what became of their uploads: one e-mail an upload and end of it, in Vietnamese."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from chalicelib.contracts.uploads import UploadReport
from chalicelib.core.clock import Clock, spoken
from chalicelib.notices import mail
from chalicelib.notices.bill_words import spoken_period
from chalicelib.notices.digests import DigestState
from chalicelib.notices.model import Channel
from chalicelib.notices.ports import Bounces, Journal, Letter, Mailer, Telling
from chalicelib.notices.telling import TELLINGS, hand_over
from chalicelib.notices.wording import TEMPLATES, common, fill, fill_lines, read


class Ledger(Protocol):
    """What became of each report."""

    def claim(self, report: UploadReport, state: DigestState, at: datetime) -> bool:
        """Take a report in hand, or say at once what becomes of it; False where another worker has it or had it."""

    def settle(self, report: UploadReport, state: DigestState, at: datetime) -> None:
        """Write what became of a report that the caller holds."""


class UploadReports:
    """Sends reports; their links start with `base_url`."""

    def __init__(
        self, ledger: Ledger, mailer: Mailer, bounces: Bounces, journal: Journal, clock: Clock, base_url: str
    ) -> None:
        self._ledger = ledger
        self._mailer = mailer
        self._bounces = bounces
        self._journal = journal
        self._clock = clock
        self._base_url = base_url

    def send(self, report: UploadReport, to: str) -> Telling:
        """Write to the uploader, unless that was done or tried for good; repeat it where the mail service is busy."""
        if not to or self._bounces.bounced(to):
            if self._ledger.claim(report, DigestState.FAILED, self._clock()):
                self._journal.noted(
                    "NoticeFailed", Channel.EMAIL, _words_name(report), "bounced" if to else "no_address"
                )
            return Telling.REFUSED
        made = letter(report, to, self._base_url)
        # Everything that can fail without the provider has been done: after the claim there is only the call.
        if not self._ledger.claim(report, DigestState.SENDING, self._clock()):
            return Telling.TOLD
        state = hand_over(lambda: self._mailer.send(made), self._journal, Channel.EMAIL, made.trace["notice"])
        self._ledger.settle(report, state, self._clock())
        return TELLINGS[state]


def letter(report: UploadReport, to: str, base_url: str) -> Letter:
    """The report as an e-mail."""
    words, frame, values = _words(), common("vi"), _values(report)
    lead = fill_lines(words["lead"][report.state], values)
    shown = len(report.refusals)
    context = {
        "language": "vi",
        "urgent": False,
        "heading": words["heading"][report.state],
        "preview": lead[0],
        "lead": lead,
        "rows": [(words["rows"][name], values[name]) for name in words["rows"] if values[name]],
        "refusals_title": words["refusals"],
        "refusals": [(_place(one.row, one.column), _line(one.reason)) for one in report.refusals],
        "more": fill(words["more"], {"n": str(shown)}) if report.bad > shown > 0 else "",
        "button": words["button"],
        "link": f"{base_url}{report.link}",
        "foot": [*frame["foot"], words["foot"]],
        "t": {**frame, "sender_line": frame["sender_line_utilities"]},
    }
    trace = {"notice": _words_name(report), "event": f"{report.dataset}-{report.number}"}
    subject = fill(words["subject"][report.state], values)
    return Letter(to, subject, mail.text("upload", context), mail.html("upload", context), trace)


def _words_name(report: UploadReport) -> str:
    return f"upload_{report.state}"


def _values(report: UploadReport) -> Mapping[str, str]:
    month = spoken_period(report.month)
    return {
        "utility": _line(report.utility),
        "offer": _line(report.offer),
        "feed": _line(report.feed),
        "month": month,
        "of_month": f", tháng {month}" if month else "",
        "file": _line(report.file_name),
        "number": str(report.number),
        "good": _number(report.good),
        # Without any the sentence about them is left out.
        "bad": _number(report.bad) if report.bad else "",
        "at": spoken(report.loaded_at),
    }


def _place(row: int, column: str) -> str:
    words = _words()
    if not row:
        return str(words["file_itself"])
    return fill(words["cell" if column else "row"], {"row": _number(row), "column": _line(column)})


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def _line(text: str) -> str:
    """One line, whatever was typed: a file's name may hold line ends, with which a text could pass for our own."""
    return " ".join(text.split())


@cache
def _words() -> Mapping[str, Any]:
    return read(TEMPLATES / "upload.toml")
