"""Where random lives happen: what a world of citizens, agencies and a centre can be asked, one request of one party at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from chalicelib.feedback.ports import Dossier
from tests.lives.expected import Outcome


class Kind(NamedTuple):
    """A category of the world: who may read its cases at first, and whose they are (empty: nobody's)."""

    category: str
    publication: str
    agency: str


class World(Protocol):
    """Where cases live; every method does one request of one party, and says how it ended."""

    citizens: Sequence[str]
    agencies: Sequence[str]
    kinds: Sequence[Kind]
    dispatcher: str

    def submit(self, citizen: int, body: Mapping[str, Any], key: str) -> tuple[Outcome, str]:
        """The outcome, and the code of the case."""

    def by_citizen(self, citizen: int, code: str, action: str, body: Mapping[str, Any], key: str) -> Outcome:
        """What that citizen does to the case."""

    def by_link(self, code: str, number: int, action: str, body: Mapping[str, Any], key: str) -> Outcome:
        """What the holder of that assignment's link does; a number below zero stands for a forged link."""

    def by_centre(self, code: str, action: str, body: Mapping[str, Any], key: str) -> Outcome:
        """What the dispatcher does."""

    def route(self, code: str) -> None:
        """Let the software give the case to an agency, if it has not."""

    def sweep(self, days: int) -> None:
        """The sweep as it will run so many days from now."""

    def dossier(self, code: str) -> Dossier:
        """The case as it is kept."""

    def own(self, citizen: int) -> list[str]:
        """The codes that the citizen's list shows."""

    def read(self, citizen: int, code: str) -> Outcome:
        """Whether the citizen can read the case as an own one."""

    def read_public(self, code: str) -> Outcome:
        """Whether anybody can read it."""

    def read_link(self, code: str, number: int) -> Outcome:
        """Whether that assignment's link opens it."""


@dataclass(frozen=True)
class Done:
    """A request that was carried out, to be repeated later."""

    door: str
    who: int
    code: str
    action: str
    body: Mapping[str, Any]
    key: str
