"""Sending digests: each once a day and agency, whatever runs twice; one agency's broken data never stops the others."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from chalicelib.core.clock import VIETNAM, Clock
from chalicelib.notices.digest_rendering import DigestRenderer
from chalicelib.notices.digests import DigestState, Kind, Work, digest, due_kinds
from chalicelib.notices.model import Role
from chalicelib.notices.ports import Bounces, Busy, Directory, Letter, Mailer, Officer, Refused, Unanswered


class Desks(Protocol):
    """What lies at the agencies' desks."""

    def agencies(self) -> Sequence[str]:
        """The codes of the agencies that work today."""

    def works(self, agency: str) -> Sequence[Work]:
        """The cases that are the agency's to answer."""


class Ledger(Protocol):
    """What became of each digest."""

    def settled(self, kind: Kind, day: date) -> frozenset[str]:
        """The agencies whose digest of that day is not to be looked at any more."""

    def settle(self, kind: Kind, day: date, agency: str, state: DigestState, at: datetime) -> None:
        """Write what became of a digest that the caller holds."""

    def claim(self, kind: Kind, day: date, agency: str, state: DigestState, at: datetime) -> bool:
        """Take a digest in hand, or say at once what becomes of it; False where another worker has it or had it."""


# To whom; the first of these who is named and has an address that has not bounced.
_READERS = {
    Kind.MORNING: (Role.FOCAL, Role.DEPUTY, Role.HEAD),
    Kind.WEEK: (Role.HEAD,),
}


class DigestService:
    """Sends the digests whose time it is."""

    def __init__(
        self, desks: Desks, ledger: Ledger, directory: Directory, renderer: DigestRenderer, mailer: Mailer, clock: Clock,
        bounces: Bounces,
    ) -> None:  # fmt: skip
        self._desks = desks
        self._ledger = ledger
        self._directory = directory
        self._renderer = renderer
        self._mailer = mailer
        self._clock = clock
        self._bounces = bounces

    def run(self, now: datetime, until: datetime) -> dict[str, int]:
        """Send what is due at `now`, beginning none after `until`; returns how many came to which state, and are `left`.

        Raises ExceptionGroup, after all others were served, where an agency's digest could not be made.
        """
        figures, errors = Counter({state.value: 0 for state in DigestState} | {"left": 0}), list[Exception]()
        for kind in due_kinds(self._directory.calendar(), now):
            settled = self._ledger.settled(kind, now.astimezone(VIETNAM).date())
            for agency in (code for code in self._desks.agencies() if code not in settled):
                if self._clock() >= until:
                    figures["left"] += 1
                    continue
                try:
                    figures[self._serve(kind, agency, now)] += 1
                except Exception as error:
                    # One agency's broken contacts or cases must not keep the others back; all errors are raised at the end.
                    error.add_note(f"agency {agency}")
                    errors.append(error)
        if errors:
            raise ExceptionGroup(f"{len(errors)} digests were not made; {dict(figures)}", errors)
        return dict(figures)

    def _serve(self, kind: Kind, agency: str, now: datetime) -> DigestState:
        made = digest(kind, agency, self._desks.works(agency), self._directory.calendar(), now)
        day = now.astimezone(VIETNAM).date()
        if made is None:
            self._ledger.claim(kind, day, agency, DigestState.EMPTY, now)
            return DigestState.EMPTY
        reader = self._reader(kind, agency)
        if reader is None:
            self._ledger.claim(kind, day, agency, DigestState.FAILED, now)
            return DigestState.FAILED
        letter = self._renderer.letter(made, reader.email, now)
        # Everything that can fail without the provider has been done: after the claim there is only the call.
        if not self._ledger.claim(kind, day, agency, DigestState.SENDING, now):
            return DigestState.SENDING
        state = self._send(letter)
        self._ledger.settle(kind, day, agency, state, now)
        return state

    def _send(self, letter: Letter) -> DigestState:
        try:
            self._mailer.send(letter)
        except Refused:
            return DigestState.FAILED
        except Busy:
            return DigestState.FREE
        except Unanswered:
            # Perhaps it arrived. A digest is not worth a second one, and tomorrow's says what is still true.
            return DigestState.UNCERTAIN
        return DigestState.SENT

    def _reader(self, kind: Kind, agency: str) -> Officer | None:
        by_role = {officer.role: officer for officer in self._directory.officers(agency)}
        named = (by_role[role] for role in _READERS[kind] if role in by_role)
        found = next((officer for officer in named if self._reads(officer.email)), None)
        if found:
            return found
        office = self._directory.office(agency)
        if office is None or not self._reads(office.email):
            return None
        return Officer(Role.OFFICE, office.name, office.email, office.phone)

    def _reads(self, address: str) -> bool:
        return bool(address) and not self._bounces.bounced(address)
