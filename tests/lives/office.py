"""The rules on their fakes, as a world for random lives: JSON is read as over HTTP, then the service is called."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.core.errors import Conflict, DomainError, Gone, Invalid, NotFound
from chalicelib.feedback import centre_commands, commands
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.ports import Dossier
from chalicelib.runtime.decoding import decode_body
from tests import builders
from tests.fakes import Office
from tests.lives.expected import Outcome
from tests.lives.world import Kind

OUTCOMES: dict[type[DomainError], Outcome] = {
    Invalid: Outcome.INVALID,
    NotFound: Outcome.UNKNOWN,
    Gone: Outcome.ENDED,
    Conflict: Outcome.CONFLICT,
}
COMMANDS: dict[str, type[Any]] = {
    "reply": commands.Reply, "withdraw": commands.Withdraw, "rate": commands.Rate, "appeal": commands.Explain,
    "accept": commands.Accept, "ask": commands.Ask, "answer": commands.GiveAnswer, "hand_over": commands.HandOver,
    "give_back": commands.Explain, "extend": commands.Extend, "assign": commands.Assign, "refuse": commands.Refuse,
    "publish": commands.Publish, "submit": commands.Submit, "contribute": commands.Contribute, "hide": commands.Explain,
    "unhide": commands.Explain, "support": centre_commands.Support, "grant": centre_commands.Grant, "deny": commands.Explain,
}  # fmt: skip
BODILESS = ("accept", "publish")


class OfficeWorld:
    """Three citizens, three agencies, a category for every way in which a case can begin."""

    citizens = ("account-1", "account-2", "account-3")
    agencies = ("ubnd-xa-1", "ca-xa-1", "ubnd-huyen-1")
    kinds = (
        Kind("duong_sa", "public", "ubnd-xa-1"),
        Kind("an_ninh", "private", "ca-xa-1"),
        Kind("kien_nghi", "pending", ""),
        Kind("sat_lo", "public", "ubnd-xa-1"),
    )
    dispatcher = builders.DISPATCHER

    def __init__(self) -> None:
        self.office = Office()

    def submit(self, citizen: int, body: Mapping[str, Any], key: str) -> tuple[Outcome, str]:
        made: list[str] = []

        def do(command: Any) -> None:
            made.append(self.office.service.submit(self.citizens[citizen], command, Trace(key, "cid")).code)

        return self._end("submit", body, do), made[0] if made else ""

    def by_citizen(self, citizen: int, code: str, action: str, body: Mapping[str, Any], key: str) -> Outcome:
        verb, account = getattr(self.office.service, action), self.citizens[citizen]
        return self._end(action, body, lambda command: verb(account, code, command, Trace(key, "cid")))

    def by_link(self, code: str, number: int, action: str, body: Mapping[str, Any], key: str) -> Outcome:
        verb, given = getattr(self.office.agencies, action), [self._link(code, number)]
        return self._end(action, body, lambda command: verb(*given, *_said(action, command), Trace(key, "cid")))

    def by_centre(self, code: str, action: str, body: Mapping[str, Any], key: str) -> Outcome:
        verb, given = getattr(self.office.centre, action), [self.dispatcher, code]
        return self._end(action, body, lambda command: verb(*given, *_said(action, command), Trace(key, "cid")))

    def route(self, code: str) -> None:
        self.office.service.route(code, "cid")

    def sweep(self, days: int) -> None:
        self.office.sweep.run(self.office.clock.now + builders.timedelta(days=days))

    def dossier(self, code: str) -> Dossier:
        return self.office.store.dossier(code)

    def own(self, citizen: int) -> list[str]:
        page = self.office.lists.own(self.citizens[citizen], commands.ListOwn(limit=50))
        return [line.code for line in page.items]

    def read(self, citizen: int, code: str) -> Outcome:
        return _outcome(lambda: self.office.service.own_case(self.citizens[citizen], code))

    def read_public(self, code: str) -> Outcome:
        return _outcome(lambda: self.office.service.public_case(code))

    def read_link(self, code: str, number: int) -> Outcome:
        return _outcome(lambda: self.office.agencies.duty(self._link(code, number)))

    def _link(self, code: str, number: int) -> str:
        return f"{code}-1-{'x' * 22}" if number < 0 else builders.link(code, number)

    def _end(self, action: str, body: Mapping[str, Any], do: Callable[[Any], object]) -> Outcome:
        return _outcome(lambda: do(decode_body(json.dumps(body).encode(), COMMANDS[action])))


def _said(action: str, command: Any) -> list[Any]:
    return [] if action in BODILESS else [command]


def _outcome(do: Callable[[], object]) -> Outcome:
    try:
        do()
    except DomainError as error:
        return next(outcome for kind, outcome in OUTCOMES.items() if isinstance(error, kind))
    return Outcome.DONE
