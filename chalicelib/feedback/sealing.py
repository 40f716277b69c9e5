"""Sealing: content and identity of a case go where the API can only write, and a tombstone stays in its place.

Everything is copied to the table Sealed first, then the head becomes a tombstone, then what stood beside it goes. Whoever dies in
between leaves nothing lost and nothing that a view shows; the next call, or the event's consumer, completes it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from chalicelib.core.actors import dispatcher
from chalicelib.core.clock import Clock, to_text
from chalicelib.core.codes import normal_code
from chalicelib.core.errors import LostRace, NotFound, NotPossibleNow
from chalicelib.feedback import moderation, records
from chalicelib.feedback.casework import Casework, Change, Trace
from chalicelib.feedback.lifecycle import Action, Status
from chalicelib.feedback.mains import main_of
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import CaseCopies, Contacts, SealedParts, Store
from chalicelib.feedback.values import Look, Stamp

OPEN_SEALED = "open_sealed"


class Sealing:
    """Puts cases under seal."""

    def __init__(self, store: Store, casework: Casework, sealed: SealedParts, files: CaseCopies) -> None:
        self._store = store
        self._casework = casework
        self._sealed = sealed
        self._files = files

    def seal(self, user: str, code: str, reason: str, trace: Trace) -> Feedback:
        """Seal a case, or complete a sealing that died; raises NotFound."""
        if self._store.head(code).status is not Status.SEALED:
            self._entomb(user, code, reason, trace)
        self.finish(code)
        return self._store.head(code)

    def finish(self, code: str) -> None:
        """Move what still stands beside the tombstone of a sealed case; of any other, nothing."""
        if self._store.head(code).status is not Status.SEALED:
            return
        for item in self._store.everything(code):
            part = str(item["part"])
            if part == records.HEAD:
                continue
            if part.startswith("file#"):
                self._files.seal(code, records.file_from(item))
            self._keep(code, item)
            self._store.forget(code, part)
        for account in self._store.followers(code):
            self._store.unfollow(code, account)
        for look in self._store.looks(code):
            if look.what != OPEN_SEALED and look.reason:
                # Who looked and when stays with the audit; why may tell what the case was about.
                self._sealed.keep(code, f"look#{to_text(look.at)}#{look.user}", records.text_of(look))
                self._store.keep_look(code, replace(look, reason=""))

    def _entomb(self, user: str, code: str, reason: str, trace: Trace) -> None:
        before: list[Feedback] = []

        def save(changed: Feedback) -> None:
            self._copy(before[-1], user, reason)
            self._store.save(changed)

        def decide(case: Feedback, _: object, stamp: Stamp) -> Feedback:
            before.append(case)
            return moderation.seal(case, stamp)

        try:
            self._casework.act(code, Change(dispatcher(user), Action.SEAL, decide, trace, save=save))
        except NotPossibleNow:
            if self._store.head(code).status is not Status.SEALED:
                raise

    def _copy(self, case: Feedback, user: str, reason: str) -> None:
        items = self._store.everything(case.code)
        if next(item["version"] for item in items if item["part"] == records.HEAD) != case.version:
            raise LostRace()
        for item in items:
            self._keep(case.code, item)
        self._sealed.keep(case.code, "seal", records.text_of({"by": user, "reason": reason}))
        if case.merged_into:
            self._store.unfollow(main_of(self._store, case.code).code, case.reporter)

    def _keep(self, code: str, item: Mapping[str, Any]) -> None:
        self._sealed.keep(code, str(item["part"]), records.text_of(item))


class SealedFile(msgspec.Struct, frozen=True):
    """A photo or document of a sealed case; `url` can be read for an hour."""

    content_type: str
    url: str


class SealedCase(msgspec.Struct, frozen=True):
    """What a sealed case held: its parts as they were kept, the reporter's name and phone, its files."""

    code: str
    parts: dict[str, msgspec.Raw]
    reporter: tuple[str, str] | None
    files: tuple[SealedFile, ...]


class Opening:
    """Opens sealed cases for an auditor."""

    def __init__(self, store: Store, sealed: SealedParts, files: CaseCopies, contacts: Contacts, clock: Clock) -> None:
        self._store = store
        self._sealed = sealed
        self._files = files
        self._contacts = contacts
        self._clock = clock

    def open(self, code: str, auditor: str, reason: str) -> SealedCase:
        """What the case held; that it was opened is recorded before anything is read. Raises NotFound."""
        code = normal_code(code)
        self._store.keep_look(code, Look(self._clock(), auditor, OPEN_SEALED, reason))
        parts = self._sealed.opened(code)
        if records.HEAD not in parts:
            raise NotFound("error.feedback_not_found")
        head = msgspec.json.decode(parts[records.HEAD], type=dict[str, object])
        return SealedCase(
            code=code,
            parts={part: msgspec.Raw(content.encode()) for part, content in parts.items()},
            reporter=self._contacts.contact(str(head["reporter"])),
            files=self._links(code, [content for part, content in parts.items() if part.startswith("file#")]),
        )

    def _links(self, code: str, kept: Sequence[str]) -> tuple[SealedFile, ...]:
        files = [records.file_from(msgspec.json.decode(content)) for content in kept]
        return tuple(SealedFile(file.content_type, self._files.sealed_link(code, file)) for file in files)
