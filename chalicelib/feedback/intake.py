"""Matters that come by the older channels, entered by the centre on behalf of a person: one by one or as a sheet.

Whoever owns the phone is the reporter, as if he had sent it himself: the same promise, the same notices, and the case is there when
he signs in. The number that the other channel gave names the case, so entering it again finds the case that stands.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol

import msgspec
from msgspec.structs import replace

from chalicelib.core import codes
from chalicelib.core.actors import ActorKind
from chalicelib.core.clock import Clock
from chalicelib.core.errors import Conflict, DomainError, FieldError, Invalid, NotFound, Unavailable
from chalicelib.feedback import sheet
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.intake_commands import Enter, EnterSheet
from chalicelib.feedback.lifecycle import Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Store
from chalicelib.feedback.service import FeedbackService
from chalicelib.feedback.values import Channel

_COLLISIONS = 5
# A call answers within this time and says where to go on: the gateway waits 29 seconds, the function has 25.
PATIENCE = timedelta(seconds=12)


class People(Protocol):
    """Who owns a phone."""

    def phone(self, text: str) -> str:
        """The number (E.164) that somebody typed; raises Invalid for `phone`."""

    def enrol(self, phone: str, name: str) -> str:
        """The account of a number, made where there is none; no message is sent."""


class Entered(msgspec.Struct, frozen=True):
    """A case that was entered: now (`new`), or by an earlier call with the same number."""

    case: Feedback
    new: bool


class Row(msgspec.Struct, frozen=True):
    """What became of one row of a sheet: its first line, its number, the case, or why there is none."""

    line: int
    channel: str
    channel_ref: str
    code: str = ""
    new: bool = False
    errors: tuple[FieldError, ...] = ()


class Sheet(msgspec.Struct, frozen=True):
    """What became of the rows that this call has come to; `next_line` is where to go on, 0 at the end."""

    rows: tuple[Row, ...]
    next_line: int


Read = Callable[[dict[str, Any]], Enter]


class Intake:
    """Enters matters; `read` makes a command of the values of a row and raises Invalid with all that is wrong."""

    def __init__(
        self, store: Store, feedback: FeedbackService, people: People, clock: Clock, secret: str, read: Read
    ) -> None:
        self._store = store
        self._feedback = feedback
        self._people = people
        self._clock = clock
        self._secret = secret
        self._read = read

    def enter(self, user: str, command: Enter, trace: Trace) -> Entered:
        """A new case of the phone's owner, or the one that the channel's number has already.

        Raises Invalid, Conflict where the number was used for another matter, Unavailable where no account can be made.
        """
        command = replace(command, phone=self._people.phone(command.phone))
        digest = codes.keyed_hash(self._secret, "intake", msgspec.json.encode(command).decode())[:16]
        for attempt in range(_COLLISIONS):
            code = self._code(command, attempt)
            standing = self._standing(code)
            if standing is None:
                made = self._new(user, code, command, digest, trace)
                standing = self._store.add(made)
                if standing is None:
                    return Entered(made, new=True)
            if standing.status is Status.SEALED or _same(standing, command):
                # Under seal it is most likely this very matter: nothing may stand in its place, and nothing says what it was.
                if standing.digest != digest:
                    raise Conflict("error.channel_ref_reused")
                return Entered(standing, new=False)
        raise Conflict("error.lost_race")

    def enter_sheet(self, user: str, command: EnterSheet, trace: Trace) -> Sheet:
        """Enter the rows of a sheet from a line on, as far as a call has time; the good ones whatever the others are.

        Raises Invalid for `csv` where the sheet cannot be read or has other columns, before anything is entered.
        """
        began, done = self._clock(), list[Row]()
        for line, values in sheet.rows(command.csv):
            if line < command.from_line:
                continue
            if done and self._clock() - began > PATIENCE:
                return Sheet(tuple(done), line)
            try:
                done.append(self._enter_row(user, line, values, trace))
            except Unavailable:
                if not done:
                    raise
                return Sheet(tuple(done), line)
        return Sheet(tuple(done), 0)

    def _enter_row(self, user: str, line: int, values: Mapping[str, str], trace: Trace) -> Row:
        named = (line, values.get("channel", "")[:60], values.get("channel_ref", "")[:60])
        try:
            entered = self.enter(user, self._read(sheet.shaped(values)), trace)
        except Invalid as error:
            return Row(*named, errors=sheet.by_column(error.errors))
        except Unavailable:
            raise
        except DomainError as error:
            return Row(*named, errors=(FieldError("channel_ref", error.words, tuple(error.params.items())),))
        return Row(*named, code=entered.case.code, new=entered.new)

    def _new(self, user: str, code: str, command: Enter, digest: str, trace: Trace) -> Feedback:
        now = self._clock()
        area = self._feedback.checked(command, now)
        account = self._people.enrol(command.phone, command.name)
        case = self._feedback.begin(code, account, command, area, now, Trace(cid=trace.cid))
        entry = replace(case.history[0], by=ActorKind.DISPATCHER, actor=user)
        return replace(
            case, channel=Channel(command.channel), channel_ref=command.channel_ref, digest=digest,
            key=codes.fingerprint(_number(command)), history=(entry,),
        )  # fmt: skip

    def _standing(self, code: str) -> Feedback | None:
        try:
            return self._store.head(code)
        except NotFound:
            return None

    def _code(self, command: Enter, attempt: int) -> str:
        """The code of what has this number in its channel; without the secret it is random."""
        return codes.tracking_code(self._secret, "intake", _number(command), attempt)


def _number(command: Enter) -> str:
    return f"{command.channel}\n{command.channel_ref}"


def _same(standing: Feedback, command: Enter) -> bool:
    return (standing.channel, standing.channel_ref) == (Channel(command.channel), command.channel_ref)


def figures(rows: Sequence[Row]) -> tuple[int, int, int]:
    """How many rows made a case, met one that stands, were refused."""
    made = sum(row.new for row in rows)
    refused = sum(bool(row.errors) for row in rows)
    return made, len(rows) - made - refused, refused
