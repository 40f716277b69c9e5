"""The one way in which a case changes: read the head, decide, write the words, write the head if nobody was faster."""

from collections.abc import Callable

import msgspec

from chalicelib.core import codes
from chalicelib.core.actors import Actor
from chalicelib.core.actors import agency as agency_actor
from chalicelib.core.clock import Clock
from chalicelib.core.errors import LostRace, NotFound, NotPossibleNow
from chalicelib.feedback.lifecycle import ENDED, Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Dossier, Store
from chalicelib.feedback.values import Stamp

# A change that loses the race is decided again on what won; as many clients at one case at once are not people.
_TRIES = 12

# After these the duty of the last assignment is over, and its link with it.
_LINK_ENDS = frozenset({Status.RECEIVED, Status.REFUSED}) | ENDED

Decide = Callable[[Feedback, Party, Stamp], Feedback]


class Trace(msgspec.Struct, frozen=True):
    """What a request brings along: the caller's Idempotency-Key (or empty) and the correlation id."""

    key: str = ""
    cid: str = ""


class Change(msgspec.Struct, frozen=True):
    """What an actor wants: `decide` makes the next case, `text` is kept beside it; `assignment` and `head` are the link's.

    `save` writes it in another way than the store's own, where more than this case is at stake.
    """

    actor: Actor
    action: Action
    decide: Decide
    trace: Trace
    text: str = ""
    assignment: int = 0
    head: bool = False
    save: Callable[[Feedback], None] | None = None


class Duty(msgspec.Struct, frozen=True):
    """What a signed link opens: the whole case, and in what part its agency stands."""

    dossier: Dossier
    party: Party
    assignment: int
    agency: str


class Casework:
    """Carries out changes of cases."""

    def __init__(self, store: Store, clock: Clock, new_id: Callable[[], str], secret: str) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._secret = secret

    def act(self, code: str, change: Change) -> Feedback:
        """Carry out a change; a repeated Idempotency-Key of the same actor gives the case as it stands.

        Raises NotFound for strangers, Gone where the link's assignment is over, NotPossibleNow with the actions that are
        possible, LostRace after many lost races.
        """
        ref, kept, tried = "", False, None
        for _ in range(_TRIES):
            case = self._store.head(code)
            party = case.party(change.actor, change.assignment, change.head)
            # A race can be lost to oneself: the write was done, its answer lost, and the database's client wrote again.
            if self._repeats(case, change) or tried in case.history:
                return case
            possible = case.next_actions(party) if party else ()
            if kept and change.action not in possible:
                # Nothing will refer to these words; beside a case that was sealed meanwhile they must not stay.
                self._store.forget(code, f"text#{ref}")
            if party is None:
                # The holder of a link knows the case; a link can end while its holder acts.
                raise codes.ended_link() if change.assignment else NotFound("error.feedback_not_found")
            if change.action not in possible:
                raise NotPossibleNow(change.action, possible)
            if change.text and not ref:
                ref = self._new_id()
            changed = change.decide(
                case, party, Stamp(change.actor, self._clock(), ref, self._key(change), change.trace.cid)
            )
            if ref and not kept:
                self._store.write_text(code, ref, change.text)
                kept = True
            try:
                (change.save or self._store.save)(changed)
            except LostRace:
                tried = changed.history[-1]
                continue
            return changed
        raise LostRace()

    def act_by_link(self, token: str, action: Action, decide: Decide, trace: Trace, text: str = "") -> Feedback:
        """Carry out a change for the agency that holds the link; raises NotFound for a forged link, Gone for an ended one.

        A repeated Idempotency-Key gives the case as it stands also where the first call ended the link.
        """
        link = codes.read_link(self._secret, token)
        case = self._store.head(link.code)
        actor = agency_actor(_agency(case, link.assignment))
        change = Change(actor, action, decide, trace, text, link.assignment, link.head)
        if self._repeats(case, change):
            return case
        if _party(case, link) is None:
            raise codes.ended_link()
        return self.act(link.code, change)

    def duty(self, token: str) -> Duty:
        """What a signed link opens; raises NotFound for a forged one, Gone once its assignment is over."""
        link = codes.read_link(self._secret, token)
        dossier = self._store.dossier(link.code)
        case = dossier.feedback
        party = _party(case, link)
        if party is None:
            raise codes.ended_link()
        return Duty(dossier, party, link.assignment, _agency(case, link.assignment))

    def number(self, token: str) -> int:
        """Which duty a signed link names; raises NotFound for a forged one."""
        return codes.read_link(self._secret, token).assignment

    def party(self, token: str, case: Feedback) -> Party | None:
        """In what part the holder of a link stands towards the case as it is now; None once its assignment is over."""
        return _party(case, codes.read_link(self._secret, token))

    def _repeats(self, case: Feedback, change: Change) -> bool:
        key = self._key(change)
        return bool(key) and any(entry.key == key for entry in case.history)

    def _key(self, change: Change) -> str:
        if not change.trace.key:
            return ""
        # The head and an officer are one agency; a key of the head's is none for whoever holds the officer's link.
        said = f"{change.actor.id}\n{change.action}\n{change.trace.key}" + ("\nhead" if change.head else "")
        return codes.keyed_hash(self._secret, "action-key", said)[:16]


def _agency(case: Feedback, assignment: int) -> str:
    """Whose duty the assignment is or was, or to whom it was offered; empty for a number that was never given."""
    return next((entry.agency for entry in case.history if entry.assignment == assignment), "")


def _party(case: Feedback, link: codes.Link) -> Party | None:
    if case.about and _agency(case, link.assignment) == case.about:
        return None  # the one complained about never gets the case, whatever it was given before
    party = case.duty(link.assignment, link.head)
    return None if case.status in _LINK_ENDS and party is not Party.RECEIVER else party
