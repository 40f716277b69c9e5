"""Cases and agencies as the pages of the operations centre wish to see them (pages.centre_ports.CentreDesk); for wiring only."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from chalicelib.bridges.pages import Offices, PageCases, answer
from chalicelib.bridges.reference import ReferenceData
from chalicelib.core.clock import Clock
from chalicelib.core.errors import NotFound
from chalicelib.core.text import clip, plain
from chalicelib.directory.model import Area
from chalicelib.directory.service import Directory
from chalicelib.feedback import centre_commands, commands
from chalicelib.feedback.about import barred, superior
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.centre_lists import LISTINGS
from chalicelib.feedback.centre_service import CentreService
from chalicelib.feedback.lifecycle import HELD, Action, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Dossier, Store
from chalicelib.feedback.routing import competent_agency
from chalicelib.feedback.similar_cases import SimilarCases
from chalicelib.feedback.values import Channel, Matter
from chalicelib.feedback.views import FeedbackView, Views, status_text
from chalicelib.pages import centre_model as centre
from chalicelib.pages import model as pages
from chalicelib.pages.centre_model import Act
from chalicelib.pages.ports import Sent
from chalicelib.runtime.decoding import convert

# A list's number is counted up to this, then it says so.
COUNTED = 20
_FIRST_WORDS = 160
_ASKED_WORDS = 500  # as many as FindSimilar takes


class Sources(msgspec.Struct, frozen=True):
    """What the bridge stands on; `cases` shows what the agencies' pages show as well."""

    service: CentreService
    store: Store
    similar: SimilarCases
    views: Views
    cases: PageCases
    offices: Offices
    directory: Directory
    reference: ReferenceData
    clock: Clock


