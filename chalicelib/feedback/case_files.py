"""The files of a case: leave to upload, and which of those that arrived are registered."""

from collections.abc import Iterable

from chalicelib.core.errors import Conflict, FieldError, Invalid, invalid
from chalicelib.feedback import commands
from chalicelib.feedback.lifecycle import Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Dossier, File, Files, Store, Upload
from chalicelib.feedback.values import Assignment, Support


class CaseFiles:
    """Photos and documents of citizens and agencies; whose a file is: `citizen`, or the number of a duty."""

    def __init__(self, store: Store, files: Files) -> None:
        self._store = store
        self._files = files

    def leave(self, dossier: Dossier, by: str, command: commands.AddFile) -> Upload:
        """Leave to upload one file; raises Invalid for a type that is not taken, Conflict where there are enough."""
        if command.content_type not in _types(by):
            raise invalid("content_type", "field.choice", choices=", ".join(_types(by)))
        _require_room(dossier, by)
        return self._files.upload(dossier.feedback.code, by, command.content_type, command.size)

    def leave_by_form(self, dossier: Dossier, by: str, back_to: str) -> Upload:
        """Leave to post one file from a page without scripts, then go to `back_to`; raises Conflict where there are enough."""
        _require_room(dossier, by)
        return self._files.upload(dossier.feedback.code, by, "", commands.MOST_BYTES, back_to)

    def receive(self, code: str, file: File) -> bool:
        """Register an uploaded file once; False for a type or duty that is not taken, or one file too many."""
        case = self._store.head(code)
        known = file.by == "citizen" or (file.by.isdigit() and 1 <= int(file.by) <= case.assignments)
        taken = known and file.content_type in _types(file.by) and case.status is not Status.SEALED
        return taken and self._store.attach(code, file, commands.MOST_FILES)

    def require(self, case: Feedback, duty: Assignment | Support | None, named: Iterable[tuple[str, str]]) -> None:
        """Raise Invalid naming files of the duty (field, id) that are not there.

        One that has arrived a moment ago is registered here and now.
        """
        named = list(named)
        if not named or duty is None:
            return
        by = str(duty.number)
        have = {file.id for file in self._store.dossier(case.code).files if file.by == by}
        missing = [(field, file) for field, file in named if file not in have]
        errors = [FieldError(field, "field.photo") for field, file in missing if not self._arrived(case.code, by, file)]
        if errors:
            raise Invalid(errors)

    def _arrived(self, code: str, by: str, identifier: str) -> bool:
        file = self._files.arrived(code, by, identifier)
        return file is not None and self.receive(code, file)


def _types(by: str) -> tuple[str, ...]:
    return commands.CITIZEN_TYPES if by == "citizen" else commands.AGENCY_TYPES


def _require_room(dossier: Dossier, by: str) -> None:
    if sum(file.by == by for file in dossier.files) >= commands.MOST_FILES:
        raise Conflict("error.photos_full", most=commands.MOST_FILES)
