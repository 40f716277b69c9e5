"""What the operations centre does with cases."""

from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from chalicelib.core import codes
from chalicelib.core.actors import dispatcher
from chalicelib.core.calendar import Calendar
from chalicelib.core.clock import Clock
from chalicelib.core.errors import Conflict, FieldError, Invalid, NotFound, invalid
from chalicelib.core.paging import Page
from chalicelib.feedback import centre_commands, commands, deadlines, joining, moderation
from chalicelib.feedback.about import require_free
from chalicelib.feedback.casework import Casework, Change, Decide, Trace
from chalicelib.feedback.centre_lists import CentreLists
from chalicelib.feedback.clocks import Clocks
from chalicelib.feedback.lifecycle import HELD, OPEN, Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Contacts, Directory, Dossier, QueueLine, Store
from chalicelib.feedback.sealing import Sealing
from chalicelib.feedback.values import Look, Publication, Stamp

REVEAL = "reveal"
# A case that others are merged into: the answer is to come, or was just given.
_MAIN = OPEN | {Status.ANSWERED}
_COLLISIONS = 5


class Sources(msgspec.Struct, frozen=True):
    """What the centre works with."""

    store: Store
    casework: Casework
    lists: CentreLists
    sealing: Sealing
    directory: Directory
    contacts: Contacts
    calendar: Callable[[], Calendar]
    clock: Clock
    secret: str


