"""A routing rule tried on past cases: how many would go where, compared with where they went. Nothing is written.

The cases of a category are found among those that changed last, newest first (index by_change, four shards, keys only), whose heads
are read a hundred at a time: at most MOST_LOOKED of them, whatever there is. Where a case went is the agency that has it or had it
last, so what the centre put right counts as right. Areas and agencies are today's.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Protocol

import msgspec

from chalicelib.core.errors import FieldError, Invalid, NotFound
from chalicelib.feedback.intake_commands import TryRouting, TryStep
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Directory
from chalicelib.feedback.records import CHANGE_SHARDS
from chalicelib.feedback.routing import competent_agency

MOST_LOOKED = 2000
_PAGE = 100


class Way(msgspec.Struct, frozen=True):
    """So many cases that went to one agency and would go to another; the empty code is the centre, which sorts by hand."""

    went: str
    would_go: str
    count: int


class Trial(msgspec.Struct, frozen=True):
    """What came of it: how many cases were looked at, how many of the category found, and their ways, the most frequent first."""

    looked_at: int
    cases: int
    ways: tuple[Way, ...]


class Store(Protocol):
    """Cases by their last change."""

    def latest(self, shard: int, before: datetime | None, limit: int) -> Sequence[tuple[str, datetime]]:
        """Codes of the cases of a shard that changed last, before a time if one is given, the newest first, with that time."""

    def heads(self, codes: Sequence[str]) -> Mapping[str, Feedback]:
        """The heads of at most 100 cases by their codes, those that exist."""


class RoutingTrial:
    """Tries rules; `is_kind` says whether there are agencies of a kind at all."""

    def __init__(self, store: Store, directory: Directory, is_kind: Callable[[str], bool]) -> None:
        self._store = store
        self._directory = directory
        self._is_kind = is_kind

    def run(self, category: str, command: TryRouting) -> Trial:
        """What the rule would have done; raises NotFound for a category that never was, Invalid for an unknown kind."""
        if not self._directory.knows_category(category):
            raise NotFound()
        errors = [
            FieldError(f"routing.{place}.kind", "field.agency_kind")
            for place, step in enumerate(command.routing)
            if not self._is_kind(step.kind)
        ]
        if errors:
            raise Invalid(errors)
        looked_at, ways, newest = 0, Counter[tuple[str, str]](), self._newest()
        while ways.total() < command.last and looked_at < MOST_LOOKED:
            codes = list(islice(newest, _PAGE))
            if not codes:
                break
            looked_at += len(codes)
            heads = self._store.heads(codes)
            found = [heads[code] for code in codes if code in heads and heads[code].category == category]
            # What is about an agency goes to its superior, by no rule.
            ruled = [case for case in found if not case.about]
            for case in ruled[: command.last - ways.total()]:
                ways[case.agency, self._would_go(case, command.routing)] += 1
        ordered = sorted(ways.items(), key=lambda way: (-way[1], way[0]))
        return Trial(looked_at, ways.total(), tuple(Way(*pair, count) for pair, count in ordered))

    def _would_go(self, case: Feedback, steps: Sequence[TryStep]) -> str:
        return competent_agency(steps, self._directory.path(case.area), self._directory.competent) or ""

    def _newest(self) -> Iterator[str]:
        """Codes of all cases, what changed last first."""
        shards = [self._shard(shard) for shard in range(CHANGE_SHARDS)]
        return (code for code, _ in merge(*shards, key=lambda found: found[1], reverse=True))

    def _shard(self, shard: int) -> Iterator[tuple[str, datetime]]:
        before: datetime | None = None
        while page := self._store.latest(shard, before, _PAGE):
            yield from page
            if len(page) < _PAGE:
                return
            before = page[-1][1]
