"""What follows from a merge, a split or a seal, done by the consumer of its event: however often it comes, once.

So the one who decides waits for none of it, and nothing is lost where a function dies: the event comes again.
"""

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from chalicelib.core.actors import ActorKind
from chalicelib.core.clock import Clock
from chalicelib.core.errors import Conflict
from chalicelib.feedback import joining
from chalicelib.feedback.centre_commands import Part
from chalicelib.feedback.lifecycle import Action, Status
from chalicelib.feedback.mains import main_of
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import CaseCopies, Directory, Dossier, Store
from chalicelib.feedback.values import Entry, Matter, Publication


class Consequences:
    """One method a kind of event."""

    def __init__(
        self, store: Store, directory: Directory, files: CaseCopies, clock: Clock, finish_seal: Callable[[str], None]
    ) -> None:
        self._store = store
        self._directory = directory
        self._files = files
        self._clock = clock
        self._finish_seal = finish_seal

    def of_split(self, code: str, cid: str) -> int:
        """Make the cases of a split, with photos and followers of the whole; how many stand now that did not before."""
        dossier = self._store.dossier(code)
        parent = dossier.feedback
        if parent.status is not Status.SPLIT:
            return 0
        parts = msgspec.json.decode(dossier.texts[joining.parts_ref(parent)], type=tuple[Part, ...])
        pairs = zip(parent.children, parts, strict=True)
        made = sum(self._make_child(dossier, child, part, cid) for child, part in pairs)
        for account in self._store.followers(code):
            for child in parent.children:
                self._store.follow(child, account, self._clock())
            self._store.unfollow(code, account)
        return made

    def of_merge(self, code: str) -> int:
        """Let the reporter and the followers of a merged case follow the main one; how many were moved.

        A main case may itself be merged while this is done: then they are moved on, by this call or by that merge's.
        """
        case = self._store.head(code)
        if case.status is not Status.DUPLICATE:
            return 0
        told, moved = "", {case.reporter, *self._store.followers(code)}
        while (main := main_of(self._store, code)).code != told:
            told = main.code
            for account in moved - {main.reporter}:
                self._store.follow(told, account, self._clock())
        if main.status in (Status.SPLIT, Status.SEALED):
            self._leave(main, moved)
        for account in self._store.followers(code):
            self._store.unfollow(code, account)
        return len(moved)

    def _leave(self, main: Feedback, accounts: set[str]) -> None:
        """Take followers out of a case that was split (they follow its parts) or sealed while they came."""
        for account in accounts:
            self._store.unfollow(main.code, account)
            for child in main.children:
                self._store.follow(child, account, self._clock())

    def of_seal(self, code: str) -> None:
        """Complete a sealing that died, or what arrived while it was done."""
        self._finish_seal(code)

    def _make_child(self, dossier: Dossier, code: str, part: Part, cid: str) -> bool:
        parent = dossier.feedback
        made = self._child(parent, code, part, cid)
        standing = self._store.add(made)
        if standing is not None and standing.parent != parent.code:
            raise Conflict("error.lost_race")
        if standing is None or standing.version == 1:
            for file in dossier.files:
                if file.by == "citizen":
                    self._files.copy(parent.code, code, file)
        return standing is None

    def _child(self, parent: Feedback, code: str, part: Part, cid: str) -> Feedback:
        rule = self._directory.category(part.category)
        entry = Entry(1, self._clock(), Action.SUBMIT, ActorKind.CITIZEN, parent.reporter, Status.RECEIVED, cid=cid)
        where = parent.matter or Matter("", "", 0, 0)
        matter = Matter(part.title, part.text, where.lat, where.long, where.address)
        # Where the category has ended since, the parent's clock goes on and routing leaves the child to the centre.
        level, handling = (rule.level, rule.handling) if rule else (parent.level, parent.handling)
        child = joining.child(parent, code, part.category, level, handling, matter, entry)
        if rule and rule.publication == "private":
            return replace(child, may_be_public=False, publication=Publication.PRIVATE)
        return child
