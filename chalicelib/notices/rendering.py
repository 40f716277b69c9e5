"""A notice and the case it is about, made into an SMS or an e-mail for one address."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from chalicelib.core.clock import VIETNAM, spoken
from chalicelib.core.codes import Link, link_token
from chalicelib.core.words import say
from chalicelib.notices import mail
from chalicelib.notices.model import Notice, Side
from chalicelib.notices.planning import linked_cases
from chalicelib.notices.ports import Case, Directory, Letter, Sms
from chalicelib.notices.rules import WITHOUT_DUTY, Whom, rule_of
from chalicelib.notices.wording import common, fill, fill_lines, fill_sms, pick, words_of

# A denunciation's reason travels in no message: who opens the mailbox may be the one it is about.
_SEALED_REFUSALS = frozenset({"denunciation"})
_ANSWERS = frozenset({"answered", "answered_followed"})

Named = Sequence[tuple[str, str]]


class Renderer:
    """Makes messages; links start with `base_url`, those of agencies are signed with `secret`."""

    def __init__(self, directory: Directory, base_url: str, secret: str) -> None:
        self._directory = directory
        self._base_url = base_url
        self._secret = secret

    def sms(self, notice: Notice, case: Case, to: str, language: str) -> Sms:
        """The notice as one SMS segment."""
        words = words_of(notice.recipient.side, notice.words, language)
        values = self._values(case, language) | {
            "link": self._link(notice, case),
            "topic": self._directory.category(case.category, language),
            "area": next(iter(self._directory.place(case.area, case.submitted_at)), case.area),
            "safety": self._directory.safety(case.category, language),
            "at": _brief(notice.happened_at),
            "agency": self._short_name(_agency(notice)),
            "sender": self._short_name(case.assignment.agency) if case.assignment else "",
            "holder": self._short_name(notice.agency),
            "call": self._call(notice.agency),
            **{name: _brief(moment) for name, moment in case.moments.items()},
        }
        return Sms(to, fill_sms(pick(words, "sms", notice.urgent), values))

    def agency_letter(
        self, notice: Notice, case: Case, to: str, now: datetime, reporter: tuple[str, str] | None
    ) -> Letter:
        """The whole matter, for an officer; `reporter` is the name and phone to show, both empty without consent.

        None for who is not told of the reporter at all; who answers for the case, and where to call, stands in that place.
        """
        words, frame = words_of(Side.AGENCY, notice.words, "vi"), common("vi")
        values = self._letter_values(notice, case, "vi") | {"left": self._left(notice, case, now)}
        button, link = str(words.get("button", "")), self._link(notice, case)
        foot_link = frame["foot_head" if rule_of(notice).head_link else "foot_link"]
        context = {
            "language": "vi",
            "urgent": notice.urgent,
            "heading": fill(pick(words, "heading", notice.urgent), values),
            "lead": fill_lines(words["lead"], values),
            "preview": self._preview(case, values),
            "said_title": words["said"],
            "said": case.said.get(notice.seq, ""),
            "rows": self._rows(notice, case, values, frame["rows"], reporter),
            "title": case.title,
            "text": case.text,
            "photos": [f"{link}#photo-{number}" for number in range(1, case.photos + 1)] if button else [],
            "todo": pick(words, "todo", notice.urgent),
            "button": button,
            "link": link,
            "foot": [*frame["foot"], foot_link] if button else frame["foot"],
            "t": frame,
        }
        return _letter("agency", to, fill(pick(words, "subject", notice.urgent), values), context, notice)

    def citizen_letter(self, notice: Notice, case: Case, to: str, language: str) -> Letter:
        """The notice for its reporter, in the reporter's language."""
        words, frame = words_of(Side.CITIZEN, notice.words, language), common(language)
        values = self._letter_values(notice, case, language)
        lead = fill_lines(words["text"], values)
        context = {
            "language": language,
            "urgent": notice.urgent and notice.words == "submitted",
            "heading": words["title"],
            "lead": lead,
            "preview": lead[0],
            "details": self._details(notice, case, words, frame, language),
            "button": words["button"],
            "link": self._link(notice, case),
            "foot": frame["foot"],
            "t": frame,
        }
        return _letter("citizen", to, fill(words["subject"], values), context, notice)

    def _link(self, notice: Notice, case: Case) -> str:
        """The page of the recipient's own part in the case; empty for an officer who has none."""
        if notice.recipient.side is Side.CITIZEN:
            return f"{self._base_url}/t/{case.merged_into or case.code}"
        rule = rule_of(notice)
        if rule.whom in WITHOUT_DUTY:
            return ""
        held = case.assignment.number if case.assignment else notice.assignment
        offered = case.offer.number if case.offer else notice.assignment
        number = {Whom.RECEIVER: offered, Whom.SUPPORTER: notice.assignment}.get(rule.whom, held)
        return f"{self._base_url}/a/{link_token(self._secret, Link(case.code, number, rule.head_link))}"

    def _values(self, case: Case, language: str) -> dict[str, str]:
        rating = say(f"rating.{case.rating}", language) if case.rating else ""
        return {"code": case.code, "rating": rating, **linked_cases(case)}

    def _letter_values(self, notice: Notice, case: Case, language: str) -> dict[str, str]:
        return self._values(case, language) | {
            "topic": self._directory.category(case.category, language),
            "at": spoken(notice.happened_at, language),
            "agency": self._name(_agency(notice)),
            "sender": self._name(case.assignment.agency) if case.assignment else "",
            "receiver": self._name(notice.agency),
            "holder": self._name(notice.agency),
            **{name: spoken(moment, language) for name, moment in case.moments.items()},
        }

    def _rows(
        self, notice: Notice, case: Case, values: Mapping[str, str], labels: Mapping[str, str],
        reporter: tuple[str, str] | None,
    ) -> Named:  # fmt: skip
        placed = case.lat is not None and case.long is not None
        rows = {
            "code": case.code,
            "topic": values["topic"],
            "level": say("flag.urgent", "vi") if notice.urgent else "",
            "area": ", ".join(self._directory.place(case.area, case.submitted_at)),
            "address": case.address,
            "coordinates": f"{case.lat:.6f}, {case.long:.6f}" if placed else "",
            "submitted_at": spoken(case.submitted_at),
            "deadline": f"{values['deadline']} ({values['left']})" if values["left"] else "",
            "agency": self._answerable(notice, case) if reporter is None else "",
            "reporter": "" if reporter is None else " – ".join(filter(None, reporter)) or labels["withheld"],
        }
        # What people typed may have line ends; one row is one line.
        return [(labels[name], " ".join(value.split())) for name, value in rows.items() if value]

    def _details(
        self, notice: Notice, case: Case, words: Mapping[str, Any], frame: Mapping[str, Any], language: str
    ) -> Named:
        """What an e-mail to a citizen tells beyond the inbox: safety, question, answer, or where to go instead."""
        told: dict[str, tuple[str, str]] = {"said": (words.get("said", ""), case.said.get(notice.seq, ""))}
        if notice.words == "submitted" and notice.urgent:
            told["safety"] = (frame["safety"], self._directory.safety(case.category, language))
        if notice.words in _ANSWERS and case.answer:
            told["result"] = (words["result"], case.answer.result)
            told["next_step"] = (words["next_step"], case.answer.next_step)
            told["scheduled_for"] = (words["scheduled_for"], _day(case.answer.scheduled_for))
        if notice.words == "refused" and case.refusal:
            told["door"] = (words["door"], say(f"refusal_door.{case.refusal}", language))
            told = {} if case.refusal in _SEALED_REFUSALS else told
        return [(title, text) for title, text in told.values() if title and text]

    def _left(self, notice: Notice, case: Case, now: datetime) -> str:
        """The time left in words; empty once nothing is owed."""
        if case.status not in ("assigned", "in_progress", "waiting", "awaiting_approval"):
            return ""
        if notice.urgent:
            return _hours_left(now, case.deadline)
        days, late = self._directory.calendar().days_left(now, case.deadline), now > case.deadline
        if days == 0:
            return _small(say("flag.overdue_today" if late else "flag.due_today", "vi"))
        return _small(say("flag.overdue" if late else "flag.due", "vi", n=abs(days)))

    def _preview(self, case: Case, values: Mapping[str, str]) -> str:
        place = ", ".join(self._directory.place(case.area, case.submitted_at)[:1])
        return f"{values['topic']}, {place}. {case.title or case.text[:80]}"

    def _answerable(self, notice: Notice, case: Case) -> str:
        """The agency that answers, and where to call it: the one that the event names; of who supports, the one in the lead."""
        supports = rule_of(notice).whom is Whom.SUPPORTER
        agency = case.assignment.agency if supports and case.assignment else notice.agency
        office = self._directory.office(agency)
        return f"{office.name}, {office.phone}" if office and office.phone else self._name(agency)

    def _call(self, agency: str) -> str:
        """Whom to call, for an SMS; empty where there is no number."""
        office = self._directory.office(agency)
        return f" Gọi {office.phone}." if office and office.phone else ""

    def _short_name(self, agency: str) -> str:
        office = self._directory.office(agency)
        return office.short_name if office else agency

    def _name(self, agency: str) -> str:
        office = self._directory.office(agency)
        return office.name if office else agency


def _agency(notice: Notice) -> str:
    """The agency a message speaks of: an officer's own, or the one the event names to a citizen."""
    return notice.recipient.id if notice.recipient.side is Side.AGENCY else notice.agency


def _letter(name: str, to: str, subject: str, context: Mapping[str, Any], notice: Notice) -> Letter:
    trace = {"cid": notice.cid, "event": notice.event, "notice": notice.words}
    return Letter(to, subject, mail.text(name, context), mail.html(name, context), trace)


def _day(text: str) -> str:
    """An ISO date as people write it, `30/06/2023`; empty for none."""
    return f"{date.fromisoformat(text):%d/%m/%Y}" if text else ""


def _brief(moment: datetime) -> str:
    """For an SMS: `17:00 30/05`; what is told lies weeks away at most, so the year is left out."""
    return f"{moment.astimezone(VIETNAM):%H:%M %d/%m}"


def _hours_left(now: datetime, deadline: datetime) -> str:
    minutes = round(abs((deadline - now).total_seconds()) / 60)
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} giờ" if hours else "", f"{rest} phút" if rest or not hours else ""]
    return ("quá hạn " if now > deadline else "còn ") + " ".join(part for part in parts if part)


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
