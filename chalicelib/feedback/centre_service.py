"""What the operations centre does with cases."""

from collections.abc import Callable

from msgspec.structs import replace

from chalicelib.core import codes
from chalicelib.core.actors import dispatcher
from chalicelib.core.calendar import Calendar
from chalicelib.core.errors import invalid
from chalicelib.feedback import commands
from chalicelib.feedback.casework import Casework, Change, Decide, Trace
from chalicelib.feedback.clocks import Clocks
from chalicelib.feedback.lifecycle import Action, Party
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Directory, Store
from chalicelib.feedback.values import Stamp


class CentreService:
    """One method a use case; `user` is the member of the centre who acts, and stands in the history."""

    def __init__(
        self, store: Store, casework: Casework, directory: Directory, calendar: Callable[[], Calendar], secret: str
    ) -> None:
        self._store = store
        self._casework = casework
        self._directory = directory
        self._calendar = calendar
        self._clocks = Clocks(calendar, directory.needs_approval)
        self._secret = secret

    def assign(self, user: str, code: str, command: commands.Assign, trace: Trace) -> Feedback:
        """Give a case of the centre's queue to an agency."""
        if not self._directory.has_agency(command.agency):
            raise invalid("agency", "field.agency")

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            return case.assign(party, stamp, command.agency, self._clocks.terms(case, command.agency, stamp.at))

        return self._act(user, code, Action.ASSIGN, decide, trace, command.note)

    def refuse(self, user: str, code: str, command: commands.Refuse, trace: Trace) -> Feedback:
        """Say that the matter is not taken; the reason code says where to go instead."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            return case.refuse(stamp, command.reason_code)

        return self._act(user, code, Action.REFUSE, decide, trace, command.note)

    def publish(self, user: str, code: str, trace: Trace) -> Feedback:
        """Let the public read a case that waited for review."""
        # What is public may stand in the head and in the feed, so the words come along.
        words = self._store.dossier(codes.normal_code(code)).feedback.matter

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            return replace(case, matter=words).publish(stamp)

        return self._act(user, code, Action.PUBLISH, decide, trace)

    def _act(self, user: str, code: str, action: Action, decide: Decide, trace: Trace, text: str = "") -> Feedback:
        return self._casework.act(codes.normal_code(code), Change(dispatcher(user), action, decide, trace, text))