class CentreCases:
    """Fills pages.centre_ports.CentreDesk."""

    def __init__(self, sources: Sources) -> None:
        self._from = sources
        service = sources.service
        self._acts: dict[Act, tuple[type[Any], Callable[..., Feedback]]] = {
            Act.ASSIGN: (commands.Assign, service.assign),
            Act.REFUSE: (commands.Refuse, service.refuse),
            Act.GRANT: (centre_commands.Grant, service.grant),
            Act.DENY: (commands.Explain, service.deny),
            Act.SUPPORT: (centre_commands.Support, service.support),
            Act.MERGE: (centre_commands.Merge, service.merge),
            Act.SPLIT: (centre_commands.Split, service.split),
            Act.HIDE: (commands.Explain, service.hide),
            Act.UNHIDE: (commands.Explain, service.unhide),
            Act.SEAL: (commands.Explain, service.seal),
        }

    def tabs(self) -> Sequence[centre.Tab]:
        """Every list and how much is in it, counted up to a limit; costs one small query a list."""
        counted = {what: len(self._from.store.places(listing, COUNTED + 1, None)) for what, listing in LISTINGS.items()}
        return tuple(centre.Tab(what, min(found, COUNTED), found > COUNTED) for what, found in counted.items())

    def listing(self, wanted: centre.Wanted, language: str) -> centre.Listing:
        """A page of one list; raises Invalid for a filter that is none."""
        asked = {**wanted.query(), **({"cursor": wanted.cursor} if wanted.cursor else {})}
        page = self._from.service.queue(convert(asked, centre_commands.ListQueue, strict=False))
        words = self._from.store.words([line.case for line in page.items]) if page.items else {}
        lines = tuple(
            self._waiting(line.case, words.get(line.case.code), (line.why, line.since, line.agency), language)
            for line in page.items
        )
        return centre.Listing(lines, page.next_cursor or "")

    def filters(self, language: str) -> centre.Filters:
        """What lists can be filtered by."""
        directory = self._from.directory
        categories = sorted(
            (centre.Option(one.code, one.name_en if language == "en" else one.name_vi) for one in directory.categories()),
            key=lambda option: plain(option.name),
        )  # fmt: skip
        return centre.Filters(tuple(categories), tuple(self._areas()), self._from.offices.everyone(language))

    def sheet(self, code: str, language: str) -> centre.CentreSheet:
        """The whole case; raises NotFound."""
        dossier = self._from.service.case(code)
        case, view = dossier.feedback, self._from.views.centre(dossier, self._from.clock(), language)
        extension, offer = case.extension, case.hand_over
        sealed = case.status is Status.SEALED
        return centre.CentreSheet(
            subject=self._from.cases.subject(dossier, view), acts=_acts(view, sealed),
            publication=case.publication.value, level=case.level.value,
            channel="" if case.channel is Channel.APP else case.channel.value, occurred_at=case.occurred_at,
            proposal=None if sealed else self._proposal(case), similar=self._similar(dossier, language),
            extension_until=extension.until if extension else None,
            extension_granted=extension.granted if extension else None,
            offered_to=self._name(offer.agency) if offer else "", offered_until=offer.lapses_at if offer else None,
            about=self._name(case.about), refusal=view.refusal_text or "", merged_into=case.merged_into,
            parent=case.parent, children=case.children, supports=self._from.cases.supports(dossier),
            draft=answer(view.draft) if view.draft else None,
            held=tuple(pages.Held(one.agency.name, one.since, one.until, one.working_days) for one in view.held),
            sealed=sealed,
        )  # fmt: skip

    def agencies(self, code: str, find: str, language: str) -> Sequence[pages.Group]:
        """The agencies a case can be given to, whose names have all the words of `find`; raises NotFound."""
        case = self._from.service.case(code).feedback
        groups = self._from.offices.groups(case, case.agency if case.status in HELD else "", language)
        wanted = plain(find).lower().split()
        if not wanted:
            return groups
        found = (
            (group.name, tuple(one for one in group.choices if _has(f"{one.name} {group.name}", wanted)))
            for group in groups
        )
        return tuple(pages.Group(name, choices) for name, choices in found if choices)

    def carry_out(self, user: str, code: str, act: Act, sent: Sent) -> None:
        """Do it; raises Invalid, Conflict, NotFound."""
        trace = Trace(sent.key, sent.cid)
        if act is Act.PUBLISH:
            self._from.service.publish(user, code, trace)
            return
        command, carry_out = self._acts[act]
        carry_out(user, code, convert(dict(sent.fields), command, strict=False), trace)

    def reveal(self, user: str, code: str, sent: Sent) -> pages.Contact:
        """The reporter, once it is recorded that he was looked at; raises Invalid, Conflict, NotFound."""
        name, phone = self._from.service.reveal(user, code, convert(dict(sent.fields), commands.Explain))
        return pages.Contact(name, phone)

    def done(self, code: str) -> centre.Done | None:
        """What happened to the case last, None where there is no such case."""
        try:
            case = self._from.service.case(code).feedback
        except NotFound:
            return None
        last = case.history[-1]
        return centre.Done(case.code, last.action.value, self._name(last.agency), case.merged_into)

    def audit(self, code: str) -> Sequence[centre.Looked]:
        """Who looked at the personal data of a case; raises NotFound."""
        return tuple(
            centre.Looked(look.at, look.user, look.what, look.reason) for look in self._from.service.audit(code)
        )

    def _waiting(
        self, case: Feedback, words: Matter | None, came: tuple[str, Any, str], language: str
    ) -> centre.Waiting:
        why, since, by = came
        scheduled = case.answer.scheduled_for if case.answer else ""
        return centre.Waiting(
            code=case.code, title=words.title if words else "", first_words=clip(words.text, _FIRST_WORDS) if words else "",
            category=self._from.reference.category_name(case.category, language),
            place=self._from.offices.place(case.area, case.submitted_at),
            status_text=status_text(case.status.value, scheduled, language, case.merged_into), why=why, since=since,
            by=self._name(by), agency=self._name(case.agency), remaining=self._from.cases.remaining(case),
            deadline=case.deadline, urgent=case.level == "urgent",
        )  # fmt: skip

    def _proposal(self, case: Feedback) -> centre.Proposal | None:
        reference = self._from.reference
        if case.about:
            found = superior(reference, case.about)
        else:
            rule = reference.category(case.category)
            steps = rule.steps if rule else ()
            found = competent_agency(steps, reference.path(case.area), reference.competent)
        if not found or barred(reference, case, found) or (case.status in HELD and found == case.agency):
            return None
        gave_back = any(entry.action is Action.GIVE_BACK and entry.actor == found for entry in case.history)
        return centre.Proposal(found, self._name(found), gave_back)

    def _similar(self, dossier: Dossier, language: str) -> tuple[centre.Likeness, ...]:
        case, matter = dossier.feedback, dossier.feedback.matter
        if matter is None or case.status is Status.SEALED or self._from.reference.category(case.category) is None:
            return ()
        text = f"{matter.title}\n{matter.text}"[:_ASKED_WORDS]
        asked = commands.FindSimilar(category=case.category, lat=matter.lat, long=matter.long, text=text)
        return tuple(
            centre.Likeness(
                found.line.code, found.line.title, clip(found.text, _FIRST_WORDS),
                status_text(found.line.status, found.line.scheduled_for, language), round(found.metres),
            )
            for found in self._from.similar.find("", asked) if found.line.code != case.code
        )  # fmt: skip

    def _areas(self) -> Iterable[pages.Group]:
        """Each district with its communes; a province without districts is one group."""
        directory = self._from.directory
        for province in directory.areas():
            below = sorted(directory.areas(province.code), key=_by_name)
            districts = [area for area in below if directory.areas(area.code)]
            for area in districts:
                inside = sorted(directory.areas(area.code), key=_by_name)
                yield pages.Group(area.name, tuple(map(_choice, [area, *inside])))
            rest = [area for area in below if area not in districts]
            if rest:
                yield pages.Group(province.name, tuple(map(_choice, rest)))

    def _name(self, agency: str) -> str:
        return self._from.offices.name(agency) if agency else ""


def _acts(view: FeedbackView, sealed: bool) -> tuple[Act, ...]:
    """What the table allows, and looking at the reporter, which is no step of the case."""
    possible: Mapping[Act, bool] = {act: act.value in view.next_actions for act in Act}
    return tuple(act for act in Act if possible[act] or (act is Act.REVEAL and not sealed))


def _choice(area: Area) -> pages.Choice:
    return pages.Choice(area.code, area.name)


def _by_name(area: Area) -> str:
    return plain(area.name)


def _has(name: str, words: Sequence[str]) -> bool:
    folded = plain(name).lower()
    return all(word in folded for word in words)
