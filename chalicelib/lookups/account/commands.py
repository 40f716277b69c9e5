"""What people ask of accounts, as types; codes travel in bodies alone, never in an address."""

from typing import Annotated

import msgspec

from chalicelib.core.errors import FieldError, Invalid

Identifier = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=r"^[a-z0-9-]+$")]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Factor = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class LookUpAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code with the second thing that its customer knows, or the id of a saved code; `feed` where several serve such codes."""

    code: Code | None = None
    factor: Factor | None = None
    feed: Identifier | None = None
    saved: Annotated[str, msgspec.Meta(min_length=1, max_length=40)] | None = None

    def check(self) -> None:
        """Raise Invalid, naming every field, unless there is one of the two and not both."""
        both = (("code", self.code), ("factor", self.factor))
        if self.saved is None:
            errors = [FieldError(name, "field.missing") for name, given in both if given is None]
        else:
            known = (*both, ("feed", self.feed))
            errors = [FieldError(name, "field.unknown") for name, given in known if given is not None]
        if errors:
            raise Invalid(errors)


class SaveCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code to keep, once the second thing is found right; `remind` asks for a notice before its bills are due."""

    utility: Identifier
    offer: Identifier
    code: Code
    factor: Factor
    feed: Identifier | None = None
    label: Annotated[str, msgspec.Meta(max_length=60)] = ""
    remind: bool = False