class CentreService:
    """One method a use case; `user` is the member of the centre who acts, and stands in the history."""

    def __init__(self, sources: Sources) -> None:
        self._store = sources.store
        self._casework = sources.casework
        self._lists = sources.lists
        self._sealing = sources.sealing
        self._directory = sources.directory
        self._contacts = sources.contacts
        self._calendar = sources.calendar
        self._clocks = Clocks(sources.calendar, sources.directory.needs_approval)
        self._clock = sources.clock
        self._secret = sources.secret

    # Reading

    def queue(self, wanted: centre_commands.ListQueue) -> Page[QueueLine]:
        """A page of what the centre has to look after."""
        return self._lists.queue(wanted)

    def case(self, code: str) -> Dossier:
        """The whole case, without its reporter's name; raises NotFound."""
        return self._store.dossier(codes.normal_code(code))

    def reveal(self, user: str, code: str, command: commands.Explain) -> tuple[str, str]:
        """The reporter's name and phone; that they were looked at is recorded before they are read.

        Raises NotFound where there is no such person any more, Conflict for a sealed case.
        """
        case = self._store.head(codes.normal_code(code))
        if case.status is Status.SEALED:
            raise Conflict("error.sealed")
        self._store.keep_look(case.code, Look(self._clock(), user, REVEAL, command.reason))
        contact = self._contacts.contact(case.reporter)
        if contact is None:
            raise NotFound("error.reporter_gone")
        return contact

    def audit(self, code: str) -> Sequence[Look]:
        """Who looked at the personal data of a case, the earliest first; raises NotFound."""
        return self._store.looks(self._store.head(codes.normal_code(code)).code)

    # Whose it is

    def assign(self, user: str, code: str, command: commands.Assign, trace: Trace) -> Feedback:
        """Give a case to an agency, also one that another agency holds; raises Invalid for one that cannot have it."""
        self._require_agency(command.agency)

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            if case.status in HELD and case.agency == command.agency:
                raise invalid("agency", "field.agency_same")
            require_free(self._directory, case, command.agency)
            others = tuple(support for support in case.supporters if support.agency != command.agency)
            terms = self._clocks.terms(case, command.agency, stamp.at)
            return replace(case, supporters=others).assign(party, stamp, command.agency, terms)

        return self._act(user, code, Action.ASSIGN, decide, trace, command.note)

    def refuse(self, user: str, code: str, command: commands.Refuse, trace: Trace) -> Feedback:
        """Say that the matter is not taken; the reason code says where to go instead."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            return case.refuse(stamp, command.reason_code)

        return self._act(user, code, Action.REFUSE, decide, trace, command.note)

    def support(self, user: str, code: str, command: centre_commands.Support, trace: Trace) -> Feedback:
        """Ask another agency to contribute, by a link of its own; the holder leads on."""
        self._require_agency(command.agency)

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            if command.agency in (case.agency, *(support.agency for support in case.supporters)):
                raise invalid("agency", "field.agency_same")
            require_free(self._directory, case, command.agency)
            if len(case.supporters) >= centre_commands.MOST_SUPPORTERS:
                raise Conflict("error.supporters_full", most=centre_commands.MOST_SUPPORTERS)
            return moderation.support(case, stamp, command.agency)

        return self._act(user, code, Action.SUPPORT, decide, trace, command.note)

    def grant(self, user: str, code: str, command: centre_commands.Grant, trace: Trace) -> Feedback:
        """Give the agency the time it asked for, or another day; raises Invalid for a day before the present deadline."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            asked = case.extension.until if case.extension else case.deadline
            until = deadlines.extended_to(self._calendar(), command.until) if command.until else asked
            if command.until and until <= case.deadline:
                raise invalid("until", "field.after_deadline")
            return moderation.grant(case, stamp, self._clocks.moved(case, max(until, case.deadline)))

        return self._act(user, code, Action.GRANT, decide, trace, command.reason)

    def deny(self, user: str, code: str, command: commands.Explain, trace: Trace) -> Feedback:
        """Leave the deadline where it is."""
        return self._act(
            user, code, Action.DENY, lambda case, _, stamp: moderation.deny(case, stamp), trace, command.reason
        )

    # Who may read it

    def publish(self, user: str, code: str, trace: Trace) -> Feedback:
        """Let the public read a case that waited for review."""
        words = self.case(code).feedback.matter

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            # What is public may stand in the head and in the feed, so the words come along.
            return replace(case, matter=words).publish(stamp)

        return self._act(user, code, Action.PUBLISH, decide, trace)

    def hide(self, user: str, code: str, command: commands.Explain, trace: Trace) -> Feedback:
        """Take a case out of the public view."""
        return self._act(
            user, code, Action.HIDE, lambda case, _, stamp: moderation.hide(case, stamp), trace, command.reason
        )

    def unhide(self, user: str, code: str, command: commands.Explain, trace: Trace) -> Feedback:
        """Give a hidden case back to the public view."""
        words = self.case(code).feedback.matter

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            return moderation.unhide(replace(case, matter=words), stamp)

        return self._act(user, code, Action.UNHIDE, decide, trace, command.reason)

    def seal(self, user: str, code: str, command: commands.Explain, trace: Trace) -> Feedback:
        """Take content and identity out of every view, link and list at once; a second call completes a first that died."""
        return self._sealing.seal(user, codes.normal_code(code), command.reason, trace)

    # Cases that belong together

    def merge(self, user: str, code: str, command: centre_commands.Merge, trace: Trace) -> Feedback:
        """End a case as a duplicate of another; its reporter and followers follow that one from now on.

        Raises Invalid for the case itself or no case, Conflict where the other cannot be the main one. Both are looked at in one
        transaction, so that two merges at once make no circle.
        """
        read: list[Feedback] = []

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            read[:] = [self._main_of(case, command.into)]
            return joining.merge(case, stamp, read[0].code)

        def save(changed: Feedback) -> None:
            self._store.save(changed, read[0])

        change = Change(dispatcher(user), Action.MERGE, decide, trace, command.reason, save=save)
        return self._casework.act(codes.normal_code(code), change)

    def split(self, user: str, code: str, command: centre_commands.Split, trace: Trace) -> Feedback:
        """Replace one matter with several questions by a case for each; Consequences makes them."""
        errors = [
            FieldError(f"parts.{place}.category", "field.category")
            for place, part in enumerate(command.parts)
            if self._directory.category(part.category) is None
        ]
        if errors:
            raise Invalid(errors)
        parent, parts = codes.normal_code(code), msgspec.json.encode(command.parts).decode()
        children = tuple(self._child_code(parent, place, parts) for place in range(len(command.parts)))

        def save(changed: Feedback) -> None:
            self._store.write_text(parent, joining.parts_ref(changed), parts)
            self._store.save(changed)

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            return joining.split(case, stamp, children)

        change = Change(dispatcher(user), Action.SPLIT, decide, trace, command.note, save=save)
        return self._casework.act(parent, change)

    def _main_of(self, case: Feedback, into: str) -> Feedback:
        try:
            main = self._store.head(codes.normal_code(into))
        except NotFound:
            raise invalid("into", "field.case") from None
        if main.code == case.code:
            raise invalid("into", "field.case_same")
        if main.status is Status.DUPLICATE:
            raise Conflict("error.merge_merged", code=main.merged_into)
        if main.status not in _MAIN:
            raise Conflict("error.merge_ended")
        if main.about != case.about:
            raise Conflict("error.merge_about")
        # Followers hear of what the public may read: whoever is merged into another person's case must hear its answer.
        if main.publication is not Publication.PUBLIC and main.reporter != case.reporter:
            raise Conflict("error.merge_private")
        return main

    def _child_code(self, parent: str, place: int, parts: str) -> str:
        """The code of one part, the same at every attempt to split so; without the secret it is random."""
        for attempt in range(_COLLISIONS):
            code = codes.tracking_code(self._secret, f"split {parent} {place}", codes.fingerprint(parts), attempt)
            if code not in self._store.heads([code]):
                return code
        raise Conflict("error.lost_race")

    def _require_agency(self, code: str) -> None:
        if not self._directory.has_agency(code):
            raise invalid("agency", "field.agency")

    def _act(self, user: str, code: str, action: Action, decide: Decide, trace: Trace, text: str = "") -> Feedback:
        return self._casework.act(codes.normal_code(code), Change(dispatcher(user), action, decide, trace, text))
